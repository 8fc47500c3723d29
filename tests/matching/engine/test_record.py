import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.assignment import assign
from matching.engine.certificate import CertificateError, verify
from matching.engine.record import from_record, to_record
from matching.engine.tiers import Objective, Tier
from tests.matching.engine.factories import make_problem, problems


@given(
    problem=problems(),
    objective=st.sampled_from([Objective(), Objective((Tier.WORST, Tier.LEXIMIN))]),
)
def test_a_stored_proof_can_be_checked_again(problem, objective):
    found = assign(problem, objective)

    stored = json.loads(json.dumps(to_record(found.certificate)))

    verify(problem, objective, found.mate, from_record(stored))


@pytest.mark.parametrize(
    "damage",
    [
        {"seal": None, "steps": [{}]},
        {"steps": []},
        {"seal": "", "steps": None},
        {"seal": "", "steps": [{"tier": "luck"}]},
    ],
)
def test_a_damaged_record_is_refused(damage):
    with pytest.raises(CertificateError, match="damaged"):
        from_record(damage)


@pytest.mark.parametrize("price", [1.5, None, "3", 2**70, True])
def test_a_price_that_is_no_whole_number_is_refused(price):
    found = assign(make_problem([[50, 50], [60, 60]], [1, 1]), Objective())
    record = to_record(found.certificate)
    record["steps"][0]["mentee_prices"][0] = price

    with pytest.raises(CertificateError, match="damaged"):
        from_record(record)

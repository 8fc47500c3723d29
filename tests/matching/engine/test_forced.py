from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import forced
from matching.engine.assignment import assign
from matching.engine.certificate import CertificateError
from matching.engine.forced import assign_with
from matching.engine.tiers import Objective, Tier
from tests.matching.engine.brute_force import all_solutions, rank
from tests.matching.engine.factories import make_problem, problems


@settings(max_examples=100)
@given(
    problem=problems(5, 4),
    tiers=st.sampled_from(
        [
            (Tier.SERVED, Tier.LEXIMIN),
            (Tier.SERVED, Tier.WORST, Tier.TOTAL),
            (Tier.TOTAL,),
            (Tier.SERVED, Tier.KEEP, Tier.WORST),
        ]
    ),
    data=st.data(),
)
def test_the_rest_is_best_around_a_given_pair(problem, tiers, data):
    possible = np.argwhere(problem.eligible & (problem.capacity > 0)).tolist()
    if not possible:
        return
    i, j = data.draw(st.sampled_from(possible))

    found = assign_with(problem, Objective(tiers), i, j)

    # What was proposed last time plays no part.
    goals = Objective(tuple(tier for tier in tiers if tier is not Tier.KEEP))
    best = min(
        (mate for mate in all_solutions(problem.eligible, problem.capacity) if mate[i] == j),
        key=lambda mate: rank(problem, goals, mate),
    )
    np.testing.assert_array_equal(found.mate, best)


def test_what_does_not_hold_is_no_answer(monkeypatch):
    def worse(problem, objective):
        return replace(assign(problem, objective), mate=np.array([-1]))

    monkeypatch.setattr(forced, "assign", worse)

    with pytest.raises(CertificateError):
        assign_with(make_problem([[50]], [1]), Objective(), 0, 0)


def test_a_pair_that_cannot_be_is_refused():
    problem = make_problem([[-1, 50]], [1, 0])

    for j in (0, 1):
        with pytest.raises(ValueError, match="not eligible"):
            assign_with(problem, Objective(), 0, j)

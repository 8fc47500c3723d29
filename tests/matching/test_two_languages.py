"""Runs are the same in every language; what they found is told in the language of its reader."""

from __future__ import annotations

from itertools import count

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import gettext, override

from matching.engine.criteria import CRITERIA
from matching.how_we_match import CRITERION_LABELS
from matching.in_other_words import reasons_for
from matching.introductions import introduce
from matching.models import Pairing
from signups.models import AccessLink, Role
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor, make_program
from tests.matching.factories import make_pairing, make_run
from tests.matching.test_offers import make_offer

pytestmark = pytest.mark.django_db

IN_SPANISH = {
    "topics": {"Cataloging": "Catalogación", "Supervision": "Supervisión"},
    "languages": {"English": "Inglés", "Spanish": "Español"},
    "meetingways": {"Video": "Videollamada"},
    "formats": {"One-to-one pair": "Pareja uno a uno"},
}


@pytest.fixture
def cohort(db):
    program = make_program(name="Own", name_es="Propio")
    for name, texts in IN_SPANISH.items():
        for option in getattr(program, name).all():
            option.name_es = texts.get(option.name)
            option.save()
    return make_cohort(program)


@pytest.fixture
def pairing(cohort):
    """A pair of one who reads Spanish and one who reads English, with its reasons from a run."""
    make_mentee(cohort, name="Ida Vitale", language="es")
    make_mentor(cohort, name="Edna O'Brien", language="en")
    make_run(cohort)
    pairing = Pairing.objects.get()
    pairing.approve(by=make_chair(cohort.program))
    return pairing


def stored(run):
    """What a run keeps, but for its time and the keys of its rows."""
    pairs = run.pairings.values_list("mentee", "mentor", "points", "reasons", "alternatives")
    return run.input_digest, list(pairs), list(run.unmatched.values_list("mentee", "reason"))


def test_a_run_stores_the_same_in_every_language(cohort):
    for _ in range(3):
        make_mentee(cohort)
    make_mentor(cohort, capacity=2)

    with override("en"):
        in_english = stored(make_run(cohort))
    with override("es"):
        in_spanish = stored(make_run(cohort))

    assert in_spanish == in_english
    assert len(in_english[1]) == 2


def test_everyone_is_told_why_in_their_own_language(pairing, deliver_letters):
    introduce(pairing.cohort, [pairing.pk])
    deliver_letters()

    letters = {message.to[0]: message.body for message in mail.outbox}
    to_mentee, to_mentor = letters[pairing.mentee.email], letters[pairing.mentor.email]
    assert "Catalogación" in to_mentee
    assert "Propio" in to_mentee
    assert "Cataloging" not in to_mentee
    assert "Cataloging (first choice)" in to_mentor
    assert "Propio" not in to_mentor


def test_reasons_name_what_was_chosen_as_the_page_does(pairing):
    topic = pairing.cohort.program.topics.get(name="Cataloging")
    sentence = "Your mentor covers the only topic you asked for: %(listed)s."

    with override("es"):
        [told] = [text for text in reasons_for(pairing, Role.MENTEE) if str(topic) in text]
        listed = gettext("%(topic)s (first choice)") % {"topic": "Catalogación"}
        assert told == gettext(sentence) % {"listed": listed}
    topic.name = "Renamed"
    topic.save()
    with override("es"):
        # What was approved is told as it was.
        assert any("Cataloging" in text for text in reasons_for(pairing, Role.MENTEE))


def test_reasons_of_older_runs_are_told_as_they_were_stored(cohort):
    pairing = make_pairing(make_mentee(cohort, language="es"), make_mentor(cohort))

    with override("es"):
        assert reasons_for(pairing, Role.MENTEE, 4) == ["Your mentor covers your topic."]


@pytest.mark.parametrize(
    ("last", "listed"),
    [
        ("Inglés", "Español e Inglés"),
        ("Hindi", "Español e Hindi"),
        ("Hielo", "Español y Hielo"),
        ("Árabe", "Español y Árabe"),
    ],
)
def test_lists_end_as_spanish_has_it(pairing, last, listed):
    program, numbers = pairing.cohort.program, count()
    program.languages.all().delete()
    names = [
        program.languages.create(name=f"no. {next(numbers)}", name_es=one)
        for one in ("Español", last)
    ]
    facts = [["languages.shared", {"listed": [one.name for one in names]}]]
    pairing.reasons = [{"facts": facts, "to_mentee": "", "points": 1, "key": "languages"}]

    with override("es"):
        [told] = reasons_for(pairing, Role.MENTEE)
        # The word between two is that of the language, and not in every catalogue yet.
        assert listed in told.replace(" and ", " y ")


def test_an_offer_is_read_in_the_language_of_its_page(client, pairing, cohort):
    offer = make_offer(
        make_mentee(cohort, language="es"), make_mentor(cohort), by=make_chair(cohort.program)
    )
    client.get(AccessLink.new_address(application=offer.pairing.mentee))

    pages = {}
    for language in ("en", "es"):
        with override(language):
            pages[language] = client.get(reverse("matching:offer", args=[offer.pk])).text

    assert "Own, " in pages["en"]
    assert "Propio, " in pages["es"]


def test_every_criterion_has_its_name_marked_for_translation():
    assert {criterion.label for criterion in CRITERIA} == set(CRITERION_LABELS)

"""The public page that says how pairs are made: from the rows that runs go by, and only these."""

from __future__ import annotations

import pytest
from django.urls import reverse

from matching.engine.criteria import CRITERIA, DEFAULT_IMPORTANCES
from matching.engine.eligibility import RULES
from matching.engine.tiers import TIER_LABELS, Tier
from matching.how_we_match import IDENTITY, IDENTITY_BEYOND_WISHES, MEASURES
from matching.models import MatchSettings
from signups.models import AvailabilityTime
from tests.factories import make_cohort, make_mentee, make_mentor, make_program
from tests.matching.factories import make_run
from tests.signups.identity import make_dimension

pytestmark = pytest.mark.django_db


def page_of(client, program):
    return client.get(reverse("matching:how_we_match", args=[program.slug]))


def how(client, program):
    return page_of(client, program).context["how"]


def everything_asked():
    """A program that asks about everything that can count."""
    program = make_program()
    make_dimension(program)
    AvailabilityTime.objects.create(program=program, name="Evenings")
    return program


def test_the_page_of_the_program_leads_to_it(client):
    program = make_program()
    address = f"/programs/{program.slug}/how-we-match/"

    assert f'href="{address}"' in client.get(program.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 200
    assert reverse("matching:how_we_match", args=[program.slug]) == address


def test_a_program_that_is_not_published_says_nothing(client):
    assert page_of(client, make_program(is_published=False)).status_code == 404


def test_what_counts_is_told_with_its_points_the_weightiest_first(client):
    told = how(client, everything_asked())

    assert [(one.label, one.max_points) for one in told.criteria[:3]] == [
        ("Topics covered", 30),
        ("Type of library", 11),
        ("Meeting and place", 11),
    ]
    assert sum(one.max_points for one in told.criteria) == 100
    assert len(told.criteria) == len(CRITERIA)


def test_the_page_and_a_run_share_out_the_same_points(client):
    cohort = make_cohort()
    program = cohort.program
    make_dimension(program)
    mentee, mentor = make_mentee(cohort), make_mentor(cohort)
    AvailabilityTime.objects.create(program=program, name="Evenings")
    mentee.times.set(program.availabilitytimes.all())
    mentor.topic_choices.update(years=3)
    mentee.wishes.create(wanted_name_or_email=mentor.email)

    [pairing] = make_run(cohort).pairings.all()

    assert {reason["label"]: reason["max_points"] for reason in pairing.reasons} == {
        one.label: one.max_points for one in how(client, program).criteria
    }


def test_what_counts_for_nothing_is_not_told(client):
    program = everything_asked()
    settings = MatchSettings.objects.for_program(program)
    settings.criteria.filter(criterion="career").update(importance=0)
    labels = [one.label for one in how(client, program).criteria]
    asked_less = [one.label for one in how(client, make_program()).criteria]

    assert "Career stage" not in labels
    assert len(labels) == len(CRITERIA) - 1
    assert {"Shared identity", "Time to meet"} & set(asked_less) == set()
    settings.criteria.update(importance=0)
    assert "pairs get no points" in page_of(client, program).content.decode()


def test_what_is_required_is_told_with_the_rules(client):
    program = make_program()
    settings = MatchSettings.objects.for_program(program)
    settings.criteria.filter(criterion="topics").update(is_required=True)

    text = page_of(client, program).content.decode()

    assert "They do not meet at all in this: topics covered." in text


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({}, {"career_order"}),
        ({"same_employer_allowed": True}, {"career_order", "same_employer"}),
        ({"career_order_required": True}, set()),
    ],
)
def test_rules_are_those_of_the_engine_that_the_program_has(client, fields, missing):
    told = how(client, make_program(**fields)).rules

    assert told == [rule.sentence for rule in RULES if rule.key not in missing]


def test_goals_are_told_in_their_order_with_the_lottery_last(client):
    program = make_program()
    settings = MatchSettings.objects.for_program(program)
    settings.goals.filter(goal="served").update(position=3)
    settings.goals.filter(goal="shortfall").update(position=1)
    MatchSettings.objects.update(keep_last="prefer", spread_points=20)

    assert how(client, program).goals == [
        f"{TIER_LABELS[Tier.SHORTFALL]} A second mentee of the same mentor costs as much as a "
        "shortfall of 20 of 100 points.",
        TIER_LABELS[Tier.TOTAL],
        TIER_LABELS[Tier.SERVED],
        TIER_LABELS[Tier.KEEP],
        TIER_LABELS[Tier.LOTTERY],
    ]


def test_what_is_never_used_says_whether_identity_is(client):
    assert how(client, make_program()).never_used[-1] == IDENTITY
    assert how(client, everything_asked()).never_used[-1] == IDENTITY_BEYOND_WISHES


def test_every_criterion_has_words_for_how_it_is_measured():
    assert list(MEASURES) == list(DEFAULT_IMPORTANCES)


def test_reading_the_page_writes_nothing(client):
    page_of(client, make_program())

    assert MatchSettings.objects.count() == 0


@pytest.mark.parametrize("n_programs", [1, 3])
def test_the_page_takes_the_same_number_of_queries(client, django_assert_num_queries, n_programs):
    programs = [everything_asked() for _ in range(n_programs)]
    for program in programs:
        MatchSettings.objects.for_program(program)
        for _ in range(n_programs):
            make_cohort(program)

    with django_assert_num_queries(6):
        page_of(client, programs[0])

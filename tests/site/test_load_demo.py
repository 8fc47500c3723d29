"""``manage.py load_demo``: a made-up cohort to try the site on."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.engine.eligibility import rule_masks
from matching.loading import load_instance
from matching.models import Conflict, MatchSettings
from signups.calls import calls_of
from signups.models import (
    Application,
    Cohort,
    IdentityAnswer,
    Letter,
    Program,
    Role,
    TopicChoice,
)
from spotlights.models import Spotlight
from tests.factories import make_chair, make_user
from tests.matching.factories import make_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(capsys) -> Cohort:
    """The demo cohort."""
    call_command("load_demo")
    capsys.readouterr()
    return Cohort.objects.get(slug="demo")


def people(cohort: Cohort) -> list[tuple]:
    return [
        (
            *(a.role, a.status, a.name, a.email, a.employer, a.career_stage.name, a.region.name),
            *(a.capacity, a.statement),
            *sorted(f"{choice}" for choice in a.topic_choices.all()),
            *sorted(f"{option}" for option in a.formats.all()),
            *sorted(f"{option}" for option in a.meeting_ways.all()),
            *sorted(f"{option}" for option in a.languages.all()),
        )
        for a in cohort.applications.order_by("pk")
    ]


def test_sixty_mentees_and_fortyfive_mentors_most_of_them_accepted(cohort):
    assert Counter(cohort.applications.values_list("role", "status")) == {
        ("mentee", "accepted"): 55,
        ("mentee", "received"): 5,
        ("mentor", "accepted"): 42,
        ("mentor", "received"): 3,
    }
    emails = set(cohort.applications.values_list("email", flat=True))
    assert len(emails) == 103
    assert {email.partition("@")[2] for email in emails} == {"example.org"}


def test_it_says_what_it_did_and_what_to_open_and_a_second_run_adds_nothing(capsys):
    call_command("load_demo")
    first = capsys.readouterr().out.splitlines()
    counts = [model.objects.count() for model in (Application, TopicChoice, Spotlight, Cohort)]
    call_command("load_demo")
    second = capsys.readouterr().out.splitlines()

    pk = Cohort.objects.get(slug="demo").pk
    assert first[:3] == [
        "Added CAL MIG – Demo (made up): 60 mentees and 45 mentors, all made up.",
        "In the open cohort: 7 people. Questions: 2.",
        "Spotlights added: 3.",
    ]
    assert second[:3] == [
        "CAL MIG – Demo (made up) is there already: nothing added.",
        "In the open cohort: 0 people. Questions: 0.",
        "Spotlights added: 0.",
    ]
    assert first[3:] == second[3:]
    assert first[3:] == [
        "",
        "Open next, while the site is running:",
        f"  Start a match run    http://127.0.0.1:8000/admin/matching/matchrun/add/?cohort={pk}",
        "  Review applications  http://127.0.0.1:8000/admin/signups/menteeapplication/"
        f"?cohort__id__exact={pk}&status__exact=received",
        "  Answer a question    http://127.0.0.1:8000/admin/signups/inquiry/",
        "  Read the spotlights  http://127.0.0.1:8000/lets-connect/",
    ]
    assert counts == [
        model.objects.count() for model in (Application, TopicChoice, Spotlight, Cohort)
    ]


def test_the_same_people_are_made_up_every_time(cohort):
    first = people(cohort)
    TopicChoice.objects.all().delete()
    Application.objects.all().delete()
    cohort.delete()

    call_command("load_demo")

    assert people(Cohort.objects.get(slug="demo")) == first


def test_every_application_is_one_that_the_forms_could_have_taken(cohort):
    cohort.full_clean()
    applications = list(cohort.applications.all())
    for application in applications:
        application.full_clean()
        assert (application.role == Role.MENTOR) == (application.capacity is not None)
        ranks = [choice.rank for choice in application.topic_choices.all()]
        if application.role == Role.MENTEE:
            assert ranks == list(range(1, len(ranks) + 1))
        else:
            assert set(ranks) == {None}
        for answers in (application.formats, application.meeting_ways, application.languages):
            assert answers.count() > 0
        window = cohort.window(application.role)
        assert window.opens_at <= application.submitted_at <= window.closes_at
    assert Letter.objects.count() == 0


def test_a_run_has_something_to_decide_and_to_explain(cohort):
    instance, _ = load_instance(cohort, salt="")

    assert instance.n_mentees > instance.capacity.sum()
    forbidden = {key for key, pairs in rule_masks(instance).items() if pairs.any()}
    assert forbidden == {
        "same_person",
        "same_employer",
        "no_common_format",
        "no_way_to_meet",
        "no_common_language",
    }
    asked = Counter(TopicChoice.objects.filter(rank=1).values_list("topic__name", flat=True))
    offered = Counter(TopicChoice.objects.filter(rank=None).values_list("topic__name", flat=True))
    assert asked["Data services"] > offered["Data services"]
    assert asked["Cataloging and metadata"] > offered["Cataloging and metadata"]


def test_a_run_of_it_weighs_everything_and_keeps_conflicts(cohort):
    run = make_run(cohort, importances=DEFAULT_IMPORTANCES)

    keys = {reason["key"] for pairing in run.pairings.all() for reason in pairing.reasons}
    assert keys == set(DEFAULT_IMPORTANCES)
    wishes = IdentityAnswer.objects.filter(application__cohort=cohort, wants_shared=True)
    assert wishes.count() >= 5
    assert set(wishes.values_list("is_for_matching", "application__role")) == {(True, "mentee")}


def test_what_counts_is_set_once_and_a_committee_s_own_settings_stay():
    call_command("load_programs", verbosity=0)
    program = Program.objects.get(slug="cal-mig")
    own = MatchSettings.objects.for_program(program)
    call_command("load_demo", verbosity=0)
    assert MatchSettings.objects.what_counts(program).tiers == ["served", "total"]

    own.delete()
    Cohort.objects.filter(slug="demo").update(slug="demo-before")
    call_command("load_demo", verbosity=0)

    counts = MatchSettings.objects.what_counts(program)
    assert counts.tiers == ["served", "priority", "shortfall", "total", "keep"]
    assert counts.spread_price == 400


def test_conflicts_need_somebody_who_could_have_named_them():
    chair = make_user(is_superuser=True)

    call_command("load_demo", verbosity=0)

    assert set(Conflict.objects.values_list("made_by", flat=True)) == {chair.pk}
    for conflict in Conflict.objects.all():
        conflict.full_clean()


def test_the_public_page_still_calls_to_the_open_cohort(cohort):
    calls = calls_of(cohort.program)

    assert [(call.cohort.slug, call.window.is_open) for call in calls] == [("rolling", True)] * 2


def test_a_reader_finds_three_spotlights(client, cohort):
    response = client.get(reverse("spotlights:list"))

    published = list(Spotlight.objects.published())
    assert len(published) == 3
    for spotlight in published:
        spotlight.full_clean()
        assert spotlight.title in response.content.decode()
        assert client.get(spotlight.get_absolute_url()).status_code == 200


def test_a_chair_reaches_what_it_says_to_open_next(client, cohort):
    client.force_login(make_chair(cohort.program))

    start = client.get(f"/admin/matching/matchrun/add/?cohort={cohort.pk}")
    review = client.get(
        f"/admin/signups/menteeapplication/?cohort__id__exact={cohort.pk}&status__exact=received"
    )

    assert start.context["form"]["cohort"].value() == str(cohort.pk)
    assert review.context["cl"].result_count == 5


def test_it_makes_do_with_lists_that_a_committee_edited():
    call_command("load_programs", verbosity=0)
    program = Program.objects.get(slug="cal-mig")
    program.topics.filter(name__startswith="M").delete()
    program.regions.exclude(name="Mountains").delete()
    program.formats.filter(name="One-to-one pair").update(is_offered=False)

    call_command("load_demo")

    cohort = program.cohorts.get(slug="demo")
    assert cohort.applications.count() == 105
    assert set(cohort.applications.values_list("region__name", flat=True)) == {"Mountains"}
    assert cohort.applications.filter(formats__name="One-to-one pair").count() == 0


def test_without_anything_to_choose_from_it_says_so_and_adds_nothing():
    call_command("load_programs", verbosity=0)
    Program.objects.get(slug="cal-mig").meetingways.update(is_offered=False)

    with pytest.raises(CommandError, match="CAL MIG offers none of its ways of meeting any more"):
        call_command("load_demo")

    assert Cohort.objects.filter(slug="demo").count() == 0
    assert Spotlight.objects.count() == 0


def test_it_takes_few_queries_for_a_hundred_people(cohort, django_assert_max_num_queries):
    # The others, who are taken in by the form one by one, stay.
    TopicChoice.objects.filter(application__cohort=cohort).delete()
    cohort.applications.all().delete()
    cohort.delete()

    with django_assert_max_num_queries(150):
        call_command("load_demo")


def test_the_open_cohort_has_places_and_there_is_a_question_to_answer(client, cohort):
    make_user(is_superuser=True)
    program = cohort.program

    page = client.get(program.get_absolute_url()).content.decode()

    assert "Places left: " in page
    assert "Every place is asked for" in page
    assert list(program.inquiries.values_list("state", flat=True).order_by("state")) == [
        "open",
        "open",
    ]

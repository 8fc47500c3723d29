"""The model: who is published when, and how that changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import override

from spotlights.models import PublishingError, Spotlight, SpotlightStatus
from tests.factories import make_program
from tests.spotlights.factories import make_draft, make_question, make_spotlight, make_topic

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_published_ones_are_those_whose_moment_has_come_latest_first():
    now = timezone.now()
    newer = make_spotlight(published_at=now - timedelta(days=1))
    same_moment = make_spotlight(published_at=newer.published_at)
    older = make_spotlight(published_at=now - timedelta(days=2))
    make_spotlight(published_at=now + timedelta(minutes=1))
    make_spotlight(status=SpotlightStatus.WITHDRAWN)
    make_draft(published_at=now - timedelta(days=3))

    assert list(Spotlight.objects.published()) == [same_moment, newer, older]
    assert [s for s in Spotlight.objects.all() if s.is_published()] == [same_moment, newer, older]


def test_future_one_appears_when_its_moment_comes():
    spotlight = make_spotlight(published_at=NOON)

    with time_machine.travel(NOON - timedelta(seconds=1), tick=False):
        before = spotlight.is_published(), spotlight.is_scheduled(), _published()
    with time_machine.travel(NOON, tick=False):
        after = spotlight.is_published(), spotlight.is_scheduled(), _published()

    assert before == (False, True, [])
    assert after == (True, False, [spotlight])


def _published() -> list[Spotlight]:
    return [*Spotlight.objects.published()]


@pytest.mark.parametrize(
    ("own_date", "at", "expected"),
    [
        (None, None, NOON),
        (NOON + timedelta(days=2), None, NOON + timedelta(days=2)),
        (None, NOON + timedelta(days=1), NOON + timedelta(days=1)),
        (NOON + timedelta(days=2), NOON + timedelta(days=1), NOON + timedelta(days=1)),
    ],
)
def test_publishing_dates_from_the_moment_given_or_its_own_date_or_now(own_date, at, expected):
    spotlight = make_draft(published_at=own_date)

    with time_machine.travel(NOON, tick=False):
        spotlight.publish(at=at)

    stored = Spotlight.objects.get()
    assert (stored.status, stored.published_at, stored.updated_at) == ("published", expected, NOON)
    assert (spotlight.status, spotlight.published_at) == (stored.status, stored.published_at)


def test_withdrawing_keeps_the_date_and_publishing_again_keeps_it_too():
    spotlight = make_spotlight()
    first_shown = spotlight.published_at

    spotlight.withdraw()
    withdrawn = Spotlight.objects.get()
    assert (withdrawn.status, withdrawn.published_at) == ("withdrawn", first_shown)

    spotlight.publish()
    published = Spotlight.objects.get()
    assert (published.status, published.published_at) == ("published", first_shown)


@pytest.mark.parametrize("decide", [Spotlight.publish, Spotlight.withdraw])
def test_nothing_moves_when_someone_else_was_first(decide):
    spotlight = make_spotlight(
        status=SpotlightStatus.WITHDRAWN
        if decide is Spotlight.publish
        else SpotlightStatus.PUBLISHED
    )
    stale = Spotlight.objects.get()
    decide(spotlight)
    before = Spotlight.objects.values().get()

    with pytest.raises(PublishingError, match="already published or withdrawn"):
        decide(stale)
    with pytest.raises(PublishingError, match="already published or withdrawn"):
        decide(spotlight)

    assert Spotlight.objects.values().get() == before


def test_draft_cannot_be_withdrawn():
    with pytest.raises(PublishingError, match="is a draft"):
        make_draft().withdraw()

    assert Spotlight.objects.get().status == SpotlightStatus.DRAFT


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"status": "lost"}, "spotlight_status_known"),
        ({"published_at": None}, "spotlight_publishing_is_dated"),
        ({"slug": "feed"}, "spotlight_slug_not_reserved"),
        ({"consent_given_on": None}, "spotlight_published_with_consent"),
        ({"language": "tlh"}, "spotlight_language_known"),
        ({"library_type": "moon"}, "spotlight_library_type_known"),
        (
            {"portrait": "a", "portrait_width": 9, "portrait_height": 9},
            "spotlight_portrait_is_described",
        ),
        ({"portrait": "a", "portrait_alt": "x"}, "spotlight_portrait_is_measured"),
        ({"portrait_width": 9, "portrait_height": 9}, "spotlight_portrait_is_measured"),
        ({"is_featured": True, "status": "draft"}, "spotlight_featured_is_published"),
    ],
)
def test_database_keeps_the_rules(fields, rule):
    with pytest.raises(IntegrityError, match=rule):
        make_spotlight(**fields)


@pytest.mark.parametrize(
    ("rows", "fields", "rule"),
    [
        ("questions", {"question": "Why?", "answer": ""}, "interviewquestion_has_both_sides"),
        ("questions", {"question": "", "answer": "So."}, "interviewquestion_has_both_sides"),
        ("links", {"label": "x", "url": "javascript:alert(1)"}, "spotlightlink_leads_to_the_web"),
        ("links", {"label": "", "url": "https://a.example/"}, "spotlightlink_has_a_label"),
    ],
)
def test_database_keeps_the_rules_of_what_belongs_to_it(rows, fields, rule):
    spotlight = make_spotlight()

    with pytest.raises(IntegrityError, match=rule):
        getattr(spotlight, rows).create(**fields)


def test_database_has_one_featured_at_most():
    make_spotlight(is_featured=True)

    with pytest.raises(IntegrityError, match=r"spotlight_one_featured|is_featured"):
        make_spotlight(is_featured=True)


def test_featuring_one_takes_the_place_of_the_other():
    first, second = make_spotlight(), make_spotlight()

    first.feature()
    second.feature()
    second.feature()

    assert list(Spotlight.objects.filter(is_featured=True)) == [second]
    assert [one.is_featured for one in first.history.all()] == [False, True, False]
    assert [one.is_featured for one in second.history.all()] == [True, False]


def test_only_what_is_shown_can_be_featured():
    draft, later = make_draft(), make_spotlight(published_at=timezone.now() + timedelta(days=1))

    for spotlight in (draft, later):
        with pytest.raises(PublishingError, match="not published yet"):
            spotlight.feature()

    assert not Spotlight.objects.filter(is_featured=True).exists()


def test_withdrawn_one_is_featured_no_more():
    spotlight = make_spotlight(is_featured=True)

    spotlight.withdraw()

    assert (spotlight.is_featured, Spotlight.objects.get().is_featured) == (False, False)


def test_draft_goes_into_review_and_back():
    draft = make_draft()

    draft.submit()
    in_review = Spotlight.objects.get().status
    draft.send_back()

    assert (in_review, Spotlight.objects.get().status) == ("in_review", "draft")
    assert [one.status for one in draft.history.all()] == ["draft", "in_review", "draft"]


@pytest.mark.parametrize(
    ("status", "move"),
    [("published", "submit"), ("in_review", "submit"), ("draft", "send_back")],
)
def test_review_is_for_drafts(status, move):
    spotlight = make_spotlight(status=status)

    with pytest.raises(PublishingError):
        getattr(spotlight, move)()

    assert Spotlight.objects.get().status == status


@pytest.mark.parametrize("status", ["draft", "in_review", "withdrawn"])
def test_nothing_is_published_without_consent(status):
    spotlight = make_spotlight(status=status, consent_given_on=None)

    with pytest.raises(PublishingError, match="Maren O'Pine has not agreed"):
        spotlight.publish()

    assert Spotlight.objects.get().status == status


def test_nothing_is_published_that_says_nothing():
    spotlight = make_draft(body=" \n")

    with pytest.raises(PublishingError, match="says nothing yet"):
        spotlight.publish()
    make_question(spotlight, "Why?", "Because.")
    spotlight.publish()

    assert Spotlight.objects.get().status == "published"


def test_no_spotlight_takes_the_old_address_of_another():
    spotlight = make_spotlight(slug="second")
    spotlight.note_slug_change("first")
    other = make_draft()

    other.slug = "first"
    with pytest.raises(ValidationError, match="address of another spotlight"):
        other.full_clean()
    spotlight.slug = "first"
    spotlight.full_clean()


def test_spotlight_that_takes_its_old_address_back_leads_nowhere_else():
    spotlight = make_spotlight(slug="second")
    spotlight.note_slug_change("first")

    spotlight.slug = "first"
    spotlight.save()
    spotlight.note_slug_change("second")

    assert [change.slug for change in spotlight.slug_changes.all()] == ["second"]


def test_interview_is_in_order_and_headings_go_below_its_questions():
    spotlight = make_spotlight()
    make_question(spotlight, "One?", "# Big\n\n*Yes.*")
    make_question(spotlight, "Two?", "No.")

    assert [str(one) for one in spotlight.questions.all()] == ["One?", "Two?"]
    assert spotlight.questions.first().answer_html == "<h3>Big</h3>\n<p><em>Yes.</em></p>\n"


@pytest.mark.parametrize("language", ["en", "es"])
def test_topic_is_named_in_the_language_of_the_page(language):
    topic = make_topic("Budgets", name_es="Presupuestos")

    with override(language):
        assert topic.name_i18n == {"en": "Budgets", "es": "Presupuestos"}[language]


def test_earlier_and_later_are_published_neighbours():
    now = timezone.now()
    first, second, third = (
        make_spotlight(published_at=now - timedelta(days=days)) for days in (3, 2, 2)
    )
    make_spotlight(published_at=now - timedelta(days=2, hours=1), status="withdrawn")
    make_spotlight(published_at=now - timedelta(days=1), status="draft")
    make_spotlight(published_at=now + timedelta(days=1))

    neighbours = [(s.earlier(), s.later()) for s in (first, second, third)]

    assert neighbours == [(None, second), (first, third), (second, None)]


def test_undated_draft_has_no_neighbours():
    make_spotlight()
    draft = make_draft()

    assert (draft.earlier(), draft.later()) == (None, None)


def test_published_on_is_the_day_in_the_zone_of_the_program():
    late_evening_in_denver = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    program = make_program(time_zone="America/Denver")
    make_spotlight(program=program, published_at=late_evening_in_denver)

    assert Spotlight.objects.get().published_on == date(2026, 2, 28)


def test_changed_at_is_never_before_it_appeared():
    with time_machine.travel(NOON, tick=False):
        scheduled = make_spotlight(published_at=NOON + timedelta(days=3))
        edited = make_spotlight(published_at=NOON - timedelta(days=3))

    assert scheduled.changed_at == NOON + timedelta(days=3)
    assert edited.changed_at == NOON


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Odalys Fernhollow", "OF"), ("Ada", "A"), ("María de la Peña", "MP"), ("élan vital", "ÉV")],
)
def test_initials_are_of_first_and_last_name(name, initials):
    assert Spotlight(person_name=name).initials == initials


def test_affiliation_names_what_is_known():
    assert Spotlight(position_title="Director", town="Juniper Mesa").affiliation == (
        "Director, Juniper Mesa"
    )
    assert Spotlight().affiliation == ""


def test_reserved_slug_is_refused_with_a_sentence():
    spotlight = make_draft()
    spotlight.slug = "feed"

    with pytest.raises(ValidationError, match="address of another page"):
        spotlight.full_clean()

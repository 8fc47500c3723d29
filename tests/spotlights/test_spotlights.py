"""The model: who is published when, and how that changes."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

import spotlights
from spotlights.models import PublishingError, Spotlight, SpotlightStatus
from tests.factories import make_program
from tests.spotlights.factories import make_draft, make_spotlight

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
    ],
)
def test_database_keeps_the_rules(fields, rule):
    with pytest.raises(IntegrityError, match=rule):
        make_spotlight(**fields)


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


def test_demo_spotlights_are_complete():
    path = Path(spotlights.__file__).with_name("demo.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["spotlight"]
    program = make_program()

    for row in rows:
        Spotlight(program=program, **row).full_clean()
        assert 350 <= len(row["body"].split()) <= 500
    assert len(rows) == 2

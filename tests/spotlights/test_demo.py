"""The made-up spotlights of `make demo`."""

from __future__ import annotations

import pytest

from spotlights.demo import MADE_UP, load_spotlights
from spotlights.drawing import Looks, draw_portrait
from spotlights.models import Spotlight, SpotlightTopic
from tests.factories import make_program
from tests.spotlights.factories import make_spotlight

pytestmark = pytest.mark.django_db


def test_demo_spotlights_are_complete():
    assert load_spotlights(make_program()) == 3

    for spotlight in Spotlight.objects.all():
        spotlight.full_clean()
        answers = " ".join(one.answer for one in spotlight.questions.all())
        assert 180 <= len(f"{spotlight.body} {answers}".split()) <= 500
        assert (bool(spotlight.picture), spotlight.topics.count() >= 2) == (True, True)
        assert "made up" in spotlight.body or "no existen" in answers
    assert [one.language for one in Spotlight.objects.all()] == ["en", "en", "es"]
    assert [one.slug for one in Spotlight.objects.filter(is_featured=True)] == ["odalys-fernhollow"]
    assert [*Spotlight.objects.published().found_by("bookmobile")] == [
        Spotlight.objects.get(slug="odalys-fernhollow")
    ]
    assert {topic.slug for topic in SpotlightTopic.objects.filter(spotlights=None)} == set()


def test_a_second_time_adds_nothing():
    program = make_program()
    load_spotlights(program)

    assert (load_spotlights(program), Spotlight.objects.count()) == (0, 3)


def test_what_the_committee_features_stays_featured():
    featured = make_spotlight(is_featured=True)

    load_spotlights(featured.program)

    assert Spotlight.objects.get(is_featured=True) == featured


def test_a_name_is_always_drawn_alike():
    assert Looks.of("Odalys") == Looks.of("Odalys") != Looks.of("Ambrose")
    drawn = [draw_portrait(Looks(**seed["looks"])).tobytes() for seed in MADE_UP["spotlight"]]
    assert len({*drawn}) == len(drawn)

"""Thousands of made-up spotlights, and what measuring them asks for."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from spotlights.management.commands.bench_spotlights import _paths
from spotlights.models import SearchEntry, Spotlight

pytestmark = pytest.mark.django_db


def load(number):
    call_command("load_many_spotlights", number, verbosity=0)


def everything():
    return list(Spotlight.objects.order_by("slug").values_list("slug", "title", "body", "town"))


def test_they_are_always_the_same_and_come_once():
    load(5)
    five = everything()
    load(7)
    seven = everything()
    call_command("load_many_spotlights", remove=True)
    assert Spotlight.objects.count() == SearchEntry.objects.count() == 0
    load(7)

    assert (len(five), len(seven)) == (5, 7)
    assert everything() == seven == [*five, *seven[5:]]


def test_each_is_whole_and_found():
    load(3)

    for spotlight in Spotlight.objects.all():
        spotlight.full_clean()
        rare = spotlight.title.split()[-1]
        assert spotlight.questions.count() == 4
        assert spotlight in Spotlight.objects.published().found_by(rare)


def test_what_is_measured_is_there_and_the_empty_page_is_nowhere_else():
    load(30)
    paths = _paths()

    with override_settings(ROOT_URLCONF="spotlights.management.bench_urls"):
        answers = {name: Client().get(path).status_code for name, path in paths.items()}

    assert answers == dict.fromkeys(paths, 200)
    with pytest.raises(Resolver404):
        resolve(paths["empty"])
    with pytest.raises(NoReverseMatch):
        reverse("empty")


def test_nothing_is_measured_where_nothing_is():
    with pytest.raises(CommandError, match="load_many_spotlights first"):
        _paths()

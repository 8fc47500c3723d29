"""Saying in which time zone one is."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from signups.forms.zones import ZoneField
from signups.models import AccessLink, Application, Draft
from tests.factories import application_data, make_chair, make_cohort, make_program
from tests.signups.test_apply import apply_url

pytestmark = pytest.mark.django_db


def chosen(page: str) -> list[str]:
    """The options that a list of zones shows as chosen."""
    [zones] = re.findall(r'<select name="time_zone".*?</select>', page, re.S)
    return re.findall(r'<option value="([^"]*)" selected', zones)


@pytest.fixture
def cohort():
    return make_cohort(make_program(time_zone="America/Phoenix"))


def test_the_country_of_the_program_comes_first_and_its_zone_is_chosen(client, cohort):
    page = client.get(apply_url(cohort, "mentee")).text

    [zones] = re.findall(r'<select name="time_zone".*?</select>', page, re.S)
    assert re.findall(r'<optgroup label="([^"]*)"', zones)[:2] == ["United States", "Afghanistan"]
    assert chosen(page) == ["America/Phoenix"]
    assert "data-own-zone" in zones


def test_the_zone_is_read_over_by_its_name(client, cohort):
    data = application_data(cohort, "mentee", step="check") | {"time_zone": "Europe/Madrid"}

    page = client.post(apply_url(cohort, "mentee"), data).text

    assert "Madrid (Central European Time)" in page


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("Europe/Madrid", "Europe/Madrid"), ("US/Mountain", "US/Mountain"), (None, ""), ("Mars", "")],
)
def test_a_draft_shows_the_zone_that_was_chosen_and_no_other(client, cohort, kept, shown):
    answers = {} if kept is None else {"time_zone": [kept]}
    draft = Draft.objects.create(
        cohort=cohort, role="mentee", email="ada@example.org", answers=answers
    )

    page = client.get(AccessLink.new_address(draft=draft), follow=True).text

    assert chosen(page) == [shown]
    assert "data-own-zone" not in page


def test_an_old_name_is_taken_and_kept_and_one_that_is_none_is_refused(client, cohort):
    client.post(apply_url(cohort, "mentee"), application_data(cohort, "mentee", time_zone="Mars"))
    assert Application.objects.count() == 0

    data = application_data(cohort, "mentee", time_zone="US/Mountain")
    client.post(apply_url(cohort, "mentee"), data)

    assert Application.objects.get().time_zone == ZoneInfo("US/Mountain")


def test_a_zone_must_be_chosen():
    field = ZoneField()

    assert field.clean("Asia/Kathmandu") == ZoneInfo("Asia/Kathmandu")
    with pytest.raises(ValidationError, match="This field is required"):
        field.clean("")


@pytest.mark.parametrize("zone", ["America/Phoenix", "US/Mountain"])
def test_a_committee_chooses_among_the_same_zones(client, zone):
    program = make_program(time_zone=zone)
    client.force_login(make_chair(program))

    page = client.get(reverse("admin:signups_program_change", args=[program.pk])).text

    assert chosen(page) == [zone]
    assert "Denver (Mountain Time)</option>" in page

"""The privacy and accessibility statements say what is so, and the cookies that are set."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.urls import reverse

from mig_site.retention import policy_rows
from mig_site.statements import COOKIES
from tests.factories import application_data, make_chair, make_cohort, make_program
from tests.signups.test_inquiries import ask, contact_url, link_in

pytestmark = pytest.mark.django_db


def page_of(client, name, language=""):
    return client.get(f"{language}{reverse(name)}").content.decode()


def test_the_privacy_statement_has_every_rule_of_retention(client):
    page = page_of(client, "privacy")

    for what, kept, goes in policy_rows():
        for words in (what, kept, goes):
            assert str(words).replace("'", "&#x27;") in page


def test_each_program_says_how_long_it_keeps_applications(client):
    make_program(name="Lantern", keep_for_days=400)
    make_program(name="Beacon")
    make_program(name="Hidden", is_published=False)

    page = page_of(client, "privacy")

    assert "Lantern keeps applications for 400 days." in page
    assert "The committee of Beacon has not decided yet" in page
    assert "Hidden" not in page


def test_every_page_leads_to_both_statements_and_to_the_contact_form(client):
    page = page_of(client, "home")

    for name in ("privacy", "accessibility", "signups:contact_site"):
        assert f'href="{reverse(name)}"' in page


@pytest.mark.parametrize("name", ["privacy", "accessibility"])
@pytest.mark.parametrize("language", ["", "/es"])
def test_caches_may_keep_them(client, name, language):
    response = client.get(f"{language}{reverse(name)}")

    assert "public" in response["Cache-Control"]
    assert response.cookies == {}
    assert len(re.findall("<h1>", response.content.decode())) == 1


def test_pages_that_are_only_read_set_no_cookie(client):
    cohort = make_cohort()

    for address in ("/", cohort.program.get_absolute_url(), "/lets-connect/", "/contact/sent/"):
        assert client.get(address).cookies == {}


def test_the_cookies_that_are_set_are_those_that_are_named(client, deliver_letters):
    cohort = make_cohort()
    seen = {}

    def note(response):
        seen.update({name: morsel["max-age"] for name, morsel in response.cookies.items()})
        return response

    note(client.get(contact_url(cohort.program)))
    note(ask(client, cohort.program))
    apply_url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])
    note(client.get(apply_url))
    note(client.post(apply_url, application_data(cohort, "mentee")))
    deliver_letters()
    for letter in mail.outbox:
        if "/my/link/" in letter.body:
            note(client.get(link_in(letter)))
    note(client.post(reverse("signups:withdraw")))
    note(client.get(reverse("signups:my_application")))
    chair = make_chair(cohort.program)
    chair.set_password("a long pass phrase")
    chair.save()
    credentials = {"username": chair.username, "password": "a long pass phrase"}
    note(client.post(reverse("admin:login"), credentials))
    note(client.get(reverse("admin:index")))

    assert sorted(seen) == sorted(cookie.name for cookie in COOKIES)

"""What holds for every request: the content policy, and answers to what is malformed."""

import re

import pytest
from django.core.management import call_command
from django.test import Client

from tests.factories import make_chair, make_cohort

PAGES = [
    "/",
    "/programs/{program}/",
    "/programs/{program}/how-we-match/",
    "/programs/{program}/{cohort}/apply/mentee/",
    "/lets-connect/",
    "/no-such-page/",
    "/admin/login/",
]
COMMITTEE_PAGES = ["/admin/", "/admin/signups/program/", "/admin/matching/matchrun/add/"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES + COMMITTEE_PAGES)
def test_page_is_under_the_content_policy_and_needs_nothing_it_forbids(client, page):
    cohort = make_cohort()
    if page in COMMITTEE_PAGES:
        client.force_login(make_chair(cohort.program))

    response = client.get(page.format(program=cohort.program.slug, cohort=cohort.slug))

    policy = response["Content-Security-Policy"].split("; ")
    assert "default-src 'self'" in policy
    assert "img-src 'self' data:" in policy
    assert "unsafe" not in response["Content-Security-Policy"]
    html = response.content.decode()
    assert "</html>" in html
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", html) == []
    assert re.findall(r"<style\b", html) == []
    assert re.findall(r"<[^>]*\s(?:style|on[a-z]+)=[\"'][^>]*>", html) == []
    assert re.findall(r"(?:src|href)=[\"'](?:https?:)?//[^\"']*\.(?:js|css|png|woff2?)", html) == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/programs/a%00b/", "/lets-connect/?page=%00", "/%00"])
def test_nul_character_is_a_bad_request(client, address):
    response = client.get(address)

    assert response.status_code == 400
    assert "no page of ours knows" in response.content.decode()


@pytest.mark.django_db
def test_form_in_an_encoding_that_is_none_of_ours_is_a_bad_request():
    cohort = make_cohort()
    address = f"/programs/{cohort.program.slug}/{cohort.slug}/apply/mentee/"
    # Django's own handler of bad requests reads the form again, for the token: a 500.
    client = Client(enforce_csrf_checks=True)
    client.get(address)

    response = client.post(
        address,
        "name=Ada",
        content_type="application/x-www-form-urlencoded; charset=utf-7",
    )

    assert response.status_code == 400


@pytest.mark.django_db
def test_addresses_that_make_run_prints_lead_somewhere(client, settings):
    call_command("load_programs", verbosity=0)
    makefile = (settings.BASE_DIR / "Makefile").read_text()

    addresses = re.findall(r"http://127\.0\.0\.1:\$\(PORT\)(/[^\"]*)", makefile)

    assert addresses[0] == "/"
    assert {address: client.get(address, follow=True).status_code for address in addresses} == (
        dict.fromkeys(addresses, 200)
    )

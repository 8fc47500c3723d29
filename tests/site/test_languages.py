"""A page's address says in which language it is; browsers and cookies do not."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from tests.factories import make_program

pytestmark = pytest.mark.django_db

PREFIXES = {"en": "", "es": "/es"}


def language_of(response) -> str:
    [language] = re.findall(r'<html lang="(\w+)"', response.text)
    return language


@pytest.mark.parametrize(("address", "language"), [("/", "en"), ("/es/", "es")])
def test_address_decides_the_language(client, address, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es" if language == "en" else "en"

    response = client.get(address, HTTP_ACCEPT_LANGUAGE="es" if language == "en" else "en")

    assert language_of(response) == language
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" not in response.headers.get("Vary", "")


def test_page_links_to_itself_in_the_other_language(client):
    make_program(slug="own")

    pages = {code: client.get(f"{prefix}/programs/own/?a=b") for code, prefix in PREFIXES.items()}

    addresses = {code: f"{prefix}/programs/own/?a=b" for code, prefix in PREFIXES.items()}
    for code, other in [("en", "es"), ("es", "en")]:
        links = re.findall(r'<a href="([^"]+)" lang="(\w+)" hreflang', pages[code].text)
        assert links == [(addresses[other], other)]
        alternates = re.findall(
            r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)"', pages[code].text
        )
        assert dict(alternates) == {
            one: settings.SITE_URL + address for one, address in addresses.items()
        }


def test_the_admin_has_one_language(client, admin_client):
    response = admin_client.get("/admin/", HTTP_ACCEPT_LANGUAGE="es")

    assert response.headers["Content-Language"] == "en"
    assert admin_client.get("/es/admin/").status_code == 404

"""A whole visit in Spanish: from the home page to the letter, and to the page behind its link."""

from __future__ import annotations

import re

from django.conf import settings
from django.core import mail
from playwright.sync_api import Page, expect

from signups.models import Application
from tests.browser.test_journeys import cal, first_option  # noqa: F401


def test_a_mentee_applies_in_spanish(page: Page, cal, deliver_letters):  # noqa: F811
    page.goto("/")
    page.get_by_role("link", name="Español").first.click()
    page.get_by_role("link", name=re.compile("Solicitar mentoría en CAL MIG")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Solicitud como persona mentoreada")
    expect(page.locator("html")).to_have_attribute("lang", "es")

    page.get_by_label("Su nombre").fill("Íñigo Núñez")
    page.get_by_label("Dirección de correo electrónico").fill("inigo@example.org")
    page.get_by_role("button", name="Revisar antes de enviar").click()

    # What is missing is said in Spanish, by us and by Django.
    expect(page.get_by_role("alert")).to_contain_text("Elija la etapa que mejor corresponda.")
    expect(page.get_by_label("Su nombre")).to_have_value("Íñigo Núñez")

    first_option(page, "Etapa profesional")
    first_option(page, "Tipo de biblioteca en la que trabaja ahora")
    first_option(page, "Lo que más le interesa")
    page.get_by_label("Lo que espera").fill("Quiero aprender a dirigir un equipo.")
    first_option(page, "Forma de mentoría que más le gustaría")
    first_option(page, "Dónde se encuentra obligatorio")
    for group in ("Formas de reunirse", "Idiomas"):
        boxes = page.get_by_role("group", name=re.compile(group)).get_by_role("checkbox")
        boxes.first.check()
    page.get_by_label(re.compile("Acepto las reglas")).check()
    page.get_by_role("button", name="Revisar antes de enviar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revise su solicitud")
    page.get_by_role("button", name="Enviar mi solicitud como persona mentoreada").click()

    expect(page).to_have_url(re.compile("/es/.*/applied/mentee/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Gracias")
    assert Application.objects.get().language == "es"
    deliver_letters()
    [message] = mail.outbox
    assert message.subject == "Tenemos su solicitud a CAL MIG"
    [link] = re.findall(rf"{settings.SITE_URL}(/es/my/link/\S+)", message.body)

    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tenemos su solicitud")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("status")).to_contain_text("Language of our letters to you")
    assert Application.objects.get().language == "en"

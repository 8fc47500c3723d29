"""Letters as people read them who wrote to us in Spanish."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from matching.introductions import introduce
from matching.models import Pairing
from matching.offers import as_seen, make_offers
from signups import emails
from signups.letters import write
from signups.models import Role
from tests.factories import (
    application_data,
    make_chair,
    make_cohort,
    make_mentee,
    make_mentor,
    make_program,
)
from tests.matching.factories import make_run

pytestmark = pytest.mark.django_db

IN_SPANISH = {
    "topics": {"Cataloging": "Catalogación"},
    "librarytypes": {"Public": "Pública"},
    "languages": {"English": "Inglés", "Spanish": "Español"},
    "meetingways": {"Video": "Videollamada"},
    "formats": {"One-to-one pair": "Pareja uno a uno"},
}


@pytest.fixture(autouse=True)
def _in_november():
    with time_machine.travel(datetime(2026, 11, 27, 18, tzinfo=UTC)):
        yield


@pytest.fixture
def cohort(db):
    program = make_program(name="CAL MIG", contact_email="mig@example.org")
    for name, texts in IN_SPANISH.items():
        for option in getattr(program, name).all():
            option.name_es = texts.get(option.name)
            option.save()
    return make_cohort(
        program,
        name="Spring",
        name_es="Primavera",
        answer_by=date(2026, 12, 15),
        starts_on=date(2027, 1, 4),
        ends_on=date(2027, 6, 30),
    )


def paragraphs(message):
    """The body, paragraph by paragraph, links without their tokens."""
    body = re.sub(r"http://\S+?(/es/\S*?)[\w-]{20,}/", r"\1…", message.body)
    return body.strip().split("\n\n")


def test_an_application_sent_from_a_spanish_page_is_confirmed_in_spanish(
    client, cohort, deliver_letters
):
    with override("es"):
        address = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, Role.MENTEE])
    client.post(address, application_data(cohort, Role.MENTEE, name="Ida Vitale"))
    deliver_letters()

    [message] = mail.outbox
    assert message.subject == "Tenemos su solicitud a CAL MIG"
    said = paragraphs(message)
    assert said[:3] == [
        "Hola, Ida Vitale:",
        "Gracias por presentar su solicitud a CAL MIG (Primavera) como persona mentoreada. Su "
        "solicitud ha llegado y no tiene que hacer nada ahora.",
        "Qué pasa a continuación:",
    ]
    assert said[3].splitlines()[0] == (
        "- El comité lee todas las solicitudes. Tendrá noticias nuestras a más tardar el 15 de "
        "diciembre de 2026."
    )
    assert said[4] == (
        "Las mentorías comienzan el 4 de enero de 2027 y terminan el 30 de junio de 2027."
    )
    assert said[5].splitlines()[1:] == [
        "/es/my/link/…",
        "No comparta este enlace: quien lo tiene puede leer y cambiar su solicitud.",
    ]
    assert said[-1].splitlines()[:2] == ["Un saludo cordial,", "El comité de CAL MIG"]


def test_a_decision_is_told_in_spanish(cohort, deliver_letters):
    write([emails.decision(make_mentee(cohort, language="es", name="Ida Vitale"))])
    deliver_letters()

    [message] = mail.outbox
    assert message.subject == "Su solicitud ha sido aceptada: CAL MIG"
    assert paragraphs(message)[1] == (
        "Buenas noticias: el comité de CAL MIG ha aceptado su solicitud como persona mentoreada "
        "(Primavera). ¡Le damos la bienvenida!"
    )


@pytest.fixture
def pairing(cohort):
    make_mentee(cohort, language="es", name="Ida Vitale", email="ida@example.org")
    make_mentor(cohort, language="es", name="Edna Vega", email="edna@example.org")
    make_run(cohort)
    pairing = Pairing.objects.get()
    pairing.approve(by=make_chair(cohort.program))
    return pairing


REASONS = {
    "ida@example.org": [
        "- Su persona mentora cubre el único tema que usted pidió: Catalogación (primera opción).",
        "- Su persona mentora conoce el tipo de biblioteca en que usted trabaja o desea trabajar: "
        "Pública.",
        "- Usted y su persona mentora pueden usar: Videollamada. Viven en la misma región.",
        "- Su persona mentora está dos etapas profesionales por delante de usted.",
    ],
    "edna@example.org": [
        "- Usted cubre el único tema que pidió su persona mentoreada: Catalogación (primera "
        "opción).",
        "- Su persona mentoreada trabaja, o desea trabajar, en un tipo de biblioteca que usted "
        "conoce: Pública.",
        "- Usted y su persona mentoreada pueden usar: Videollamada. Viven en la misma región.",
        "- Usted está dos etapas profesionales por delante de su persona mentoreada.",
    ],
}


def reasons_in(message):
    return [line for line in message.body.splitlines() if line.startswith("- ")]


def test_an_offer_says_in_spanish_why_two_people_fit(cohort, pairing, deliver_letters):
    answer_by = timezone.now() + timedelta(days=7)
    make_offers(cohort, [as_seen(pairing)], answer_by=answer_by, by=make_chair(cohort.program))
    deliver_letters()

    letters = {message.to[0]: message for message in mail.outbox}
    assert {to: message.subject for to, message in letters.items()} == {
        "ida@example.org": "Hemos encontrado una persona mentora para usted en CAL MIG: Edna Vega",
        "edna@example.org": (
            "Hemos encontrado una persona mentoreada para usted en CAL MIG: Ida Vitale"
        ),
    }
    assert {to: reasons_in(message) for to, message in letters.items()} == REASONS
    assert "el viernes 4 de diciembre de 2026, 11:00 a.m. MST" in letters["ida@example.org"].body


def test_an_introduction_is_in_spanish_from_the_first_word_to_the_last(
    cohort, pairing, deliver_letters
):
    introduce(cohort, [pairing.pk])
    deliver_letters()

    letters = {message.to[0]: message for message in mail.outbox}
    assert {to: reasons_in(message) for to, message in letters.items()} == REASONS
    to_mentee = letters["ida@example.org"]
    assert to_mentee.subject == "Le presentamos a su persona mentora en CAL MIG: Edna Vega"
    assert "Cómo trabajarán: Pareja uno a uno." in paragraphs(to_mentee)
    # Nothing of ours is left in English; what people wrote stays as they wrote it.
    english = re.findall(r"\b(?:the|your|you|and|we)\b", to_mentee.body)
    assert english == []

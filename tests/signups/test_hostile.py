"""What only programs send: answered with a sentence or dropped, never a fault of ours."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from signups.forms.fields import clean_line, clean_text
from signups.models import Application, Draft, Role
from tests.factories import application_data, make_cohort, make_question

pytestmark = pytest.mark.django_db

LONG_ADDRESS = "a@" + ".".join(["b" * 60] * 5) + ".org"

HOSTILE = [
    {"name": "\x00"},
    {"name": "Ada\r\nBcc: x@example.org"},
    {"name": "\ue000link\ue000"},
    {"name": "\u202eadA \U0001f4da" * 500},
    {"pronouns": "\U0001f469\u200d\U0001f52c" * 13},
    {"email": "ada@example.org\r\nBcc: x@example.org"},
    {"email": LONG_ADDRESS},
    {"email": "ada\x00@example.org"},
    {"email": ["ada@example.org", "bob@example.org"]},
    {"statement": "x" * 1_000_000},
    {"statement": "\x00\x08\ud800".encode(errors="replace").decode()},
    {"topic_1": "no number"},
    {"topic_1": "9" * 30},
    {"topics": ["1"] * 1000},
    {"topics": [str(n) for n in range(1000)]},
    {"formats": ["9" * 30]},
    {"formats": ["\x00"]},
    {"formats": [str(n) for n in range(4000)]},
    {"format_1": "9" * 30},
    {"format_2": "\x00"},
    {"times": ["9" * 30]},
    {"wish_1": "x" * 201},
    {"wish_2": "\x00"},
    {"time_zone": "../../etc/passwd"},
    {"time_zone": "\x00"},
    {"capacity": "-1"},
    {"capacity": "9" * 5000},
    {"role": "mentor", "status": "accepted", "cohort": "1", "pk": "1", "id": "1"},
    {"version": "9" * 5000},
    {"version": "\u0663"},
    {"step": "\x00"},
    {"step": ["send", "save"]},
    {"opened": "\x00"},
    {"\x00": "\x00"},
    {"questions-q1": "\x00"},
]


@pytest.mark.parametrize("answers", HOSTILE, ids=lambda answers: next(iter(answers)).strip("\x00"))
def test_hostile_answers_are_refused_or_harmless(client, deliver_letters, answers):
    cohort = make_cohort()
    for kind in ("text", "several", "file"):
        make_question(cohort, kind=kind, options=["A"])

    statuses = {
        client.post(
            reverse("signups:apply", args=[cohort.program.slug, cohort.slug, role]),
            application_data(cohort, role, **{"step": step, **answers}),
        ).status_code
        for role in Role
        for step in ("check", "send", "save")
    }
    deliver_letters()

    assert statuses <= {200, 302}
    for application in Application.objects.all():
        assert application.status == "received"
        assert (application.capacity is None) == (application.role == Role.MENTEE)
        assert clean_line(application.name) == application.name
    for message in mail.outbox:
        assert len(message.recipients()) == 1
        assert "\n" not in message.subject


def test_a_body_larger_than_any_form_is_a_bad_request(client):
    cohort = make_cohort()
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])

    response = client.post(url, application_data(cohort, Role.MENTEE, statement="x" * 3_000_000))

    assert response.status_code == 400


def test_more_fields_than_any_form_has_are_a_bad_request(client):
    cohort = make_cohort()
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentor"])

    response = client.post(url, {"topics": ["1"] * 6000})

    assert response.status_code == 400


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "hex", "rot13", "nonsense"])
@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_form_in_any_encoding_but_ours_is_a_bad_request(client, content_type, charset):
    url = reverse("signups:lost_link")
    body = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n+2AA-\r\n--x--\r\n'

    response = client.generic("POST", url, body, f"{content_type}; charset={charset}")

    assert response.status_code == 400


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_a_form_that_names_our_encoding_is_read(client, charset):
    content_type = f"application/x-www-form-urlencoded; charset={charset}"

    response = client.generic(
        "POST", reverse("signups:lost_link"), b"email=ada%40example.org", content_type
    )

    assert (response.status_code, response.context["email"]) == (200, "ada@example.org")


def test_a_line_has_nothing_that_turns_breaks_or_steers_it():
    assert (
        clean_line(" Ada\r\n\tO'Hara\u2028\u202e!\u2066\x00\x1b[31m\ue000 ") == "Ada O'Hara ![31m"
    )


def test_names_of_every_script_stay_as_they_are():
    names = [
        "Zoë",
        "Ольга",
        "שרה\u200f",
        "\u0645\u06cc\u200c\u062e\u0648",
        "\U00020bb7野",
        "\U0001f469\u200d\U0001f52c",
    ]

    assert [clean_line(name) for name in names] == names


def test_passages_keep_their_lines():
    assert clean_text("One\r\ntwo\rthree\n\tfour\x00") == "One\ntwo\nthree\n\tfour"


def test_what_a_draft_holds_is_text_that_every_database_keeps(client):
    cohort = make_cohort()
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])

    client.post(url, application_data(cohort, Role.MENTEE, step="save", name="A\x00da\u202e"))

    assert Draft.objects.get().answers["name"] == ["Ada"]

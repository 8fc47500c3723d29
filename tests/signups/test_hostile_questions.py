"""Script in every field of the contact form and in answers to frequent questions stays words."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.urls import reverse

from signups.disclosure import everything_about
from signups.models import AccessLink, FrequentQuestion, Inquiry
from tests.factories import make_chair, make_cohort, make_mentee, make_program
from tests.signups.test_inquiries import answer, ask, page_in_admin

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# After the lists of OWASP and PortSwigger: an element, a way out of an attribute, an address,
# a template, a formula, a way out of a comment, and what parsers mend into an element.
VECTORS = [
    "<script>alert(1)</script>",
    "<ScRiPt/x>alert(1)</ScRiPt>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><img src=x onerror='alert(1)'>",
    "' onfocus=alert(1) autofocus x='",
    "<details open ontoggle=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    '![x](x" onerror="alert(1))',
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)>",
    "--><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "{{ settings.SECRET_KEY }}{% include 'x' %}",
    '=HYPERLINK("https://evil.example")',
]


class Live(HTMLParser):
    """What a page would run or load: elements and attributes that our own pages have none of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"iframe", "math"}:
            self.found.append(tag)
        if (tag == "script" and "src" not in given) or given.get("src") == "x":
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in given if name.startswith("on")]
        self.found += [
            f"{tag} {name}"
            for name, value in attrs
            if re.match(r"\s*javascript:", value or "", re.IGNORECASE)
        ]


@pytest.mark.parametrize("vector", VECTORS)
def test_a_question_is_harmless_wherever_it_is_shown(client, deliver_letters, vector):
    program = make_program()
    person = make_mentee(make_cohort(program), email="ada@example.org")
    pages = [
        ask(client, program, name=vector, subject=vector, words=vector, email=vector),
        ask(client, program, name="", subject=vector, words=vector),
    ]
    ask(client, program, name=vector, subject=vector, words=vector)
    inquiry = Inquiry.objects.get()
    client.get(re.search(r"/my/link/\S+", AccessLink.new_address(inquiry=inquiry))[0])
    pages.append(client.get(reverse("signups:my_question")))
    pages.append(client.post(reverse("signups:my_question"), {"words": ""}))
    client.force_login(make_chair(program))
    pages.append(answer(client, inquiry, vector, seen="0"))
    answer(client, inquiry, vector)
    pages.append(client.get(page_in_admin(inquiry)))
    pages.append(client.get(page_in_admin(inquiry, "history")))
    pages.append(client.get(reverse("admin:signups_inquiry_changelist")))
    deliver_letters()

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert [Live(page.content.decode()).found for page in pages] == [[]] * len(pages)
    # Letters are text, with nothing of a header in a subject; downloads are data.
    for letter in mail.outbox:
        assert letter.content_subtype == "plain"
    told = json.loads(json.dumps(everything_about(person)))
    assert told["questions asked"][0]["messages"][0]["words"] == vector


@pytest.mark.parametrize("vector", VECTORS)
def test_a_frequent_question_is_harmless_in_both_languages(client, vector):
    program = make_program()
    FrequentQuestion.objects.create(
        program=program, question=vector, question_es=vector, answer=vector, answer_es=vector
    )

    for language in ("", "/es"):
        page = client.get(f"{language}{program.get_absolute_url()}").content.decode()
        assert Live(page).found == []
    client.force_login(make_chair(program))
    admin = client.get(reverse("admin:signups_program_change", args=[program.pk]))
    assert Live(admin.content.decode()).found == []


@pytest.mark.parametrize("field", ["name", "subject"])
def test_a_line_break_in_a_field_makes_no_header(client, deliver_letters, field):
    ask(client, make_program(), **{field: "Ada\r\nBcc: x@example.org"})
    deliver_letters()

    for letter in mail.outbox:
        assert len(letter.recipients()) == 1
        assert "\n" not in letter.subject
        assert "Bcc" not in letter.message()

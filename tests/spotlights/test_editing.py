"""Writing in the admin: preview, rows in order, states by buttons, two editors at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from spotlights import portrayed
from spotlights.models import InterviewQuestion, Spotlight, SpotlightLink
from tests.factories import make_chair, make_program, make_spotlight_editor
from tests.spotlights.factories import (
    make_draft,
    make_question,
    make_spotlight,
    make_topic,
    spotlight_data,
)
from tests.spotlights.html import parse, texts

pytestmark = pytest.mark.django_db

ADD = reverse("admin:spotlights_spotlight_add")
CHANGELIST = reverse("admin:spotlights_spotlight_changelist")
PREVIEW_NEW = reverse("admin:spotlights_spotlight_preview_new")


def change_page(spotlight):
    return reverse("admin:spotlights_spotlight_change", args=[spotlight.pk])


def preview_page(spotlight):
    return reverse("admin:spotlights_spotlight_preview", args=[spotlight.pk])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def rows(prefix, *forms, n_initial=0):
    data = {f"{prefix}-TOTAL_FORMS": str(len(forms)), f"{prefix}-INITIAL_FORMS": str(n_initial)}
    for number, form in enumerate(forms):
        data |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
    return data


@pytest.fixture
def editor(client):
    """A draft, and a browser of somebody who edits it but does not publish."""
    draft = make_draft(body="")
    client.force_login(make_spotlight_editor(draft.program))
    return draft


def test_the_preview_is_the_public_page_with_what_the_form_holds(client, editor):
    topic = make_topic("Bookmobiles")
    data = spotlight_data(editor, title="Brand new", body="So *new*.", topics=[topic.pk])
    data |= rows(
        "questions",
        {"question": "Second?", "answer": "Two.", "position": "20"},
        {"question": "First?", "answer": "**One.**", "position": "10"},
        {"question": "Not this", "answer": "Gone", "position": "5", "DELETE": "on"},
    )
    data |= rows("links", {"label": "Her library", "url": "https://library.example/"})

    response = client.post(preview_page(editor), data)

    page = parse(response.content.decode())
    assert texts(page, ".//h1") == ["Brand new"]
    assert "<em>new</em>" in response.content.decode()
    stored = Spotlight.objects.get()
    assert (stored.title, stored.questions.count(), stored.links.count()) == (editor.title, 0, 0)
    assert stored.topics.count() == 0


def test_a_preview_stands_in_a_frame_of_our_own_and_in_no_cache(client, editor):
    preview = client.post(preview_page(editor), spotlight_data(editor))
    form = client.get(change_page(editor))

    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert "no-store" in preview["Cache-Control"]
    assert form["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in form["Content-Security-Policy"]


def test_a_preview_says_kindly_what_is_still_missing_and_shows_the_rest(client, editor):
    data = spotlight_data(editor, title="", summary="x" * 301, person_name="Ines O'Dell")
    data |= rows("links", {"label": "Her library", "url": "javascript:alert(1)"})

    html = client.post(preview_page(editor), data).content.decode()

    assert "Title: This field is required." in html
    assert "Summary: Ensure this value has at most 300 characters (it has 301)." in html
    assert "x" * 301 in html
    assert "Ines O&#x27;Dell" in html
    assert 'href="javascript:' not in html


def test_what_was_never_saved_has_a_preview_too(client):
    program = make_program()
    client.force_login(make_spotlight_editor(program))
    data = spotlight_data(Spotlight(program=program, pk=0), title="At first sight", slug="")
    data |= rows("questions", {"question": "Why?", "answer": "Because."})

    answers = [client.post(PREVIEW_NEW, data), client.post(PREVIEW_NEW, {})]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "At first sight" in answers[0].content.decode()
    assert "Program: This field is required." in answers[1].content.decode()
    assert Spotlight.objects.count() == 0


def test_a_stranger_previews_nothing(client, editor):
    client.force_login(make_spotlight_editor(make_program()))

    assert client.post(preview_page(editor), spotlight_data(editor)).status_code == 404


def test_scripts_in_the_form_come_out_harmless_in_the_preview(client, editor):
    vector = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    data = spotlight_data(editor, title=vector, person_name=vector, body=vector, pull_quote=vector)
    data |= rows("questions", {"question": vector, "answer": vector})

    html = client.post(preview_page(editor), data).content.decode()

    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_rows_are_kept_in_order_whatever_their_numbers(client, editor):
    client.post(
        change_page(editor),
        spotlight_data(editor)
        | rows(
            "questions",
            {"question": "Last?", "answer": "C", "position": ""},
            {"question": "Second?", "answer": "B", "position": "7"},
            {"question": "First?", "answer": "A", "position": "3"},
            {"question": "", "answer": "", "position": "1"},
        ),
    )
    first = list(InterviewQuestion.objects.values_list("question", "position"))
    c, b = InterviewQuestion.objects.get(answer="C"), InterviewQuestion.objects.get(answer="B")
    a = InterviewQuestion.objects.get(answer="A")
    client.post(
        change_page(editor),
        spotlight_data(Spotlight.objects.get())
        | rows(
            "questions",
            *(
                {
                    "id": row.pk,
                    "spotlight": editor.pk,
                    "question": row.question,
                    "answer": row.answer,
                    "position": "15" if row == c else str(row.position),
                }
                for row in (a, b, c)
            ),
            n_initial=3,
        ),
    )

    assert first == [("First?", 10), ("Second?", 20), ("Last?", 30)]
    assert list(InterviewQuestion.objects.values_list("question", "position")) == [
        ("First?", 10),
        ("Last?", 20),
        ("Second?", 30),
    ]


def test_rows_of_a_new_spotlight_are_kept_in_order_too(client, editor):
    data = spotlight_data(editor, slug="brand-new") | rows(
        "links",
        {"label": "B", "url": "https://b.example/", "position": "2"},
        {"label": "A", "url": "https://a.example/", "position": "1"},
    )

    client.post(ADD, data)

    assert list(SpotlightLink.objects.values_list("label", "position")) == [("A", 10), ("B", 20)]


def test_an_editor_sends_to_review_and_back_but_does_not_publish(client, editor):
    data = spotlight_data(editor, body="Text.")
    form = client.get(change_page(editor)).content.decode()

    client.post(change_page(editor), data | {"_submit": "1"})
    in_review = Spotlight.objects.get().status
    client.post(change_page(editor), data | {"_publish": "1"})
    not_published = Spotlight.objects.get().status
    client.post(change_page(editor), data | {"_send_back": "1"})

    assert ('name="_submit"' in form, 'name="_publish"' in form) == (True, False)
    assert (in_review, not_published, Spotlight.objects.get().status) == (
        "in_review",
        "in_review",
        "draft",
    )


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        ("draft", ["_read", "_submit", "_publish"]),
        ("in_review", ["_read", "_send_back", "_publish"]),
        ("published", ["_read", "_withdraw"]),
        ("withdrawn", ["_read", "_publish"]),
    ],
)
def test_a_chair_sees_the_buttons_that_fit(client, status, buttons):
    spotlight = make_spotlight(status=status)
    client.force_login(make_chair(spotlight.program))

    form = client.get(change_page(spotlight)).content.decode()

    names = ["_read", "_submit", "_send_back", "_publish", "_unschedule", "_withdraw"]
    assert [name for name in names if f'name="{name}"' in form] == buttons


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"consent_given_on": None}, "has not agreed to it. Note the day of their consent first."),
        ({"body": ""}, "it says nothing yet. Write a text, or a question with its answer."),
    ],
)
def test_a_refused_publishing_says_what_to_mend_and_keeps_the_edit(client, fields, sentence):
    draft = make_draft(**fields)
    client.force_login(make_chair(draft.program))

    answer = client.post(change_page(draft), spotlight_data(draft, town="Elsewhere", _publish="1"))

    stored = Spotlight.objects.get()
    assert (stored.status, stored.town) == ("draft", "Elsewhere")
    assert any(sentence.lower() in message.lower() for message in said(answer))


def test_the_moment_is_entered_and_shown_in_the_zone_of_the_program(client):
    draft = make_draft(program=make_program(time_zone="America/Denver"))
    client.force_login(make_chair(draft.program))
    data = spotlight_data(draft, published_at_0="2999-07-01", published_at_1="08:00:00")

    answer = client.post(change_page(draft), data | {"_publish": "1"})
    page = parse(client.get(change_page(draft)).content.decode())
    listed = client.get(CHANGELIST).content.decode()

    stored = Spotlight.objects.get()
    assert stored.published_at == datetime(2999, 7, 1, 14, tzinfo=UTC)
    assert stored.is_scheduled()
    assert any("July 2999, 8:00 a.m. MDT (America/Denver)" in message for message in said(answer))
    shown = " ".join(texts(page, ".//div[@class='readonly']"))
    assert "July 2999, 8:00 a.m. MDT (America/Denver)" in shown
    assert "8:00 a.m. MDT (America/Denver)" in listed


def test_a_scheduled_one_appears_by_itself_and_can_be_taken_off_the_schedule(client):
    scheduled = make_spotlight(published_at=timezone.now() + timedelta(days=2))
    other = make_spotlight(
        program=scheduled.program, published_at=timezone.now() + timedelta(days=2)
    )
    client.force_login(make_chair(scheduled.program))
    before = Client().get(scheduled.get_absolute_url()).status_code

    form = client.get(change_page(other)).content.decode()
    client.post(change_page(other), spotlight_data(other, _unschedule="1"))
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        after = [Client().get(one.get_absolute_url()).status_code for one in (scheduled, other)]

    assert 'name="_unschedule"' in form
    assert (before, after) == (404, [200, 404])


def test_of_two_editors_the_second_is_told_what_changed_and_loses_nothing(client, editor):
    opened = client.get(change_page(editor)).context["seen"]
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        other = Client()
        other.force_login(make_chair(editor.program))
        theirs = spotlight_data(editor, seen=opened, title="Theirs") | rows(
            "questions", {"question": "Their question?", "answer": "Yes."}
        )
        other.post(change_page(editor), theirs)
        mine = spotlight_data(editor, seen=opened, body="Mine, long in the making.")
        refused = client.post(change_page(editor), mine)
        page = refused.content.decode()
        again = mine | {"seen": refused.context["seen"], "title": "Theirs"}
        saved = client.post(change_page(editor), again)

    assert refused.status_code == 200
    assert "somebody else changed this spotlight while you were writing" in page
    assert "Mine, long in the making." in page
    assert "<ins>Theirs</ins>" in page
    assert "Their question?" in page
    assert saved.status_code == 302
    stored = Spotlight.objects.get()
    assert (stored.title, stored.body) == ("Theirs", "Mine, long in the making.")
    assert stored.questions.count() == 1


def test_who_publishes_while_someone_writes_is_told_to_them_too(client, editor):
    opened = client.get(change_page(editor)).context["seen"]
    portrayed.agree(editor, seen=editor.wording())
    Spotlight.objects.get().submit()

    refused = client.post(change_page(editor), spotlight_data(editor, seen=opened, title="Late"))

    assert refused.status_code == 200
    assert Spotlight.objects.get().title == editor.title


@pytest.mark.parametrize("n_spotlights", [1, 3])
def test_the_list_takes_the_same_number_of_queries_with_everything_filled(
    client, django_assert_num_queries, n_spotlights
):
    programs = [make_program() for _ in range(n_spotlights)]
    chair = make_chair(*programs)
    for program in programs:
        spotlight = make_spotlight(program=program, contact_email="maren@pine.example")
        make_question(spotlight, "Why?", "Because.")
        portrayed.send_to_read(spotlight, by=chair, n_before=0)
        portrayed.agree(spotlight, seen=spotlight.wording())
        portrayed.ask_for_change(spotlight, words="More of it.")
    client.force_login(chair)

    with django_assert_num_queries(9):
        page = parse(client.get(CHANGELIST).content.decode())

    assert texts(page, ".//td[@class='field-consent']") == ["Asks for a change"] * n_spotlights


def test_the_list_says_how_the_consent_stands(client):
    program = make_program()
    chair = make_chair(program)
    drafts = [make_draft(program=program, consent_given_on=None) for _ in range(4)]
    Spotlight.objects.update(contact_email="maren@pine.example")
    _, asked, agreed, changed = (Spotlight.objects.get(pk=one.pk) for one in drafts)
    with time_machine.travel("2026-03-01T12:00:00+00:00"):
        portrayed.send_to_read(asked, by=chair, n_before=0)
        for one in (agreed, changed):
            portrayed.agree(one, seen=one.wording())
    Spotlight.objects.filter(pk=changed.pk).update(title="Else")
    client.force_login(chair)

    page = parse(client.get(CHANGELIST).content.decode())

    assert texts(page, ".//td[@class='field-consent']") == [
        "To an earlier text",
        "Agreed, 1 March 2026",
        "Asked, 1 March 2026",
        "Not asked",
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_of_two_who_save_at_the_same_moment_one_is_asked_to_look():
    draft = make_draft()
    clients = [Client(), Client()]
    for browser in clients:
        browser.force_login(make_chair(draft.program))
    seen = Spotlight.objects.get().updated_at.isoformat()
    together, done = threading.Barrier(2), []

    def do(browser, title):
        together.wait()
        try:
            data = spotlight_data(draft, seen=seen, title=title)
            done.append(browser.post(change_page(draft), data).status_code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=do, args=(browser, title))
        for browser, title in zip(clients, ("One", "Two"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == [200, 302]


def test_a_picture_that_is_not_saved_is_told_of_and_one_taken_away_is_not_shown(client, editor):
    data = spotlight_data(editor)
    Spotlight.objects.update(
        portrait="a" * 32, portrait_width=8, portrait_height=9, portrait_alt="She laughs."
    )

    shown, chosen, away = (
        client.post(preview_page(editor), data | {"portrait_alt": "She laughs.", **more}).content
        for more in ({}, {"_portrait_chosen": "yes"}, {"remove_portrait": "on"})
    )

    told = b"it is shown once it is saved"
    assert [told in page for page in (shown, chosen, away)] == [False, True, False]
    assert [b'alt="She laughs."' in page for page in (shown, chosen, away)] == [True, True, False]

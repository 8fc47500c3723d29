"""The person portrayed reads, agrees, asks for changes and takes it back, by a link alone."""

from __future__ import annotations

import logging
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mig_site.logs import WithoutTokens
from signups.models import Letter, LetterStatus
from signups.models.links import hash_of
from spotlights import portrayed
from spotlights.models import (
    PortrayedLink,
    PublishingError,
    Reading,
    Reply,
    Spotlight,
    SpotlightStatus,
)
from tests.factories import make_chair, make_program, make_spotlight_editor
from tests.spotlights.factories import make_draft, make_question, make_spotlight, spotlight_data
from tests.walk import places_that_hold

pytestmark = pytest.mark.django_db

EMAIL = "maren@pine.example"
MINE = reverse("portrayed:my_spotlight")
AGREE = reverse("portrayed:agree")
CHANGE = reverse("portrayed:ask_for_change")
TAKE_BACK = reverse("portrayed:take_back")
FAILED = reverse("portrayed:link_failed")


def make_asked(**fields):
    """A draft whose person can be asked, and has not been."""
    return make_draft(**{"contact_email": EMAIL, "consent_given_on": None, **fields})


def open_link_of(client, spotlight):
    address = PortrayedLink.new_address(spotlight)
    return client.get(re.search(r"(/\w\w)?/my/spotlight/link/\S+", address)[0])


def agree_to(client, spotlight):
    return client.post(AGREE, {"seen": spotlight.wording()})


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def send_page(spotlight):
    return reverse("admin:spotlights_spotlight_send", args=[spotlight.pk])


def change_page(spotlight):
    return reverse("admin:spotlights_spotlight_change", args=[spotlight.pk])


def kinds():
    return list(Reply.objects.order_by("pk").values_list("kind", flat=True))


def test_an_editor_sends_the_letter_after_having_read_it(client, deliver_letters):
    spotlight = make_asked(person_name="Maren O'Pine", title="Tapping shoulders")
    editor = make_spotlight_editor(spotlight.program)
    client.force_login(editor)

    page = client.get(send_page(spotlight))
    shown = page.context["letter"].body
    before = Letter.objects.count()
    client.post(send_page(spotlight), {"n_before": "0"})
    deliver_letters()

    assert (before, "[here stands the person's own link]" in shown) == (0, True)
    [message] = mail.outbox
    assert message.to == [EMAIL]
    assert message.subject == f"Please read your spotlight for {spotlight.program}"
    assert "Dear Maren O'Pine," in message.body
    token = re.search(r"/my/spotlight/link/([\w-]{43})/", message.body)[1]
    assert PortrayedLink.objects.get().token_hash == hash_of(token)
    assert places_that_hold(token) == []
    reading = Reading.objects.get()
    assert (reading.sent_by, reading.wording) == (editor, spotlight.wording())


def test_pressed_twice_it_leaves_once_and_on_purpose_once_more(client, deliver_letters):
    spotlight = make_asked()
    client.force_login(make_spotlight_editor(spotlight.program))

    client.post(send_page(spotlight), {"n_before": "0"})
    twice = client.post(send_page(spotlight), {"n_before": "0"})
    n_after_two = Reading.objects.count()
    client.post(send_page(spotlight), {"n_before": "1"})
    deliver_letters()

    assert said(twice)[-1].startswith("Nothing was sent")
    assert (n_after_two, len(mail.outbox)) == (1, 2)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"contact_email": ""}, "no e-mail address"), ({"body": " "}, "says nothing yet")],
)
def test_what_cannot_be_sent_says_what_is_missing(client, fields, sentence):
    spotlight = make_asked(**fields)
    client.force_login(make_spotlight_editor(spotlight.program))

    answers = [client.get(send_page(spotlight)), client.post(send_page(spotlight))]

    assert [answer.url for answer in answers] == [change_page(spotlight)] * 2
    assert sentence in said(answers[0])[0]
    assert Letter.objects.count() == 0


def test_a_stranger_sends_nothing(client):
    spotlight = make_asked()
    client.force_login(make_spotlight_editor(make_program()))

    assert client.post(send_page(spotlight), {"n_before": "0"}).status_code == 404
    assert Letter.objects.count() == 0


def test_the_link_goes_on_without_its_token_and_changes_nothing(client):
    spotlight = make_asked()

    opened = open_link_of(client, spotlight)
    page = client.get(MINE)

    assert (opened.status_code, opened.url) == (302, MINE)
    assert page.status_code == 200
    for answer in (opened, page):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "same-origin"
    html = page.content.decode()
    assert html.count('<meta name="robots" content="noindex">') == 1
    assert "Because of <em>people</em>." in html
    assert (Spotlight.objects.get().consent_given_on, kinds()) == (None, [])


def test_without_a_working_link_every_page_asks_for_it_and_tells_nothing(client):
    spotlight = make_asked()
    open_link_of(client, spotlight)
    PortrayedLink.objects.update(expires_at=timezone.now())

    answers = [
        client.get(MINE),
        client.post(AGREE, {"seen": spotlight.wording()}),
        client.post(CHANGE, {"change": "All of it"}),
        client.get(TAKE_BACK),
        client.post(TAKE_BACK),
        client.get(reverse("portrayed:open_link", args=["none"])),
    ]

    assert {answer.url for answer in answers} == {FAILED}
    assert spotlight.person_name not in client.get(FAILED).content.decode()
    assert (Spotlight.objects.get().consent_given_on, kinds()) == (None, [])


def test_a_browser_forgets_the_link_after_two_hours_or_when_asked(client):
    spotlight = make_asked()
    open_link_of(client, spotlight)
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        later = client.get(MINE)
    client.post(reverse("portrayed:leave"))

    assert (later.url, client.get(MINE).url) == (FAILED, FAILED)


def test_consent_is_dated_in_the_zone_of_the_program_and_the_committee_hears(
    client, deliver_letters
):
    spotlight = make_asked(status="in_review")
    open_link_of(client, spotlight)

    # In Denver it is still the first of March.
    with time_machine.travel("2026-03-02T03:00:00+00:00"):
        open_link_of(client, spotlight)
        agree_to(client, spotlight)
        agree_to(client, spotlight)
    deliver_letters()

    stored = Spotlight.objects.get()
    assert (stored.consent_given_on, stored.consent_to) == (date(2026, 3, 1), spotlight.wording())
    assert stored.consent_note == "By the link in our letter"
    assert kinds() == ["consent"]
    [message] = mail.outbox
    assert message.to == [spotlight.program.contact_address]
    assert message.subject == "Maren O'Pine: agreed to the spotlight"
    assert change_page(spotlight) in message.body
    stored.publish()
    assert Spotlight.objects.published().get() == stored


def test_reading_needs_the_post_of_a_button(client):
    spotlight = make_asked()
    open_link_of(client, spotlight)

    answers = [client.get(AGREE), client.get(CHANGE), client.get(TAKE_BACK)]

    assert [answer.status_code for answer in answers] == [405, 405, 200]
    assert kinds() == []


def test_what_was_changed_while_it_was_read_is_shown_before_it_is_agreed_to(client):
    spotlight = make_asked()
    open_link_of(client, spotlight)
    seen = client.get(MINE).context["wording"]
    make_question(spotlight, "Why?", "Why not.")

    answer = client.post(AGREE, {"seen": seen})

    assert said(answer) == ["The text was changed while you read it. Here it is as it stands now."]
    assert (Spotlight.objects.get().consent_given_on, kinds()) == (None, [])


def test_a_text_changed_after_the_consent_is_not_published_until_they_agree_anew(client):
    spotlight = make_asked(status="in_review")
    open_link_of(client, spotlight)
    agree_to(client, spotlight)
    chair = Client()
    chair.force_login(make_chair(spotlight.program))
    spotlight.refresh_from_db()

    edited = chair.post(change_page(spotlight), spotlight_data(spotlight, body="Quite another."))
    refused = chair.post(
        change_page(spotlight), spotlight_data(Spotlight.objects.get(), _publish="1")
    )
    asked = client.get(MINE).content.decode()
    agree_to(client, Spotlight.objects.get())
    chair.post(change_page(spotlight), spotlight_data(Spotlight.objects.get(), _publish="1"))

    assert "send it to read once more" in said(edited)[0]
    assert "its text was changed after Maren O'Pine agreed" in " ".join(said(refused))
    assert "the text has been changed since" in asked
    assert Spotlight.objects.get().status == SpotlightStatus.PUBLISHED
    assert kinds() == ["consent", "consent"]


def test_white_space_topics_and_address_need_no_new_consent():
    spotlight = make_asked()
    before = spotlight.wording()

    spotlight.body = spotlight.body.replace("Because of", "Because\nof")
    spotlight.slug = "elsewhere"

    assert spotlight.wording() == before


@pytest.mark.parametrize("name", ["title", "person_name", "pronouns", "pull_quote", "portrait_alt"])
def test_every_word_needs_a_new_consent(name):
    spotlight = make_asked()
    before = spotlight.wording()

    setattr(spotlight, name, "Else")

    assert spotlight.wording() != before


def test_an_editor_notes_that_they_agree_to_the_changes_in_another_way(client):
    spotlight = make_asked(status="in_review")
    client.force_login(make_chair(spotlight.program))
    noted = spotlight_data(spotlight, consent_given_on="2026-05-04", consent_note="On the phone")
    client.post(change_page(spotlight), noted)
    client.post(change_page(spotlight), spotlight_data(Spotlight.objects.get(), title="New"))
    outdated = Spotlight.objects.get().is_consent_outdated()
    form = client.get(change_page(spotlight)).content.decode()

    again = spotlight_data(Spotlight.objects.get(), agrees_to_changes="on", _publish="1")
    client.post(change_page(spotlight), again)

    assert (outdated, 'name="agrees_to_changes"' in form) == (True, True)
    stored = Spotlight.objects.get()
    assert (stored.status, stored.is_consent_outdated()) == (SpotlightStatus.PUBLISHED, False)


def test_a_scheduled_one_waits_when_its_text_is_changed(client):
    spotlight = make_asked(status="in_review")
    portrayed.agree(spotlight, seen=spotlight.wording())
    spotlight.refresh_from_db()
    spotlight.publish(at=timezone.now() + timedelta(days=3))
    client.force_login(make_chair(spotlight.program))

    answer = client.post(change_page(spotlight), spotlight_data(spotlight, title="Other"))

    stored = Spotlight.objects.get()
    assert (stored.status, stored.title) == (SpotlightStatus.IN_REVIEW, "Other")
    assert "It was taken off the schedule until they agree; it is in review again." in said(answer)


def test_changes_are_asked_for_in_words_and_seen_to(client, deliver_letters):
    spotlight = make_asked()
    open_link_of(client, spotlight)

    client.post(CHANGE, {"change": "It's <b>Windbreak</b>, not Windbrake."})
    deliver_letters()
    mine = client.get(MINE).content.decode()
    chair = make_chair(spotlight.program)
    committee = Client()
    committee.force_login(chair)
    form = committee.get(change_page(spotlight)).content.decode()
    reply = Reply.objects.get()
    committee.post(change_page(spotlight), spotlight_data(spotlight, _settle=str(reply.pk)))

    assert mail.outbox[0].subject == "Maren O'Pine: asks for a change in the spotlight"
    assert "It's <b>Windbreak</b>, not Windbrake." in mail.outbox[0].body
    assert mail.outbox[0].reply_to == [EMAIL]
    for page in (mine, form):
        assert "It&#x27;s &lt;b&gt;Windbreak&lt;/b&gt;, not Windbrake." in page
    reply.refresh_from_db()
    assert (reply.settled_by, Reply.objects.open().count()) == (chair, 0)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (" ", "Write what should be changed; a few words are enough."),
        ("x" * 3001, "Please keep it below 3000 characters."),
    ],
)
def test_a_change_without_words_or_with_too_many_gets_a_sentence(client, words, sentence):
    open_link_of(client, make_asked())

    page = client.post(CHANGE, {"change": words}).content.decode()

    assert sentence in page
    assert kinds() == []


def test_more_than_five_open_changes_are_for_a_letter(client):
    open_link_of(client, make_asked())

    for number in range(6):
        last = client.post(CHANGE, {"change": f"Number {number}"})

    assert len(kinds()) == 5
    assert "Several changes are waiting" in last.content.decode()


def test_who_declines_cannot_be_published_unless_they_agree_anew(client, deliver_letters):
    spotlight = make_asked(status="in_review")
    open_link_of(client, spotlight)
    agree_to(client, spotlight)

    client.post(TAKE_BACK, {"reason": "Not now."})
    client.post(TAKE_BACK, {"reason": "Not now."})
    deliver_letters()

    stored = Spotlight.objects.get()
    assert (stored.status, stored.consent_given_on, kinds()) == (
        "in_review",
        None,
        ["consent", "decline"],
    )
    assert mail.outbox[-1].subject == "Maren O'Pine: does not want the spotlight published"
    assert "Not now." in mail.outbox[-1].body
    with pytest.raises(PublishingError):
        stored.publish()


def test_a_published_one_is_gone_at_once_when_they_take_it_back(client, deliver_letters):
    spotlight = make_spotlight(contact_email=EMAIL)
    stranger = Client()
    first = stranger.get(spotlight.get_absolute_url())
    open_link_of(client, spotlight)
    asked = client.get(TAKE_BACK).content.decode()
    still = Spotlight.objects.published().count()

    client.post(TAKE_BACK, {"reason": ""})
    deliver_letters()
    gone = stranger.get(spotlight.get_absolute_url(), headers={"If-None-Match": first["ETag"]})

    assert ("It leaves the site at once" in asked, still) == (True, 1)
    assert gone.status_code == 410
    assert spotlight.title not in gone.content.decode()
    for name in ("list", "feed"):
        page = stranger.get(reverse(f"spotlights:{name}")).content.decode()
        assert spotlight.title not in page
    assert mail.outbox[-1].subject == "Maren O'Pine: took the spotlight back"
    stored = Spotlight.objects.get()
    assert (stored.status, stored.consent_given_on) == ("withdrawn", None)
    with pytest.raises(PublishingError):
        stored.publish()
    assert "It is withdrawn" in client.get(MINE).content.decode()


def test_a_link_waits_no_longer_for_an_address_that_was_changed(deliver_letters):
    spotlight = make_asked()
    chair = make_chair(spotlight.program)
    portrayed.send_to_read(spotlight, by=chair, n_before=0)
    Spotlight.objects.update(contact_email="else@pine.example")

    deliver_letters()

    letter = Letter.objects.get()
    assert (mail.outbox, letter.status) == ([], LetterStatus.REFUSED)


def test_links_to_an_address_that_was_changed_end(client):
    spotlight = make_asked()
    open_link_of(client, spotlight)
    chair = Client()
    chair.force_login(make_chair(spotlight.program))

    chair.post(change_page(spotlight), spotlight_data(spotlight, contact_email="new@pine.example"))

    assert client.get(MINE).url == FAILED


def test_logs_hold_no_token():
    line = logging.LogRecord("", logging.INFO, "", 0, "GET /es/my/spotlight/link/Abc/", (), None)

    WithoutTokens().filter(line)

    assert line.getMessage() == "GET /es/my/spotlight/link/…/"


def test_a_deleted_one_leaves_nothing_of_the_person_anywhere(client, deliver_letters):
    spotlight = make_asked(person_name="Quirina Vex", title="Quirina Vex leads")
    chair = make_chair(spotlight.program)
    client.force_login(chair)
    client.post(change_page(spotlight), spotlight_data(spotlight, town="Vexborough"))
    client.post(send_page(spotlight), {"n_before": "0"})
    portrayed.ask_for_change(spotlight, words="I am Quirina Vex.")
    deliver_letters()
    held = places_that_hold("Quirina Vex", EMAIL)

    client.post(reverse("admin:spotlights_spotlight_delete", args=[spotlight.pk]), {"post": "yes"})

    assert "signups.Letter.to" in held
    assert places_that_hold("Quirina Vex", "Vexborough", EMAIL) == []

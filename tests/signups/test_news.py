"""News of spotlights: asked for once, ended by one link, and sent to nobody else."""

from __future__ import annotations

import logging
import re
import smtplib
from email import message_from_bytes

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mig_site.logs import WithoutTokens
from signups.disclosure import everything_about
from signups.erasing import erase
from signups.intake import Intake
from signups.letters import LINK_PLACEHOLDER, take_up_lost_letters, write
from signups.models import (
    AccessLink,
    Application,
    Letter,
    LetterLink,
    LetterStatus,
    NewsSubscription,
    Role,
    UnsubscribeLink,
)
from signups.models.links import hash_of
from signups.news import readers_of_news, subscribe, unsubscribe, wants_news
from tests.factories import application_data, make_cohort, make_mentee, make_mentor

pytestmark = pytest.mark.django_db

CHOOSE = reverse("signups:choose_news")


def open_link_of(client, application):
    address = AccessLink.new_address(application=application)
    client.get(re.search(r"/my/link/\S+", address)[0])


def make_news_letter(application):
    letter = Letter(
        key=f"news/{application.pk}",
        program=application.cohort.program,
        application=application,
        to=application.email,
        subject="A new spotlight",
        body=f"Read it.\n\nNo more of these:\n{LINK_PLACEHOLDER}\n",
        link=LetterLink.NEWS,
    )
    write([letter])
    return Letter.objects.get(key=letter.key)


def path_of(address):
    return re.search(r"(/\w\w)?/my/news/[^/]+/", address)[0]


def path_in(message):
    return path_of(message.extra_headers["List-Unsubscribe"])


def apply(client, cohort, role=Role.MENTEE, **answers):
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, role])
    return client.post(url, application_data(cohort, role, **answers))


@pytest.mark.parametrize(("answers", "wants"), [({}, False), ({"news-wants": "on"}, True)])
def test_the_box_on_the_form_is_off_until_somebody_ticks_it(client, answers, wants):
    apply(client, make_cohort(), **answers)

    assert wants_news(Application.objects.get()) is wants


def test_the_box_says_from_whom_what_for_and_how_it_ends(client):
    cohort = make_cohort()
    url = reverse("signups:apply", args=[cohort.program.slug, cohort.slug, "mentee"])

    form = client.get(url).context["intake"].forms[-1]

    assert form["wants"].initial is False
    assert form.fields["wants"].help_text == (
        f"I agree that {cohort.program} writes to me at the address above, one letter for each new "
        "spotlight and about nothing else. A link in every letter ends it."
    )


def test_changing_the_answers_shows_the_wish_and_can_take_it_back(client):
    cohort = make_cohort()
    apply(client, cohort, **{"news-wants": "on"})
    mentee = Application.objects.get()

    shown = Intake(cohort, Role.MENTEE, application=mentee).forms[-1]
    open_link_of(client, mentee)
    client.post(reverse("signups:edit"), application_data(cohort, Role.MENTEE) | {"version": "1"})

    assert shown["wants"].initial is True
    assert wants_news(mentee) is False


def test_a_new_application_without_the_tick_takes_no_wish_back(client):
    cohort = make_cohort()
    apply(client, cohort, **{"news-wants": "on"})

    apply(Client(), cohort, Role.MENTOR)

    assert Application.objects.count() == 2
    assert wants_news(Application.objects.first()) is True


def test_on_the_own_page_the_wish_is_made_and_ended(client):
    mentee = make_mentee(make_cohort())
    open_link_of(client, mentee)

    client.post(CHOOSE, {"news": "yes"})
    client.post(CHOOSE, {"news": "yes"})
    page = client.get(reverse("signups:my_application")).content.decode()
    asked = NewsSubscription.objects.count()
    client.post(CHOOSE, {"news": "no"})

    assert (asked, 'value="no">End these letters' in page) == (1, True)
    assert wants_news(mentee) is False


def test_strangers_choose_nothing(client):
    mentee = make_mentee(make_cohort())
    subscribe(mentee)

    answers = [client.post(CHOOSE, {"news": "no"}), client.get(CHOOSE)]

    assert [answer.status_code for answer in answers] == [302, 405]
    assert wants_news(mentee) is True


def test_each_address_that_asked_is_read_to_once():
    cohort = make_cohort()
    both = [
        make_mentee(cohort, email="ada@example.org"),
        make_mentor(cohort, email="Ada@Example.org"),
    ]
    asked = make_mentee(cohort)
    withdrawn, erased, not_asked = (make_mentee(cohort) for _ in range(3))
    elsewhere = make_mentee(make_cohort())
    for person in [*both, asked, withdrawn, erased, elsewhere]:
        subscribe(person)
    withdrawn.withdraw()
    erase(erased)

    readers = readers_of_news(cohort.program)

    assert [one.pk for one in readers] == [both[1].pk, asked.pk]
    assert not_asked.pk not in [one.pk for one in readers]


def test_readers_cost_one_query_however_many(django_assert_num_queries):
    cohort = make_cohort()
    for _ in range(3):
        subscribe(make_mentee(cohort))

    with django_assert_num_queries(1):
        names = [one.cohort.program.name for one in readers_of_news(cohort.program)]

    assert names == [cohort.program.name] * 3


def test_ending_it_ends_it_for_the_address_in_this_program_only():
    cohort, other = make_cohort(), make_cohort()
    here = [
        make_mentee(cohort, email="ada@example.org"),
        make_mentor(cohort, email="ADA@example.org"),
    ]
    there = make_mentee(other, email="ada@example.org")
    for person in [*here, there]:
        subscribe(person)

    unsubscribe(here[0])

    assert list(NewsSubscription.objects.values_list("application", flat=True)) == [there.pk]


def test_a_letter_says_how_it_is_ended_in_header_and_body(deliver_letters):
    mentee = make_mentee(make_cohort())
    subscribe(mentee)
    make_news_letter(mentee)

    deliver_letters()

    [message] = mail.outbox
    address = message.extra_headers["List-Unsubscribe"]
    assert re.fullmatch(r"<https?://[^/]+/my/news/[\w-]{43}/>", address)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"\n{address.strip('<>')}\n" in message.body
    # However its lines are folded, a mail program reads the address as it is.
    assert message_from_bytes(message.message().as_bytes())["List-Unsubscribe"].strip() == address
    assert hash_of(path_in(message).split("/")[-2]) == UnsubscribeLink.objects.get().token_hash


def test_the_link_leads_to_the_page_in_the_language_of_the_letter(client):
    path = path_of(UnsubscribeLink.new_address(make_mentee(make_cohort(), language="es")))

    page = client.get(path)

    assert path.startswith("/es/my/news/")
    assert page.headers["Content-Language"] == "es"


def test_other_letters_have_no_such_header(deliver_letters):
    mentee = make_mentee(make_cohort())
    write([Letter(key="x", program=mentee.cohort.program, application=mentee, to=mentee.email)])

    deliver_letters()

    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


class FailingOnceBackend(BaseEmailBackend):
    """A mail server that is busy at the first try."""

    n_tries = 0
    taken = []

    def send_messages(self, messages):
        type(self).n_tries += 1
        if self.n_tries == 1:
            raise smtplib.SMTPServerDisconnected("busy")
        self.taken.extend(messages)
        return len(messages)


def test_a_second_try_carries_the_header_too_with_a_link_that_works(
    settings, client, deliver_letters
):
    settings.EMAIL_BACKEND = f"{__name__}.FailingOnceBackend"
    mentee = make_mentee(make_cohort())
    subscribe(mentee)
    letter = make_news_letter(mentee)
    deliver_letters()
    Letter.objects.update(not_before=timezone.now(), leased_until=timezone.now())
    take_up_lost_letters()

    deliver_letters()

    letter.refresh_from_db()
    [message] = FailingOnceBackend.taken
    assert letter.status == LetterStatus.SENT
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    client.post(path_in(message))
    assert wants_news(mentee) is False


def test_scanners_that_open_the_link_change_nothing_and_its_button_ends_the_letters(client):
    mentee = make_mentee(make_cohort())
    subscribe(mentee)
    path = path_of(UnsubscribeLink.new_address(mentee))

    opened = [client.get(path), client.head(path), client.get(path)]
    still = wants_news(mentee)
    pressed = client.post(path)
    again = client.post(path)

    assert (still, wants_news(mentee)) == (True, False)
    assert [answer.status_code for answer in [*opened, pressed, again]] == [200] * 5
    page = opened[0].content.decode()
    assert page.count("<form") == 1
    assert "Yes, end these letters" in page
    assert "no longer writes to you" in pressed.content.decode()
    assert (mentee.name in page, mentee.email in page) == (False, False)
    assert [opened[0][name] for name in ("Cache-Control", "Referrer-Policy")] == [
        "no-store",
        "same-origin",
    ]
    assert '<meta name="robots" content="noindex">' in page
    assert client.cookies.output() == ""


def test_a_mail_program_ends_it_with_one_press_and_without_a_cookie():
    mentee = make_mentee(make_cohort())
    subscribe(mentee)
    path = path_of(UnsubscribeLink.new_address(mentee))

    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, wants_news(mentee)) == (200, False)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_none_or_is_too_old_tells_nothing_and_does_nothing(client, method):
    mentee = make_mentee(make_cohort())
    subscribe(mentee)
    old = path_of(UnsubscribeLink.new_address(mentee))
    UnsubscribeLink.objects.update(expires_at=timezone.now())

    answers = [getattr(client, method)(path) for path in (old, "/my/news/none/")]

    assert [answer.status_code for answer in answers] == [404, 404]
    pages = [answer.content.decode().replace(old, "") for answer in answers]
    assert mentee.cohort.program.name not in pages[0]
    assert wants_news(mentee) is True


def test_who_ended_it_meanwhile_gets_no_letter_that_was_waiting(deliver_letters):
    mentee = make_mentee(make_cohort())
    subscribe(mentee)
    letter = make_news_letter(mentee)
    unsubscribe(mentee)

    deliver_letters()

    letter.refresh_from_db()
    assert (mail.outbox, UnsubscribeLink.objects.count()) == ([], 0)
    assert (letter.status, letter.body, letter.fault) == (
        LetterStatus.REFUSED,
        "",
        "Its reader has ended such letters.",
    )
    assert letter.send_again() is False


def test_logs_hold_no_token():
    record = logging.LogRecord(
        "", logging.INFO, "", 0, '"POST /es/my/news/%s/ HTTP"', ("Abc",), None
    )

    WithoutTokens().filter(record)

    assert record.getMessage() == '"POST /es/my/news/…/ HTTP"'


def test_wish_and_links_go_with_the_person():
    mentee = make_mentee(make_cohort())
    subscribe(mentee)
    UnsubscribeLink.new_address(mentee)
    told = everything_about(mentee)["asked for news of spotlights"]

    erase(mentee)

    assert len(told) == 1
    assert (NewsSubscription.objects.count(), UnsubscribeLink.objects.count()) == (0, 0)

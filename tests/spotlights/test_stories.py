"""Telling one's own story: by whoever had a mentorship that ended, and back at any time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from matching.erasing import erase_and_part
from matching.models import Pairing
from signups.models import AccessLink, Letter
from spotlights.models import Spotlight, Suggestion
from spotlights.suggesting import as_markdown, make_draft, take_back_story
from tests.factories import make_chair, make_cohort, make_mentee, make_mentor
from tests.matching.factories import make_pairing
from tests.spotlights.html import parse
from tests.spotlights.suggestion_factories import make_ended_mentee, make_story
from tests.walk import places_that_hold

pytestmark = pytest.mark.django_db

STORY = reverse("matching:story")
TAKE_BACK = reverse("matching:take_back_story")
MY_PAGE = reverse("signups:my_application")
ANSWERS = {
    "hoped": "To be heard.",
    "happened": "Zanzibar shelving by moonlight.",
    "would_tell": "Apply.",
    "naming": "first",
    "agrees": "on",
}


@pytest.fixture
def open_link(client):
    def open_link_of(application):
        address = AccessLink.new_address(application=application)
        client.get(re.search(r"/my/link/\S+", address)[0])
        return client

    return open_link_of


def publish(spotlight):
    Spotlight.objects.filter(pk=spotlight.pk).update(consent_given_on=timezone.localdate())
    Spotlight.objects.get(pk=spotlight.pk).publish()


def test_a_story_is_kept_with_its_consent_and_confirmed(open_link, deliver_letters):
    mentee = make_ended_mentee()
    client = open_link(mentee)
    assert reverse("matching:story") in client.get(MY_PAGE).text

    response = client.post(STORY, ANSWERS)
    deliver_letters()

    assert response.url == MY_PAGE
    story = Suggestion.objects.get()
    assert (story.kind, story.status, story.program) == ("story", "new", mentee.cohort.program)
    assert (story.happened, story.naming) == (ANSWERS["happened"], "first")
    assert timezone.now() - story.consented_at < timedelta(minutes=1)
    [message] = mail.outbox
    assert message.to == [mentee.email]
    assert "with your first name only" in message.body
    assert "Take my story back" in client.get(MY_PAGE).text


@pytest.mark.parametrize("state", ["running", "approved only", "no pair"])
def test_only_whoever_had_a_mentorship_that_ended_may_tell(open_link, state):
    cohort = make_cohort()
    mentee = make_mentee(cohort)
    if state != "no pair":
        pairing = make_pairing(mentee, make_mentor(cohort))
        pairing.approve(by=make_chair(cohort.program))
        at = timezone.now() if state == "running" else None
        Pairing.objects.filter(pk=pairing.pk).update(introduced_at=at)
    client = open_link(mentee)

    assert (client.get(STORY).status_code, client.post(STORY, ANSWERS).status_code) == (404, 404)
    assert STORY not in client.get(MY_PAGE).text
    assert Suggestion.objects.count() == 0


def test_the_last_day_of_the_cohort_ends_a_mentorship_and_mentors_tell_too(open_link):
    cohort = make_cohort(ends_on=timezone.localdate() - timedelta(days=1))
    mentor = make_mentor(cohort)
    pairing = make_pairing(make_mentee(cohort), mentor)
    pairing.approve(by=make_chair(cohort.program))
    Pairing.objects.filter(pk=pairing.pk).update(introduced_at=timezone.now())

    open_link(mentor).post(STORY, ANSWERS)

    assert Suggestion.objects.get().application_id == mentor.pk


def test_without_consent_nothing_is_kept_and_the_words_stay(open_link):
    client = open_link(make_ended_mentee())

    response = client.post(STORY, ANSWERS | {"agrees": "", "hoped": ""})

    assert {name: errors[0] for name, errors in response.context["form"].errors.items()} == {
        "hoped": "Write a sentence or two about what you hoped for.",
        "agrees": "Tick the box if we may keep it; otherwise we cannot.",
    }
    assert ANSWERS["happened"] in response.text
    assert Suggestion.objects.count() == 0


def test_a_story_is_told_anew_as_long_as_nothing_is_made_of_it(open_link):
    mentee = make_ended_mentee()
    story = make_story(mentee)
    client = open_link(mentee)
    assert client.get(STORY).context["form"].initial["hoped"] == "To be heard."

    client.post(STORY, ANSWERS)
    story.refresh_from_db()
    assert (story.happened, Suggestion.objects.count()) == (ANSWERS["happened"], 1)

    make_draft(story, by=make_chair(story.program))
    response = client.post(STORY, ANSWERS | {"happened": "Else."})
    story.refresh_from_db()
    assert (response.url, story.happened) == (MY_PAGE, ANSWERS["happened"])


@pytest.mark.parametrize(
    ("naming", "name", "library"),
    [
        ("full", "Maren O'Pine", "Juniper Mesa"),
        ("first", "Maren", "Juniper Mesa"),
        ("none", "Somebody who took part", ""),
    ],
)
def test_a_draft_says_what_was_told_and_names_as_was_wished(naming, name, library):
    mentee = make_ended_mentee(employer="Juniper Mesa")
    story = make_story(mentee, naming=naming, happened="*Not* a list:\n\n1. one\n# two")

    spotlight = make_draft(story, by=make_chair(story.program))

    assert (spotlight.person_name, spotlight.library, spotlight.status) == (name, library, "draft")
    assert [q.question for q in spotlight.questions.all()] == [
        "What did you hope for?",
        "What happened?",
        "What would you tell someone who hesitates?",
    ]
    # As it was typed: no list, no heading, nothing in italics.
    answer = parse(spotlight.questions.all()[1].answer_html)
    assert {element.tag for element in answer.iter()} <= {"page", "html", "head", "body", "p"}
    assert "".join(answer.itertext()).split() == ["*Not*", "a", "list:", "1.", "one", "#", "two"]
    # To write the draft is agreed to; to publish it is not.
    assert (spotlight.consent_given_on, spotlight.contact_email) == (None, mentee.email)
    story.refresh_from_db()
    assert (story.status, story.spotlight) == ("drafted", spotlight)
    if naming == "none":
        assert "maren" not in spotlight.slug + spotlight.title.lower()


@pytest.mark.parametrize("text", ["a_b_c", "\\*", "[x](y)", "> q", "- a", "3) b", "`c`", "a | b"])
def test_plain_words_are_shown_as_they_were_typed(text):
    spotlight = make_draft(make_story(happened=text), by=make_chair())

    shown = parse(spotlight.questions.all()[1].answer_html)

    assert "".join(shown.itertext()).strip() == text
    assert as_markdown("plain") == "plain"


@pytest.mark.parametrize("state", ["told", "drafted", "published"])
def test_what_is_taken_back_is_gone_at_once(open_link, state):
    mentee = make_ended_mentee()
    story = make_story(mentee, happened="Zanzibar")
    if state != "told":
        spotlight = make_draft(story, by=make_chair(story.program))
    if state == "published":
        publish(spotlight)
    client = open_link(mentee)

    response = client.post(TAKE_BACK)

    assert response.url == MY_PAGE
    story.refresh_from_db()
    assert (story.status, story.happened, story.consented_at) == ("withdrawn", "", None)
    assert Spotlight.objects.published().count() == 0
    if state == "published":
        assert client.get(spotlight.get_absolute_url()).status_code == 410
    else:
        assert places_that_hold("Zanzibar") == []
    # Whoever changes their mind tells again.
    assert STORY in client.get(MY_PAGE).text


@pytest.mark.parametrize("by_themselves", [True, False])
@pytest.mark.parametrize("is_public", [True, False])
def test_erasing_takes_the_story_along(by_themselves, is_public):
    mentee = make_ended_mentee(name="Quirina Oyelaran", email="quirina@vex.example")
    story = make_story(mentee, happened="Zanzibar")
    spotlight = make_draft(story, by=make_chair(story.program))
    if is_public:
        publish(spotlight)

    erase_and_part(mentee, tells_partners=by_themselves)

    assert (Suggestion.objects.count(), Letter.objects.filter(application=mentee.pk).count()) == (
        0,
        0,
    )
    # What is public was agreed to by itself; it goes when they ask, not when time has passed.
    stays = is_public and not by_themselves
    assert Spotlight.objects.exists() == stays
    assert (places_that_hold("Quirina", "Zanzibar", "quirina@vex.example") == []) != stays


def test_a_story_can_be_downloaded_with_everything_else(open_link):
    mentee = make_ended_mentee()
    make_story(mentee)

    [told] = open_link(mentee).get(reverse("matching:download")).json()["your story"]

    assert (told["what happened"], told["state"]) == ("I was.", "New")


def test_nobody_takes_back_the_story_of_somebody_else(open_link):
    story = make_story()

    open_link(make_ended_mentee()).post(TAKE_BACK)

    story.refresh_from_db()
    assert story.status == "new"


def test_taking_back_twice_changes_nothing():
    story = make_story()
    take_back_story(story)
    first = Suggestion.objects.values().get()

    take_back_story(story)

    assert Suggestion.objects.values().get() == first

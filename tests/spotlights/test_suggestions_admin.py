"""Suggestions on a committee's desk: read, decided, thanked once, made into drafts."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.urls import reverse

from signups.models import ReviewError
from spotlights.models import Spotlight, Suggestion
from spotlights.suggesting import make_draft, take_back_story
from tests.factories import make_member, make_program, make_spotlight_editor
from tests.spotlights.html import parse
from tests.spotlights.suggestion_factories import make_story, make_suggestion, suggestion_data
from tests.spotlights.test_markdown import ATTACKS

pytestmark = pytest.mark.django_db

LIST = reverse("admin:spotlights_suggestion_changelist")
TEXTS = ["person_name", "position_title", "library", "town", "reach", "why", "from_name"]


@pytest.fixture
def editor(client):
    user = make_spotlight_editor(make_program())
    client.force_login(user)
    return user


def own(editor, **fields):
    return make_suggestion(program=editor.seats.get().program, **fields)


def change(suggestion):
    return reverse("admin:spotlights_suggestion_change", args=[suggestion.pk])


def act(client, action, *suggestions, **data):
    keys = [suggestion.pk for suggestion in suggestions]
    return client.post(LIST, {"action": action, "_selected_action": keys, **data})


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_committee_sees_what_was_suggested_to_it(client, editor):
    mine = own(editor)
    other = make_suggestion()

    assert [*client.get(LIST).context["cl"].queryset] == [mine]
    assert client.get(change(other)).status_code == 404
    act(client, "decline_selected", other, confirmed="yes")
    other.refresh_from_db()
    assert other.status == "new"


def test_members_who_write_no_spotlights_do_not_see_them(client):
    suggestion = make_suggestion()
    client.force_login(make_member(suggestion.program))

    assert client.get(LIST).status_code == 403


@pytest.mark.parametrize("n_suggestions", [1, 3])
def test_list_takes_the_same_number_of_queries(
    client, editor, django_assert_num_queries, n_suggestions
):
    for _ in range(n_suggestions):
        make_draft(own(editor), by=editor)

    with django_assert_num_queries(8):
        response = client.get(LIST)

    assert response.context["cl"].result_count == n_suggestions


def test_what_people_wrote_cannot_be_edited_and_notes_can(client, editor):
    suggestion = own(editor)

    client.post(change(suggestion), {"why": "Else.", "status": "declined", "note": "Called her."})

    suggestion.refresh_from_db()
    assert (suggestion.why, suggestion.status, suggestion.note) == (
        "She reads to the dogs.",
        "new",
        "Called her.",
    )


def test_one_press_makes_a_draft_and_leads_to_it(client, editor):
    suggestion = own(editor, town="Juniper Mesa")

    response = client.post(change(suggestion), {"note": "", "_draft": "x"})

    spotlight = Spotlight.objects.get()
    assert response.url == reverse("admin:spotlights_spotlight_change", args=[spotlight.pk])
    assert client.get(response.url).status_code == 200
    assert (spotlight.person_name, spotlight.town) == ("Odalys O'Pine", "Juniper Mesa")
    assert (spotlight.status, spotlight.consent_given_on) == ("draft", None)
    assert spotlight.questions.count() == 4
    suggestion.refresh_from_db()
    assert (suggestion.status, suggestion.spotlight, suggestion.moved_by) == (
        "drafted",
        spotlight,
        editor,
    )
    assert f'href="{response.url}"' in client.get(change(suggestion)).text


def test_a_draft_is_made_once(client, editor):
    suggestion = own(editor)
    make_draft(suggestion, by=editor)

    with pytest.raises(ReviewError, match="made into a draft"):
        make_draft(suggestion, by=editor)
    response = act(client, "make_drafts", suggestion, confirmed="yes")

    assert said(response)[0] == f"{suggestion} is made into a draft."
    assert Spotlight.objects.count() == 1


def test_two_people_of_one_name_get_two_addresses(editor):
    drafts = [make_draft(own(editor), by=editor) for _ in range(3)]

    assert [one.slug for one in drafts] == ["odalys-opine", "odalys-opine-2", "odalys-opine-3"]


def test_a_draft_that_is_deleted_leaves_the_suggestion(editor):
    suggestion = own(editor)
    make_draft(suggestion, by=editor).delete()

    suggestion.refresh_from_db()
    assert (suggestion.status, suggestion.spotlight) == ("drafted", None)


def test_states_change_by_action_after_a_page_that_says_how_many(client, editor):
    one, two = own(editor), own(editor)

    asked = act(client, "decline_selected", one, two)
    assert "Decline 2 suggestions?" in asked.text
    assert Suggestion.objects.filter(status="declined").count() == 0
    act(client, "decline_selected", one, two, confirmed="yes")
    act(client, "take_up_selected", one, confirmed="yes")
    act(client, "talk_selected", one, confirmed="yes")

    statuses = [*Suggestion.objects.order_by("pk").values_list("status", flat=True)]
    assert statuses == ["in_conversation", "declined"]


def test_people_are_thanked_once_and_only_if_they_would_like_it(client, editor, deliver_letters):
    wanted, unwanted = own(editor), own(editor, may_be_written_to=False)
    story = make_story()
    taken_back = make_story()
    take_back_story(taken_back)
    for one in (story, taken_back):
        Suggestion.objects.filter(pk=one.pk).update(program=wanted.program)
    deliver_letters()
    mail.outbox.clear()

    everybody = (wanted, unwanted, story, taken_back)
    asked = act(client, "thank_selected", *everybody)
    assert "Letters that leave: 2. None for 2" in asked.text
    for _ in range(2):
        act(client, "thank_selected", *everybody, confirmed="yes")
    deliver_letters()

    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        ["ada@example.org", story.application.email]
    )
    assert {row.pk for row in Suggestion.objects.with_thanks() if row.is_thanked} == {
        wanted.pk,
        story.pk,
    }


@pytest.mark.parametrize("status", ["new", "drafted", "declined"])
def test_thanks_say_what_was_decided(client, editor, deliver_letters, status):
    suggestion = own(editor, status=status)

    act(client, "thank_selected", suggestion, confirmed="yes")
    deliver_letters()

    [message] = mail.outbox
    decided = {"new": "looks into it", "drafted": "begun to write", "declined": "not to go on"}
    assert decided[status] in message.body
    assert "Odalys" not in message.body


def test_deleting_takes_letters_along(client, editor, deliver_letters):
    suggestion = own(editor)
    act(client, "thank_selected", suggestion, confirmed="yes")

    act(client, "delete_selected", suggestion, post="yes")

    assert Suggestion.objects.count() == 0
    deliver_letters()
    assert mail.outbox == []


@pytest.mark.parametrize("attack", [*ATTACKS, '=HYPERLINK("x")', "{{ settings.SECRET_KEY }}"])
def test_attacks_come_out_harmless_everywhere(client, editor, deliver_letters, attack):
    program = editor.seats.get().program
    data = suggestion_data(program, **dict.fromkeys(TEXTS, attack[:120]))
    client.post(reverse("suggestions:suggest"), data)
    suggestion = Suggestion.objects.first()
    if suggestion is None:
        # Nothing but characters that no one types.
        suggestion = own(editor, **dict.fromkeys(TEXTS, attack[:120]))
    spotlight = make_draft(suggestion, by=editor)
    act(client, "thank_selected", suggestion, confirmed="yes")
    deliver_letters()

    pages = [client.get(url).text for url in (LIST, change(suggestion))]
    pages += [client.get(spotlight.get_absolute_url()).text]
    for page in pages:
        for element in parse(page).iter():
            assert not any(name.startswith("on") for name in element.attrib), element.tag
            assert "javascript:" not in element.get("href", "").lower()
            assert "evil.example" not in element.get("src", "")
            # JSON-LD is data, which no browser carries out; test_hostile.py reads it.
            is_data = element.get("type") == "application/ld+json"
            is_script = element.tag == "script" and not is_data
            assert not (is_script and "alert" in (element.text or ""))
    for message in mail.outbox:
        assert attack not in message.body + message.subject
    exported = act(client, "export_csv", suggestion).content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(exported))
    assert not row["Why"].startswith(("=", "+", "-", "@"))

"""Nobody is forgotten: each mentee without a mentor is seen, and gets an answer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matching.answering import FormatAnswerError, answer_format, offer_format, waitlist
from matching.erasing import erase_and_part
from matching.models import FormatOffer
from matching.other_formats import OtherFormats
from matching.without_mentor import everyone_left, unanswered, without_mentor
from signups.models import AccessLink, Application, Format, FormatChoice, Letter
from tests.factories import (
    choose_formats,
    make_chair,
    make_cohort,
    make_mentee,
    make_mentor,
    make_user,
)
from tests.matching.factories import make_conflict, make_pairing, make_run
from tests.walk import places_that_hold

CIRCLE = "Peer circle"
STATUS = reverse("signups:my_application")


@pytest.fixture
def cohort(db):
    cohort = make_cohort()
    Format.objects.create(
        program=cohort.program,
        name=CIRCLE,
        summary="Six people meet monthly.",
        least_size=1,
        greatest_size=6,
    )
    return cohort


@pytest.fixture
def chair(cohort, client):
    chair = make_chair(cohort.program)
    client.force_login(chair)
    return chair


def circle_of(cohort):
    return cohort.program.formats.get(name=CIRCLE)


def host(cohort, **fields):
    """A mentor who only takes people in a circle."""
    mentor = make_mentor(cohort, **fields)
    choose_formats(mentor, CIRCLE)
    return mentor


def page_of(cohort):
    return reverse("admin:matching_unmatched_cohort", args=[cohort.pk])


def act(client, cohort, action, *mentees, **data):
    ids = [mentee.pk for mentee in mentees]
    return client.post(page_of(cohort), {"action": action, "_selected_action": ids, **data})


def offered(mentee, chair):
    outcome = offer_format(mentee.cohort, circle_of(mentee.cohort), [mentee.pk], by=chair)
    assert outcome.refusals == []
    return FormatOffer.objects.select_related("application").get(application=mentee.pk)


def open_link(client, application):
    client.get(AccessLink.new_address(application=application))


def give(user, permission):
    app, codename = permission.split(".")
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label=app, codename=codename)
    )


def names(mentees):
    return [mentee.name for mentee in mentees]


def serving(cohort, mentee):
    return [str(one) for one in OtherFormats(cohort, [mentee.pk]).serving(mentee.pk)]


def test_only_accepted_mentees_without_an_active_pair_are_listed(client, cohort, chair):
    left = make_mentee(cohort, name="Ana")
    rejected = make_mentee(cohort, name="Ben")
    make_pairing(rejected, make_mentor(cohort, name="Mia")).reject(by=chair)
    make_pairing(make_mentee(cohort), make_mentor(cohort))
    make_pairing(make_mentee(cohort), make_mentor(cohort)).approve(by=chair)
    for status in ("received", "waitlisted", "declined", "withdrawn"):
        decided_at = None if status == "received" else timezone.now()
        make_mentee(cohort, status=status, decided_at=decided_at)
    make_mentee(make_cohort(cohort.program))

    rows = client.get(page_of(cohort)).context["rows"]

    assert [(row.mentee.pk, row.reason) for row in rows] == [
        (left.pk, "No run has looked at them yet."),
        (rejected.pk, "Their pair with Mia came to nothing: rejected."),
    ]


def test_the_reason_is_that_of_the_last_run(client, cohort, chair):
    mentee = make_mentee(cohort)
    make_run(cohort)
    make_mentor(cohort, employer=mentee.employer)
    last = make_run(cohort)
    late = make_mentee(cohort, name="Zoe")

    rows = {row.mentee.pk: row.reason for row in client.get(page_of(cohort)).context["rows"]}

    assert rows == {
        mentee.pk: last.unmatched.get().reason,
        late.pk: "No run has looked at them yet.",
    }


def test_another_format_serves_where_a_mentor_has_a_place_and_no_rule_is_broken(cohort):
    mentee = make_mentee(cohort)
    mentor = host(cohort)

    assert serving(cohort, mentee) == [CIRCLE]

    conflict = make_conflict(mentee, mentor)
    assert serving(cohort, mentee) == []
    conflict.delete()
    assert serving(cohort, mentee) == [CIRCLE]


def test_a_format_that_was_chosen_is_no_other_format(cohort):
    mentee = make_mentee(cohort)
    host(cohort)
    choose_formats(mentee, "One-to-one pair", CIRCLE)

    assert serving(cohort, mentee) == []


def test_a_format_the_program_no_longer_offers_is_not_suggested(cohort):
    mentee = make_mentee(cohort)
    host(cohort)
    cohort.program.formats.update(is_offered=False)

    assert serving(cohort, mentee) == []


def test_a_circle_that_cannot_meet_serves_nobody(cohort):
    mentee = make_mentee(cohort)
    mentor = host(cohort)
    FormatChoice.objects.filter(application=mentor.pk).update(places=2)
    cohort.program.formats.filter(name=CIRCLE).update(least_size=3)

    assert serving(cohort, mentee) == []


@pytest.mark.parametrize("status", ["proposed", "approved"])
@pytest.mark.parametrize(("name", "is_group"), [("Coffee chat", False), (CIRCLE, True)])
def test_a_place_that_somebody_else_has_or_is_proposed_for_is_not_free(
    cohort, name, is_group, status
):
    mentee, other = make_mentee(cohort), make_mentee(cohort)
    mentor = make_mentor(cohort)
    choose_formats(mentor, name)
    if is_group:
        FormatChoice.objects.filter(application=mentor.pk).update(places=1)
    assert serving(cohort, mentee) == [name]

    decided_at = timezone.now() if status == "approved" else None
    make_pairing(
        other,
        mentor,
        format=cohort.program.formats.get(name=name),
        status=status,
        decided_at=decided_at,
    )

    assert serving(cohort, mentee) == []


@pytest.mark.parametrize("name", ["One-to-one pair", None])
def test_a_mentor_whose_only_place_is_proposed_in_another_format_is_not_free(cohort, name):
    mentee, other = make_mentee(cohort), make_mentee(cohort)
    mentor = make_mentor(cohort)
    choose_formats(mentor, "One-to-one pair", "Coffee chat")
    assert serving(cohort, mentee) == ["Coffee chat"]

    make_pairing(other, mentor, format=cohort.program.formats.filter(name=name).first())

    assert serving(cohort, mentee) == []


def test_free_places_are_counted(client, cohort, chair):
    make_mentee(cohort)
    host(cohort)
    cohort.program.formats.filter(name=CIRCLE).update(least_size=3)

    [one] = client.get(page_of(cohort)).context["formats"]

    assert (str(one.format), one.n_places, one.n_to_meet) == (CIRCLE, 6, 3)


def test_offering_a_format_shows_the_letter_first_and_asks_once(
    client, cohort, chair, deliver_letters
):
    ana, ben = make_mentee(cohort, name="Ana O'Hara"), make_mentee(cohort, name="Ben")
    make_conflict(ben, host(cohort))
    circle = circle_of(cohort)

    asked = act(client, cohort, "offer_format", ana, ben, format=circle.pk)

    assert asked.context["left_out"] == ["Ben"]
    letter = asked.context["letter"]
    assert letter.subject == f"{cohort.program}: would you like Peer circle instead?"
    assert letter.body.startswith("Dear Ana O'Hara,")
    assert (FormatOffer.objects.count(), Letter.objects.count()) == (0, 0)

    for _ in range(2):
        act(client, cohort, "offer_format", ana, ben, format=circle.pk, confirmed="yes")
    deliver_letters()

    offer = FormatOffer.objects.get()
    assert (offer.application_id, offer.format, offer.made_by) == (ana.pk, circle, chair)
    [message] = mail.outbox
    assert message.to == [ana.email]
    assert re.search(r"/my/link/\S+", message.body)
    ana.refresh_from_db()
    assert ana.told_status == "accepted"
    assert names(unanswered([cohort])) == ["Ben"]


def test_more_people_than_places_is_said(client, cohort, chair):
    mentees = [make_mentee(cohort) for _ in range(2)]
    FormatChoice.objects.filter(application=host(cohort).pk).update(places=1)

    page = act(client, cohort, "offer_format", *mentees, format=circle_of(cohort).pk)

    assert page.context["has_too_few"]
    assert "There are fewer free places than people here" in page.content.decode()


def test_a_yes_adds_the_format_last_so_that_the_next_run_serves(client, cohort, chair):
    mentee, mentor = make_mentee(cohort), host(cohort)
    offer = offered(mentee, chair)
    version = mentee.version
    open_link(client, mentee)
    assert "Would you like Peer circle instead?" in client.get(STATUS).content.decode()

    client.post(reverse("matching:format_offer", args=[offer.pk]), {"answer": "yes"})

    choices = FormatChoice.objects.filter(application=mentee.pk).values_list("format__name", "rank")
    assert list(choices) == [("One-to-one pair", 1), (CIRCLE, 2)]
    offer.refresh_from_db()
    mentee.refresh_from_db()
    assert (offer.answer, offer.answered_at is not None) == ("accepted", True)
    assert mentee.version == version + 1
    assert "Peer circle: you said yes" in client.get(STATUS).content.decode()
    # The yes waits for a run, so the committee owes an answer once more.
    assert list(unanswered([cohort])) == [mentee]
    assert "Said yes to another format" in client.get(page_of(cohort)).content.decode()
    pairing = make_run(cohort).pairings.get()
    assert (pairing.mentee_id, pairing.mentor_id, pairing.format.name) == (
        mentee.pk,
        mentor.pk,
        CIRCLE,
    )
    assert list(unanswered([cohort])) == []


def test_a_yes_comes_after_choices_without_rank(cohort, chair):
    mentee = make_mentee(cohort)
    host(cohort)
    FormatChoice.objects.filter(application=mentee.pk).update(rank=None)

    answer_format(offered(mentee, chair), accepts=True)

    ranks = FormatChoice.objects.filter(application=mentee.pk).values_list("rank", flat=True)
    assert list(ranks) == [None, None]


def test_a_no_changes_no_choice_and_is_not_asked_again(client, cohort, chair):
    mentee = make_mentee(cohort)
    host(cohort)
    offer = offered(mentee, chair)
    open_link(client, mentee)

    client.post(reverse("matching:format_offer", args=[offer.pk]), {"answer": "no"})

    offer.refresh_from_db()
    assert offer.answer == "declined"
    chosen = FormatChoice.objects.filter(application=mentee.pk)
    assert [choice.format.name for choice in chosen] == ["One-to-one pair"]
    assert f"Noted: no {CIRCLE}." in client.get(STATUS).content.decode()
    assert CIRCLE not in client.get(STATUS).content.decode()
    [row] = everyone_left(cohort, OtherFormats(cohort, [mentee.pk]))
    assert row.formats == []
    outcome = offer_format(cohort, circle_of(cohort), [mentee.pk], by=chair)
    assert outcome.refusals == [f"{mentee} was asked about {CIRCLE} already."]


def test_an_answer_is_given_once_and_only_while_one_takes_part(cohort, chair):
    mentee, other = make_mentee(cohort), make_mentee(cohort)
    host(cohort)
    offer, gone = offered(mentee, chair), offered(other, chair)
    answer_format(offer, accepts=False)
    other.withdraw()

    with pytest.raises(FormatAnswerError, match="answered this already"):
        answer_format(offer, accepts=True)
    with pytest.raises(FormatAnswerError, match="no longer take part"):
        answer_format(gone, accepts=True)
    assert not FormatChoice.objects.filter(format__name=CIRCLE, application__role="mentee").exists()


def test_nobody_answers_for_others(client, cohort, chair):
    mentee, stranger = make_mentee(cohort), make_mentee(cohort)
    host(cohort)
    url = reverse("matching:format_offer", args=[offered(mentee, chair).pk])

    assert client.post(url, {"answer": "yes"}).url == reverse("signups:lost_link")
    open_link(client, stranger)
    assert client.post(url, {"answer": "yes"}).status_code == 404
    open_link(client, mentee)
    assert client.get(url).status_code == 405
    assert client.post(url, {"answer": "perhaps"}).status_code == 404
    assert FormatOffer.objects.get().answer == "waiting"


@pytest.mark.parametrize(
    ("action", "status", "lacked_place", "is_kept"),
    [("waitlist", "waitlisted", False, False), ("keep_for_next", "declined", True, True)],
)
def test_a_status_is_decided_after_a_look_and_told_in_a_step_of_its_own(
    client, cohort, chair, action, status, lacked_place, is_kept
):
    mentee = make_mentee(cohort)
    asked = act(client, cohort, action, mentee)
    mentee.refresh_from_db()
    assert (mentee.status, asked.context["mentees"]) == ("accepted", [mentee])

    answer = act(client, cohort, action, mentee, confirmed="yes")

    mentee.refresh_from_db()
    assert (mentee.status, mentee.decided_by, mentee.lacked_place) == (status, chair, lacked_place)
    assert (mentee.keep_for_next_at is not None) == is_kept
    assert Letter.objects.count() == 0
    told = client.get(answer.url).context["cl"].result_list
    assert [row.pk for row in told] == [mentee.pk]
    assert list(without_mentor([cohort])) == []


def test_who_is_kept_comes_first_next_time_and_reads_so(client, cohort, chair, deliver_letters):
    mentee = make_mentee(cohort)
    act(client, cohort, "keep_for_next", mentee, confirmed="yes")
    act_on = {"action": "tell_selected", "_selected_action": [mentee.pk]}
    page = client.post(reverse("admin:signups_menteeapplication_changelist"), act_on)
    assert "we keep you in mind for the next cohort" in page.context["letter"].body

    open_link(client, mentee)
    Application.objects.filter(pk=mentee.pk).update(
        told_status="declined", told_at=timezone.now() + timedelta(minutes=1)
    )
    assert "you are kept in mind for the next cohort" in client.get(STATUS).content.decode()


def test_who_has_a_pair_meanwhile_is_left_as_they_are(client, cohort, chair):
    mentee, free = make_mentee(cohort), make_mentee(cohort)
    make_pairing(mentee, make_mentor(cohort))
    assert act(client, cohort, "waitlist", mentee, free).context["mentees"] == [free]

    # A pair that was made between the look and the press.
    outcome = waitlist(cohort, [mentee.pk, free.pk], by=chair)

    assert (outcome.done, outcome.refusals) == (
        [free],
        ["1 person has a pair meanwhile, or no longer takes part: nothing was done for them."],
    )
    assert [Application.objects.get(pk=one.pk).status for one in (mentee, free)] == [
        "accepted",
        "waitlisted",
    ]


def test_words_are_previewed_and_only_what_was_shown_leaves_once(
    client, cohort, chair, deliver_letters
):
    mentee = make_mentee(cohort, name="Ana O'Hara")
    empty = act(client, cohort, "write", mentee)
    page = empty.context["form"]["page"].value()
    typed = {"subject": "About your wish", "words": "We're still looking.", "page": page}
    wrong = act(client, cohort, "write", mentee, subject="", words="", page=page)
    assert wrong.context["form"].errors == {
        "subject": ["Give the letter a subject."],
        "words": ["Write what they should know."],
    }
    shown = act(client, cohort, "write", mentee, **typed)
    assert "Dear Ana O'Hara,\n\nWe're still looking." in shown.context["letter"].body
    seal = {"shown": shown.context["shown"], "confirmed": "yes"}
    changed = act(client, cohort, "write", mentee, **typed | {"words": "Something else."}, **seal)
    assert "Something else." in changed.context["letter"].body
    assert Letter.objects.count() == 0

    for _ in range(2):
        act(client, cohort, "write", mentee, **typed, **seal)
    deliver_letters()

    [message] = mail.outbox
    assert (message.subject, message.to) == ("About your wish", [mentee.email])
    assert "We're still looking." in message.body
    [entry] = LogEntry.objects.filter(object_id=str(mentee.pk))
    assert (entry.user, entry.change_message) == (chair, "Written to.")
    [row] = client.get(page_of(cohort)).context["rows"]
    assert (row.is_answered, [letter.subject for letter in row.letters]) == (
        True,
        ["About your wish"],
    )


def test_an_answer_counts_until_the_next_run_and_only_if_it_could_be_delivered(cohort, chair):
    mentee = make_mentee(cohort)
    host(cohort)
    make_run(cohort)
    assert list(unanswered([cohort])) == [mentee]

    offered(mentee, chair)
    assert list(unanswered([cohort])) == []
    Letter.objects.update(status="refused")
    assert list(unanswered([cohort])) == [mentee]
    Letter.objects.update(status="waiting")
    assert list(unanswered([cohort])) == []

    make_run(cohort)
    assert list(unanswered([cohort])) == [mentee]


def test_other_letters_are_no_answer(cohort):
    mentee = make_mentee(cohort)
    Letter.objects.create(
        key=f"application_received/{mentee.pk}",
        program=cohort.program,
        application_id=mentee.pk,
        to=mentee.email,
    )

    assert list(unanswered([cohort])) == [mentee]


def test_the_desk_counts_who_waits_and_leads_there(client, cohort, chair):
    make_mentee(cohort)
    make_mentee(make_cohort(cohort.program))
    page = client.get(reverse("admin:signups_cohort_change", args=[cohort.pk]))

    what = "accepted mentee without pair and without answer"
    [figure] = [one for one in page.context["figures"] if one.what == what]
    assert (figure.n, figure.url) == (1, page_of(cohort))


def test_the_list_of_cohorts_counts_each_and_shows_no_others(client, cohort, chair):
    make_mentee(cohort)
    make_mentee(make_cohort())

    page = client.get(reverse("admin:matching_unmatched_changelist"))

    assert page.context["rows"] == [(cohort, 1, 1)]


def test_chair_of_another_program_reaches_nobody(client, cohort):
    mentee = make_mentee(cohort)
    host(cohort)
    stranger = make_chair(make_cohort().program)
    client.force_login(stranger)

    assert client.get(page_of(cohort)).status_code == 404
    for action in ("offer_format", "waitlist", "keep_for_next", "write"):
        assert act(client, cohort, action, mentee, confirmed="yes").status_code == 404
    # Nor by way of a cohort of their own.
    own = make_cohort(stranger.seats.get().program)
    assert act(client, own, "waitlist", mentee).url == page_of(own)
    act(client, own, "waitlist", mentee, confirmed="yes")
    mentee.refresh_from_db()
    assert (mentee.status, Letter.objects.count()) == ("accepted", 0)


def test_who_may_only_look_does_nothing(client, cohort, chair):
    mentee = make_mentee(cohort)
    host(cohort)
    chair.groups.clear()
    give(chair, "matching.view_pairing")

    page = client.get(page_of(cohort))

    assert mentee.name in page.content.decode()
    assert 'type="checkbox"' not in page.content.decode()
    for action in ("offer_format", "waitlist", "keep_for_next", "write"):
        assert act(client, cohort, action, mentee, confirmed="yes").status_code == 403
    give(chair, "matching.review_pairing")
    assert act(client, cohort, "write", mentee).status_code == 200
    assert act(client, cohort, "waitlist", mentee, confirmed="yes").status_code == 403


def test_without_permission_to_see_pairs_the_page_is_closed(client, cohort):
    user = make_user()
    client.force_login(user)
    cohort.program.seats.create(name="Eve", user=user, role="member", is_public=False)

    assert client.get(page_of(cohort)).status_code == 403
    assert client.get(reverse("admin:matching_unmatched_changelist")).status_code == 403


def test_the_page_asks_no_more_for_more_people(client, cohort, chair):
    host(cohort)
    counts = []
    for _ in range(2):
        while without_mentor([cohort]).count() < (3 if counts else 1):
            mentee = make_mentee(cohort)
            offered(mentee, chair)
            make_pairing(mentee, host(cohort)).reject(by=chair)
        make_run(cohort)
        client.get(page_of(cohort))
        with CaptureQueriesContext(connection) as queries:
            rows = client.get(page_of(cohort)).context["rows"]
        counts.append((len(rows), len(queries)))

    (one, few), (three, many) = counts
    assert (one, three, many) == (1, 3, few)


def test_everything_goes_with_the_person_and_can_be_downloaded(client, cohort, chair):
    mentee = make_mentee(cohort, name="Quirina Vex")
    host(cohort)
    offered(mentee, chair)
    page = "11111111-1111-4111-8111-111111111111"
    typed = {"subject": "For Quirina Vex", "words": "Zanzibar by moonlight", "page": page}
    shown = act(client, cohort, "write", mentee, **typed).context["shown"]
    act(client, cohort, "write", mentee, **typed, shown=shown, confirmed="yes")
    open_link(client, mentee)
    held = client.get(reverse("matching:download")).json()
    assert [(one["format"], one["your answer"]) for one in held["other formats offered"]] == [
        (CIRCLE, "No answer yet")
    ]
    assert places_that_hold("Zanzibar") == ["signups.Letter.body"]

    erase_and_part(mentee)

    assert FormatOffer.objects.count() == 0
    assert places_that_hold("Quirina Vex", "Zanzibar") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"answer": "perhaps"},
        {"answer": "accepted"},
        {"answered_at": "2027-01-01T00:00Z"},
        {},
    ],
)
def test_database_keeps_format_offers_honest(cohort, chair, fields):
    mentee = make_mentee(cohort)
    host(cohort)
    offered(mentee, chair)

    with pytest.raises(IntegrityError), transaction.atomic():
        FormatOffer.objects.create(
            application=mentee, format=circle_of(cohort), made_by=chair, **fields
        )


def test_who_is_erased_meanwhile_answers_nothing(cohort, chair):
    mentee = make_mentee(cohort)
    host(cohort)
    offer = offered(mentee, chair)
    erase_and_part(mentee)

    with pytest.raises(FormatAnswerError, match="no longer take part"):
        answer_format(offer, accepts=True)

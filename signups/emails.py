"""The letters to applicants and to people who ask something, one function each."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone

from signups.invitations import cancellation, invitation
from signups.letters import letter_about, letter_on, letter_to, write
from signups.models import (
    Application,
    Draft,
    Gate,
    Inquiry,
    InquiryMessage,
    Letter,
    LetterLink,
    OrientationPlace,
    OrientationSession,
)
from signups.models.links import hash_of


def write_application_received(application: Application) -> None:
    """Confirm that an application arrived, and say what happens next."""
    letter = letter_to(
        application,
        key=f"application_received/{application.pk}",
        template="signups/application_received.txt",
        context={"cohort": application.cohort},
        link=LetterLink.APPLICATION,
    )
    write([letter])


def write_already_applied(application: Application) -> None:
    """Tell someone who applied again that the first application stands; once a day at most."""
    letter = letter_to(
        application,
        key=f"already_applied/{application.pk}/{timezone.localdate()}",
        template="signups/already_applied.txt",
        context={"cohort": application.cohort},
        link=LetterLink.APPLICATION,
    )
    write([letter])


def write_lost_link(application: Application) -> None:
    """Bring a new link to someone who asked for it; once an hour at most."""
    hour = f"{timezone.now():%Y-%m-%dT%H}"
    letter = letter_to(
        application,
        key=f"lost_link/application/{application.pk}/{hour}",
        template="signups/lost_link.txt",
        context={"cohort": application.cohort},
        link=LetterLink.APPLICATION,
    )
    write([letter])


def write_draft_saved(draft: Draft) -> None:
    """Bring the link with which a draft is finished later; once an hour at most."""
    hour = f"{timezone.now():%Y-%m-%dT%H}"
    letter = letter_about(
        draft, key=f"draft_saved/{draft.pk}/{hour}", template="signups/draft_saved.txt"
    )
    write([letter])


def write_draft_reminder(draft: Draft) -> None:
    """Remind someone of an unfinished application before the window closes; once."""
    letter = letter_about(
        draft, key=f"draft_reminder/{draft.pk}", template="signups/draft_reminder.txt"
    )
    write([letter])


def decision(application: Application) -> Letter:
    """Tells what the committee decided and what comes next; one letter for each decision."""
    return letter_to(
        application,
        key=f"decision/{application.pk}/{application.decided_at.isoformat()}",
        template=f"signups/{application.status}.txt",
        context={"cohort": application.cohort, "other_role": application.role_enum.other},
        link=LetterLink.APPLICATION,
    )


def trial_of(letter: Letter, *, to: User) -> Letter:
    """The same letter for someone on the committee to read in their own mailbox."""
    return Letter(
        key=f"test/{to.pk}/{letter.application_id}/{timezone.now().isoformat()}",
        program=letter.program,
        about_id=letter.application_id,
        to=to.email,
        reply_to=letter.reply_to,
        subject=f"Test: {letter.subject}",
        body=letter.body,
    )


def orientation_chosen(place: OrientationPlace) -> Letter:
    """Confirm a place in an orientation session, with the invitation for the calendar."""
    return _orientation_letter(place, place.session, about="chosen", calendar=invitation(place))


def orientation_moved(place: OrientationPlace) -> Letter:
    """Tell that a session has another time, length or way of joining."""
    return _orientation_letter(place, place.session, about="moved", calendar=invitation(place))


def orientation_given_back(place: OrientationPlace, session: OrientationSession) -> Letter:
    """Confirm that someone no longer has a place in ``session``."""
    calendar = cancellation(place, of=session)
    return _orientation_letter(place, session, about="given_back", calendar=calendar)


def orientation_dropped(place: OrientationPlace, session: OrientationSession) -> Letter:
    """Tell that ``session`` is called off."""
    calendar = cancellation(place, of=session)
    return _orientation_letter(place, session, about="dropped", calendar=calendar)


def orientation_reminder(place: OrientationPlace) -> Letter:
    """Remind of a session; once for each time that it is put at."""
    return _orientation_letter(place, place.session, about="reminder", calendar=invitation(place))


def _orientation_letter(
    place: OrientationPlace, session: OrientationSession, *, about: str, calendar: str
) -> Letter:
    kind = "reminder" if about == "reminder" else "change"
    return letter_to(
        place.application,
        # Each change has a number of its own, and is told once.
        key=f"orientation/{place.pk}/{place.sequence}/{kind}",
        template=f"signups/orientation_{about}.txt",
        context={"session": session, "cohort": session.cohort},
        link=LetterLink.APPLICATION,
        calendar=calendar,
    )


def membership_missing(application: Application, gate: Gate) -> Letter:
    """Tell someone who is not on the member list what to do by when; once for each gate."""
    return letter_to(
        application,
        # One letter to a person, also to one who holds both roles.
        key=f"membership_missing/{gate.pk}/{hash_of(application.email.casefold())}",
        template="signups/membership_missing.txt",
        context={"gate": gate, "cohort": application.cohort},
        link=LetterLink.APPLICATION,
    )


def inquiry_received(inquiry: Inquiry) -> Letter:
    """Confirms that a question arrived, and brings the link to it.

    It holds none of the person's own words: anybody can type anybody's address into a form.
    """
    return letter_on(
        inquiry,
        key=f"inquiry_received/{inquiry.pk}",
        template="signups/inquiry_received.txt",
        context={},
    )


def inquiry_to_committee(message: InquiryMessage) -> Letter:
    """Brings the committee what somebody asks, or adds to a question."""
    return letter_on(
        message.inquiry,
        key=f"inquiry_to_committee/{message.pk}",
        template="signups/inquiry_to_committee.txt",
        context={"message": message},
        to_committee=True,
    )


def inquiry_answered(message: InquiryMessage) -> Letter:
    """Brings the committee's answer to the person who asked."""
    return letter_on(
        message.inquiry,
        key=f"inquiry_answered/{message.pk}",
        template="signups/inquiry_answered.txt",
        context={"message": message},
    )


def inquiry_link(inquiry: Inquiry) -> Letter:
    """Brings a new link to somebody who lost theirs; once an hour at most."""
    hour = f"{timezone.now():%Y-%m-%dT%H}"
    return letter_on(
        inquiry,
        key=f"lost_link/inquiry/{inquiry.pk}/{hour}",
        template="signups/inquiry_link.txt",
        context={},
    )

"""The letters to applicants about their application, one function each."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils import timezone

from signups.letters import letter_about, letter_to, write
from signups.models import Application, Draft, Letter, LetterLink


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

"""How letters are written down, delivered once, and taken up again after a fault."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Sequence
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage
from django.db import transaction
from django_tasks import task

from mig_site.email import render_letter
from signups.invitations import as_attachment
from signups.models import (
    AccessLink,
    Application,
    Draft,
    Inquiry,
    Letter,
    LetterLink,
    UnsubscribeLink,
)
from signups.news import wants_news

logger = logging.getLogger(__name__)

BATCH_SIZE = 500

# So many earlier letters of a thread are named; a header has to end somewhere.
N_REFERENCES = 10


# Stands in a body where the link goes; no one can type it into a form, which drops such characters.
LINK_PLACEHOLDER = "\ue000link\ue000"


class NotWantedError(Exception):
    """A letter that should not leave after all; its text says why."""


def letter_to(
    application: Application,
    *,
    key: str,
    template: str,
    context: dict[str, object],
    link: LetterLink = LetterLink.NONE,
    about: Application | None = None,
    calendar: str = "",
) -> Letter:
    """A letter to an applicant, not yet saved; ``key`` is what may exist only once."""
    program = application.cohort.program
    subject, body = render_letter(
        template,
        {"application": application, "program": program, "link": LINK_PLACEHOLDER, **context},
        language=application.language,
    )
    return Letter(
        key=key,
        program=program,
        application=application,
        # A list of pairs holds proxies; the ledger knows the person whatever the role.
        about_id=about and about.pk,
        to=application.email,
        reply_to=program.contact_email,
        subject=subject,
        body=body,
        link=link,
        calendar=calendar,
    )


def letter_about(draft: Draft, *, key: str, template: str) -> Letter:
    """A letter that brings someone back to an unfinished application, not yet saved."""
    program = draft.cohort.program
    subject, body = render_letter(
        template,
        {
            "draft": draft,
            "program": program,
            "window": draft.cohort.window(draft.role),
            "link": LINK_PLACEHOLDER,
        },
        language=draft.language,
    )
    return Letter(
        key=key,
        program=program,
        draft=draft,
        to=draft.email,
        reply_to=program.contact_email,
        subject=subject,
        body=body,
        link=LetterLink.DRAFT,
    )


def letter_on(
    inquiry: Inquiry,
    *,
    key: str,
    template: str,
    context: dict[str, object],
    to_committee: bool = False,
) -> Letter:
    """A letter on a question from the public, not yet saved.

    To the person who asked, in the language in which they did and with the link to the thread; or
    to the committee, which has its own way in. Earlier letters to the same address are named, so
    that mail programs show them as one thread.
    """
    program = inquiry.program
    subject, body = render_letter(
        template,
        {"inquiry": inquiry, "program": program, "link": LINK_PLACEHOLDER, **context},
        language=settings.LANGUAGE_CODE if to_committee else inquiry.language,
    )
    site_address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    committee = program.contact_address if program else site_address
    to = committee if to_committee else inquiry.email
    earlier = inquiry.letters.filter(to=to).order_by("-pk").values_list("message_id", flat=True)
    return Letter(
        key=key,
        program=program,
        inquiry=inquiry,
        to=to,
        reply_to="" if to_committee or program is None else program.contact_email,
        subject=subject,
        body=body,
        link=LetterLink.NONE if to_committee else LetterLink.INQUIRY,
        earlier_message_ids=" ".join(reversed(earlier[:N_REFERENCES])),
    )


def write(letters: Sequence[Letter]) -> int:
    """Keep letters in the ledger and put them in the queue; returns how many were new.

    Call it in the transaction that makes the letters true: they are then written if, and only
    if, that is saved. A letter whose key is in the ledger already is left alone, and nobody
    writes to people who had themselves erased.
    """
    letters = [one for one in letters if not (one.application and one.application.erased_at)]
    n_new = 0
    for start in range(0, len(letters), BATCH_SIZE):
        batch = letters[start : start + BATCH_SIZE]
        Letter.objects.bulk_create(batch, ignore_conflicts=True)
        # The rows that are ours are the new ones: a Message-ID is never given twice.
        message_ids = [letter.message_id for letter in batch]
        new = Letter.objects.filter(message_id__in=message_ids).order_by("pk")
        for letter_id in new.values_list("pk", flat=True):
            deliver_letter.enqueue(letter_id)
            n_new += 1
    return n_new


@task
def deliver_letter(letter_id: int) -> None:
    """Send one letter of the ledger, unless it has left or another worker holds it."""
    letter = Letter.objects.filter(pk=letter_id).first()
    if letter is None or not letter.claim():
        return
    try:
        _send(letter)
    except NotWantedError as error:
        # Not a fault: what it would tell is no longer so, or nobody wants to hear it any more.
        Letter.objects.filter(pk=letter.pk).hold_back(str(error))
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        _note_fault(letter, error, is_final=all(code >= 500 for code in codes))
    except smtplib.SMTPDataError as error:
        _note_fault(letter, error, is_final=error.smtp_code >= 500)
    except (BadHeaderError, UnicodeError) as error:
        # Nothing that waiting could mend.
        _note_fault(letter, error, is_final=True)
    except Exception as error:
        # The mail server's fault or ours: either way the letter waits longer each time, and is
        # given up in the end, where staff see it.
        _note_fault(letter, error, is_final=False)
    else:
        letter.note_sent()


def _send(letter: Letter) -> None:
    address = NEW_ADDRESS[letter.link](letter)
    headers = {"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"}
    if letter.earlier_message_ids:
        headers["References"] = letter.earlier_message_ids
        headers["In-Reply-To"] = letter.earlier_message_ids.rpartition(" ")[2]
    if letter.link == LetterLink.NEWS:
        # One press in the mail program, as RFC 8058 has it, or a button at the same address.
        headers["List-Unsubscribe"] = f"<{address}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMessage(
        subject=letter.subject,
        body=letter.body.replace(LINK_PLACEHOLDER, address),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers=headers,
    )
    if letter.calendar:
        message.attach(as_attachment(letter.calendar))
    message.send()


def _address_that_ends_news(letter: Letter) -> str:
    if not wants_news(letter.application):
        raise NotWantedError("Its reader has ended such letters.")
    return UnsubscribeLink.new_address(letter.application)


# How the address for one sending of a letter is made, by the kind of its link: each try makes a
# link of its own. Another app puts in how its own kind is made (see also spotlights/apps.py).
NEW_ADDRESS: dict[str, Callable[[Letter], str]] = {
    LetterLink.NONE: lambda letter: "",
    LetterLink.APPLICATION: lambda letter: AccessLink.new_address(application=letter.application),
    LetterLink.DRAFT: lambda letter: AccessLink.new_address(draft=letter.draft),
    LetterLink.INQUIRY: lambda letter: AccessLink.new_address(inquiry=letter.inquiry),
    LetterLink.NEWS: _address_that_ends_news,
}


def _note_fault(letter: Letter, error: Exception, *, is_final: bool) -> None:
    fault = f"{type(error).__name__}: {error}"
    logger.warning("Letter %s was not delivered: %s", letter.pk, fault)
    with transaction.atomic():
        if is_final:
            letter.note_refused(fault)
        else:
            letter.note_failed_try(fault)
            enqueue(letter)


def enqueue(letter: Letter) -> None:
    """Put a waiting letter in the queue, not before its pause is over."""
    deliver_letter.using(run_after=letter.not_before).enqueue(letter.pk)


def take_up_lost_letters() -> int:
    """Queue again the letters that a dead worker left behind; returns how many.

    A second task for one letter does no harm: only one of the two can claim it.
    """
    with transaction.atomic():
        lost = list(Letter.objects.lost().select_for_update(skip_locked=True))
        for letter in lost:
            # Without this, every sweep until a worker is free would queue it once more.
            letter.release()
            enqueue(letter)
    return len(lost)

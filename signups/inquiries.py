"""How a question from the public arrives, is added to, and is answered."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from mig_site.languages import current_language
from signups import emails
from signups.history import record
from signups.letters import write
from signups.models import Inquiry, InquiryMessage, InquiryState, Program, ReviewError


def ask(
    program: Program | None, *, name: str, email: str, subject: str, words: str, page: str
) -> None:
    """Keep a question, confirm it to the person and bring it to the committee.

    ``page`` is what tells one page that was opened from another. What was sent from it before,
    word by word, is with the committee already, and nothing is done a second time.
    """
    program_key = str(program and program.pk)
    told = "\n".join([page, program_key, name, email, subject, words])
    fingerprint = salted_hmac("signups.inquiries", told, algorithm="sha256").hexdigest()
    try:
        with transaction.atomic():
            inquiry = Inquiry.objects.create(
                program=program,
                name=name,
                email=email,
                subject=subject,
                language=current_language(),
                fingerprint=fingerprint,
            )
            message = inquiry.messages.create(words=words)
            write([emails.inquiry_received(inquiry), emails.inquiry_to_committee(message)])
    except IntegrityError:
        if not Inquiry.objects.filter(fingerprint=fingerprint).exists():
            raise


@transaction.atomic
def write_again(inquiry: Inquiry, words: str) -> None:
    """Add to a question; it lies on the committee's desk again, whatever it was before."""
    inquiry = _locked(inquiry)
    if _said_already(inquiry, words):
        return
    message = inquiry.messages.create(words=words)
    was = inquiry.state
    _note(inquiry, InquiryState.OPEN)
    if was != InquiryState.OPEN:
        record(inquiry, by=None)
    write([emails.inquiry_to_committee(message)])


@transaction.atomic
def answer(inquiry: Inquiry, words: str, *, by: User, seen: int) -> None:
    """Keep an answer and write it to the person who asked.

    ``seen`` is the key of the last message that was on the page. Raises ReviewError when there is
    a later one: what has just been asked would be answered unread.
    """
    inquiry = _locked(inquiry)
    if inquiry.messages.filter(pk__gt=seen).exists():
        raise ReviewError("Somebody has written meanwhile: read it first, then send your answer.")
    message = inquiry.messages.create(words=words, written_by=by)
    _note(inquiry, InquiryState.ANSWERED)
    record(inquiry, by=by)
    write([emails.inquiry_answered(message)])


def _locked(inquiry: Inquiry) -> Inquiry:
    # Whoever writes at the same moment waits, and then sees what was written first.
    locked = Inquiry.objects.select_for_update(no_key=True, of=["self"])
    return locked.select_related("program").get(pk=inquiry.pk)


def _said_already(inquiry: Inquiry, words: str) -> bool:
    """Whether the person's last word is this very one: a button that was pressed twice."""
    last = inquiry.messages.order_by("pk").last()
    return last is not None and not last.is_answer and last.words == words


def _note(inquiry: Inquiry, state: InquiryState) -> None:
    inquiry.state, inquiry.written_at = state, timezone.now()
    Inquiry.objects.filter(pk=inquiry.pk).update(state=state, written_at=inquiry.written_at)


def messages_of(inquiry: Inquiry) -> list[InquiryMessage]:
    """The thread from its beginning."""
    return list(inquiry.messages.select_related("written_by"))

"""How long what people gave us is kept, and which rows are past that."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from signups.erasing import erase_inquiry
from signups.models import (
    AccessLink,
    Application,
    Cohort,
    Draft,
    Inquiry,
    Letter,
    LetterStatus,
    Program,
    Role,
    UnsubscribeLink,
)

DRAFTS_KEPT = timedelta(days=14)  # after the window ended
DRAFTS_KEPT_WITHOUT_END = timedelta(days=365)  # after the last saving
WORDS_KEPT = timedelta(days=30)  # after the letter left
LETTERS_TO_OTHERS_KEPT = timedelta(days=365)  # after it was written, words or not
KEPT_FOR_NEXT = timedelta(days=365)  # longer, for people who are kept for the next cohort

INQUIRIES_KEPT = timedelta(days=365)  # after the last message


def applications_due(cohort: Cohort) -> QuerySet[Application]:
    """Applications of a cohort that its program no longer keeps; see ``Program.keep_for_days``."""
    days = cohort.program.keep_for_days
    if days is None:
        return Application.objects.none()
    kept_since = timezone.now() - timedelta(days=days)
    asked = Q(keep_for_next_at__isnull=False)
    due = _over_before(cohort, kept_since) & ~asked
    due |= _over_before(cohort, kept_since - KEPT_FOR_NEXT) & asked
    return cohort.applications.not_erased().filter(due)


def _over_before(cohort: Cohort, moment: datetime) -> Q:
    if cohort.ends_on is not None:
        is_over = cohort.ends_on < moment.astimezone(cohort.program.time_zone).date()
        return Q(pk__isnull=not is_over)
    return (
        Q(submitted_at__lt=moment)
        & (Q(edited_at=None) | Q(edited_at__lt=moment))
        & (Q(decided_at=None) | Q(decided_at__lt=moment))
    )


def drafts_due() -> QuerySet[Draft]:
    """Drafts that could not be sent for two weeks, or that nobody has gone on with for a year."""
    now = timezone.now()
    due = Q()
    for role in Role:
        closes = f"cohort__{role}_closes_at"
        due |= Q(**{"role": role, f"{closes}__lt": now - DRAFTS_KEPT})
        due |= Q(**{"role": role, closes: None, "saved_at__lt": now - DRAFTS_KEPT_WITHOUT_END})
    return Draft.objects.filter(due)


def links_due() -> QuerySet[AccessLink]:
    """Links that open nothing any more."""
    expired = Q(expires_at__lt=timezone.now())
    return AccessLink.objects.filter(expired | Q(revoked_at__isnull=False))


def unsubscribe_links_due() -> QuerySet[UnsubscribeLink]:
    """Links in old letters, which end nothing any more."""
    return UnsubscribeLink.objects.filter(expires_at__lt=timezone.now())


def letters_due() -> QuerySet[Letter]:
    """Letters whose words have been kept long enough after they left, or could not leave."""
    long_ago = timezone.now() - WORDS_KEPT
    left = Q(status=LetterStatus.SENT, sent_at__lt=long_ago)
    refused = Q(status=LetterStatus.REFUSED, not_before__lt=long_ago)
    return Letter.objects.with_words().filter(left | refused)


def inquiries_due() -> QuerySet[Inquiry]:
    """Questions from the public on which nobody has written for a year, answered or not."""
    return Inquiry.objects.filter(written_at__lt=timezone.now() - INQUIRIES_KEPT)


def erase_inquiries(inquiries: QuerySet[Inquiry]) -> None:
    for inquiry in inquiries:
        erase_inquiry(inquiry)


def letters_to_others_due() -> QuerySet[Letter]:
    """Old letters to people who have no application with which their letters would go."""
    long_ago = timezone.now() - LETTERS_TO_OTHERS_KEPT
    to_others = Letter.objects.filter(application=None, draft=None, inquiry=None, about=None)
    return to_others.filter(written_at__lt=long_ago).exclude(status=LetterStatus.WAITING)


def letters_to_erased_people() -> QuerySet[Letter]:
    """Letters that were being written while their reader had everything erased."""
    return Letter.objects.filter(application__erased_at__isnull=False)


def programs_undecided() -> QuerySet[Program]:
    """Programs with applications whose committee has not said how long they are kept."""
    held = Application.objects.not_erased().filter(cohort__program=OuterRef("pk"))
    return Program.objects.filter(Exists(held), keep_for_days=None)


def forget_words(letters: QuerySet[Letter]) -> int:
    """Delete the words of letters; when and to whom they went stays until the person is erased."""
    return letters.update(body="", emptied_at=timezone.now())

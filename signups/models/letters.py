"""The ledger of letters: who was written what, and whether it has left."""

from __future__ import annotations

from datetime import timedelta
from email.utils import make_msgid
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from signups.models.applications import Application
from signups.models.drafts import Draft
from signups.models.inquiries import Inquiry
from signups.models.programs import Program
from signups.models.scope import CommitteeQuerySet

# Longer than a mail server is waited for (EMAIL_TIMEOUT), so that a lease runs out only when its
# worker is dead.
LEASE = timedelta(minutes=2)

# Pauses between the tries of one letter; after the last one the letter counts as refused.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440)]


def new_message_id() -> str:
    # The site's own name: make_msgid would tell the name of the machine.
    return make_msgid(domain=urlsplit(settings.SITE_URL).hostname)


class LetterStatus(models.TextChoices):
    WAITING = "waiting", "Waiting to leave"
    SENT = "sent", "Sent"
    REFUSED = "refused", "Refused"


class LetterLink(models.TextChoices):
    """Where the link in a letter leads; it is made when the letter leaves, and kept nowhere."""

    NONE = "", "no link"
    APPLICATION = "application", "the application"
    DRAFT = "draft", "the draft"
    NEWS = "news", "the end of such letters"
    PORTRAIT = "portrait", "the spotlight, for whom it portrays"
    INQUIRY = "inquiry", "the question"


class LetterQuerySet(CommitteeQuerySet):
    def waiting(self) -> Self:
        return self.filter(status=LetterStatus.WAITING)

    def due(self) -> Self:
        """Waiting letters that no worker holds and whose pause is over."""
        now = timezone.now()
        return self.waiting().filter(
            Q(leased_until=None) | Q(leased_until__lte=now), not_before__lte=now
        )

    def with_words(self) -> Self:
        """Letters whose words are still kept."""
        return self.filter(emptied_at=None)

    def hold_back(self, reason: str) -> int:
        """Let letters that have not left never leave; returns how many."""
        return self.waiting().update(
            status=LetterStatus.REFUSED,
            leased_until=None,
            fault=reason,
            body="",
            emptied_at=timezone.now(),
        )

    def lost(self) -> Self:
        """Letters whose lease ran out: their worker died while it was sending them."""
        return self.waiting().filter(leased_until__lte=timezone.now())


class Letter(models.Model):
    """One letter to one person, written down before it is sent and sent from what is written."""

    key = models.CharField(
        max_length=120,
        unique=True,
        help_text="What makes this letter the only one of its kind: introduction/17/mentor.",
    )
    program = models.ForeignKey(
        Program,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        help_text="Blank where a letter is about a question that concerns no single program.",
    )
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, blank=True, related_name="letters"
    )
    draft = models.ForeignKey(
        Draft, on_delete=models.CASCADE, null=True, blank=True, related_name="letters"
    )
    inquiry = models.ForeignKey(
        Inquiry, on_delete=models.CASCADE, null=True, blank=True, related_name="letters"
    )
    about = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters_about",
        help_text="Whom the letter tells of, when that is someone else than it goes to.",
    )
    to = models.EmailField()
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    link = models.CharField(max_length=11, choices=LetterLink, default=LetterLink.NONE, blank=True)
    # An invitation to a calendar, or its cancellation, as the letter carries it.
    calendar = models.TextField(blank=True, editable=False)
    # Fixed when the letter is written: should a worker die between sending and noting it, the
    # second copy carries the same Message-ID and mail programs show one.
    message_id = models.CharField(max_length=120, default=new_message_id, editable=False)
    # The Message-IDs of earlier letters to the same person on the same thing, the last one last,
    # so that mail programs show them together.
    earlier_message_ids = models.TextField(blank=True, editable=False)
    written_at = models.DateTimeField(default=timezone.now, editable=False)

    status = models.CharField(
        max_length=8, choices=LetterStatus, default=LetterStatus.WAITING, editable=False
    )
    n_tries = models.PositiveSmallIntegerField("tries", default=0, editable=False)
    not_before = models.DateTimeField(default=timezone.now, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    fault = models.TextField("what went wrong last", blank=True, editable=False)
    emptied_at = models.DateTimeField("words deleted", null=True, blank=True, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=LetterStatus.values), name="letter_status_known"
            ),
            models.CheckConstraint(
                condition=Q(link=LetterLink.NONE)
                | Q(link=LetterLink.APPLICATION, application__isnull=False)
                | Q(link=LetterLink.DRAFT, draft__isnull=False)
                | Q(link=LetterLink.NEWS, application__isnull=False)
                | Q(link=LetterLink.PORTRAIT)
                | Q(link=LetterLink.INQUIRY, inquiry__isnull=False),
                name="letter_link_leads_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(status=LetterStatus.SENT, sent_at__isnull=False)
                | ~Q(status=LetterStatus.SENT) & Q(sent_at=None),
                name="letter_sending_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(emptied_at=None)
                | Q(body="", status__in=[LetterStatus.SENT, LetterStatus.REFUSED]),
                name="letter_without_words_never_leaves",
            ),
            models.CheckConstraint(
                condition=Q(program__isnull=False) | Q(inquiry__isnull=False),
                name="letter_of_a_program_or_on_a_question",
            ),
        ]
        indexes = [models.Index(fields=["status", "not_before"], name="letter_due")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    def claim(self) -> bool:
        """Take this letter for sending; False when another worker has it or it is not due."""
        now = timezone.now()
        claimed = (
            Letter.objects.due()
            .filter(pk=self.pk)
            .update(leased_until=now + LEASE, n_tries=models.F("n_tries") + 1)
        )
        self.refresh_from_db()
        return bool(claimed)

    def release(self) -> None:
        """Let any worker claim this letter again."""
        self._note()

    def note_sent(self) -> None:
        self._note(status=LetterStatus.SENT, sent_at=timezone.now(), fault="")

    def note_refused(self, fault: str) -> None:
        """Give up: the receiving side said no for good, or the last try failed."""
        self._note(status=LetterStatus.REFUSED, fault=fault)

    def note_failed_try(self, fault: str) -> None:
        """Wait longer than the last time before the next try; give up after the last pause."""
        if self.n_tries > len(PAUSES):
            self.note_refused(f"Given up after {self.n_tries} tries. {fault}")
        else:
            self._note(not_before=timezone.now() + PAUSES[self.n_tries - 1], fault=fault)

    def send_again(self) -> bool:
        """Put a refused letter back in the queue; False when it is not refused (any more)."""
        return bool(
            Letter.objects.with_words()
            .filter(pk=self.pk, status=LetterStatus.REFUSED)
            .update(status=LetterStatus.WAITING, not_before=timezone.now(), n_tries=0, fault="")
        )

    def _note(self, **fields: object) -> None:
        own_row = Letter.objects.filter(pk=self.pk)
        own_row.waiting().update(leased_until=None, **fields)
        # Erased meanwhile with the person it went to, a letter has no row any more.
        if own_row.exists():
            self.refresh_from_db()

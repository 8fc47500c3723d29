"""Questions that come by the contact form, and what is written on them to and fro."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from mig_site.dates import short_moment_in_words
from signups.history import record
from signups.models.decisions import ReviewError
from signups.models.languages import language_field, language_known
from signups.models.programs import Program
from signups.models.scope import CommitteeQuerySet

MAX_WORDS = 4000

# What the person told is not in the history of what the committee did with it.
NOT_IN_HISTORY = ["name", "email", "subject", "language", "fingerprint", "asked_at", "written_at"]


class InquiryState(models.TextChoices):
    OPEN = "open", _("Waits for an answer")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class InquiryQuerySet(CommitteeQuerySet):
    def open(self) -> Self:
        """Questions that wait for the committee."""
        return self.filter(state=InquiryState.OPEN)


class Inquiry(models.Model):
    """A question that somebody asked, with a person's address and a thread of messages."""

    program = models.ForeignKey(
        Program,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="inquiries",
        help_text="Blank for a question that concerns no single program.",
    )
    name = models.CharField(max_length=120)
    email = models.EmailField("e-mail address")
    subject = models.CharField(max_length=120)
    language = language_field()
    state = models.CharField(max_length=8, choices=InquiryState, default=InquiryState.OPEN)
    asked_at = models.DateTimeField("asked", default=timezone.now)
    written_at = models.DateTimeField("last message", default=timezone.now)
    # Of the page it was sent from and what was in it: pressed twice, a button sends once.
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)

    objects = InquiryQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=NOT_IN_HISTORY)

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name = "question from the public"
        verbose_name_plural = "questions from the public"
        permissions = [("answer_inquiry", "Can answer and close questions from the public")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=InquiryState.values), name="inquiry_state_known"
            ),
            language_known("inquiry_language_known"),
        ]

    def __str__(self) -> str:
        # Says neither who nor what: the admin's log and messages show it.
        return f"Question {self.pk}"

    def close(self, *, by: User) -> None:
        """Be done with it, answered or not; raises ReviewError when it is closed already."""
        self._go_to(
            InquiryState.CLOSED, by=by, where=~Q(state=InquiryState.CLOSED), otherwise="closed"
        )

    def open_again(self, *, by: User) -> None:
        """Put it back on the desk; raises ReviewError when it lies there already."""
        self._go_to(InquiryState.OPEN, by=by, where=~Q(state=InquiryState.OPEN), otherwise="open")

    def _go_to(self, state: InquiryState, *, by: User, where: Q, otherwise: str) -> None:
        if not Inquiry.objects.filter(where, pk=self.pk).update(state=state):
            raise ReviewError(f"{self} is {otherwise} already.")
        self.state = state
        record(self, by=by)


class InquiryMessageQuerySet(CommitteeQuerySet):
    program_path = "inquiry__program__"


class InquiryMessage(models.Model):
    """Words in a thread, of the person who asked or of somebody on the committee."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="messages")
    words = models.TextField(max_length=MAX_WORDS)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Blank: the person who asked.",
    )
    written_at = models.DateTimeField(default=timezone.now)

    objects = InquiryMessageQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"Message {self.pk}"

    @property
    def when(self) -> str:
        """The moment in the program's own zone, or the site's where no program was asked."""
        program = self.inquiry.program
        zone = program.time_zone if program else timezone.get_default_timezone()
        return short_moment_in_words(self.written_at, zone)

    @property
    def is_answer(self) -> bool:
        return self.written_by_id is not None

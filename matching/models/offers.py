"""What two people of an approved pair are asked, and what each of them answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.pairings import Pairing
from mig_site.dates import moment_in_words
from signups.models import Application, ApplicationStatus, CommitteeQuerySet, Role

MINUTE = timedelta(minutes=1)


class OfferAnswer(models.TextChoices):
    WAITING = "waiting", "No answer yet"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    ASKED = "asked", "Asks the committee"


class DeclineReason(models.TextChoices):
    NO_TIME = "no_time", _("I have no time for it just now")
    NO_FIT = "no_fit", _("I do not think that we fit")
    KNOWN = "known", _("We know each other or work together")
    OTHER_FORMAT = "other_format", _("Another kind of mentoring would suit me better")
    OTHER = "other", _("Something else")


class OfferOutcome(models.TextChoices):
    AGREED = "agreed", "Both accepted"
    LET_GO = "let_go", "Let go"


class OfferState(models.TextChoices):
    """Where an offer stands; told from its answers and the time, and stored nowhere."""

    WAITING = "waiting", "Waiting for answers"
    ASKED = "asked", "Somebody asks the committee"
    DECLINED = "declined", "Came back: declined"
    OUT_OF_TIME = "out_of_time", "Came back: no answer in time"
    LEFT = "left", "Came back: somebody no longer takes part"
    AGREED = "agreed", "Both accepted"
    LET_GO = "let_go", "Let go"


CAME_BACK = (OfferState.DECLINED, OfferState.OUT_OF_TIME, OfferState.LEFT)


class OfferQuerySet(CommitteeQuerySet):
    program_path = "pairing__mentee__cohort__program__"

    def unsettled(self) -> Self:
        """Offers that neither both have accepted nor the committee has let go."""
        return self.filter(closed_at=None)

    def came_back(self) -> Self:
        """Offers that wait for the committee: declined, out of time, or left by somebody."""
        both_take_part = Q(
            pairing__mentee__status=ApplicationStatus.ACCEPTED,
            pairing__mentee__erased_at=None,
            pairing__mentor__status=ApplicationStatus.ACCEPTED,
            pairing__mentor__erased_at=None,
        )
        declined = OfferReply.objects.filter(answer=OfferAnswer.DECLINED).values("offer")
        out_of_time = Q(answer_by__lte=timezone.now() - MINUTE)
        return self.unsettled().filter(Q(pk__in=declined) | out_of_time | ~both_take_part)

    def unanswered(self) -> Self:
        """Offers that still wait for one of the two."""
        return self.unsettled().exclude(pk__in=self.came_back().values("pk"))

    def agreed(self) -> Self:
        """Offers that both have accepted and whose mentorship has not ended."""
        return self.filter(outcome=OfferOutcome.AGREED, pairing__ended_at=None)

    def with_people(self) -> Self:
        return self.select_related(
            "pairing__mentee__cohort__program", "pairing__mentor", "pairing__format", "made_by"
        ).prefetch_related("replies")


class Offer(models.Model):
    """An approved pair as it was put to its two people."""

    pairing = models.OneToOneField(Pairing, on_delete=models.PROTECT, related_name="offer")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    answer_by = models.DateTimeField(help_text="The whole of that minute still counts.")
    n_extensions = models.PositiveSmallIntegerField("times given more time", default=0)
    outcome = models.CharField(max_length=6, choices=OfferOutcome, blank=True)
    closed_at = models.DateTimeField("settled", null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["answer_by", "pk"]
        permissions = [("settle_offer", "Can give more time to offers and let them go")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None)
                | Q(outcome__in=OfferOutcome.values, closed_at__isnull=False),
                name="offer_outcome_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pairing)

    @property
    def ends_at(self) -> datetime:
        """First moment that is too late: a deadline means the end of its minute."""
        return self.answer_by + MINUTE

    @property
    def is_open(self) -> bool:
        """Whether the two may still answer."""
        return self.closed_at is None and timezone.now() < self.ends_at

    @property
    def deadline(self) -> str:
        return moment_in_words(self.answer_by, self.pairing.mentee.cohort.program.time_zone)

    def reply_of(self, role: Role) -> OfferReply:
        # Of those fetched with the offer, so that a list asks once for all of them.
        return next(reply for reply in self.replies.all() if reply.role == role)

    @property
    def state(self) -> OfferState:
        """Where the offer stands, for the committee; see also ``OfferQuerySet.came_back``."""
        if self.outcome:
            return OfferState(self.outcome)
        answers = {reply.answer for reply in self.replies.all()}
        if not (self.pairing.mentee.takes_part and self.pairing.mentor.takes_part):
            return OfferState.LEFT
        if OfferAnswer.DECLINED in answers:
            return OfferState.DECLINED
        if not self.is_open:
            return OfferState.OUT_OF_TIME
        return OfferState.ASKED if OfferAnswer.ASKED in answers else OfferState.WAITING

    @property
    def has_come_back(self) -> bool:
        return self.state in CAME_BACK


class OfferReply(models.Model):
    """What one of the two people answers to an offer."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="replies")
    role = models.CharField(max_length=6, choices=Role)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="offer_replies"
    )
    answer = models.CharField(max_length=8, choices=OfferAnswer, default=OfferAnswer.WAITING)
    reason = models.CharField(max_length=12, choices=DeclineReason, blank=True)
    words = models.TextField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["role"]  # "mentee" sorts before "mentor"
        verbose_name_plural = "offer replies"
        constraints = [
            models.UniqueConstraint(fields=["offer", "role"], name="offerreply_one_for_each_side"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="offerreply_role_known"),
            models.CheckConstraint(
                condition=Q(answer=OfferAnswer.WAITING, answered_at=None)
                | Q(answer__in=OfferAnswer.values, answered_at__isnull=False)
                & ~Q(answer=OfferAnswer.WAITING),
                name="offerreply_answer_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(reason="")
                | Q(reason__in=DeclineReason.values, answer=OfferAnswer.DECLINED),
                name="offerreply_reason_only_when_declined",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_answer_display().lower()}"

    @property
    def is_waiting(self) -> bool:
        return self.answer == OfferAnswer.WAITING

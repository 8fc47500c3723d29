"""How the person portrayed reads their spotlight, and what they say about it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from signups.models import CommitteeQuerySet, Letter
from signups.models.links import hash_of

if TYPE_CHECKING:
    from spotlights.models.spotlights import Spotlight

# How long a link to a spotlight works. The committee can send a new one at any time.
LIFETIME = timedelta(days=400)

MAX_WORDS = 3000


class Reading(models.Model):
    """One letter that brings the person portrayed to their spotlight."""

    spotlight = models.ForeignKey(
        "spotlights.Spotlight", on_delete=models.CASCADE, related_name="readings"
    )
    letter = models.OneToOneField(
        Letter, on_delete=models.SET_NULL, null=True, related_name="reading"
    )
    # What the text was when it was sent; see also ``Spotlight.wording``.
    wording = models.CharField(max_length=64, editable=False)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.spotlight}, sent {self.sent_at:%Y-%m-%d}"


class PortrayedLinkQuerySet(models.QuerySet["PortrayedLink"]):
    def working(self) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def for_token(self, token: str) -> Self:
        return self.working().filter(token_hash=hash_of(token))


class PortrayedLink(models.Model):
    """A link that a letter brought, to the spotlight that portrays its reader."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    spotlight = models.ForeignKey(
        "spotlights.Spotlight", on_delete=models.CASCADE, related_name="portrayed_links"
    )
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = PortrayedLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Link made {self.made_at:%Y-%m-%d %H:%M}"

    @classmethod
    def new_address(cls, spotlight: Spotlight) -> str:
        """Make a link and return its address. The token in it is kept nowhere."""
        token = secrets.token_urlsafe(32)
        cls.objects.create(
            token_hash=hash_of(token),
            spotlight=spotlight,
            expires_at=timezone.now() + LIFETIME,
        )
        with override(spotlight.language):
            return settings.SITE_URL + reverse("portrayed:open_link", args=[token])


class ReplyKind(models.TextChoices):
    CONSENT = "consent", "Agreed"
    CHANGE = "change", "Asked for a change"
    DECLINE = "decline", "Does not want it"
    WITHDRAWAL = "withdrawal", "Took it back"


class ReplyQuerySet(CommitteeQuerySet):
    program_path = "spotlight__program__"

    def open(self) -> Self:
        """Changes asked for that nobody has seen to."""
        return self.filter(kind=ReplyKind.CHANGE, settled_at=None)


class Reply(models.Model):
    """What the person portrayed said about their spotlight, on the page behind their link."""

    spotlight = models.ForeignKey(
        "spotlights.Spotlight", on_delete=models.CASCADE, related_name="replies"
    )
    kind = models.CharField(max_length=10, choices=ReplyKind)
    words = models.TextField("in their words", max_length=MAX_WORDS, blank=True)
    # The text that they had before them; see also ``Spotlight.wording``.
    wording = models.CharField(max_length=64, editable=False)
    said_at = models.DateTimeField(default=timezone.now, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = ReplyQuerySet.as_manager()

    class Meta:
        ordering = ["-said_at", "-pk"]
        verbose_name_plural = "replies"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ReplyKind.values), name="reply_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind=ReplyKind.CHANGE) | ~Q(words=""), name="reply_change_in_words"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False, kind=ReplyKind.CHANGE),
                name="reply_settling_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.said_at:%Y-%m-%d}"

"""The posts of the Let's Connect series."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from simple_history.models import HistoricalRecords

from signups.history import record
from signups.models import CommitteeQuerySet, Program
from spotlights.markdown import render_markdown

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

# Addresses below /lets-connect/ that are pages of their own; see also spotlights/urls.py.
RESERVED_SLUGS = ["feed"]


class PublishingError(Exception):
    """A spotlight that cannot be published or withdrawn; its text tells the committee why."""


class SpotlightStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class SpotlightQuerySet(CommitteeQuerySet):
    def published(self) -> Self:
        """What the public may read now, latest first; see also ``Spotlight.is_published``."""
        # The program comes along: its zone says which day a spotlight is from.
        return (
            self.filter(status=SpotlightStatus.PUBLISHED, published_at__lte=timezone.now())
            .select_related("program")
            .order_by("-published_at", "-pk")
        )

    def before(self, spotlight: Spotlight) -> Self:
        """Those dated earlier than ``spotlight``; of the same moment, those with a smaller key."""
        moment = spotlight.published_at
        return self.filter(Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=spotlight.pk))

    def after(self, spotlight: Spotlight) -> Self:
        """Those dated later than ``spotlight``; of the same moment, those with a larger key."""
        moment = spotlight.published_at
        return self.filter(Q(published_at__gt=moment) | Q(published_at=moment, pk__gt=spotlight.pk))


class Spotlight(models.Model):
    """One post of the Let's Connect series: a library leader, in their own words."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="spotlights")
    title = models.CharField(max_length=160)
    slug = models.SlugField(
        max_length=160,
        unique=True,
        help_text="The last part of the page's address; it stays as it is once published.",
    )
    person_name = models.CharField("who", max_length=120)
    pronouns = models.CharField(max_length=40, blank=True, help_text="Such as she/her.")
    position_title = models.CharField("position", max_length=160, blank=True)
    library = models.CharField(max_length=160, blank=True)
    town = models.CharField(max_length=120, blank=True)
    summary = models.CharField(
        max_length=300, help_text="One or two sentences for lists and feeds."
    )
    pull_quote = models.CharField(
        max_length=300,
        blank=True,
        help_text="One sentence of theirs, shown large and without quotation marks of its own.",
    )
    body = models.TextField(
        "text",
        max_length=30_000,
        help_text="In Markdown; the cheat sheet below shows how.",
    )
    status = models.CharField(max_length=9, choices=SpotlightStatus, default=SpotlightStatus.DRAFT)
    published_at = models.DateTimeField(
        "shown from",
        null=True,
        blank=True,
        help_text="In UTC. Blank: from the moment it is published. A later moment: published, "
        "but shown only from then on.",
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = SpotlightQuerySet.as_manager()
    # Whoever wants to be in it no more is not kept here either.
    history = HistoricalRecords(cascade_delete_history=True)

    class Meta:
        # Databases disagree on where rows without a date go; here drafts come first.
        ordering = [F("published_at").desc(nulls_first=True), "-pk"]
        permissions = [("publish_spotlight", "Can publish and withdraw spotlights")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=SpotlightStatus.values), name="spotlight_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=SpotlightStatus.PUBLISHED) | Q(published_at__isnull=False),
                name="spotlight_publishing_is_dated",
                violation_error_message="Say from when it is published.",
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="spotlight_slug_not_reserved",
                violation_error_message="This slug is the address of another page; take a "
                "longer one.",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-published_at", "-id"], name="spotlight_latest_first")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("spotlights:spotlight", args=[self.slug])

    def is_published(self) -> bool:
        """Whether the public may read it now; see also ``SpotlightQuerySet.published``."""
        return (
            self.status == SpotlightStatus.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    def is_scheduled(self) -> bool:
        return self.status == SpotlightStatus.PUBLISHED and not self.is_published()

    def is_withdrawn(self) -> bool:
        return self.status == SpotlightStatus.WITHDRAWN

    def can_be_previewed_by(self, user: User | AnonymousUser) -> bool:
        """Whether ``user`` edits this program's spotlights, and so may read unpublished ones."""
        return (
            user.is_staff
            and user.has_perm("spotlights.change_spotlight")
            and Spotlight.objects.visible_to(user).filter(pk=self.pk).exists()
        )

    def publish(self, *, at: datetime | None = None) -> None:
        """Show this spotlight from ``at`` on, or else from its own date, or else from now.

        Raises PublishingError when it is published already or someone changed its status
        meanwhile.
        """
        moment = at or self.published_at or timezone.now()
        self._move(SpotlightStatus.PUBLISHED, published_at=moment)

    def withdraw(self) -> None:
        """Take this spotlight from the public; its address says that it is gone.

        Raises PublishingError when it is not published or someone changed its status meanwhile.
        """
        if self.status == SpotlightStatus.DRAFT:
            raise PublishingError(f"“{self}” is a draft: there is nothing to withdraw.")
        self._move(SpotlightStatus.WITHDRAWN)

    @transaction.atomic
    def _move(self, status: SpotlightStatus, **fields: datetime) -> None:
        change = {"status": status, "updated_at": timezone.now(), **fields}
        unchanged = Spotlight.objects.filter(pk=self.pk, status=self.status)
        if self.status == status or not unchanged.update(**change):
            raise PublishingError(
                f"“{self}” was already published or withdrawn; reload the list to see which."
            )
        for name, value in change.items():
            setattr(self, name, value)
        record(self, by=None)

    @property
    def published_on(self) -> date | None:
        """The day it appeared, in the zone of its program."""
        if self.published_at is None:
            return None
        return timezone.localdate(self.published_at, self.program.time_zone)

    @property
    def changed_at(self) -> datetime:
        """When readers last saw something new: its appearance or a later edit."""
        return max(self.updated_at, self.published_at or self.updated_at)

    @property
    def absolute_url(self) -> str:
        """The address to share, with the site's name."""
        return settings.SITE_URL + self.get_absolute_url()

    @property
    def affiliation(self) -> str:
        """Position, library and town on one line, as far as they are known."""
        return ", ".join(filter(None, [self.position_title, self.library, self.town]))

    @property
    def initials(self) -> str:
        """First letters of first and last name, in place of a portrait."""
        names = self.person_name.split()
        return "".join(name[0] for name in [*names[:1], *names[1:][-1:]]).upper()

    @property
    def body_html(self) -> SafeString:
        """The text for the page."""
        return render_markdown(self.body)

    @property
    def body_html_for_feeds(self) -> SafeString:
        """The text for a place where relative links lead nowhere."""
        return render_markdown(self.body, base_url=self.absolute_url)

    def earlier(self) -> Spotlight | None:
        """The published one that appeared before this one."""
        return Spotlight.objects.published().before(self).first() if self.published_at else None

    def later(self) -> Spotlight | None:
        """The published one that appeared after this one."""
        return Spotlight.objects.published().after(self).last() if self.published_at else None

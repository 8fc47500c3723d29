"""Guides: what a program has learned about mentoring, written down for others to use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from signups.history import record
from signups.models import CommitteeQuerySet, Program
from signups.models.texts import HistoryOfTexts, second_language
from spotlights.markdown import minutes_to_read, render_markdown
from spotlights.models.search import words_in
from spotlights.models.statuses import PublishingError

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

# Addresses below /guides/ that are pages of their own; see also spotlights/guide_urls.py.
RESERVED_SLUGS = ["files"]


class GuideAudience(models.TextChoices):
    """For whom a guide is written."""

    MENTEES = "mentees", _("Mentees")
    MENTORS = "mentors", _("Mentors")
    PAIRS = "pairs", _("Mentees and mentors")
    COMMITTEES = "committees", _("Committees")


# Which guides somebody wants to see who asks for those of one audience.
MEANT_FOR = {
    GuideAudience.MENTEES: [GuideAudience.MENTEES, GuideAudience.PAIRS],
    GuideAudience.MENTORS: [GuideAudience.MENTORS, GuideAudience.PAIRS],
    GuideAudience.PAIRS: [GuideAudience.MENTEES, GuideAudience.MENTORS, GuideAudience.PAIRS],
    GuideAudience.COMMITTEES: [GuideAudience.COMMITTEES],
}


class GuidePhase(models.TextChoices):
    """When in a mentorship a guide is of use; in their order."""

    PLANNING = "planning", _("Planning")
    CONNECTING = "connecting", _("Connecting")
    ADVANCING = "advancing", _("Advancing")
    TRANSITIONING = "transitioning", _("Transitioning")

    @property
    def sentence(self) -> str:
        """What belongs to the phase, for people who read of it for the first time."""
        return PHASE_SENTENCES[self]


PHASE_SENTENCES = {
    GuidePhase.PLANNING: _("Before anybody meets: what you want from it, and what it takes."),
    GuidePhase.CONNECTING: _("The first weeks: getting to know each other, and agreeing on how."),
    GuidePhase.ADVANCING: _("The middle: working on goals, and looking at how it goes."),
    GuidePhase.TRANSITIONING: _("The end: looking back, saying thank you, and going on."),
}


class GuideStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class GuideQuerySet(CommitteeQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Guides of the programs on whose committee ``user`` sits, and those for everybody."""
        if user.is_superuser:
            return self
        if user.is_anonymous:
            return self.none()
        own = Program.objects.visible_to(user).values("pk")
        return self.filter(Q(program=None) | Q(program__in=own))

    def published(self) -> Self:
        """What the public may read; see also ``Guide.is_published``."""
        shown = Q(program=None) | Q(program__is_published=True)
        return self.filter(shown, status=GuideStatus.PUBLISHED).select_related("program")

    def in_order(self) -> Self:
        """Phase by phase, each in the order that its committees gave it."""
        phases = [When(phase=phase, then=Value(n)) for n, phase in enumerate(GuidePhase)]
        return self.order_by(Case(*phases), "position", "pk")

    def holding(self, asked: str) -> list[Guide]:
        """The guides with every word of ``asked``, or with a word that begins with it.

        Found as spotlights are (see also ``SearchEntryQuerySet.keys_holding``), but read through
        one by one: there are dozens of them, never thousands.
        """
        asked_for = words_in(asked)
        return [guide for guide in self if asked_for and guide.has_words(asked_for)]

    def meant_for(self, audience: GuideAudience) -> Self:
        return self.filter(audience__in=MEANT_FOR[audience])


class Guide(models.Model):
    """One guide: how to do one thing in a mentorship or on a committee."""

    program = models.ForeignKey(
        Program,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="guides",
        help_text="Whose guide it is. Blank: it is for everybody, and every committee edits it.",
    )
    title = models.CharField(max_length=120)
    slug = models.SlugField(
        max_length=120,
        unique=True,
        help_text="The last part of the page's address. When it changes, the old address leads "
        "to the new one.",
    )
    audience = models.CharField("for whom", max_length=10, choices=GuideAudience)
    phase = models.CharField("when", max_length=13, choices=GuidePhase)
    summary = models.CharField(
        max_length=300, help_text="One or two sentences: what readers can do with it."
    )
    body = models.TextField(
        "text", max_length=30_000, help_text="In Markdown; the cheat sheet below shows how."
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Order within its phase; small numbers come first."
    )
    status = models.CharField(max_length=9, choices=GuideStatus, default=GuideStatus.DRAFT)
    updated_at = models.DateTimeField("last changed", auto_now=True)
    i18n = second_language("title", "summary", "body")

    objects = GuideQuerySet.as_manager()
    history = HistoryOfTexts()

    class Meta:
        ordering = ["title", "pk"]
        permissions = [("publish_guide", "Can publish guides and take them back")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=GuideStatus.values), name="guide_status_known"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=GuideAudience.values), name="guide_audience_known"
            ),
            models.CheckConstraint(
                condition=Q(phase__in=GuidePhase.values), name="guide_phase_known"
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="guide_slug_not_reserved",
                violation_error_message="This slug is the address of another page; take a "
                "longer one.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("guides:guide", args=[self.slug])

    def clean(self) -> None:
        # No constraint spans two tables.
        taken = GuideAddress.objects.filter(slug=self.slug).exclude(guide=self.pk)
        if taken.exists():
            raise ValidationError(
                {"slug": "This was the address of another guide, and still leads there."}
            )

    def keep_address(self, slug: str) -> None:
        """Let the address with ``slug``, which this guide had until now, lead on to it."""
        GuideAddress.objects.filter(slug=self.slug).delete()
        GuideAddress.objects.get_or_create(slug=slug, defaults={"guide": self})

    def is_published(self) -> bool:
        """Whether the public may read it; see also ``GuideQuerySet.published``."""
        is_shown = self.program is None or self.program.is_published
        return is_shown and self.status == GuideStatus.PUBLISHED

    def can_be_previewed_by(self, user: User | AnonymousUser) -> bool:
        """Whether ``user`` edits this guide, and so may read it before it is published."""
        return (
            user.is_staff
            and user.has_perm("spotlights.change_guide")
            and Guide.objects.visible_to(user).filter(pk=self.pk).exists()
        )

    def publish(self) -> None:
        """Show this guide; raises PublishingError when it is shown already."""
        self._move(GuideStatus.PUBLISHED)

    def take_back(self) -> None:
        """Make this guide a draft again; raises PublishingError when it is one already."""
        self._move(GuideStatus.DRAFT)

    @transaction.atomic
    def _move(self, status: GuideStatus) -> None:
        now = timezone.now()
        others = Guide.objects.filter(pk=self.pk).exclude(status=status)
        if not others.update(status=status, updated_at=now):
            raise PublishingError(f"“{self}” is {GuideStatus(status).label.lower()} already.")
        self.status, self.updated_at = status, now
        record(self, by=None)

    def has_words(self, asked: list[str]) -> bool:
        """Whether each of ``asked`` is a word of this guide in any language, or begins one."""
        texts = [self.title, self.summary, self.body, *(self.i18n or {}).values()]
        words = words_in("\n".join(filter(None, texts)))
        return all(any(word.startswith(one) for word in words) for one in asked)

    @property
    def audience_enum(self) -> GuideAudience:
        return GuideAudience(self.audience)

    @property
    def phase_enum(self) -> GuidePhase:
        return GuidePhase(self.phase)

    @property
    def absolute_url(self) -> str:
        """The address to share, with the site's name."""
        return settings.SITE_URL + self.get_absolute_url()

    @property
    def body_html(self) -> SafeString:
        return render_markdown(self.body_i18n)

    @property
    def minutes(self) -> int:
        """How long it takes to read."""
        return minutes_to_read(self.body_i18n)


class GuideAddress(models.Model):
    """A slug that a guide had before: links to it lead on to where the guide is now."""

    slug = models.SlugField(max_length=120, unique=True)
    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="old_addresses")

    def __str__(self) -> str:
        return self.slug


class ShippedGuide(models.Model):
    """A guide that came with the site and was loaded once; whatever becomes of it, not again."""

    slug = models.SlugField(max_length=120, unique=True)
    loaded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.slug

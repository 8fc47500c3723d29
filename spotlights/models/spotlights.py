"""The posts themselves: what they say, where they stand, and how that changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from simple_history.models import HistoricalRecords

from signups.models import Program
from spotlights.markdown import minutes_to_read, render_markdown
from spotlights.models.addresses import RESERVED_SLUGS, SlugChange
from spotlights.models.library_types import SpotlightLibraryType
from spotlights.models.moving import Moving
from spotlights.models.neighbours import HasNeighbours
from spotlights.models.portraits import PORTRAIT_FIELDS, ShowsPortrait
from spotlights.models.publishing import SpotlightQuerySet
from spotlights.models.statuses import SpotlightStatus
from spotlights.models.topics import SpotlightTopic
from spotlights.models.wording import wording_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

LANGUAGE_CODES = [code for code, _ in settings.LANGUAGES]


class Spotlight(Moving, HasNeighbours, ShowsPortrait, models.Model):
    """One post of the Let's Connect series: a library leader, in their own words.

    What they say is an interview (``questions``), a free text (``body``), or both: then the text
    introduces the interview. It is in one language, ``language``, on the pages of every language.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="spotlights")
    title = models.CharField(max_length=160)
    slug = models.SlugField(
        max_length=160,
        unique=True,
        help_text="The last part of the page's address. When it changes after publishing, the old "
        "address leads to the new one.",
    )
    language = models.CharField(
        max_length=10,
        choices=settings.LANGUAGES,
        default=settings.LANGUAGE_CODE,
        help_text="The language that this spotlight is written in.",
    )
    person_name = models.CharField("who", max_length=120)
    pronouns = models.CharField(max_length=40, blank=True, help_text="Such as she/her.")
    position_title = models.CharField("position", max_length=160, blank=True)
    library = models.CharField(max_length=160, blank=True)
    town = models.CharField(max_length=120, blank=True)
    library_type = models.CharField(
        max_length=20,
        choices=SpotlightLibraryType,
        blank=True,
        help_text="Readers can choose by it, across all programs.",
    )
    topics = models.ManyToManyField(
        SpotlightTopic,
        related_name="spotlights",
        blank=True,
        help_text="Readers can choose by them, and are led on to others with the same ones.",
    )
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
        blank=True,
        help_text="In Markdown; the cheat sheet below shows how. Where there is an interview too, "
        "this comes before it, as an introduction.",
    )

    # The picture's random name in the public store; see also spotlights/pictures.py. Blank:
    # there is none, and initials stand in its place.
    portrait = models.CharField(max_length=32, blank=True, editable=False)
    portrait_width = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    portrait_height = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    portrait_alt = models.CharField(
        "what the portrait shows",
        max_length=250,
        blank=True,
        help_text="For people who cannot see it, such as “Odalys laughs behind the wheel of the "
        "bookmobile”. A portrait is not shown without it.",
    )

    status = models.CharField(max_length=9, choices=SpotlightStatus, default=SpotlightStatus.DRAFT)
    published_at = models.DateTimeField(
        "shown from",
        null=True,
        blank=True,
        help_text="In UTC. Blank: from the moment it is published. A later moment: published, "
        "but shown only from then on.",
    )
    is_featured = models.BooleanField(
        "featured",
        default=False,
        help_text="Shown large at the head of the list. One at a time; see also ``feature``.",
    )
    updated_at = models.DateTimeField(auto_now=True)

    consent_given_on = models.DateField(
        "consent given on",
        null=True,
        blank=True,
        help_text="The day on which the person portrayed agreed to this being published. Without "
        "it, publishing is refused.",
    )
    # The wording that they agreed to; blank where nobody has noted it. See also ``has_consent``.
    consent_to = models.CharField(max_length=64, blank=True, editable=False)
    consent_note = models.CharField(
        max_length=250,
        blank=True,
        help_text="How they agreed, such as “e-mail to Ashley”. For the committee only.",
    )
    # Where the link to read it before it goes out, and to ask for a change or its withdrawal
    # later, is sent. On no page, in no feed and in no history.
    contact_email = models.EmailField(
        "e-mail address of the person portrayed",
        blank=True,
        help_text="For the committee only: the person gets a link to read the spotlight there. "
        "Never shown.",
    )

    objects = SpotlightQuerySet.as_manager()
    # Whoever wants to be in it no more is not kept here either.
    history = HistoricalRecords(
        cascade_delete_history=True,
        excluded_fields=["contact_email", "consent_to", *PORTRAIT_FIELDS],
    )

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
                condition=~Q(status=SpotlightStatus.PUBLISHED) | Q(consent_given_on__isnull=False),
                name="spotlight_published_with_consent",
                violation_error_message="A published spotlight needs the day on which the person "
                "portrayed agreed.",
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="spotlight_slug_not_reserved",
                violation_error_message="This slug is the address of another page; take a "
                "longer one.",
            ),
            models.CheckConstraint(
                condition=Q(language__in=LANGUAGE_CODES), name="spotlight_language_known"
            ),
            models.CheckConstraint(
                condition=Q(library_type="") | Q(library_type__in=SpotlightLibraryType.values),
                name="spotlight_library_type_known",
            ),
            models.CheckConstraint(
                condition=Q(portrait="", portrait_width=None, portrait_height=None)
                # A measure that is not there is neither above 0 nor not: a check lets it pass.
                | ~Q(portrait="")
                & Q(portrait_width__isnull=False, portrait_height__isnull=False)
                & Q(portrait_width__gt=0, portrait_height__gt=0),
                name="spotlight_portrait_is_measured",
            ),
            models.CheckConstraint(
                condition=Q(portrait="") | ~Q(portrait_alt=""),
                name="spotlight_portrait_is_described",
                violation_error_message="Say what the portrait shows, for people who cannot see "
                "it.",
            ),
            models.CheckConstraint(
                condition=Q(is_featured=False) | Q(status=SpotlightStatus.PUBLISHED),
                name="spotlight_featured_is_published",
                violation_error_message="Only a published spotlight can be featured.",
            ),
            models.UniqueConstraint(
                fields=["is_featured"],
                condition=Q(is_featured=True),
                name="spotlight_one_featured",
                violation_error_message="Another spotlight is featured; take the tick there first.",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-published_at", "-id"], name="spotlight_latest_first"),
            models.Index(
                fields=["status", "library_type", "-published_at"], name="spotlight_of_library_type"
            ),
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

    def clean(self) -> None:
        changes = SlugChange.objects.filter(slug=self.slug).exclude(spotlight=self.pk)
        if self.slug and changes.exists():
            raise ValidationError(
                {"slug": "This was the address of another spotlight, and still leads there."}
            )

    def has_text(self) -> bool:
        """Whether it says anything yet: in a free text, in an interview, or in both."""
        return bool(self.body.strip()) or self.questions.exists()

    def wording(self) -> str:
        """A fingerprint of all that the person portrayed agrees to; see ``wording_of``."""
        return wording_of(self)

    def is_consent_outdated(self) -> bool:
        """Whether they agreed to a text that has been changed since."""
        is_known = self.consent_given_on is not None and self.consent_to != ""
        return is_known and self.consent_to != self.wording()

    def note_slug_change(self, before: str) -> None:
        """Let the address with the slug ``before`` lead here, if people may have kept it."""
        self.slug_changes.filter(slug=self.slug).delete()
        was_public = self.status in (SpotlightStatus.PUBLISHED, SpotlightStatus.WITHDRAWN)
        if was_public and before != self.slug:
            SlugChange.objects.create(spotlight=self, slug=before)

    @property
    def reading_minutes(self) -> int:
        """About how long it takes to read, at least one minute."""
        texts = [self.body, *(f"{one.question} {one.answer}" for one in self.questions.all())]
        return minutes_to_read("\n".join(texts))

    @property
    def published_on(self) -> date | None:
        """The day it appeared, in the zone of its program."""
        if self.published_at is None:
            return None
        return timezone.localdate(self.published_at, self.program.time_zone)

    @property
    def changed_at(self) -> datetime:
        """When readers last saw something new: its appearance or a later edit."""
        # One that was never saved is shown in a preview only.
        return max(filter(None, [self.updated_at, self.published_at]), default=timezone.now())

    @property
    def letters_key(self) -> str:
        """How the keys of all letters about it begin."""
        return f"spotlight/{self.pk}/"

    @property
    def announcement_key(self) -> str:
        """How the keys of the letters that announce it begin."""
        return f"{self.letters_key}announcement/"

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

"""Suggestions: leaders whom somebody would like to read about, and stories of people themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from signups.models import Application, CommitteeQuerySet, Letter, Program, ReviewError
from signups.models.languages import language_field, language_known
from spotlights.models.spotlights import Spotlight

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# How long a suggestion is kept after it arrived or was last dealt with.
KEPT = timedelta(days=365)

MAX_WORDS = 4000

# With what the keys of all letters about suggestions begin.
LETTERS_KEY = "suggestion/"

_signer = Signer(salt="spotlights.suggestions")


class SuggestionKind(models.TextChoices):
    LEADER = "leader", "A leader, suggested"
    STORY = "story", "Their own story"


class SuggestionStatus(models.TextChoices):
    NEW = "new", "New"
    IN_CONVERSATION = "in_conversation", "In conversation"
    DRAFTED = "drafted", "Made into a draft"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Taken back by its writer"


class Naming(models.TextChoices):
    """How the writer of a story would like to be named."""

    FULL = "full", _("With my whole name")
    FIRST = "first", _("With my first name only")
    NOT_AT_ALL = "none", _("Without any name")


# What a committee still has to look at.
UNDECIDED = [SuggestionStatus.NEW, SuggestionStatus.IN_CONVERSATION]

# What people wrote; it goes when they take it back.
WORDS = [
    *("from_name", "from_email", "person_name", "position_title", "library", "town", "reach"),
    *("why", "hoped", "happened", "would_tell", "note"),
]


class SuggestionQuerySet(CommitteeQuerySet):
    def undecided(self) -> Self:
        """Those that wait for a committee."""
        return self.filter(status__in=UNDECIDED)

    def stories(self) -> Self:
        return self.filter(kind=SuggestionKind.STORY)

    def with_thanks(self) -> Self:
        """Each with ``is_thanked``: whether a letter of thanks was written."""
        key = Concat(Value(LETTERS_KEY), Cast(OuterRef("pk"), CharField()), Value("/thanks"))
        return self.annotate(is_thanked=Exists(Letter.objects.filter(key=key)))

    def from_address(self, email: str) -> Self:
        """What somebody suggested, whoever they are otherwise."""
        return self.filter(from_email__iexact=email)

    def due(self) -> Self:
        """Those that nobody has dealt with for as long as they are kept."""
        return self.filter(moved_at__lt=timezone.now() - KEPT)


class Suggestion(models.Model):
    """One leader whom somebody suggested, or one story that somebody told of themselves.

    A story belongs to the application of a person whose mentorship ended, and goes with it.
    """

    kind = models.CharField(max_length=6, choices=SuggestionKind, editable=False)
    program = models.ForeignKey(
        Program,
        on_delete=models.PROTECT,
        related_name="suggestions",
        help_text="Whose committee reads it.",
    )
    application = models.OneToOneField(
        Application, on_delete=models.CASCADE, null=True, related_name="story", editable=False
    )
    language = language_field()

    from_name = models.CharField("suggested by", max_length=120, blank=True)
    from_email = models.EmailField("their address", blank=True)
    may_be_named = models.BooleanField("may be told who suggested them", default=False)
    may_be_written_to = models.BooleanField("would like to hear from the committee", default=False)

    person_name = models.CharField("who", max_length=120, blank=True)
    position_title = models.CharField("position", max_length=160, blank=True)
    library = models.CharField(max_length=160, blank=True)
    town = models.CharField(max_length=120, blank=True)
    reach = models.CharField("how to reach them", max_length=300, blank=True)
    why = models.TextField(max_length=MAX_WORDS, blank=True)

    hoped = models.TextField("what they hoped", max_length=MAX_WORDS, blank=True)
    happened = models.TextField("what happened", max_length=MAX_WORDS, blank=True)
    would_tell = models.TextField(
        "what they would tell someone who hesitates", max_length=MAX_WORDS, blank=True
    )
    naming = models.CharField("how to be named", max_length=5, choices=Naming, default=Naming.FULL)
    consented_at = models.DateTimeField("agreed", null=True, editable=False)
    withdrawn_at = models.DateTimeField("taken back", null=True, editable=False)

    status = models.CharField(
        max_length=15, choices=SuggestionStatus, default=SuggestionStatus.NEW, editable=False
    )
    note = models.TextField(
        "notes", max_length=MAX_WORDS, blank=True, help_text="For the committee only."
    )
    arrived_at = models.DateTimeField("arrived", default=timezone.now, editable=False)
    moved_at = models.DateTimeField("last dealt with", default=timezone.now, editable=False)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name="by",
    )
    spotlight = models.OneToOneField(
        Spotlight,
        on_delete=models.SET_NULL,
        null=True,
        related_name="suggestion",
        editable=False,
        help_text="What was made of it.",
    )
    # Of the page it was sent from and what was in it: pressed twice, a button sends once.
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-arrived_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=SuggestionKind.LEADER, application=None)
                | Q(kind=SuggestionKind.STORY, application__isnull=False),
                name="suggestion_story_has_its_writer",
            ),
            models.CheckConstraint(
                condition=Q(status__in=SuggestionStatus.values), name="suggestion_status_known"
            ),
            models.CheckConstraint(
                condition=Q(naming__in=Naming.values), name="suggestion_naming_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=SuggestionKind.LEADER)
                | Q(consented_at__isnull=False)
                | Q(status=SuggestionStatus.WITHDRAWN),
                name="suggestion_story_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(status=SuggestionStatus.WITHDRAWN, withdrawn_at__isnull=False)
                | ~Q(status=SuggestionStatus.WITHDRAWN) & Q(withdrawn_at=None),
                name="suggestion_taking_back_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(spotlight=None) | Q(status=SuggestionStatus.DRAFTED),
                name="suggestion_with_draft_is_drafted",
            ),
            language_known("suggestion_language_known"),
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=~Q(fingerprint=""),
                name="suggestion_sent_once",
            ),
        ]

    def __str__(self) -> str:
        # Says neither who nor what: the admin's log and messages show it.
        return f"Suggestion {self.pk}"

    @property
    def letters_key(self) -> str:
        """With what the keys of the letters about it begin."""
        return f"{LETTERS_KEY}{self.pk}/"

    @property
    def is_story(self) -> bool:
        return self.kind == SuggestionKind.STORY

    @property
    def may_be_thanked(self) -> bool:
        """Whether its writer would like to hear from the committee."""
        return self.may_be_written_to and not self.is_withdrawn

    @property
    def is_drafted(self) -> bool:
        return self.status == SuggestionStatus.DRAFTED

    @property
    def is_withdrawn(self) -> bool:
        return self.status == SuggestionStatus.WITHDRAWN

    @property
    def is_undecided(self) -> bool:
        return self.status in UNDECIDED

    @property
    def token(self) -> str:
        """What the link in a letter holds, with which its writer can take the suggestion back."""
        return _signer.sign(str(self.pk))

    @property
    def address_to_take_back(self) -> str:
        return settings.SITE_URL + reverse("suggestions:take_back", args=[self.token])

    @classmethod
    def for_token(cls, token: str) -> Suggestion | None:
        """The suggestion that a link leads to, as long as it is there."""
        try:
            pk = _signer.unsign(token)
        except BadSignature:
            return None
        leaders = cls.objects.filter(kind=SuggestionKind.LEADER)
        return leaders.select_related("program").filter(pk=pk).first()

    @property
    def shown_name(self) -> str:
        """What a spotlight would call the person: of a story, as its writer would like it."""
        if not self.is_story:
            return self.person_name
        return {
            Naming.FULL: self.person_name,
            Naming.FIRST: self.person_name.split()[0] if self.person_name else "",
            Naming.NOT_AT_ALL: "",
        }[Naming(self.naming)]

    def talk(self, *, by: User) -> None:
        """Note that somebody is talking with the person; see ``_move``."""
        self._move(SuggestionStatus.IN_CONVERSATION, among=[SuggestionStatus.NEW], by=by)

    def decline(self, *, by: User) -> None:
        """Note that nothing will be made of it; see ``_move``."""
        self._move(SuggestionStatus.DECLINED, among=UNDECIDED, by=by)

    def take_up_again(self, *, by: User) -> None:
        """Put what was declined back on the desk; see ``_move``."""
        self._move(SuggestionStatus.NEW, among=[SuggestionStatus.DECLINED], by=by)

    def note_draft(self, spotlight: Spotlight, *, by: User) -> None:
        """Keep which spotlight was made of it; see ``_move``."""
        self._move(SuggestionStatus.DRAFTED, among=UNDECIDED, by=by, spotlight=spotlight)

    def _move(
        self, status: SuggestionStatus, *, among: list[SuggestionStatus], by: User, **fields: object
    ) -> None:
        """Change the status; raises ReviewError when somebody did so meanwhile."""
        change = {"status": status, "moved_at": timezone.now(), "moved_by": by, **fields}
        if not Suggestion.objects.filter(pk=self.pk, status__in=among).update(**change):
            now = Suggestion.objects.filter(pk=self.pk).first()
            state = now.get_status_display().lower() if now else "gone"
            raise ReviewError(f"{self} is {state}.")
        for name, value in change.items():
            setattr(self, name, value)

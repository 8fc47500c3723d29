"""How suggestions go, and what people told of themselves when they go."""

from __future__ import annotations

from django.db import transaction

from signups.erasing import forget_letters, forget_log
from signups.models import Application, Letter
from spotlights.erasing import erase
from spotlights.models import Spotlight, SpotlightStatus, Suggestion
from spotlights.models.suggestions import SuggestionQuerySet


@transaction.atomic
def erase_suggestions(suggestions: SuggestionQuerySet) -> int:
    """Delete suggestions with their letters and what the log says of them; returns how many.

    A spotlight that was made of one stays: what becomes of it, the person portrayed says.
    """
    rows = list(suggestions)
    for row in rows:
        forget_letters(Letter.objects.filter(key__startswith=row.letters_key))
    forget_log(Suggestion, [row.pk for row in rows])
    Suggestion.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


@transaction.atomic
def forget_writer(application: Application, *, with_what_is_public: bool) -> None:
    """Take out what somebody told or suggested, before everything else about them is erased.

    Of their own story goes what the public has not seen. What it has seen was agreed to by itself,
    and goes only ``with_what_is_public``: when they ask, not when time has passed.
    """
    stories = Suggestion.objects.filter(application=application.pk)
    spotlights = Spotlight.objects.filter(suggestion__in=stories)
    if not with_what_is_public:
        spotlights = spotlights.filter(
            status__in=[SpotlightStatus.DRAFT, SpotlightStatus.IN_REVIEW]
        )
    for spotlight in spotlights:
        erase(spotlight)
    erase_suggestions(stories)
    if with_what_is_public:
        erase_suggestions(Suggestion.objects.from_address(application.email))

"""How a new spotlight is announced: once, to everybody who asked its program for news."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from signups.letters import LINK_PLACEHOLDER, write
from signups.models import Letter
from signups.news import readers_of_news
from spotlights import emails
from spotlights.models import Announcement, PublishingError, Spotlight

# What stands in a preview where each letter has a link of its own.
LINK_IN_PREVIEW = "[here stands the person's own link]"


def check_announcing(spotlight: Spotlight) -> None:
    """Raises PublishingError when the public cannot read it, or its letters were written."""
    if not spotlight.is_published():
        raise PublishingError(
            f"“{spotlight}” cannot be announced: nobody can read it yet. Come back once it is "
            "public."
        )
    if Announcement.objects.filter(spotlight=spotlight).exists():
        raise PublishingError(f"“{spotlight}” was announced already; nobody is written to twice.")


@transaction.atomic
def announce(spotlight: Spotlight, *, by: User) -> int:
    """Write the letters that announce a spotlight; returns how many.

    Raises PublishingError when it is not public (any more) or was announced, also when somebody
    else is just doing it.
    """
    # Whoever withdraws it waits, and then holds the letters back.
    spotlight = Spotlight.objects.select_for_update(no_key=True, of=["self"]).get(pk=spotlight.pk)
    check_announcing(spotlight)
    try:
        with transaction.atomic():
            announcement = Announcement.objects.create(spotlight=spotlight, announced_by=by)
    except IntegrityError:
        raise PublishingError(
            f"“{spotlight}” was announced by somebody else at the same moment."
        ) from None
    readers = readers_of_news(spotlight.program)
    announcement.n_letters = write([emails.announcement(spotlight, to=one) for one in readers])
    announcement.save(update_fields=["n_letters"])
    return announcement.n_letters


def preview(spotlight: Spotlight) -> Letter | None:
    """One of the letters as it would be written now, not saved; None where nobody gets one."""
    readers = readers_of_news(spotlight.program)
    if not readers:
        return None
    letter = emails.announcement(spotlight, to=readers[0])
    letter.body = letter.body.replace(LINK_PLACEHOLDER, LINK_IN_PREVIEW)
    return letter

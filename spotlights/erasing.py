"""How a spotlight goes with everything that was written about it and to the person portrayed."""

from __future__ import annotations

from django.db import transaction

from signups.erasing import forget_letters, forget_log
from signups.models import Letter
from spotlights.models import Reply, Spotlight


@transaction.atomic
def erase(spotlight: Spotlight) -> None:
    """Delete a spotlight, its letters, and what the admin's log says of it."""
    forget_letters(Letter.objects.filter(key__startswith=spotlight.letters_key))
    forget_log(Reply, list(spotlight.replies.values_list("pk", flat=True)))
    forget_log(Spotlight, [spotlight.pk])
    spotlight.delete()

"""From the formats that people chose, and the pairs that stand, to the menu the engine reads."""

from __future__ import annotations

from collections import Counter

import numpy as np

from matching.engine.menu import NO_FORMAT, Menu
from matching.models import Pairing
from signups.models import Application, Cohort, Format


def load_menu(
    cohort: Cohort,
    mentees: list[Application],
    mentors: list[Application],
    formats: list[Format],
    last_formats: dict[int, int],
) -> Menu:
    """Who likes which format, and the places that are left in each.

    Parameters
    ----------
    mentees, mentors
        With their format choices prefetched.
    last_formats
        Keys of the formats in which mentees were last proposed, by the mentee's key.
    """
    column = {one.pk: k for k, one in enumerate(formats)}
    taken = Counter(
        Pairing.objects.taking_places()
        .filter(mentor__cohort=cohort)
        .values_list("mentor_id", "format_id")
    )
    liking = np.zeros((len(mentees), len(formats)), dtype=np.int64)
    for row, mentee in enumerate(mentees):
        choices = list(mentee.format_choices.all())
        # What has no rank comes after what has one, all alike.
        last_rank = max([choice.rank or 0 for choice in choices], default=0)
        for choice in choices:
            liking[row, column[choice.format_id]] = choice.rank or last_rank + 1
    offered = np.zeros((len(mentors), len(formats)), dtype=bool)
    places, least = np.zeros_like(offered, dtype=np.int64), np.ones_like(offered, dtype=np.int64)
    for row, mentor in enumerate(mentors):
        for choice in mentor.format_choices.all():
            at = row, column[choice.format_id]
            one, n_taken = formats[at[1]], taken[mentor.pk, choice.format_id]
            offered[at] = True
            places[at] = max(places_in(one, mentor, choice.places) - n_taken, 0)
            least[at] = max(one.least_size - n_taken, 1) if one.is_group else 1
    return Menu(
        format_ids=tuple(one.pk for one in formats),
        is_group=np.array([one.is_group for one in formats], dtype=bool),
        liking=liking,
        offered=offered,
        places=places,
        least=least,
        last=np.array(
            [column.get(last_formats.get(mentee.pk), NO_FORMAT) for mentee in mentees],
            dtype=np.int64,
        ),
    )


def places_in(one: Format, mentor: Application, named: int | None) -> int:
    """How many mentees a mentor takes in a format, of the places they ``named`` or left open."""
    most = one.greatest_size if one.is_group else mentor.capacity
    return most if named is None else min(named, most)

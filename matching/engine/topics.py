"""Which topics are scarce: asked for by many, offered in few places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import IntArray
from matching.engine.instance import Instance
from matching.engine.problem import UNMATCHED


@dataclass(frozen=True, slots=True)
class TopicSupply:
    """One topic in a cohort."""

    topic: int  # column
    n_asked: int  # mentees who asked for it, at whatever rank
    n_asked_first: int  # of them as their first choice
    n_places: int  # places of mentors who offer it
    n_covered: int  # mentees who asked for it and got a mentor who offers it


def topic_supply(instance: Instance, mate: IntArray) -> tuple[TopicSupply, ...]:
    """Demand and supply of every topic that somebody asked for, the scarcest first.

    Parameters
    ----------
    mate
        Mentor row of every mentee, or -1.

    Returns
    -------
    Ordered by places for each mentee who asked, fewest first, then by demand.
    """
    asked = instance.mentee_topic_ranks > 0
    matched = np.flatnonzero(mate != UNMATCHED)
    covered = asked[matched] & instance.mentor_topics[mate[matched]]
    places = instance.n_places @ instance.mentor_topics.astype(np.int64)
    supplies = [
        TopicSupply(
            topic=k,
            n_asked=int(asked[:, k].sum()),
            n_asked_first=int((instance.mentee_topic_ranks[:, k] == 1).sum()),
            n_places=int(places[k]),
            n_covered=int(covered[:, k].sum()),
        )
        for k in np.flatnonzero(asked.any(axis=0)).tolist()
    ]
    return tuple(
        sorted(supplies, key=lambda one: (one.n_places / one.n_asked, -one.n_asked, one.topic))
    )

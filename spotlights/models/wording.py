"""What of a spotlight the person portrayed agrees to, as one fingerprint."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spotlights.models.spotlights import Spotlight

# What is said of them and in their name. Address, topics, links and dates may change without them.
AGREED_FIELDS = [
    "title",
    "language",
    "person_name",
    "pronouns",
    "position_title",
    "library",
    "town",
    "summary",
    "pull_quote",
    "body",
    "portrait",
    "portrait_alt",
]


def wording_of(spotlight: Spotlight) -> str:
    """The same for as long as every word, and the picture, stay what they are.

    White space does not count: moving a line break takes nobody's consent away.
    """
    words = [getattr(spotlight, name) for name in AGREED_FIELDS]
    for question in spotlight.questions.all():
        words += [question.question, question.answer]
    folded = [" ".join(one.split()) for one in words]
    return hashlib.sha256(json.dumps(folded).encode()).hexdigest()

"""How names that people type are compared."""

from __future__ import annotations

import unicodedata

# Some characters become up to eighteen when they are compared; a column has an end.
MAX_COMPARED = 640

# Written or left out as people please, inside of words too: “St. Mary's”, “St Marys”, “U.S.A.”.
LEFT_OUT = str.maketrans("", "", ".'`\u2018\u2019\u02bc\u00b4")

# What people type who have no employer: two of them do not work at the same place.
NO_EMPLOYER = {
    "",
    "between jobs",
    "freelance",
    "n a",
    "na",
    "none",
    "not applicable",
    "not employed",
    "retired",
    "self employed",
    "unemployed",
}


def normalised(name: str) -> str:
    """A name as it is compared: without regard to capitals, gaps and punctuation."""
    compared = unicodedata.normalize("NFKC", name.translate(LEFT_OUT)).casefold()
    # Punctuation, gaps and what is no character at all stand between words.
    spaced = "".join(" " if unicodedata.category(c)[0] in "PZC" else c for c in compared)
    return " ".join(spaced.split())[:MAX_COMPARED].strip()

"""The colours of ``static/css/tokens.css``, and how well each can be told from its ground."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings

TOKENS = settings.BASE_DIR / "static" / "css" / "tokens.css"
SCHEMES = ("light", "dark")

# What WCAG 2.2 asks for, level AA: words, and the edges that controls and focus are known by.
LEAST_FOR_WORDS, LEAST_FOR_EDGES = 4.5, 3

# Words, and the grounds they stand on.
WORDS = {
    "ink": ["paper", "paper-raised", "paper-sunk", "field", "accent-tint", "primary-tint"],
    "ink-soft": ["paper", "paper-raised", "paper-sunk"],
    "primary": ["paper", "paper-raised", "paper-sunk", "primary-tint", "accent-tint"],
    "primary-deep": ["paper", "paper-raised", "paper-sunk", "primary-tint", "accent-tint"],
    "accent": ["paper", "paper-raised", "paper-sunk", "accent-tint"],
    "danger": ["paper", "paper-raised", "danger-tint"],
    "on-primary": ["primary", "primary-deep", "danger", "danger-deep", "ink-soft", "ink"],
    "on-night": ["night"],
    "on-night-soft": ["night"],
}
EDGES = {
    "rule-strong": ["paper", "paper-raised", "field"],
    "focus": ["paper", "paper-raised", "paper-sunk"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """How well one colour can be told from the ground it stands on, in one scheme."""

    colour: str
    ground: str
    colour_value: str  # #rrggbb
    ground_value: str
    least: float

    @property
    def ratio(self) -> float:
        return contrast(self.colour_value, self.ground_value)

    @property
    def is_enough(self) -> bool:
        return self.ratio >= self.least


def properties(css: str) -> dict[str, str]:
    """The custom properties that a style sheet sets, as written."""
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", css))


def properties_of_tokens(kind: str) -> dict[str, str]:
    """Those of ``tokens.css`` whose names begin with ``kind``, by their names without dashes."""
    found = properties(TOKENS.read_text())
    return {
        name.removeprefix("--"): value
        for name, value in found.items()
        if name.startswith(f"--{kind}-")
    }


def colours(scheme: str) -> dict[str, str]:
    """Every colour of the site as ``#rrggbb``, by its name without dashes."""
    found = {}
    for name, value in properties(TOKENS.read_text()).items():
        by_scheme = re.fullmatch(r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", value)
        if by_scheme:
            found[name.removeprefix("--")] = by_scheme[1 + SCHEMES.index(scheme)]
        elif re.fullmatch(r"#[0-9a-f]{6}", value):
            found[name.removeprefix("--")] = value
    return found


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted([_luminance(one), _luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def contrasts(scheme: str) -> list[Contrast]:
    """Each colour on each ground it stands on."""
    of = colours(scheme)
    return [
        Contrast(
            colour=colour,
            ground=ground,
            colour_value=of[colour],
            ground_value=of[ground],
            least=least,
        )
        for pairs, least in [(WORDS, LEAST_FOR_WORDS), (EDGES, LEAST_FOR_EDGES)]
        for colour, grounds in pairs.items()
        for ground in grounds
    ]


def _luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``."""
    shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

"""The admin of programs, applications, gates, identity answers and letters."""

from signups.admin import (
    applications,
    barriers,
    gates,
    identity,
    letters,
    orientation,
    programs,
    reading,
)

__all__ = [
    "applications",
    "barriers",
    "gates",
    "identity",
    "letters",
    "orientation",
    "programs",
    "reading",
]

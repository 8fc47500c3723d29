"""The admin of programs, applications, gates, identity answers and letters."""

from signups.admin import (
    applications,
    barriers,
    employers,
    gates,
    identity,
    inquiries,
    letters,
    orientation,
    programs,
    reading,
    wishes,
)

__all__ = [
    "applications",
    "barriers",
    "employers",
    "gates",
    "identity",
    "inquiries",
    "letters",
    "orientation",
    "programs",
    "reading",
    "wishes",
]

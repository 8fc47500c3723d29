"""Who takes part: programs and committees, cohorts, options, applications, letters."""

from signups.models.applications import (
    Application,
    ApplicationStatus,
    MenteeApplication,
    MentorApplication,
    ReviewError,
    Role,
    TopicChoice,
)
from signups.models.drafts import Draft
from signups.models.letters import Letter, LetterLink, LetterStatus
from signups.models.links import AccessLink
from signups.models.options import (
    CareerStage,
    Format,
    Language,
    LibraryType,
    MeetingWay,
    ProgramOption,
    Region,
    Topic,
)
from signups.models.programs import Cohort, CommitteeSeat, Objective, Program, SeatRole
from signups.models.scope import CommitteeQuerySet

__all__ = [
    "AccessLink",
    "Application",
    "ApplicationStatus",
    "CareerStage",
    "Cohort",
    "CommitteeQuerySet",
    "CommitteeSeat",
    "Draft",
    "Format",
    "Language",
    "Letter",
    "LetterLink",
    "LetterStatus",
    "LibraryType",
    "MeetingWay",
    "MenteeApplication",
    "MentorApplication",
    "Objective",
    "Program",
    "ProgramOption",
    "Region",
    "ReviewError",
    "Role",
    "SeatRole",
    "Topic",
    "TopicChoice",
]

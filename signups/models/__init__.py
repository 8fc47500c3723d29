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
from signups.models.barriers import Barrier, BarrierAnswer, Support
from signups.models.drafts import Draft
from signups.models.identity import (
    PREFERS_NOT_TO_SAY,
    IdentityAnswer,
    IdentityDimension,
    IdentityOption,
    IdentityReading,
)
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
    "PREFERS_NOT_TO_SAY",
    "AccessLink",
    "Application",
    "ApplicationStatus",
    "Barrier",
    "BarrierAnswer",
    "CareerStage",
    "Cohort",
    "CommitteeQuerySet",
    "CommitteeSeat",
    "Draft",
    "Format",
    "IdentityAnswer",
    "IdentityDimension",
    "IdentityOption",
    "IdentityReading",
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
    "Support",
    "Topic",
    "TopicChoice",
]

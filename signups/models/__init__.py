"""Who takes part: programs and committees, cohorts, options, applications, letters."""

from signups.models.applications import Application, MenteeApplication, MentorApplication
from signups.models.attempts import Attempt, Deed
from signups.models.barriers import Barrier, BarrierAnswer, Support
from signups.models.choices import FormatChoice, TopicChoice
from signups.models.comments import Comment
from signups.models.decisions import ReviewError
from signups.models.drafts import Draft
from signups.models.employers import Employer, EmployerSpelling
from signups.models.faq import Audience, FrequentQuestion
from signups.models.gates import Gate, GateKind, GateState, GateStatus, HowMet
from signups.models.identity import (
    PREFERS_NOT_TO_SAY,
    IdentityAnswer,
    IdentityDimension,
    IdentityOption,
    IdentityReading,
)
from signups.models.inquiries import Inquiry, InquiryMessage, InquiryState
from signups.models.letters import Letter, LetterLink, LetterStatus
from signups.models.links import AccessLink
from signups.models.member_checks import MemberCheck, MemberCheckRow, MemberFinding
from signups.models.news import NewsSubscription, UnsubscribeLink
from signups.models.options import (
    AvailabilityTime,
    CareerStage,
    Format,
    Language,
    LibraryType,
    MeetingWay,
    ProgramOption,
    Region,
    Topic,
)
from signups.models.orientation import OrientationPlace, OrientationSession
from signups.models.programs import Cohort, CommitteeSeat, Objective, Program, SeatRole
from signups.models.questions import (
    Answer,
    Question,
    QuestionKind,
    QuestionOption,
)
from signups.models.ratings import Rating
from signups.models.roles import Role
from signups.models.scope import CommitteeQuerySet
from signups.models.statuses import ApplicationStatus
from signups.models.uploads import Upload
from signups.models.wishes import Wish

__all__ = [
    "PREFERS_NOT_TO_SAY",
    "AccessLink",
    "Answer",
    "Application",
    "ApplicationStatus",
    "Attempt",
    "Audience",
    "AvailabilityTime",
    "Barrier",
    "BarrierAnswer",
    "CareerStage",
    "Cohort",
    "Comment",
    "CommitteeQuerySet",
    "CommitteeSeat",
    "Deed",
    "Draft",
    "Employer",
    "EmployerSpelling",
    "Format",
    "FormatChoice",
    "FrequentQuestion",
    "Gate",
    "GateKind",
    "GateState",
    "GateStatus",
    "HowMet",
    "IdentityAnswer",
    "IdentityDimension",
    "IdentityOption",
    "IdentityReading",
    "Inquiry",
    "InquiryMessage",
    "InquiryState",
    "Language",
    "Letter",
    "LetterLink",
    "LetterStatus",
    "LibraryType",
    "MeetingWay",
    "MemberCheck",
    "MemberCheckRow",
    "MemberFinding",
    "MenteeApplication",
    "MentorApplication",
    "NewsSubscription",
    "Objective",
    "OrientationPlace",
    "OrientationSession",
    "Program",
    "ProgramOption",
    "Question",
    "QuestionKind",
    "QuestionOption",
    "Rating",
    "Region",
    "ReviewError",
    "Role",
    "SeatRole",
    "Support",
    "Topic",
    "TopicChoice",
    "UnsubscribeLink",
    "Upload",
    "Wish",
]

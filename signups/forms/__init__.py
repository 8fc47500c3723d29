"""What applicants fill in: one design for every program, cohort and role."""

from signups.forms.applications import (
    APPLICATION_FORMS,
    OPTION_FIELDS,
    ApplicationForm,
    MenteeApplicationForm,
    MentorApplicationForm,
)
from signups.forms.barriers import BarriersPart
from signups.forms.identity import IdentityPart
from signups.forms.links import DraftForm, LostLinkForm

__all__ = [
    "APPLICATION_FORMS",
    "OPTION_FIELDS",
    "ApplicationForm",
    "BarriersPart",
    "DraftForm",
    "IdentityPart",
    "LostLinkForm",
    "MenteeApplicationForm",
    "MentorApplicationForm",
]

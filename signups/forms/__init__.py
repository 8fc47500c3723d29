"""What applicants fill in: one design for every program, cohort and role."""

from signups.forms.applications import OPTION_FIELDS, ApplicationForm
from signups.forms.barriers import BarriersPart
from signups.forms.identity import IdentityPart
from signups.forms.links import DraftForm, LostLinkForm
from signups.forms.mentees import MenteeApplicationForm
from signups.forms.mentors import MentorApplicationForm
from signups.forms.news import NewsPart
from signups.models import Role

APPLICATION_FORMS: dict[Role, type[ApplicationForm]] = {
    form.role: form for form in (MenteeApplicationForm, MentorApplicationForm)
}

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
    "NewsPart",
]

"""What applicants fill in: one design for every program, cohort and role."""

from signups.forms.applications import (
    APPLICATION_FORMS,
    OPTION_FIELDS,
    ApplicationForm,
    MenteeApplicationForm,
    MentorApplicationForm,
)

__all__ = [
    "APPLICATION_FORMS",
    "OPTION_FIELDS",
    "ApplicationForm",
    "MenteeApplicationForm",
    "MentorApplicationForm",
]

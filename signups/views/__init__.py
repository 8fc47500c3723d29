"""The public sign-up pages."""

from signups.views.applying import applied, apply, saved
from signups.views.contact import (
    asked,
    contact,
    erase_question,
    my_question,
    question_erased,
)
from signups.views.files import committee_file, my_file
from signups.views.identity import identity
from signups.views.language import choose_language
from signups.views.my_application import (
    come_back,
    edit,
    leave,
    lost_link,
    my_application,
    my_draft,
    open_link,
    withdraw,
)
from signups.views.news import choose_news, unsubscribe
from signups.views.next_cohort import keep_for_next
from signups.views.orientation import (
    choose_orientation,
    leave_orientation,
    orientation_calendar,
)
from signups.views.programs import program

__all__ = [
    "applied",
    "apply",
    "asked",
    "choose_language",
    "choose_news",
    "choose_orientation",
    "come_back",
    "committee_file",
    "contact",
    "edit",
    "erase_question",
    "identity",
    "keep_for_next",
    "leave",
    "leave_orientation",
    "lost_link",
    "my_application",
    "my_draft",
    "my_file",
    "my_question",
    "open_link",
    "orientation_calendar",
    "program",
    "question_erased",
    "saved",
    "unsubscribe",
    "withdraw",
]

"""The public sign-up pages."""

from signups.views.applying import applied, apply, saved
from signups.views.files import committee_file, my_file
from signups.views.my_application import (
    come_back,
    download,
    edit,
    leave,
    lost_link,
    my_application,
    my_draft,
    open_link,
    withdraw,
)
from signups.views.next_cohort import keep_for_next
from signups.views.programs import program

__all__ = [
    "applied",
    "apply",
    "come_back",
    "committee_file",
    "download",
    "edit",
    "keep_for_next",
    "leave",
    "lost_link",
    "my_application",
    "my_draft",
    "my_file",
    "open_link",
    "program",
    "saved",
    "withdraw",
]

"""The public sign-up pages."""

from signups.views.applying import applied, apply, saved
from signups.views.identity import identity
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
from signups.views.programs import program

__all__ = [
    "applied",
    "apply",
    "come_back",
    "download",
    "edit",
    "identity",
    "leave",
    "lost_link",
    "my_application",
    "my_draft",
    "open_link",
    "program",
    "saved",
    "withdraw",
]

"""What the privacy and accessibility statements say that is not written anywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The day on which all the checks that the page names last ran and passed; set it anew with each
# release.
LAST_CHECKED = date(2026, 11, 27)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """A cookie that is set, and when; a test visits pages and finds these and no others."""

    name: str
    when: str | Promise
    why: str | Promise
    ends: str | Promise


COOKIES = [
    Cookie(
        name="csrftoken",
        when=_("On pages with a form"),
        why=_("So that no other site can send a form in your name."),
        ends=_("After a year"),
    ),
    Cookie(
        name="sessionid",
        when=_("When you open the link in a letter, or log in to the committee’s pages"),
        why=_("So that the next pages know what you opened, without the link in their address."),
        ends=_("After two weeks; what a link opens, after two hours"),
    ),
    Cookie(
        name="messages",
        when=_("When something you did is confirmed on the next page"),
        why=_("To carry that one sentence to the next page."),
        ends=_("As soon as it is shown"),
    ),
]

"""What tells people who fill in a form from programs that do, without asking anything of people."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest
from django.utils.translation import gettext as _

# A field that people do not see, named such that no browser fills it in by itself.
TRAP_NAME = "leave_this_empty"
STAMP_NAME = "opened"

# A page open for longer than that gets a new stamp; the answers in it are kept.
MAX_AGE = 3 * 24 * 3600

_signer = Signer(salt="signups.traps")


def new_stamp(*, seconds_ago: int = 0) -> str:
    """The moment at which a page is shown, such that nobody else can write it."""
    return _signer.sign(str(int(time.time()) - seconds_ago))


def stamp_for(request: HttpRequest) -> str:
    """The stamp of the page that sent a request, or a new one: a page shown again waits no more."""
    stamp = request.POST.get(STAMP_NAME, "")
    return new_stamp() if _age(stamp) is None else stamp


def reason_to_ask_again(request: HttpRequest, *, is_final: bool) -> str:
    """Why a page should be shown once more before anything is done; empty when it need not be.

    Only what is final, and writes or sends something, has to take its time.
    """
    if request.POST.get(TRAP_NAME):
        return _(
            "A field that is hidden from view was filled in, perhaps by your browser. It is empty "
            "now, and your answers are all here: please press the button once more."
        )
    if not is_final or not settings.MIN_SECONDS_TO_FILL:
        return ""
    age = _age(request.POST.get(STAMP_NAME, ""))
    if age is None:
        return _(
            "This page was open for a very long time, so we show it afresh. Your answers are all "
            "here: please look at them, and press the button again in a few seconds."
        )
    if age < settings.MIN_SECONDS_TO_FILL:
        return _(
            "That was quicker than we can take it: programs are that fast, people hardly ever. "
            "Your answers are all here: please press the button again in a few seconds."
        )
    return ""


def _age(stamp: str) -> float | None:
    """How many seconds ago a page was shown; None when its stamp says nothing that counts."""
    try:
        age = time.time() - int(_signer.unsign(stamp))
    except (BadSignature, ValueError):
        return None
    return age if 0 <= age <= MAX_AGE else None

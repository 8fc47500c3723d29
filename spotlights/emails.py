"""The letters about spotlights, one function each.

The key of each begins with ``Spotlight.letters_key``: by it they are found when a spotlight goes.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from mig_site.email import render_letter
from signups.letters import LINK_PLACEHOLDER, letter_to
from signups.models import Application, Letter, LetterLink
from signups.models.links import hash_of
from spotlights.models import Reply, Spotlight


def announcement(spotlight: Spotlight, *, to: Application) -> Letter:
    """Tells someone who asked for it that there is a new spotlight."""
    return letter_to(
        to,
        key=f"{spotlight.announcement_key}{hash_of(to.email.casefold())}",
        template="spotlights/announcement.txt",
        context={"spotlight": spotlight},
        link=LetterLink.NEWS,
    )


def to_read(spotlight: Spotlight, *, n_before: int) -> Letter:
    """Brings the person portrayed the link to their spotlight."""
    program = spotlight.program
    subject, body = render_letter(
        "spotlights/to_read.txt",
        {"spotlight": spotlight, "program": program, "link": LINK_PLACEHOLDER},
        language=spotlight.language,
    )
    return Letter(
        key=f"{spotlight.letters_key}read/{n_before}",
        program=program,
        to=spotlight.contact_email,
        reply_to=program.contact_email,
        subject=subject,
        body=body,
        link=LetterLink.PORTRAIT,
    )


def reply_to_committee(reply: Reply) -> Letter:
    """Tells the committee what the person portrayed has said."""
    spotlight = reply.spotlight
    page = reverse("admin:spotlights_spotlight_change", args=[spotlight.pk])
    subject, body = render_letter(
        "spotlights/reply_to_committee.txt",
        {"spotlight": spotlight, "reply": reply, "page": settings.SITE_URL + page},
    )
    return Letter(
        key=f"{spotlight.letters_key}reply/{reply.pk}",
        program=spotlight.program,
        to=spotlight.program.contact_address,
        reply_to=spotlight.contact_email,
        subject=subject,
        body=body,
    )

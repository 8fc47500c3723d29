"""Whether a run is closed or what hinders it, on any page of the admin that shows a run."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from matching.closing import hindrances
from matching.models import MatchRun

register = template.Library()


@register.inclusion_tag("admin/matching/unmatched/closing.html", takes_context=True)
def run_closing(context: Context, run: MatchRun) -> dict[str, Any]:
    user = context["request"].user
    return {
        "run": run,
        "hindrances": [] if run.is_closed else hindrances(run),
        "can_review": user.has_perm("matching.review_pairing"),
        # Inclusion tags pass on no more than what they are given.
        "csrf_token": context.get("csrf_token"),
    }

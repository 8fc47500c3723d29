"""Whether a run is closed or what hinders it, on any page of the admin that shows a run."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from matching.closing import hindrances
from matching.models import MatchRun

register = template.Library()


@register.inclusion_tag("admin/matching/unmatched/closing.html", takes_context=True)
def run_closing(context: Context, run: MatchRun) -> dict[str, Any]:
    request = context["request"]
    url = reverse("admin:matching_unmatched_cohort", args=[run.cohort_id])
    return {
        "run": run,
        "hindrances": [] if run.is_closed else hindrances(run),
        "can_review": request.user.has_perm("matching.review_pairing"),
        "url": url,
        "leads_on": request.path != url,
    }

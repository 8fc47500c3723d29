"""The desks of a chair's programs, on the home page of the admin."""

from __future__ import annotations

from django import template
from django.template import Context

from matching.admin.desk import desks_of, inquiries_to_answer
from matching.desk import current_cohorts
from signups.models import Cohort, Inquiry

register = template.Library()


@register.inclusion_tag("admin/desks.html", takes_context=True)
def desks(context: Context) -> dict[str, object]:
    user = context["request"].user
    asked = []
    if user.has_perm("signups.view_inquiry"):
        # Of all programs, also those without a cohort, and for superusers those of none.
        n_asked = Inquiry.objects.visible_to(user).open().count()
        asked = [inquiries_to_answer(n_asked)]
    cohorts = Cohort.objects.none()
    if user.has_perm("signups.view_cohort"):
        cohorts = Cohort.objects.visible_to(user)
    return {
        "desks": desks_of(current_cohorts(cohorts)),
        "asked": [figure for figure in asked if figure.n],
    }

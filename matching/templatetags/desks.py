"""The desks of a chair's programs, on the home page of the admin."""

from __future__ import annotations

from django import template
from django.template import Context

from matching.admin.desk import CohortDesk, desks_of
from matching.desk import current_cohorts
from signups.models import Cohort

register = template.Library()


@register.inclusion_tag("admin/desks.html", takes_context=True)
def desks(context: Context) -> dict[str, list[CohortDesk]]:
    user = context["request"].user
    if not user.has_perm("signups.view_cohort"):
        return {"desks": []}
    return {"desks": desks_of(current_cohorts(Cohort.objects.visible_to(user)))}

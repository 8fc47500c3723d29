"""Which cohort a report of the admin is about."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from signups.models import Cohort


def chosen_cohort(request: HttpRequest) -> tuple[list[Cohort], Cohort | None]:
    """The cohorts that the person may see, and the one asked for, or else the newest.

    Raises Http404 for a cohort that the person may not see.
    """
    cohorts = list(Cohort.objects.visible_to(request.user))
    asked = request.GET.get("cohort")
    if asked is None:
        return cohorts, next(iter(cohorts), None)
    for cohort in cohorts:
        if str(cohort.pk) == asked:
            return cohorts, cohort
    raise Http404

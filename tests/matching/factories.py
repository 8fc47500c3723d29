"""Runs and pairings that tests need."""

from __future__ import annotations

from typing import Any

from matching.engine.criteria import DEFAULT_IMPORTANCES
from matching.models import Conflict, MatchRun, Pairing
from matching.models.settings import DEFAULT_GOALS
from matching.runs import match_and_save
from signups.models import Application, Cohort
from tests.factories import make_user


def make_run(cohort: Cohort, **fields: Any) -> MatchRun:
    """A run that has been carried out on what the cohort holds now."""
    run = MatchRun.objects.create(
        **{
            "cohort": cohort,
            "importances": DEFAULT_IMPORTANCES,
            "tiers": list(DEFAULT_GOALS),
            "salt": "pepper",
            **fields,
        }
    )
    match_and_save(run)
    return run


def make_conflict(mentee: Application, mentor: Application, **fields: Any) -> Conflict:
    """A conflict that the committee has named."""
    return Conflict.objects.create(
        **{
            "mentee_id": mentee.pk,
            "mentor_id": mentor.pk,
            "reason": "supervisor",
            "made_by": make_user(),
            **fields,
        }
    )


def make_pairing(mentee: Application, mentor: Application, **fields: Any) -> Pairing:
    """A proposal, from a run of its own, that no engine had a say in."""
    run = MatchRun.objects.create(cohort=mentee.cohort, status="finished")
    return Pairing.objects.create(
        **{
            "run": run,
            "mentee_id": mentee.pk,
            "mentor_id": mentor.pk,
            "points": 60,
            "reasons": [
                {
                    "key": "topics",
                    "label": "Topics covered",
                    "points": 60,
                    "max_points": 60,
                    "sentence": "Covers the only topic asked for.",
                    "to_mentee": "Your mentor covers your topic.",
                    "to_mentor": "You cover your mentee's topic.",
                }
            ],
            **fields,
        }
    )

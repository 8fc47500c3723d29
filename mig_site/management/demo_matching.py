"""What the demo cohort needs beside its applications, so that a run shows all it can weigh."""

from __future__ import annotations

import random

from django.contrib.auth.models import User
from django.db.models import Q

from matching.engine.tiers import Tier
from matching.models import Conflict, ConflictReason, GoalSetting, KeepLast, MatchSettings
from signups.models import Cohort, IdentityAnswer, Program, Role

GOALS = [Tier.SERVED, Tier.PRIORITY, Tier.SHORTFALL, Tier.TOTAL]
SPREAD_POINTS = 20

CONFLICTS = [
    (ConflictReason.SUPERVISOR, "She led the other one’s branch until last year."),
    (ConflictReason.ASKED, ""),
]


def load_for_runs(cohort: Cohort, rng: random.Random) -> None:
    """Answers about oneself, conflicts, and what counts where nobody has set it yet."""
    _set_what_counts(cohort.program)
    _answer_about_oneself(cohort, rng)
    by = someone_who_decides(cohort)
    if by is not None:
        _name_conflicts(cohort, rng, by)


def someone_who_decides(cohort: Cohort) -> User | None:
    """A login of the committee, or of whoever looks after the site."""
    users = User.objects.filter(is_active=True)
    decide = Q(seats__program=cohort.program) | Q(is_superuser=True)
    return users.filter(decide).order_by("pk").first()


def _set_what_counts(program: Program) -> None:
    if MatchSettings.objects.filter(program=program).exists():
        return
    settings = MatchSettings.objects.for_program(program)
    settings.keep_last, settings.spread_points = KeepLast.PREFER, SPREAD_POINTS
    settings.save()
    goals = list(settings.goals.all())
    for goal in goals:
        goal.position = GOALS.index(goal.goal) + 1 if goal.goal in GOALS else None
    GoalSetting.objects.bulk_update(goals, ["position"])


def _answer_about_oneself(cohort: Cohort, rng: random.Random) -> None:
    """Half of all people answer something; most agree to its use, and some mentees wish for it."""
    dimensions = list(
        cohort.program.identitydimensions.offered().order_by("pk").prefetch_related("options")
    )
    answers = []
    for application in cohort.applications.order_by("pk"):
        if not dimensions or rng.random() < 0.5:
            continue
        for dimension in rng.sample(dimensions, min(len(dimensions), rng.choice([1, 2, 3]))):
            options = [option.pk for option in dimension.options.all() if option.is_offered]
            agrees = rng.random() < 0.8
            answers.append(
                IdentityAnswer(
                    application=application,
                    dimension=dimension,
                    chosen=rng.sample(options, 1),
                    is_for_matching=agrees,
                    wants_shared=agrees and application.role == Role.MENTEE and rng.random() < 0.4,
                )
            )
    IdentityAnswer.objects.bulk_create(answers)


def _name_conflicts(cohort: Cohort, rng: random.Random, by: User) -> None:
    mentees, mentors = (list(cohort.applications.filter(role=role).order_by("pk")) for role in Role)
    n = len(CONFLICTS)
    for mentee, mentor, (reason, words) in zip(
        rng.sample(mentees, n), rng.sample(mentors, n), CONFLICTS, strict=True
    ):
        Conflict.objects.create(
            mentee_id=mentee.pk, mentor_id=mentor.pk, reason=reason, words=words, made_by=by
        )

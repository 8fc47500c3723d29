"""What the committee of a program wants of its match runs: what counts, and in which order."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from simple_history.models import HistoricalRecords

from matching.engine.criteria import CRITERIA, DEFAULT_IMPORTANCES
from matching.engine.problem import MAX_POINTS
from matching.engine.scoring import MAX_IMPORTANCE
from matching.engine.tiers import TIER_LABELS, Tier
from signups.models import CommitteeQuerySet, Program

CRITERION_LABELS = {criterion.key: criterion.label for criterion in CRITERIA}

# What is private cannot be required: a pair would then tell what the two have in common, and a
# mentee without a mentor what they had wished for.
NEVER_REQUIRED = [criterion.key for criterion in CRITERIA if criterion.is_private]

# The lottery always comes last, by itself; what to keep of the last proposals is set apart.
GOAL_LABELS = {
    tier.value: label
    for tier, label in TIER_LABELS.items()
    if tier not in (Tier.KEEP, Tier.LOTTERY)
}

DEFAULT_GOALS = (Tier.SERVED.value, Tier.TOTAL.value)


class KeepLast(models.TextChoices):
    """What becomes of the proposals of the last run on which nobody has decided."""

    NONE = "none", "Start anew: the last proposals do not count"
    PREFER = "prefer", "Prefer them where everything else is equal"
    LOCK = "lock", "Keep every one that can be kept, before everything else"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatCounts:
    """What a run of a program goes by, as its committee has set it."""

    importances: dict[str, int]  # 0 to 10 by criterion
    required: list[str]  # criteria without which there is no pair
    goals: list[str]  # those that count, most important first
    keep_last: KeepLast
    spread_points: int

    @property
    def tiers(self) -> list[str]:
        """The goals with what is kept of the last proposals, as the engine takes them."""
        first = [Tier.KEEP.value] if self.keep_last == KeepLast.LOCK else []
        last = [Tier.KEEP.value] if self.keep_last == KeepLast.PREFER else []
        return [*first, *self.goals, *last]

    @property
    def spread_price(self) -> int:
        """What a second mentee of one mentor costs, in squared points as the engine takes it."""
        return self.spread_points**2


class MatchSettingsQuerySet(CommitteeQuerySet):
    @transaction.atomic
    def for_program(self, program: Program) -> MatchSettings:
        """The settings of a program with a row for each criterion and goal, the usual at first."""
        settings, _ = self.get_or_create(program=program)
        CriterionSetting.objects.bulk_create(
            (
                CriterionSetting(settings=settings, criterion=key, importance=importance)
                for key, importance in DEFAULT_IMPORTANCES.items()
            ),
            # Rows that are there stay as the committee left them.
            ignore_conflicts=True,
        )
        usual = {goal: number for number, goal in enumerate(DEFAULT_GOALS, start=1)}
        is_new = not settings.goals.exists()
        GoalSetting.objects.bulk_create(
            (
                GoalSetting(
                    settings=settings, goal=goal, position=usual.get(goal) if is_new else None
                )
                for goal in GOAL_LABELS
            ),
            ignore_conflicts=True,
        )
        return settings

    def what_counts(self, program: Program) -> WhatCounts:
        """What counts in a program now; the usual where its committee has set nothing.

        Writes nothing, so that public pages may ask.
        """
        settings = self.filter(program=program).prefetch_related("criteria", "goals").first()
        if settings is None:
            settings, criteria, goals = MatchSettings(program=program), [], list(DEFAULT_GOALS)
        else:
            criteria = list(settings.criteria.all())
            counting = [goal for goal in settings.goals.all() if goal.position is not None]
            goals = [goal.goal for goal in sorted(counting, key=lambda goal: goal.position)]
        return WhatCounts(
            importances=DEFAULT_IMPORTANCES | {one.criterion: one.importance for one in criteria},
            required=[one.criterion for one in criteria if one.is_required],
            goals=goals,
            keep_last=KeepLast(settings.keep_last),
            spread_points=settings.spread_points,
        )

    def asking_for_two(self) -> set[int]:
        """The programs in which two people have to be for a pair."""
        return set(self.filter(needs_two_to_approve=True).values_list("program", flat=True))


class MatchSettings(models.Model):
    """What one program wants of its match runs; a run keeps a copy of what it was made with."""

    program = models.OneToOneField(Program, on_delete=models.CASCADE, related_name="match_settings")
    needs_two_to_approve = models.BooleanField(
        "two people approve a pair",
        default=False,
        help_text="One recommends a pair, and somebody else approves it.",
    )
    keep_last = models.CharField(
        "last proposals",
        max_length=6,
        choices=KeepLast,
        default=KeepLast.NONE,
        help_text="What a new run makes of what the last one proposed and nobody has decided.",
    )
    spread_points = models.PositiveSmallIntegerField(
        "price of a second mentee",
        default=0,
        validators=[MaxValueValidator(MAX_POINTS)],
        help_text="A second mentee of the same mentor costs as much as a pair that is this many "
        "points short of 100, a third twice that. 0: costs nothing; at most 100. It is weighed "
        f"within the goal “{TIER_LABELS[Tier.SHORTFALL].rstrip('.')}”.",
    )

    objects = MatchSettingsQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["program__name"]
        verbose_name = verbose_name_plural = "match settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(keep_last__in=KeepLast.values), name="matchsettings_keep_last_known"
            ),
            models.CheckConstraint(
                condition=Q(spread_points__lte=MAX_POINTS),
                name="matchsettings_spread_points_within_0_and_100",
            ),
        ]

    def __str__(self) -> str:
        return f"What counts in {self.program}"


class SettingQuerySet(CommitteeQuerySet):
    program_path = "settings__program__"


class CriterionSetting(models.Model):
    """How much one criterion counts in a program."""

    settings = models.ForeignKey(MatchSettings, on_delete=models.CASCADE, related_name="criteria")
    criterion = models.CharField(max_length=20, choices=list(CRITERION_LABELS.items()))
    importance = models.PositiveSmallIntegerField(
        validators=[MaxValueValidator(MAX_IMPORTANCE)], help_text="0 (does not count) to 10."
    )
    is_required = models.BooleanField(
        "required",
        default=False,
        help_text="A pair that does not meet it at all is never proposed.",
    )

    objects = SettingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["pk"]
        verbose_name = "criterion"
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(
                fields=["settings", "criterion"], name="criterionsetting_once_per_program"
            ),
            models.CheckConstraint(
                condition=Q(criterion__in=list(CRITERION_LABELS)),
                name="criterionsetting_criterion_known",
            ),
            models.CheckConstraint(
                condition=Q(importance__gte=0, importance__lte=MAX_IMPORTANCE),
                name="criterionsetting_importance_within_0_and_10",
            ),
            models.CheckConstraint(
                condition=Q(is_required=False) | ~Q(criterion__in=NEVER_REQUIRED),
                name="criterionsetting_private_never_required",
                violation_error_message="This cannot be required: pairs would tell what people "
                "answered in private.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_criterion_display()

    @property
    def can_be_required(self) -> bool:
        return self.criterion not in NEVER_REQUIRED


class GoalSetting(models.Model):
    """Whether a program wants something of its runs, and before or after what else."""

    settings = models.ForeignKey(MatchSettings, on_delete=models.CASCADE, related_name="goals")
    goal = models.CharField(max_length=20, choices=list(GOAL_LABELS.items()))
    position = models.PositiveSmallIntegerField(
        "order",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="1 comes first. Empty: does not count.",
    )

    objects = SettingQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        # Nothing keeps positions apart in the database, as two that change places would for a
        # moment be the same; the form does, and this order is one in any case.
        ordering = ["position", "pk"]
        verbose_name = "goal"
        constraints = [
            models.UniqueConstraint(
                fields=["settings", "goal"], name="goalsetting_once_per_program"
            ),
            models.CheckConstraint(
                condition=Q(goal__in=list(GOAL_LABELS)), name="goalsetting_goal_known"
            ),
            models.CheckConstraint(
                condition=Q(position=None) | Q(position__gte=1), name="goalsetting_counts_from_1"
            ),
        ]

    def __str__(self) -> str:
        return self.get_goal_display()

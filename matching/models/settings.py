"""What the committee of a program wants of its match runs: what counts, and in which order."""

from __future__ import annotations

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from simple_history.models import HistoricalRecords

from matching.engine.criteria import CRITERIA, DEFAULT_IMPORTANCES
from matching.engine.scoring import MAX_IMPORTANCE
from matching.engine.tiers import TIER_LABELS, Tier
from signups.models import CommitteeQuerySet, Program

CRITERION_LABELS = {criterion.key: criterion.label for criterion in CRITERIA}

# Nothing that people are asked feeds these yet; see also load_instance in matching/runs.py.
CRITERIA_WITHOUT_DATA = frozenset({"identity", "availability", "experience", "wishes"})
GOALS_WITHOUT_DATA = frozenset({Tier.LIKING, Tier.KEEP})

# The lottery always comes last, by itself.
GOAL_LABELS = {tier.value: label for tier, label in TIER_LABELS.items() if tier != Tier.LOTTERY}

DEFAULT_GOALS = (Tier.SERVED.value, Tier.TOTAL.value)


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


class MatchSettings(models.Model):
    """What one program wants of its match runs; a run keeps a copy of what it was made with."""

    program = models.OneToOneField(Program, on_delete=models.CASCADE, related_name="match_settings")

    objects = MatchSettingsQuerySet.as_manager()

    class Meta:
        ordering = ["program__name"]
        verbose_name = verbose_name_plural = "match settings"

    def __str__(self) -> str:
        return f"What counts in {self.program}"

    def importances(self) -> dict[str, int]:
        """How much each criterion counts, 0 to 10, by its key."""
        return dict(self.criteria.values_list("criterion", "importance"))

    def required(self) -> list[str]:
        """Keys of criteria without which there is no pair."""
        return list(self.criteria.required().values_list("criterion", flat=True))

    def tiers(self) -> list[str]:
        """The goals that count, most important first."""
        return list(self.goals.counting().values_list("goal", flat=True))


class SettingQuerySet(CommitteeQuerySet):
    program_path = "settings__program__"

    def required(self) -> Self:
        return self.filter(is_required=True)

    def counting(self) -> Self:
        """Goals with a place in the order."""
        return self.filter(position__isnull=False)


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
        ]

    def __str__(self) -> str:
        return self.get_criterion_display()

    @property
    def has_data(self) -> bool:
        return self.criterion not in CRITERIA_WITHOUT_DATA


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

    @property
    def has_data(self) -> bool:
        return self.goal not in GOALS_WITHOUT_DATA

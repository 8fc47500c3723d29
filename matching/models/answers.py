"""What a run found out beside its pairs, stored when it was saved and only read from then on."""

from __future__ import annotations

from django.db import models

from matching.models.runs import MatchRun


class RunAnswers(models.Model):
    """What a run can tell a committee about the whole; people by the keys of their applications.

    Names are looked up when a page is shown: whoever was erased since is told of no more.
    """

    run = models.OneToOneField(MatchRun, on_delete=models.CASCADE, related_name="answers")
    # mentee_ids, mentor_ids, n_places, n_unserved, and the best place: mentor_id, sentence.
    shortages = models.JSONField(
        default=list, help_text="Groups of mentees who can only be served by mentors all full."
    )
    # mentor_id, sentence.
    places = models.JSONField(
        default=list, help_text="What one more place with a mentor is worth, the most first."
    )
    # topic, n_asked, n_asked_first, n_places, n_covered.
    topics = models.JSONField(default=list, help_text="Demand and supply, the scarcest first.")
    n_blocking = models.PositiveIntegerField(
        null=True, help_text="Pairs of people who would both rather have each other."
    )
    # mentee_id, mentor_id, mentee_gains, mentor_gains.
    blocking = models.JSONField(default=list, help_text="The first of them, most gain first.")
    # by, everybody and groups; small groups are left out before anything is stored.
    fairness = models.JSONField(default=list, help_text="How groups of mentees fared.")
    potential = models.JSONField(
        default=dict, help_text="Mean points of the best mentor: of the served, of those left out."
    )
    reached = models.JSONField(default=dict, help_text="n_served, worst and total of this run.")
    # goal, n_served, worst, total, n_changed.
    trades = models.JSONField(
        default=list, help_text="The same, had another goal come before all others."
    )

    class Meta:
        verbose_name_plural = "run answers"

    def __str__(self) -> str:
        return f"Answers of {self.run}"

"""Load, match, save: where the database and the engine meet."""

from __future__ import annotations

import time
from importlib.metadata import version

import numpy as np
from django.db import transaction
from django.utils import timezone

from matching.answers import Answers, answers_of, format_keys
from matching.engine.instance import Instance
from matching.engine.sentences import Labels, enumerated
from matching.engine.shown import Shown, private_points_missed, shown
from matching.engine.solution import Matching, match
from matching.engine.tiers import Objective, Tier
from matching.fingerprints import digest
from matching.loading import gates_in_the_way, groups_of_mentees, load_instance
from matching.models import MatchRun, Pairing, RunAnswers, RunProof, RunStatus, Unmatched
from matching.proofs import fingerprint_of, packed
from matching.reasons import reason_of, reasons_of
from signups.models import Cohort

# How often a run starts over because the committee decided something while it was computing.
MAX_ATTEMPTS = 5


class InputChangedError(Exception):
    """Someone decided or changed something that a run had already read."""


def match_and_save(run: MatchRun) -> None:
    """Propose pairings for everyone in the run's cohort for whom nobody decided on one yet.

    Starts over when the committee decides something meanwhile; raises InputChangedError when that
    happens again and again.
    """
    objective = Objective(tuple(Tier(tier) for tier in run.tiers), spread_price=run.spread_price)
    for _ in range(MAX_ATTEMPTS):
        instance, labels = _load(run)
        matching = match(instance, run.importances, objective, run.required)
        started = time.perf_counter()
        missed = private_points_missed(instance, matching.maxima)
        seen = shown(matching, missed)
        groups = groups_of_mentees(run.cohort, instance)
        answers = answers_of(instance, labels, matching, seen, run.required, groups)
        matching.seconds["answering"] = time.perf_counter() - started
        try:
            _save(run, instance, labels, matching, seen, answers)
        except InputChangedError:
            continue
        return
    raise InputChangedError(
        "Decisions were taken all the time while this run was computing. Start it again."
    )


def _load(run: MatchRun) -> tuple[Instance, Labels]:
    return load_instance(run.cohort, salt=run.salt, keeps_last=Tier.KEEP in run.tiers)


@transaction.atomic
def _save(
    run: MatchRun,
    instance: Instance,
    labels: Labels,
    matching: Matching,
    seen: Shown,
    answers: Answers,
) -> None:
    """Store what a run proposes; undecided proposals of earlier runs are superseded.

    Raises InputChangedError when the cohort is no longer as the run read it.
    """
    # Approving takes the same lock, so nothing is decided between this look and the saving.
    Cohort.objects.select_for_update(no_key=True, of=["self"]).get(pk=run.cohort_id)
    present, _ = _load(run)
    if digest(present) != digest(instance):
        raise InputChangedError
    started = time.perf_counter()
    Pairing.objects.of(run.cohort).supersede(by=run.asked_by)
    Pairing.objects.bulk_create(
        [
            Pairing(
                run=run,
                mentee_id=instance.mentee_ids[i],
                mentor_id=instance.mentor_ids[j],
                format_id=format_id,
                points=int(seen.problem.points[i, j]),
                reasons=reasons_of(instance, labels, matching, pair),
                **answers.of_pairs[pair],
            )
            for pair, ((i, j), format_id) in enumerate(
                zip(matching.pairs, format_keys(matching), strict=True)
            )
        ]
    )
    _save_unmatched(run, instance, labels, matching, answers)
    RunAnswers.objects.create(run=run, **answers.of_run)
    proof = packed(matching, seen)
    if proof is not None:
        RunProof.objects.create(run=run, content=proof)
        run.proof_seal = fingerprint_of(proof)
    run.status = RunStatus.FINISHED
    run.ended_at = timezone.now()
    run.input_digest = digest(instance)
    run.versions = {package: version(package) for package in ("numpy", "scipy")}
    run.seconds = {stage: round(seconds, 4) for stage, seconds in matching.seconds.items()}
    run.seconds["saving"] = round(time.perf_counter() - started, 4)
    run.n_mentees = int(np.count_nonzero(instance.mentee_admitted))
    places = instance.n_places[instance.mentor_admitted]
    run.n_mentors = int(np.count_nonzero(places))
    run.n_places = int(places.sum())
    # Liking may have joined in, so that no format was left to the lottery.
    run.tiers = [tier.value for tier in matching.objective.tiers]
    run.is_proven_across_groups = matching.is_best
    run.n_served = len(matching.pairs)
    run.total_points = sum(int(seen.problem.points[i, j]) for i, j in matching.pairs)
    run.save()


def _save_unmatched(
    run: MatchRun, instance: Instance, labels: Labels, matching: Matching, answers: Answers
) -> None:
    """Store whom the run left without a mentor; of those held back, by what."""
    held_back = [
        instance.mentee_ids[left.mentee]
        for left in matching.unmatched
        if not instance.mentee_admitted[left.mentee]
    ]
    unmet = gates_in_the_way(run.cohort, held_back) if held_back else {}
    Unmatched.objects.bulk_create(
        Unmatched(
            run=run,
            mentee_id=mentee_id,
            reason=_reason(reason_of(left, labels), unmet.get(mentee_id)),
            **found,
        )
        for left, found in zip(matching.unmatched, answers.of_unmatched, strict=True)
        for mentee_id in [instance.mentee_ids[left.mentee]]
    )


def _reason(sentence: str, unmet: list[str] | None) -> str:
    if unmet is None:
        return sentence
    return f"Held back until this is met: {enumerated(unmet)}. {sentence}"

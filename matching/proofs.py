"""A run's problem, result and proof as bytes, and the check that anyone can repeat."""

from __future__ import annotations

import hashlib
import json
import secrets
import zipfile
from dataclasses import dataclass
from io import BytesIO

import numpy as np

from matching.engine.arrays import IntArray
from matching.engine.certificate import Certificate, CertificateError, verify
from matching.engine.menu import NO_FORMAT
from matching.engine.problem import UNMATCHED, Problem
from matching.engine.record import from_record, to_record
from matching.engine.shown import Shown
from matching.engine.solution import Matching
from matching.engine.tiers import Objective, Tier
from matching.models import MatchRun

MAX_STORED_PAIRS = 4_000_000  # a byte each, before compression

FORBIDDEN = -1  # in place of a pair's points

# Fields of the problem that are kept as they are.
PLAIN = (
    "capacity",
    "priority",
    "last_mentor",
    "must_fill",
    "pool",
    "pool_capacity",
    "is_group",
)


@dataclass(frozen=True, slots=True)
class StoredProof:
    """What `verify` needs."""

    problem: Problem
    objective: Objective
    mate: IntArray
    certificate: Certificate
    shown_points: IntArray  # (n_mentees,), what the pairings say, -1 where there is none
    mentor_of: IntArray  # (n_columns,), key of the mentor whose offer a column is
    formats: IntArray  # (n_mentees,), key of the format, -1 where there is none


def packed(matching: Matching, seen: Shown) -> bytes | None:
    """Problem, result and proof as a compressed NumPy file; None for a cohort too large for it.

    The points that were weighed hold what private answers gave, so the file is sealed where it is
    stored; what is shown of each pair is kept beside them.
    """
    problem = matching.problem
    if problem.points.size > MAX_STORED_PAIRS:
        return None
    words = {
        "salt": problem.salt,
        "tiers": [tier.value for tier in matching.objective.tiers],
        "spread_price": matching.objective.spread_price,
        "certificate": to_record(matching.certificate),
        # Makes the fingerprint one that nobody finds out by trying every private answer.
        "nonce": secrets.token_hex(16),
    }
    matched = np.flatnonzero(matching.mate != UNMATCHED)
    shown_points = np.full(problem.n_mentees, FORBIDDEN)
    shown_points[matched] = seen.problem.points[matched, matching.mate[matched]]
    mentor_ids = np.array(problem.mentor_ids, dtype=np.int64)
    formats = np.full(problem.n_mentees, NO_FORMAT)
    formats[matched] = matching.format_ids
    file = BytesIO()
    np.savez_compressed(
        file,
        allow_pickle=False,
        points=np.where(problem.eligible, problem.points, FORBIDDEN).astype(np.int8),
        steps_down=problem.steps_down.astype(np.int8),
        capacity=problem.capacity,
        priority=problem.priority,
        last_mentor=problem.last_mentor,
        must_fill=problem.must_fill,
        pool=problem.pool,
        pool_capacity=problem.pool_capacity,
        is_group=problem.is_group,
        mentee_ids=np.array(problem.mentee_ids, dtype=np.int64),
        mentor_ids=mentor_ids,
        mentor_of=mentor_ids[matching.offered.mentors],
        formats=formats,
        mate=matching.mate,
        shown_points=shown_points,
        words=np.frombuffer(json.dumps(words).encode(), dtype=np.uint8),
    )
    return file.getvalue()


def fingerprint_of(content: bytes) -> str:
    """What a stored proof is known by."""
    return hashlib.sha256(content).hexdigest()


def unpacked(content: bytes) -> StoredProof:
    """What `packed` wrote; raises CertificateError when it is damaged."""
    try:
        with np.load(BytesIO(content), allow_pickle=False) as arrays:
            words = json.loads(arrays["words"].tobytes())
            points = arrays["points"].astype(np.int64)
            problem = Problem(
                points=points,
                eligible=points != FORBIDDEN,
                steps_down=arrays["steps_down"].astype(np.int64),
                **{name: arrays[name] for name in PLAIN},
                mentee_ids=tuple(arrays["mentee_ids"].tolist()),
                mentor_ids=tuple(arrays["mentor_ids"].tolist()),
                salt=words["salt"],
            )
            return StoredProof(
                problem=problem,
                objective=Objective(
                    tiers=tuple(map(Tier, words["tiers"])), spread_price=words["spread_price"]
                ),
                mate=arrays["mate"],
                certificate=from_record(words["certificate"]),
                shown_points=arrays["shown_points"],
                mentor_of=arrays["mentor_of"],
                formats=arrays["formats"],
            )
    except CertificateError:
        raise
    except (KeyError, TypeError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise CertificateError(f"the stored proof is damaged: {error!r}") from error


def check_run(run: MatchRun) -> None:
    """Check a run's stored proof, and that the run's rows are what it proves.

    Raises
    ------
    CertificateError
        With the first thing that is wrong.
    """
    content = bytes(run.proof.content)
    stored = unpacked(content)
    problem, mate = stored.problem, stored.mate
    verify(problem, stored.objective, mate, stored.certificate)
    if (fingerprint_of(content), problem.salt) != (run.proof_seal, run.salt):
        raise CertificateError("the stored proof is that of another run")
    wanted = ([tier.value for tier in stored.objective.tiers], stored.objective.spread_price)
    if wanted != (run.tiers, run.spread_price):
        raise CertificateError("the run has other goals than its proof")
    proven = {
        (
            problem.mentee_ids[i],
            int(stored.mentor_of[j]),
            None if stored.formats[i] == NO_FORMAT else int(stored.formats[i]),
            int(stored.shown_points[i]),
        )
        for i, j in enumerate(mate.tolist())
        if j != UNMATCHED
    }
    if set(run.pairings.values_list("mentee_id", "mentor_id", "format_id", "points")) != proven:
        raise CertificateError("the run's pairings are not those of its proof")
    if (run.n_served, run.total_points) != (len(proven), sum(points for *_, points in proven)):
        raise CertificateError("the run's numbers are not those of its proof")

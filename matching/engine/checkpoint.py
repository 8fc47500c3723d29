"""A large run's progress as a file, so that a run that was killed goes on from its last pass."""

from __future__ import annotations

import os
import zipfile
from hashlib import blake2b
from pathlib import Path

import numpy as np

from matching.engine.arrays import NOT_GIVEN
from matching.engine.cohort import Cohort
from matching.engine.pairs import any_of, listed
from matching.engine.progress import Progress, Watch
from matching.engine.tiers import Objective

FORMAT = 1


def fingerprint(cohort: Cohort, objective: Objective) -> bytes:
    """What a checkpoint belongs to: every number of a cohort, and what was wanted; 32 bytes."""
    one, factors = cohort.factors.instance, cohort.factors
    state = blake2b(digest_size=32)
    words = (FORMAT, one.salt, one.same_employer_allowed, objective.tiers, objective.spread_price)
    state.update(repr(words).encode())
    arrays = [
        factors.left,
        factors.right,
        *(array for dial in factors.dials for array in (dial.left, dial.right, dial.points)),
        *(array for pair in factors.must_share for array in pair),
        factors.exceptions.pairs.keys,
        factors.exceptions.extra,
        np.array(one.mentee_ids, dtype=np.int64),
        np.array(one.mentor_ids, dtype=np.int64),
        one.mentee_persons,
        one.mentor_persons,
        one.mentee_employers,
        one.mentor_employers,
        one.mentee_priorities,
        cohort.capacity,
        cohort.last_mentor,
    ]
    for pairs in (one.conflicts, one.earlier_partners):
        if any_of(pairs):
            arrays.extend(listed(pairs))
    for array in arrays:
        state.update(repr((array.shape, array.dtype.str)).encode())
        state.update(np.ascontiguousarray(array).data)
    return state.digest()


def save(path: Path, mark: bytes, progress: Progress) -> None:
    """Write the progress of the run with this fingerprint; the file is whole at any moment."""
    given = {
        name: getattr(progress, name)
        for name in ("mate", "place")
        if getattr(progress, name) is not NOT_GIVEN
    }
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        np.savez(
            file,
            allow_pickle=False,
            fingerprint=np.frombuffer(mark, dtype=np.uint8),
            numbers=np.array([progress.n_passes, progress.n_violations, progress.is_sketch]),
            rows=progress.pairs[0].astype(np.int32),
            columns=progress.pairs[1].astype(np.int32),
            **given,
        )
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load(path: Path, mark: bytes) -> Progress:
    """The progress in a file.

    Raises
    ------
    ValueError
        If the file is no checkpoint, or one of another cohort or objective.
    """
    try:
        with path.open("rb") as file:
            # Anything but an archive is tried as pickled data, which is not for reading here.
            if not zipfile.is_zipfile(file):
                raise OSError
            file.seek(0)
            with np.load(file, allow_pickle=False) as archive:
                given = dict(archive)
        found = given.pop("fingerprint").tobytes()
        n_passes, n_violations, is_sketch = given.pop("numbers").tolist()
        pairs = given.pop("rows").astype(np.int64), given.pop("columns").astype(np.int64)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path}: is no checkpoint of a large run") from error
    if found != mark:
        raise ValueError(f"{path}: belongs to another cohort or to other settings")
    return Progress("pricing", n_passes, n_violations, 1.0, pairs, bool(is_sketch), **given)


def keeper(path: Path, mark: bytes, watch: Watch) -> Watch:
    """A watcher that writes the progress to a file whenever there is more of it."""
    written: tuple[int, bool] | None = None

    def keep(progress: Progress) -> None:
        nonlocal written
        state = progress.n_passes, progress.is_sketch
        if state != written and len(progress.pairs[0]):
            save(path, mark, progress)
            written = state
        watch(progress)

    return keep

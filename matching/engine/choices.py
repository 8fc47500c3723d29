"""Who still has a choice on a face, and the face of those alone."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matching.engine.arrays import BoolArray, IntArray
from matching.engine.face import Face
from matching.engine.problem import UNMATCHED


def open_choices(face: Face, mate: IntArray) -> BoolArray:
    """Where mentees could be instead, in some other solution of the face.

    Parameters
    ----------
    mate
        A solution of the face.

    Returns
    -------
    Bool of shape (n_mentees, n_mentors + 1), the last column for staying unmatched; false for
    where a mentee is in ``mate``. All false: the face holds this solution only.

    Notes
    -----
    Two solutions differ by circles of moves, and a move lies on a circle exactly when it stays
    within a strongly connected component.
    """
    n_mentees, n_mentors = face.allowed.shape
    rows, columns = np.nonzero(face.allowed)
    nest, outside = face.nest, face.nest.outside
    owner = np.where(mate == UNMATCHED, outside, mate)
    load = face.loads(mate)
    free, removable = np.flatnonzero(load < face.high), np.flatnonzero(load > face.low)
    leavers = owner[face.may_stay_unmatched]
    sources = [owner[rows], leavers, free, nest.parent[removable]]
    targets = [columns, np.full(len(leavers), outside), nest.parent[free], removable]
    tail, head = np.concatenate(sources), np.concatenate(targets)
    size = outside + 1
    graph = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(size, size))
    _, component = connected_components(graph, directed=True, connection="strong")
    open_ = np.zeros((n_mentees, n_mentors + 1), dtype=bool)
    inside = component[owner[rows]] == component[columns]
    open_[rows[inside], columns[inside]] = True
    open_[:, -1] = face.may_stay_unmatched & (component[owner] == component[-1])
    open_[np.arange(n_mentees), mate] = False
    return open_


def narrowed(face: Face, mate: IntArray) -> Face:
    """The same solutions, without the mentees who have no choice and the mentors nobody chooses.

    Parameters
    ----------
    mate
        A solution of the face.
    """
    options = open_choices(face, mate)
    kept = options.any(axis=1)
    options[np.arange(len(mate)), mate] = True
    options = options[kept]
    wanted: BoolArray = np.asarray(options[:, :-1].any(axis=0))
    nest, nodes = face.nest.part(wanted)
    filled = face.loads(np.where(kept, UNMATCHED, mate))[nodes]
    return Face(
        mentees=face.mentees[kept],
        mentors=face.mentors[wanted],
        allowed=options[:, :-1][:, wanted],
        may_stay_unmatched=options[:, -1],
        nest=nest,
        nodes=face.nodes[nodes],
        low=np.maximum(face.low[nodes], filled),
        high=face.high[nodes],
        filled=filled,
    )

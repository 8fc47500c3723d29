"""Instances for tests: say what matters, the rest makes every pair eligible and equal."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from matching.engine.instance import Instance
from matching.engine.problem import Problem


def make_instance(n_mentees: int = 2, n_mentors: int = 2, **changes: Any) -> Instance:
    """An instance in which everybody fits everybody, except for ``changes``."""
    n, m = n_mentees, n_mentors
    given: dict[str, Any] = {
        "mentee_ids": tuple(range(1, n + 1)),
        "mentor_ids": tuple(range(101, m + 101)),
        "salt": "salt",
        "mentee_persons": np.arange(n),
        "mentor_persons": np.arange(1000, 1000 + m),
        "mentee_employers": np.full(n, -1),
        "mentor_employers": np.full(m, -1),
        "same_employer_allowed": False,
        "mentee_topic_ranks": np.ones((n, 1), dtype=int),
        "mentor_topics": np.ones((m, 1), dtype=bool),
        "mentee_library_types": np.ones((n, 1), dtype=bool),
        "mentor_library_types": np.ones((m, 1), dtype=bool),
        "mentee_stages": np.full(n, 1),
        "mentor_stages": np.full(m, 3),
        "mentee_formats": np.ones((n, 1), dtype=bool),
        "mentor_formats": np.ones((m, 1), dtype=bool),
        "mentee_ways": np.ones((n, 1), dtype=bool),
        "mentor_ways": np.ones((m, 1), dtype=bool),
        "way_needs_same_place": np.zeros(1, dtype=bool),
        "mentee_regions": np.full(n, -1),
        "mentor_regions": np.full(m, -1),
        "mentee_utc_offsets": np.zeros(n, dtype=int),
        "mentor_utc_offsets": np.zeros(m, dtype=int),
        "mentee_languages": np.ones((n, 1), dtype=bool),
        "mentor_languages": np.ones((m, 1), dtype=bool),
        "capacity": np.ones(m, dtype=int),
        "conflicts": np.zeros((n, m), dtype=bool),
    }
    return Instance(**(given | {key: _array(value) for key, value in changes.items()}))


def random_instance(seed: int, n_mentees: int, n_mentors: int) -> Instance:
    """An instance with variety in every field; the same for the same arguments."""
    random = np.random.default_rng(seed)
    n, m = n_mentees, n_mentors

    def flags(rows: int, columns: int, share: float = 0.5) -> Any:
        return random.random((rows, columns)) < share

    ranks = np.zeros((n, 5), dtype=int)
    for i in range(n):
        asked = random.integers(0, 4)
        ranks[i, random.permutation(5)[:asked]] = np.arange(1, asked + 1)
    return make_instance(
        n,
        m,
        salt=f"salt {seed}",
        mentee_ids=tuple(random.permutation(1000)[:n].tolist()),
        mentor_ids=tuple(random.permutation(1000)[:m].tolist()),
        mentee_persons=random.permutation(n + m)[:n],
        mentor_persons=random.permutation(n + m)[:m],
        mentee_employers=random.integers(-1, 6, n),
        mentor_employers=random.integers(-1, 6, m),
        same_employer_allowed=bool(random.integers(0, 2)),
        mentee_topic_ranks=ranks,
        mentor_topics=flags(m, 5),
        mentee_library_types=flags(n, 4, 0.4),
        mentor_library_types=flags(m, 4, 0.4),
        mentee_stages=random.integers(-1, 5, n),
        mentor_stages=random.integers(-1, 5, m),
        mentee_formats=flags(n, 3, 0.7),
        mentor_formats=flags(m, 3, 0.7),
        mentee_ways=flags(n, 3, 0.7),
        mentor_ways=flags(m, 3, 0.7),
        way_needs_same_place=np.array([True, False, False]),
        mentee_regions=random.integers(-1, 3, n),
        mentor_regions=random.integers(-1, 3, m),
        mentee_utc_offsets=random.integers(-8, 9, n) * 60,
        mentor_utc_offsets=random.integers(-8, 9, m) * 60,
        mentee_languages=flags(n, 2, 0.8),
        mentor_languages=flags(m, 2, 0.8),
        capacity=random.integers(0, 4, m),
        conflicts=flags(n, m, 0.1),
        earlier_partners=flags(n, m, 0.1),
        mentee_admitted=random.random(n) < 0.9,
        mentor_admitted=random.random(m) < 0.9,
        career_order_required=bool(random.integers(0, 2)),
        mentee_identity_wishes=flags(n, 4, 0.3),
        mentor_identities=flags(m, 4, 0.5),
        identity_dimensions=np.array([0, 0, 1, 2]),
        mentee_times=flags(n, 5, 0.4),
        mentor_times=flags(m, 5, 0.4),
        mentor_topic_years=random.integers(0, 15, (m, 5)),
        mentee_wishes=flags(n, m, 0.2),
        mentor_wishes=flags(n, m, 0.2),
        mentee_priorities=random.integers(0, 3, n),
    )


def instances(max_mentees: int = 5, max_mentors: int = 4) -> st.SearchStrategy[Instance]:
    """Small random instances, empty sides included."""
    return st.builds(
        random_instance,
        st.integers(0, 2**32 - 1),
        st.integers(0, max_mentees),
        st.integers(0, max_mentors),
    )


def make_problem(matrix: list[list[int]], places: list[int], **changes: Any) -> Problem:
    """A problem from its points, -1 for pairs that are not eligible, and its capacities."""
    points = np.array(matrix, dtype=np.int64).reshape(len(matrix), len(places))
    given: dict[str, Any] = {
        "points": points,
        "eligible": points >= 0,
        "capacity": np.array(places, dtype=np.int64),
        "mentee_ids": tuple(range(1, len(points) + 1)),
        "mentor_ids": tuple(range(101, len(places) + 101)),
    }
    return Problem(**(given | {key: _array(value) for key, value in changes.items()}))


def random_problem(seed: int, n_mentees: int, n_mentors: int) -> Problem:
    """A problem of random density and with more or fewer equals; same seed, same problem."""
    random = np.random.default_rng(seed)
    n, m = n_mentees, n_mentors
    return Problem(
        points=random.integers(0, random.choice([1, 4, 11, 101]), (n, m)),
        eligible=random.random((n, m)) < random.choice([0.4, 0.8, 1.0]),
        capacity=random.integers(0, 4, m),
        mentee_ids=tuple(random.permutation(1000)[:n].tolist()),
        mentor_ids=tuple(random.permutation(1000)[:m].tolist()),
        priority=random.integers(0, 3, n),
        last_mentor=random.integers(-1, m, n),
        steps_down=random.integers(0, 3, (n, m)),
        salt=f"salt {seed}",
    )


def problems(max_mentees: int = 5, max_mentors: int = 4) -> st.SearchStrategy[Problem]:
    """Small random problems, empty sides included."""
    return st.builds(
        random_problem,
        st.integers(0, 2**32 - 1),
        st.integers(0, max_mentees),
        st.integers(0, max_mentors),
    )


def random_nested_problem(seed: int, n_mentees: int, n_mentors: int) -> Problem:
    """A `random_problem` in which some columns share a pool, and some are groups."""
    random = np.random.default_rng(seed)
    problem = random_problem(seed, n_mentees, n_mentors)
    n_pools = int(random.integers(0, 3))
    pool = random.integers(-1, n_pools, n_mentors)
    return replace(
        problem,
        pool=pool,
        pool_capacity=random.integers(0, 4, n_pools),
        is_group=(pool == -1) & (random.random(n_mentors) < 0.5),
    )


def nested_problems(max_mentees: int = 5, max_mentors: int = 4) -> st.SearchStrategy[Problem]:
    """Small random problems with places within places, empty sides included."""
    return st.builds(
        random_nested_problem,
        st.integers(0, 2**32 - 1),
        st.integers(0, max_mentees),
        st.integers(0, max_mentors),
    )


def any_problems(max_mentees: int = 5, max_mentors: int = 4) -> st.SearchStrategy[Problem]:
    """`problems` and `nested_problems`."""
    return problems(max_mentees, max_mentors) | nested_problems(max_mentees, max_mentors)


def with_one_more_place(problem: Problem, j: int) -> Problem:
    """The problem in which mentor row ``j`` takes one mentee more, in a pool too."""
    pools = np.arange(problem.n_pools)
    return replace(
        problem,
        capacity=problem.capacity + (np.arange(problem.n_mentors) == j),
        pool_capacity=problem.pool_capacity + (pools == problem.pool[j]),
    )


def _array(value: Any) -> Any:
    return np.array(value) if isinstance(value, list) else value

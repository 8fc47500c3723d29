"""mentor-match from PyPI on a matrix read from standard input: a mentor for every place.

Its top-level package is called ``matching`` too: it is imported in an environment of its own.
"""

import json
import sys
import time

from matching.process import process_data


class Person:
    """Whom it puts together; it asks for nothing but these two lists."""

    def __init__(self, row: int) -> None:
        self.row = row
        self.mentors: list[Person] = []
        self.mentees: list[Person] = []


class PointsOfMatrix:
    """A rule as it wants them: points, or no pair at all."""

    def __init__(self, points: list[list[int]]) -> None:
        self.points = points

    def apply(self, match: object) -> int:
        points = self.points[match.mentee.row][match.mentor.row]
        match.disallowed = points < 0
        return max(points, 0)


case = json.load(sys.stdin)
mentees = [Person(i) for i in range(len(case["points"]))]
mentors = [Person(j) for j in case["owners"]]
started = time.perf_counter()
process_data(mentors, mentees, [[PointsOfMatrix(case["points"])]])
seconds = time.perf_counter() - started
chosen = [(mentee.row, mentor.row) for mentee in mentees for mentor in mentee.mentors]
json.dump({"seconds": seconds, "pairs": chosen}, sys.stdout)

"""mentor-match from PyPI on people of its own sheets, read from standard input.

The rules, their points and the order of grades are those of the site its authors run. It makes
the pairs of one round, and gives the points of every pair, -1 where a rule disallows it.
"""

import json
import operator
import sys
import time

import matching.rules.rule as rules
from matching.match import Match
from matching.mentee import Mentee
from matching.mentor import Mentor
from matching.process import process_data

GRADES = ["AA", "AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6", "SCS1", "SCS2", "SCS3", "SCS4"]
UNMATCHED_BONUS = 6

sys.setrecursionlimit(10_000)


def person(kind: type, row: dict[str, str], number: int) -> Mentee | Mentor:
    one = kind(**row | {"email": row["email address"], "grade": GRADES.index(row["grade"])})
    one.number = number
    one.characteristic = row.get("identity to match", "")
    one.characteristics = row.get("characteristics", "").split(", ")
    return one


def rules_of_the_site() -> list:
    return [
        rules.Disqualify(lambda match: match.mentee.organisation == match.mentor.organisation),
        rules.Disqualify(rules.Grade(2, operator.gt).evaluate),
        rules.Disqualify(rules.Grade(0, operator.le).evaluate),
        rules.Grade(1, operator.eq, {True: 10, False: 0}),
        rules.Grade(2, operator.eq, {True: 7, False: 0}),
        rules.Generic(
            {True: 8, False: 0}, lambda match: match.mentee.profession == match.mentor.profession
        ),
        rules.Generic(
            {True: 4, False: 0},
            lambda match: (
                match.mentee.characteristic != ""
                and match.mentee.characteristic in match.mentor.characteristics
            ),
        ),
    ]


def points(mentee: Mentee, mentor: Mentor) -> int:
    match = Match(mentor, mentee, rules_of_the_site()).calculate_match()
    return -1 if match.disallowed else match.score


case = json.load(sys.stdin)
mentees = [person(Mentee, row, i) for i, row in enumerate(case["mentees"])]
mentors = [person(Mentor, row, j) for j, row in enumerate(case["mentors"])]
table = [[points(mentee, mentor) for mentor in mentors] for mentee in mentees]
started = time.perf_counter()
process_data(mentors, mentees, [[*rules_of_the_site(), rules.UnmatchedBonus(UNMATCHED_BONUS)]])
seconds = time.perf_counter() - started
pairs = [(mentee.number, mentor.number) for mentee in mentees for mentor in mentee.mentors]
json.dump({"seconds": seconds, "pairs": pairs, "points": table}, sys.stdout)

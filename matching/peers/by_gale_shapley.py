"""Gale and Shapley, by ``matching`` from PyPI, on a matrix read from standard input.

Both sides rank by points, the earlier row first among equals. This ``matching`` is not ours: it
is imported in an environment that holds nothing else.
"""

import json
import sys
import time

from matching.games import HospitalResident

sys.setrecursionlimit(1_000_000)  # it copies its players deeply, and stops at some 500 without

case = json.load(sys.stdin)
points, capacity = case["points"], case["capacity"]
started = time.perf_counter()
mentees = {
    f"mentee {i}": [
        f"mentor {j}"
        for j in sorted(range(len(row)), key=lambda j: -row[j])
        if row[j] >= 0 and capacity[j]
    ]
    for i, row in enumerate(points)
}
mentors = {
    f"mentor {j}": [
        f"mentee {i}"
        for i in sorted(range(len(points)), key=lambda i: -points[i][j])
        if points[i][j] >= 0
    ]
    for j in range(len(capacity))
    if capacity[j]
}
mentees = {name: listed for name, listed in mentees.items() if listed}
mentors = {name: listed for name, listed in mentors.items() if listed}
places = {f"mentor {j}": n for j, n in enumerate(capacity) if f"mentor {j}" in mentors}
game = HospitalResident.create_from_dictionaries(mentees, mentors, places)
solved = game.solve(optimal="resident")
seconds = time.perf_counter() - started
chosen = [
    (int(str(mentee.name).split()[1]), int(str(mentor.name).split()[1]))
    for mentor, served in solved.items()
    for mentee in served
]
json.dump({"seconds": seconds, "pairs": chosen}, sys.stdout)

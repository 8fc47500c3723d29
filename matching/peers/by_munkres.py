"""munkres from PyPI on a matrix read from standard input: the most points, a column per place."""

import json
import sys
import time

from munkres import DISALLOWED, Munkres, UnsolvableMatrix

MAX_POINTS = 100

case = json.load(sys.stdin)
points, owners = case["points"], case["owners"]
started = time.perf_counter()
costs = [[MAX_POINTS - row[j] if row[j] >= 0 else DISALLOWED for j in owners] for row in points]
try:
    pairs = Munkres().compute(costs)
except UnsolvableMatrix:
    # It knows no "as many as possible": what is forbidden can only be made dear.
    dear = [[MAX_POINTS - row[j] if row[j] >= 0 else 10**6 for j in owners] for row in points]
    pairs = Munkres().compute(dear)
seconds = time.perf_counter() - started
chosen = [(i, owners[place]) for i, place in pairs if points[i][owners[place]] >= 0]
json.dump({"seconds": seconds, "pairs": chosen}, sys.stdout)

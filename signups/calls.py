"""Which cohort a program's pages call people to: the open one, or else the nearest in time."""

from __future__ import annotations

from dataclasses import dataclass

from signups.models import Cohort, Program, Role
from signups.windows import Window, WindowState


@dataclass(frozen=True, slots=True)
class Call:
    """A call for applications in one role."""

    cohort: Cohort
    role: Role
    window: Window


def calls_of(program: Program) -> list[Call]:
    """One call for each role, mentee first; none while the program has no cohort.

    An open window goes before one still to come, and that before one that has closed.
    """
    return [call for role in Role if (call := _best_call(program, role))]


def _best_call(program: Program, role: Role) -> Call | None:
    calls = [_call(program, cohort, role) for cohort in program.cohorts.all()]
    return min(calls, key=_nearness, default=None)


def _call(program: Program, cohort: Cohort, role: Role) -> Call:
    # The program is at hand already; without this, each window would fetch it once more.
    cohort.program = program
    return Call(cohort=cohort, role=role, window=cohort.window(role))


def _nearness(call: Call) -> tuple[int, float]:
    window = call.window
    if window.state == WindowState.OPEN:
        return 0, window.closes_at.timestamp() if window.closes_at else float("inf")
    if window.state == WindowState.UPCOMING:
        return 1, window.opens_at.timestamp()
    return 2, -window.closes_at.timestamp()

"""The two programs this site was made for, as they are when nobody has edited them yet.

A program is loaded as a whole, and only while there is none with its slug: its lists, objectives,
seats and cohorts come with it or not at all. So nothing that a committee changed, took off the
menu or deleted ever comes back. Only what a text of these files is in Spanish is added where nobody
has said it yet, nor left it blank on purpose.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from signups.history import record
from signups.models import (
    AvailabilityTime,
    Barrier,
    CareerStage,
    Cohort,
    CommitteeSeat,
    Format,
    FrequentQuestion,
    Gate,
    IdentityDimension,
    IdentityOption,
    Language,
    LibraryType,
    MeetingWay,
    Objective,
    Program,
    ProgramOption,
    Region,
    Support,
    Topic,
)
from signups.second_texts import second_texts_of

SEED_DIR = Path(__file__).resolve().parents[2] / "seed"
SPANISH = SEED_DIR / "es" / "texts.toml"

# The lists of a program, by the name a seed file has for them.
OPTION_MODELS: dict[str, type[ProgramOption]] = {
    "topics": Topic,
    "formats": Format,
    "librarytypes": LibraryType,
    "careerstages": CareerStage,
    "regions": Region,
    "meetingways": MeetingWay,
    "availabilitytimes": AvailabilityTime,
    "languages": Language,
    "barriers": Barrier,
    "supports": Support,
}

FRIDAY = 4


class Command(BaseCommand):
    help = (
        "Load CAL MIG and Core. A program that is there already is left as it is, but for texts "
        "that are missing in Spanish."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        for path in sorted(SEED_DIR.glob("*.toml")):
            seed = tomllib.loads(path.read_text(encoding="utf-8"))
            program = Program.objects.filter(slug=seed["program"]["slug"]).first()
            if program is None:
                program = load_program(seed)
                done = "loaded"
            else:
                n_said = say_in_spanish(program, seed)
                texts = "1 text" if n_said == 1 else f"{n_said} texts"
                said = f"{texts} added in Spanish" if n_said else "nothing changed"
                done = f"is there already: {said}"
            if options["verbosity"]:
                self.stdout.write(f"{program} {done}.")


def load_program(seed: dict[str, Any]) -> Program:
    """Create the program of a seed file with all that belongs to it."""
    program = Program.objects.create(**{k: _text(v) for k, v in seed["program"].items()})
    Objective.objects.bulk_create(
        Objective(program=program, text=text, position=position)
        for position, text in enumerate(seed["objectives"])
    )
    CommitteeSeat.objects.bulk_create(
        CommitteeSeat(program=program, position=position, **seat)
        for position, seat in enumerate(seed.get("seats", []))
    )
    for list_name, rows in seed["options"].items():
        model = OPTION_MODELS[list_name]
        model.objects.bulk_create(
            model(program=program, position=position, **_option(row))
            for position, row in enumerate(rows)
        )
    for position, entry in enumerate(seed.get("faq", [])):
        # One by one: what is said in the second language is put away when a row is saved.
        FrequentQuestion.objects.create(
            program=program, position=position, **{k: _text(v) for k, v in entry.items()}
        )
    for position, question in enumerate(seed["identity"]):
        fields = {name: value for name, value in question.items() if name != "options"}
        dimension = IdentityDimension.objects.create(program=program, position=position, **fields)
        IdentityOption.objects.bulk_create(
            IdentityOption(dimension=dimension, name=name, position=place)
            for place, name in enumerate(question["options"])
        )
    for cohort in seed["cohorts"]:
        made = Cohort.objects.create(**_cohort(program, cohort))
        Gate.objects.bulk_create(
            Gate(cohort=made, due_on=made.starts_on, **gate) for gate in cohort.get("gates", [])
        )
    say_in_spanish(program, seed)
    return program


def say_in_spanish(program: Program, seed: dict[str, Any]) -> int:
    """Add what the texts of a program are in Spanish; returns how many were missing.

    A text that the committee changed is not in the files any more, so it is not added to.
    """
    texts = _texts_in_spanish(seed)
    lists = [getattr(program, name) for name in [*OPTION_MODELS, "identitydimensions"]]
    options = IdentityOption.objects.filter(dimension__program=program)
    others = [program.objectives, program.frequent_questions, program.cohorts, options]
    n_said = 0
    for rows in [Program.objects.filter(pk=program.pk), *lists, *others]:
        changed = []
        for row in rows.all():
            said = row.i18n or {}
            missing = {
                second: texts[getattr(row, first)]
                for first, second in second_texts_of(type(row)).items()
                if second not in said and getattr(row, first) in texts
            }
            if missing:
                row.i18n = said | missing
                changed.append(row)
                n_said += len(missing)
        if changed:
            type(changed[0])._default_manager.bulk_update(changed, ["i18n"])
            for row in changed:
                if hasattr(row, "history") and row.history.exists():
                    record(row, by=None)
    return n_said


def _texts_in_spanish(seed: dict[str, Any]) -> dict[str, str]:
    """What each text is in Spanish, by its English."""
    short = tomllib.loads(SPANISH.read_text(encoding="utf-8"))
    beside = [seed["program"], *seed.get("faq", [])]
    texts = {english: spanish for part in short.values() for english, spanish in part.items()}
    return texts | {
        entry[name].strip(): entry[f"{name}_es"].strip()
        for entry in beside
        for name in entry
        if f"{name}_es" in entry
    }


def _text(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _option(row: str | dict[str, Any]) -> dict[str, Any]:
    return {"name": row} if isinstance(row, str) else row


def _cohort(program: Program, seed: dict[str, Any]) -> dict[str, Any]:
    """A cohort's fields: both roles have one window, in the program's own zone."""
    # What the file does not say is counted from today.
    seed = _dates_from_today(program, seed) | seed
    opens_at, closes_at = (
        moment and moment.replace(tzinfo=program.time_zone)
        for moment in (seed["opens_at"], seed.get("closes_at"))
    )
    return {
        "program": program,
        "name": seed["name"],
        "slug": seed["slug"],
        "mentee_opens_at": opens_at,
        "mentor_opens_at": opens_at,
        "mentee_closes_at": closes_at,
        "mentor_closes_at": closes_at,
        "answer_by": seed.get("answer_by"),
        "starts_on": seed.get("starts_on"),
        "ends_on": seed.get("ends_on"),
        "orientation": seed.get("orientation", ""),
    }


def _dates_from_today(program: Program, seed: dict[str, Any]) -> dict[str, Any]:
    """Dates of a cohort that is open today, in the program's own zone.

    Without ``closes_after_weeks`` it never closes. With it, it closes on a Friday, starts with the
    month after the answer, and is named after the year it starts.
    """
    today = timezone.localdate(timezone=program.time_zone)
    opens_at = datetime.combine(today.replace(day=1), time.min)
    if "closes_after_weeks" not in seed:
        return {"opens_at": opens_at}
    later = today + timedelta(weeks=seed["closes_after_weeks"])
    closes_on = later - timedelta(days=(later.weekday() - FRIDAY) % 7)
    answer_by = closes_on + timedelta(weeks=seed["answer_after_weeks"])
    starts_on = first_of_month(answer_by, months_later=1)
    ends_on = first_of_month(starts_on, months_later=seed["months"]) - timedelta(days=1)
    return {
        "name": str(starts_on.year),
        "slug": str(starts_on.year),
        "opens_at": opens_at,
        "closes_at": datetime.combine(closes_on, time(23, 59)),
        "answer_by": answer_by,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }


def first_of_month(day: date, *, months_later: int) -> date:
    years, month = divmod(day.month - 1 + months_later, 12)
    return date(day.year + years, month + 1, 1)

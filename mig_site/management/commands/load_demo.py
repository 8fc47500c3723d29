"""A made-up cohort and three spotlights, so that a newcomer can review pairs at once.

All people are invented and always the same: names are put together from lists, addresses end in
example.org. Demand and supply are skewed so that a run has something to decide and to explain.
"""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from mig_site.management.demo_matching import load_for_runs, someone_who_decides
from mig_site.management.demo_public import load_open_cohort, load_questions
from signups.employers import employer_of
from signups.management.commands.load_programs import OPTION_MODELS, first_of_month
from signups.models import (
    Application,
    ApplicationStatus,
    Cohort,
    FormatChoice,
    Program,
    ProgramOption,
    Role,
    TopicChoice,
    Wish,
)
from signups.models.choices import MAX_RANKED_FORMATS
from spotlights.demo import load_spotlights

MADE_UP = tomllib.loads((Path(__file__).parents[1] / "demo.toml").read_text(encoding="utf-8"))

N_MENTEES = 60
N_MENTORS = 45
N_BOTH = 2  # people who apply in both roles
N_TO_REVIEW = {Role.MENTEE: 5, Role.MENTOR: 3}  # whom the committee has not accepted yet

# Fewer places than mentees: some go without.
CAPACITIES = [1] * 37 + [2] * 6 + [3] * 2


# The forms leave out the question where a program has no such list.
MAY_BE_EMPTY = {"availabilitytimes"}


class Command(BaseCommand):
    help = "Add a made-up cohort to CAL MIG, and three spotlights. A second run adds nothing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        call_command("load_programs", verbosity=0)
        program = Program.objects.get(slug="cal-mig")
        cohort = program.cohorts.filter(slug="demo").first()
        if cohort is None:
            cohort = _load_cohort(program)
            self.stdout.write(
                f"Added {cohort}: {N_MENTEES} mentees and {N_MENTORS} mentors, all made up."
            )
        else:
            self.stdout.write(f"{cohort} is there already: nothing added.")
        n_people, n_questions = load_open_cohort(program), load_questions(program)
        self.stdout.write(f"In the open cohort: {n_people} people. Questions: {n_questions}.")
        n_spotlights = load_spotlights(program)
        self.stdout.write(f"Spotlights added: {n_spotlights}.")
        start, review, read = (
            settings.SITE_URL + reverse(name)
            for name in (
                "admin:matching_matchrun_add",
                "admin:signups_menteeapplication_changelist",
                "spotlights:list",
            )
        )
        asked = settings.SITE_URL + reverse("admin:signups_inquiry_changelist")
        review += f"?cohort__id__exact={cohort.pk}&status__exact={ApplicationStatus.RECEIVED}"
        self.stdout.write("\nOpen next, while the site is running:")
        self.stdout.write(f"  Start a match run    {start}?cohort={cohort.pk}")
        self.stdout.write(f"  Review applications  {review}")
        self.stdout.write(f"  Answer a question    {asked}")
        self.stdout.write(f"  Read the spotlights  {read}")


@dataclass(frozen=True, slots=True)
class Person:
    """Someone made up, as they are in both roles."""

    name: str
    email: str
    pronouns: str
    employer: str
    library_type: str
    region: str
    career_rank: int


class Menu:
    """Draws from what the program offers now: its committee may have edited the lists."""

    def __init__(self, program: Program, rng: random.Random) -> None:
        self.rng = rng
        self.lists = {name: list(getattr(program, name).offered()) for name in OPTION_MODELS}
        for name, entries in self.lists.items():
            if not entries and name not in MAY_BE_EMPTY:
                raise CommandError(
                    f"{program} offers none of its {OPTION_MODELS[name]._meta.verbose_name_plural}"
                    " any more, so nobody can be made up. Offer one in the admin."
                )

    def named(self, list_name: str, name: str) -> ProgramOption:
        """The entry of that name, or any if there is none."""
        entries = self.lists[list_name]
        same = [entry for entry in entries if entry.name == name]
        return self.rng.choice(same or entries)

    def some(self, list_name: str, weights: dict[str, float], n: int) -> list[ProgramOption]:
        """``n`` different entries, the heavier the likelier; one that is not named weighs 1."""
        return sorted(
            self.lists[list_name],
            key=lambda entry: self.rng.random() ** (1 / weights.get(entry.name, 1)),
            reverse=True,
        )[:n]

    def stage(self, rank: int) -> ProgramOption:
        stages = self.lists["careerstages"]
        distance = min(abs(stage.rank - rank) for stage in stages)
        return self.rng.choice([s for s in stages if abs(s.rank - rank) == distance])


def _load_cohort(program: Program) -> Cohort:
    """A cohort whose window has just closed, with its applications."""
    rng = random.Random(2026)  # noqa: S311 - the same people every time; nothing is secret here
    menu = Menu(program, rng)
    cohort = _cohort(program)
    people = _people(rng)
    mentees = _load_applications(cohort, Role.MENTEE, people[:N_MENTEES], menu)
    mentors = _load_applications(cohort, Role.MENTOR, people[N_MENTEES - N_BOTH :], menu)
    _load_employers(cohort, mentees + mentors)
    _load_wishes(rng, mentees, mentors)
    _mark_some(rng, cohort, mentees)
    load_for_runs(cohort, rng)
    return cohort


def _cohort(program: Program) -> Cohort:
    """Closed since last night, so that the public page goes on calling to the open cohort."""
    today = timezone.localdate(timezone=program.time_zone)
    closes_on, answer_by = today - timedelta(days=1), today + timedelta(days=14)
    starts_on = first_of_month(answer_by, months_later=1)
    opens_at = datetime.combine(closes_on - timedelta(weeks=6), time.min, program.time_zone)
    closes_at = datetime.combine(closes_on, time(23, 59), program.time_zone)
    return Cohort.objects.create(
        program=program,
        name="Demo (made up)",
        name_es="Demostración (inventada)",
        slug="demo",
        mentee_opens_at=opens_at,
        mentee_closes_at=closes_at,
        mentor_opens_at=opens_at,
        mentor_closes_at=closes_at,
        answer_by=answer_by,
        starts_on=starts_on,
        ends_on=first_of_month(starts_on, months_later=6) - timedelta(days=1),
    )


def _people(rng: random.Random) -> list[Person]:
    """Mentees first, mentors last; those between them are both."""
    n_people = N_MENTEES + N_MENTORS - N_BOTH
    composed = [
        f"{first} {last}" for first, last in product(MADE_UP["first_names"], MADE_UP["last_names"])
    ]
    full_names = MADE_UP["full_names"]
    names = full_names + rng.sample(composed, n_people - len(full_names))
    rng.shuffle(names)
    employers = MADE_UP["employers"]
    people = []
    for number, name in enumerate(names, start=1):
        [employer] = rng.choices(employers, weights=range(len(employers) + 3, 3, -1))
        spellings = [employer["name"], employer.get("also", employer["name"])]
        if number <= N_MENTEES - N_BOTH:
            career_rank = rng.choice([0, 1, 1, 1, 2, 2, 3])
        else:
            career_rank = rng.choice([3, 3, 4, 4, 4, 5]) if number > N_MENTEES else 3
        people.append(
            Person(
                name=name,
                email=f"{slugify(name) or 'demo'}.{number}@example.org",
                pronouns=rng.choice(MADE_UP["pronouns"]),
                employer=spellings[number % 4 == 0],
                library_type=employer["library_type"],
                region=employer["region"],
                career_rank=career_rank,
            )
        )
    return people


def _load_applications(
    cohort: Cohort, role: Role, people: list[Person], menu: Menu
) -> list[Application]:
    """Save one application of each person, most of them accepted, with a few queries."""
    rng, made_up, is_mentor = menu.rng, MADE_UP[role], role == Role.MENTOR
    capacities = iter(rng.sample(CAPACITIES, N_MENTORS))
    window = cohort.window(role)
    applications, topics = [], []
    for number, person in enumerate(people):
        chosen = menu.some("topics", made_up["topics"], rng.randint(3, 7) if is_mentor else 3)
        chosen = chosen if is_mentor else chosen[: rng.choice([1, 2, 3, 3, 3])]
        topics.append(chosen)
        # Spread evenly, so that those still to be reviewed are not the same in both roles.
        is_accepted = number % (len(people) // N_TO_REVIEW[role]) != 1
        applications.append(
            Application(
                cohort=cohort,
                role=role,
                status=ApplicationStatus.ACCEPTED if is_accepted else ApplicationStatus.RECEIVED,
                decided_at=timezone.now() if is_accepted else None,
                submitted_at=window.opens_at + rng.random() * (window.closes_at - window.opens_at),
                name=person.name,
                email=person.email,
                pronouns=person.pronouns,
                employer=person.employer,
                position_title=rng.choice(made_up["positions"]),
                career_stage=menu.stage(person.career_rank),
                library_type=menu.named("librarytypes", person.library_type),
                region=menu.named("regions", person.region),
                time_zone=cohort.program.time_zone,
                capacity=next(capacities) if is_mentor else None,
                statement=_statement(rng, role, person, chosen[0]),
                agrees_to_rules=True,
            )
        )
    Application.objects.bulk_create(applications)
    TopicChoice.objects.bulk_create(
        TopicChoice(
            application=application,
            topic=topic,
            rank=None if is_mentor else rank,
            years=rng.choice([None, 1, 2, 4, 6, 9, 12, 20]) if is_mentor else None,
        )
        for application, chosen in zip(applications, topics, strict=True)
        for rank, topic in enumerate(chosen, start=1)
    )
    FormatChoice.objects.bulk_create(
        choice for application in applications for choice in _formats(menu, application)
    )
    for field, draw in {
        "times": lambda: menu.some(
            "availabilitytimes", MADE_UP["times"], rng.choice([0, 1, 2, 2, 3])
        ),
        "meeting_ways": lambda: menu.some(
            "meetingways", MADE_UP["meeting_ways"], rng.choice([1, 2, 2, 3])
        ),
        "languages": lambda: _languages(menu),
        "other_library_types": lambda: menu.some("librarytypes", {}, rng.choice([0, 1, 1, 2])),
    }.items():
        through = Application._meta.get_field(field).remote_field.through
        target = Application._meta.get_field(field).m2m_reverse_field_name()
        through.objects.bulk_create(
            through(application=application, **{target: option})
            for application in applications
            for option in draw()
        )
    return applications


def _formats(menu: Menu, application: Application) -> list[FormatChoice]:
    """Mentees like one kind best and would take others; mentors have places in each."""
    rng, capacity = menu.rng, application.capacity
    made_up = MADE_UP[application.role]
    chosen = menu.some("formats", made_up["formats"], rng.choice([1, 1, 2, 3]))
    groups = [entry for entry in menu.lists["formats"] if entry.is_group and entry not in chosen]
    # Few host a circle, and more would come to one than to nothing.
    if groups and rng.random() < made_up["joins_circle"]:
        chosen = [*chosen, groups[0]][-MAX_RANKED_FORMATS:]
    if capacity is None:
        return [
            FormatChoice(application=application, format=entry, rank=rank)
            for rank, entry in enumerate(chosen, start=1)
        ]
    return [
        FormatChoice(
            application=application,
            format=entry,
            places=entry.greatest_size if entry.is_group else rng.choice([None, capacity]),
        )
        for entry in chosen
    ]


def _load_employers(cohort: Cohort, applications: list[Application]) -> None:
    """One row for each employer; of two that are spelt in two ways, one is merged already."""
    rows = {
        typed: employer_of(cohort.program, typed)
        for typed in sorted({application.employer for application in applications})
    }
    for application in applications:
        application.employer_row = rows[application.employer]
    Application.objects.bulk_update(applications, ["employer_row"])
    same = next(employer for employer in MADE_UP["employers"] if "also" in employer)
    if same["name"] in rows and same["also"] in rows:
        rows[same["name"]].take_in([rows[same["also"]]])


def _load_wishes(
    rng: random.Random, mentees: list[Application], mentors: list[Application]
) -> None:
    """Some name people they met, a few of them each other, and some nobody who applied."""
    wishes = []
    pairs = list(zip(rng.sample(mentees[:50], 6), rng.sample(mentors[5:], 6), strict=True))
    for number, (mentee, mentor) in enumerate(pairs):
        text = mentor.email if number % 3 == 2 else mentor.name
        wishes.append(Wish(application=mentee, wanted_name_or_email=text))
        if number % 2:
            wishes.append(Wish(application=mentor, wanted_name_or_email=mentee.name))
    wishes += [
        Wish(application=mentee, wanted_name_or_email=name)
        for (mentee, _), name in zip(pairs, MADE_UP["not_applied"], strict=False)
    ]
    Wish.objects.bulk_create(wishes)


def _mark_some(rng: random.Random, cohort: Cohort, mentees: list[Application]) -> None:
    """Let some come first, if there is anyone on the committee who could have decided it."""
    by = someone_who_decides(cohort)
    reasons = MADE_UP["reasons_to_come_first"]
    for mentee, reason in zip(rng.sample(mentees, len(reasons)), reasons, strict=True):
        if by is not None:
            mentee.let_come_first(by=by, reason=reason)


def _languages(menu: Menu) -> list[ProgramOption]:
    """English for nearly everyone, and another one for some."""
    english = menu.named("languages", "English")
    others = [o for o in menu.some("languages", MADE_UP["languages"], 2) if o != english]
    return menu.rng.choices(
        [[english], [english, *others[:1]], others[:1] or [english]], weights=[70, 27, 3]
    )[0]


def _statement(rng: random.Random, role: Role, person: Person, topic: ProgramOption) -> str:
    sentences = [rng.choice(choices) for choices in MADE_UP[role]["statements"]]
    return " ".join(sentences).format(employer=person.employer, topic=topic)

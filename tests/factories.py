"""Rows that tests need, each with sensible answers that a test can change."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from django.utils.text import slugify

from mig_site.management.commands.load_roles import (
    CHAIR_GROUP,
    EDITOR_GROUP,
    MEMBER_GROUP,
)
from signups.employers import note_employer
from signups.models import (
    Application,
    CareerStage,
    Cohort,
    CommitteeSeat,
    Format,
    FormatChoice,
    Gate,
    Inquiry,
    Language,
    LibraryType,
    MeetingWay,
    MenteeApplication,
    MentorApplication,
    OrientationSession,
    Program,
    Question,
    QuestionOption,
    Region,
    Role,
    Topic,
    TopicChoice,
)

_numbers = count(1)


def make_program(**fields: Any) -> Program:
    """A published program with short lists of options."""
    number = next(_numbers)
    name = fields.pop("name", f"Program {number}")
    program = Program.objects.create(
        **{
            "name": name,
            "slug": slugify(name),
            "organisation": "Association of Examples",
            "tagline": "Mentoring for library people.",
            "purpose": "To bring people together.",
            "audience": "Library staff.",
            "commitment": "One hour a month.",
            "rules": "What is said between you stays between you.",
            "is_published": True,
            **fields,
        }
    )
    for position, topic in enumerate(["Cataloging", "Supervision", "Grants", "Job search"]):
        Topic.objects.create(program=program, name=topic, position=position)
    for rank, stage in enumerate(
        ["Student", "0-2 years", "3-5 years", "6-10 years", "11-20 years"]
    ):
        CareerStage.objects.create(program=program, name=stage, rank=rank, position=rank)
    for library_type in ["Public", "Academic"]:
        LibraryType.objects.create(program=program, name=library_type)
    for region in ["Denver", "Western Slope"]:
        Region.objects.create(program=program, name=region)
    MeetingWay.objects.create(program=program, name="Video")
    MeetingWay.objects.create(program=program, name="In person", needs_same_region=True)
    for language in ["English", "Spanish"]:
        Language.objects.create(program=program, name=language)
    Format.objects.create(
        program=program, name="One-to-one pair", summary="Regular talks.", is_formal=True
    )
    Format.objects.create(program=program, name="Coffee chat", summary="One conversation.")
    return program


def make_cohort(program: Program | None = None, **fields: Any) -> Cohort:
    """A cohort that takes applications now, in both roles."""
    now = timezone.now().replace(second=0, microsecond=0)
    number = next(_numbers)
    return Cohort.objects.create(
        **{
            "program": program or make_program(),
            "name": f"Cohort {number}",
            "slug": f"cohort-{number}",
            "mentee_opens_at": now - timedelta(days=10),
            "mentee_closes_at": now + timedelta(days=10),
            "mentor_opens_at": now - timedelta(days=10),
            "mentor_closes_at": now + timedelta(days=10),
            **fields,
        }
    )


def make_mentee(cohort: Cohort, *, topics: list[str] | None = None, **fields: Any) -> Application:
    """An accepted mentee who ranks ``topics`` in the order given."""
    return _make_application(cohort, Role.MENTEE, topics or ["Cataloging"], fields)


def make_mentor(cohort: Cohort, *, topics: list[str] | None = None, **fields: Any) -> Application:
    """An accepted mentor, with one place unless said otherwise."""
    return _make_application(
        cohort, Role.MENTOR, topics or ["Cataloging"], {"capacity": 1} | fields
    )


def _make_application(
    cohort: Cohort, role: Role, topics: list[str], fields: dict[str, Any]
) -> Application:
    number = next(_numbers)
    program = cohort.program
    model = {Role.MENTEE: MenteeApplication, Role.MENTOR: MentorApplication}[role]
    stage = program.careerstages.get(rank=1 if role == Role.MENTEE else 3)
    application = model.objects.create(
        **{
            "cohort": cohort,
            "role": role,
            "status": "accepted",
            "decided_at": timezone.now(),
            "name": f"{role.label} {number}",
            "email": f"{role}{number}@example.org",
            "employer": f"Library {number}",
            "position_title": "Librarian",
            "career_stage": stage,
            "library_type": program.librarytypes.get(name="Public"),
            "region": program.regions.get(name="Denver"),
            "time_zone": "America/Denver",
            "statement": "I look forward to it.",
            "agrees_to_rules": True,
            **fields,
        }
    )
    application.meeting_ways.set(program.meetingways.filter(name="Video"))
    application.languages.set(program.languages.filter(name="English"))
    choose_formats(application, "One-to-one pair")
    note_employer(application)
    for rank, topic in enumerate(topics, start=1):
        TopicChoice.objects.create(
            application=application,
            topic=program.topics.get(name=topic),
            rank=rank if role == Role.MENTEE else None,
        )
    return application


def choose_formats(application: Application, *names: str, **places: int) -> None:
    """Take formats in place of those chosen before: a mentee in the order of liking.

    A mentor's places go by the first word of a format's name: ``One=2``, ``Peer=5``.
    """
    FormatChoice.objects.filter(application=application).delete()
    for rank, name in enumerate(names, start=1):
        FormatChoice.objects.create(
            application=application,
            format=application.cohort.program.formats.get(name=name),
            rank=rank if application.role == Role.MENTEE else None,
            places=places.get(name.replace("-", " ").split()[0]),
        )


def make_gate(cohort: Cohort, kind: str, **fields: Any) -> Gate:
    """A gate of the cohort whose day has come."""
    defaults = {"due_on": timezone.localdate() - timedelta(days=1)}
    if kind == "membership":
        defaults["association"] = "ALA"
    if kind == "experience":
        defaults["minimum_stage"] = cohort.program.careerstages.get(rank=3)
    return Gate.objects.create(cohort=cohort, kind=kind, **defaults | fields)


def make_session(cohort: Cohort, **fields: Any) -> OrientationSession:
    """An orientation session in a week, with places enough."""
    return OrientationSession.objects.create(
        cohort=cohort,
        **{
            "starts_at": timezone.now().replace(microsecond=0) + timedelta(days=7),
            "how_to_join": "https://meet.example.org/orientation",
            **fields,
        },
    )


def application_data(cohort: Cohort, role: Role, /, **answers: Any) -> dict[str, Any]:
    """What the intake sends for ``role`` when it is filled in well, looked over and sent."""
    program = cohort.program
    topics, formats = list(program.topics.offered()), list(program.formats.offered())
    data = {
        "step": "send",
        "name": "Ada O'Hara",
        "email": "ada@example.org",
        "pronouns": "she/her",
        "position_title": "Librarian",
        "employer": "Mesa County Libraries",
        "career_stage": program.careerstages.first().pk,
        "library_type": program.librarytypes.first().pk,
        "region": program.regions.first().pk,
        "time_zone": "America/Denver",
        "meeting_ways": [program.meetingways.first().pk],
        "languages": [program.languages.first().pk],
        "statement": "I would like to learn to lead a team.",
        "agrees_to_rules": "on",
    }
    if role == Role.MENTEE:
        data |= {"topic_1": topics[0].pk, "topic_2": topics[1].pk, "format_1": formats[0].pk}
    else:
        data |= {
            "topics": [topics[0].pk, topics[1].pk],
            "formats": [formats[0].pk],
            "capacity": "2",
        }
    return data | answers


def make_question(cohort: Cohort, *, options: list[str] | None = None, **fields: Any) -> Question:
    """A question of the committee's own: an optional line of text, unless said otherwise."""
    fields = {"wording": "What do you read?", "position": next(_numbers), **fields}
    question = Question.objects.create(cohort=cohort, **fields)
    for position, text in enumerate(options or []):
        QuestionOption.objects.create(question=question, text=text, position=position)
    return question


def make_inquiry(program: Program | None, **fields: Any) -> Inquiry:
    """A question from the public that waits for an answer."""
    words = fields.pop("words", "When does it start?")
    number = next(_numbers)
    inquiry = Inquiry.objects.create(
        **{
            "program": program,
            "name": "Grace O'Malley",
            "email": "grace@example.org",
            "subject": f"Question number {number}",
            "fingerprint": f"made-{number}",
            **fields,
        }
    )
    inquiry.messages.create(words=words)
    return inquiry


def pdf(name: str = "letter.pdf", *, content: bytes = b"A letter.") -> SimpleUploadedFile:
    """The smallest file that passes for a PDF."""
    return SimpleUploadedFile(name, b"%PDF-1.7\n" + content + b"\n%%EOF\n", "application/pdf")


def make_user(**fields: Any) -> User:
    """Someone with a login to the admin, but no seat and no permission."""
    return User.objects.create(**{"username": f"user{next(_numbers)}", "is_staff": True, **fields})


def make_chair(*programs: Program) -> User:
    """The chair of each of ``programs``."""
    return _seated(CHAIR_GROUP, programs, role="chair")


def make_member(*programs: Program) -> User:
    """Someone on the committee of each of ``programs`` who decides nothing."""
    return _seated(MEMBER_GROUP, programs)


def make_spotlight_editor(*programs: Program) -> User:
    """Someone who writes the spotlights of each of ``programs`` and sees nothing else."""
    return _seated(EDITOR_GROUP, programs)


def _seated(group: str, programs: tuple[Program, ...], **seat: Any) -> User:
    call_command("load_roles", verbosity=0)
    user = make_user()
    user.groups.add(Group.objects.get(name=group))
    for program in programs:
        CommitteeSeat.objects.create(
            program=program, name=user.username, user=user, is_public=False, **seat
        )
    return user

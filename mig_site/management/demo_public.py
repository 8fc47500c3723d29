"""Made-up people who show what a program's own page says: places that are left, and questions."""

from __future__ import annotations

from django.utils import timezone

from mig_site.management.demo_matching import someone_who_decides
from signups.models import (
    Application,
    ApplicationStatus,
    Cohort,
    FormatChoice,
    Inquiry,
    InquiryState,
    Program,
    Role,
)

# Of the open cohort: role, name, formats by their place on the menu, and capacity.
PEOPLE = [
    (Role.MENTOR, "Maren Castellanos", [0, 1, 3], 2),
    (Role.MENTOR, "Tobias Nakai", [1, 2], 3),
    (Role.MENTOR, "Ruth Adeyemi", [1, 6], 1),
    (Role.MENTOR, "Pilar Ortega-Boone", [0, 4], 1),
    (Role.MENTEE, "Jun Halvorsen", [0, 1], None),
    (Role.MENTEE, "Delia Whitefeather", [4], None),
    (Role.MENTEE, "Samuel Obi", [1, 2], None),
]

QUESTIONS = [
    (
        "Nadia Ferrante",
        "Meeting in person",
        "I live in Alamosa. Is there anybody in the San Luis Valley, or would it be by video?",
        "",
    ),
    (
        "Owen Tsosie",
        "Can I apply later this year?",
        "I start a new position in a month and would rather apply after that. Is that a problem?",
        "Not at all: sign-up is open all year. Apply when you have settled in.",
    ),
]


def load_open_cohort(program: Program) -> int:
    """People of the cohort that is open; returns how many, and none where some are there."""
    cohort = Cohort.objects.without_end().filter(program=program).first()
    if cohort is None or cohort.applications.exists():
        return 0
    menu = list(program.formats.offered())
    for number, (role, name, places, capacity) in enumerate(PEOPLE):
        application = _application(cohort, role, name, number, capacity)
        chosen = [menu[place] for place in places if place < len(menu)] or menu[:1]
        FormatChoice.objects.bulk_create(
            FormatChoice(
                application=application, format=one, rank=rank if role == Role.MENTEE else None
            )
            for rank, one in enumerate(chosen, start=1)
        )
        application.meeting_ways.set(program.meetingways.offered()[:2])
        application.languages.set(program.languages.offered()[:1])
    return len(PEOPLE)


def _application(
    cohort: Cohort, role: Role, name: str, number: int, capacity: int | None
) -> Application:
    program = cohort.program
    stages = program.careerstages.offered().order_by("rank")
    address = name.lower().replace(" ", ".")
    return Application.objects.create(
        cohort=cohort,
        role=role,
        status=ApplicationStatus.ACCEPTED,
        decided_at=timezone.now(),
        name=name,
        email=f"{address}@example.org",
        employer=f"Made-up Library {number + 1}",
        position_title="Librarian",
        career_stage=stages.last() if role == Role.MENTOR else stages.first(),
        library_type=program.librarytypes.offered().first(),
        region=program.regions.offered().first(),
        time_zone=program.time_zone,
        capacity=capacity,
        statement="I look forward to it.",
        agrees_to_rules=True,
    )


def load_questions(program: Program) -> int:
    """An open question, and one that was answered if somebody could have done it."""
    if program.inquiries.exists():
        return 0
    chair = someone_who_decides(program.cohorts.first())
    for number, (name, subject, words, answer) in enumerate(QUESTIONS):
        is_answered = bool(answer and chair)
        inquiry = Inquiry.objects.create(
            program=program,
            name=name,
            email=f"{name.lower().replace(' ', '.')}@example.org",
            subject=subject,
            state=InquiryState.ANSWERED if is_answered else InquiryState.OPEN,
            fingerprint=f"demo {program.pk} {number}",
        )
        inquiry.messages.create(words=words)
        if is_answered:
            inquiry.messages.create(words=answer, written_by=chair)
    return len(QUESTIONS)

"""How the employer that an applicant typed finds its row, and how rows that nobody names go."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q

from signups.models import Application, Employer, EmployerSpelling, Program
from signups.spellings import NO_EMPLOYER, normalised


def employer_of(program: Program, typed: str) -> Employer | None:
    """The employer that someone typed, found by its spelling or made; None for no employer.

    To be called in the transaction that saves the application: the spelling stays locked until
    then, so that nobody merges or deletes its employer in between.
    """
    key = normalised(typed)
    if key in NO_EMPLOYER:
        return None
    while True:
        found = _locked().filter(program=program, normalised=key).first()
        if found:
            return found.employer
        try:
            with transaction.atomic():
                employer = Employer.objects.create(program=program, name=typed)
                EmployerSpelling.objects.create(
                    program=program, employer=employer, spelling=typed, normalised=key
                )
        except IntegrityError:
            # Somebody else typed it at the same moment and was first: theirs is found now.
            continue
        return employer


def _locked() -> object:
    spellings = EmployerSpelling.objects.select_related("employer")
    return spellings.select_for_update(no_key=True, of=["self"])


@transaction.atomic
def note_employer(application: Application) -> None:
    """Point a saved application to its employer's row, and let go of one that nobody names."""
    before = application.employer_row
    key = normalised(application.employer)
    # Both at once and in one order, so that two people who swap employers do not wait in a ring.
    either = Q(program=application.cohort.program_id, normalised=key) | Q(employer=before)
    list(_locked().filter(either).order_by("pk"))
    row = employer_of(application.cohort.program, application.employer)
    Application.objects.filter(pk=application.pk).update(employer_row=row)
    application.employer_row = row
    if before is not None:
        forget_unnamed(before)


@transaction.atomic
def forget_unnamed(employer: Employer) -> None:
    """Delete the spellings of an employer that no application has, and it with the last one."""
    spellings = list(_locked().filter(employer=employer).order_by("pk"))
    named = {
        normalised(typed) for typed in employer.applications.values_list("employer", flat=True)
    }
    left = [spelling for spelling in spellings if spelling.normalised in named]
    gone = [spelling for spelling in spellings if spelling.normalised not in named]
    EmployerSpelling.objects.filter(pk__in=[spelling.pk for spelling in gone]).delete()
    if not left:
        employer.delete()
        return
    # A name that only someone gone had typed goes as well; the committee's own stays.
    if normalised(employer.name) in {spelling.normalised for spelling in gone}:
        employer.name = left[0].spelling
        employer.save(update_fields=["name"])

"""Employers as rows of their own, so that they are compared as rows and never as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.db.models import Count, Q

from signups.models.decisions import ReviewError
from signups.models.programs import Program
from signups.models.scope import CommitteeQuerySet
from signups.spellings import MAX_COMPARED, normalised

if TYPE_CHECKING:
    from collections.abc import Iterable


class EmployerQuerySet(CommitteeQuerySet):
    def with_counts(self) -> Self:
        """Employers with ``n_applications``: how many name them."""
        return self.annotate(n_applications=Count("applications", distinct=True))


class Employer(models.Model):
    """Where applicants to a program work, however they spell it."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="employers")
    name = models.CharField(max_length=160)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        permissions = [("merge_employer", "Can say which employers are the same")]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def take_in(self, others: Iterable[Employer]) -> None:
        """Make this employer and ``others`` one; raises ReviewError across programs."""
        others = [other for other in others if other.pk != self.pk]
        if any(other.program_id != self.program_id for other in others):
            raise ReviewError("Only employers of one program can be the same.")
        merged = [self.pk, *(other.pk for other in others)]
        # Whoever is saving an application holds one of these rows: their application is saved
        # before this goes on, or finds afterwards where its spelling belongs now.
        _lock_applications([self, *others])
        locked = EmployerSpelling.objects.select_for_update(no_key=True).order_by("pk")
        list(locked.filter(employer__in=merged))
        if Employer.objects.filter(pk__in=merged).count() != len(merged):
            raise ReviewError("One of these employers is no longer there; reload the list.")
        for other in others:
            other.spellings.update(employer=self)
            other.applications.update(employer_row=self)
            other.delete()


class EmployerSpelling(models.Model):
    """One way in which applicants write the name of their employer."""

    # Said here too, for a constraint cannot look at the employer's program.
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="+", editable=False)
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="spellings")
    spelling = models.CharField(max_length=160, help_text="As it was typed first.")
    normalised = models.CharField("as it is compared", max_length=MAX_COMPARED, editable=False)

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        ordering = ["spelling", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "normalised"], name="employerspelling_once_per_program"
            ),
            models.CheckConstraint(
                condition=~Q(normalised=""), name="employerspelling_is_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.spelling

    @transaction.atomic
    def move_out(self) -> Employer:
        """Make this spelling an employer of its own again; raises ReviewError when it is one."""
        _lock_applications([self.employer])
        locked = EmployerSpelling.objects.select_for_update(no_key=True).get(pk=self.pk)
        before = locked.employer
        if before.spellings.count() == 1:
            raise ReviewError(f"“{before}” has no other spelling, so it stands by itself already.")
        own = Employer.objects.create(program_id=locked.program_id, name=locked.spelling)
        locked.employer = own
        locked.save(update_fields=["employer"])
        moved = [
            pk
            for pk, typed in before.applications.values_list("pk", "employer")
            if normalised(typed) == locked.normalised
        ]
        before.applications.filter(pk__in=moved).update(employer_row=own)
        return own


def _lock_applications(employers: Iterable[Employer]) -> None:
    """Lock the applications that name these employers: everywhere before any spelling."""
    for employer in sorted(employers, key=lambda employer: employer.pk):
        named_by = employer.applications.select_for_update(no_key=True).order_by("pk")
        list(named_by.values_list("pk", flat=True))

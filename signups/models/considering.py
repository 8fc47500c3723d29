"""Which applications count for what: to be read, considered, told."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db.models import Exists, F, Q

from signups.models.gates import Gate
from signups.models.roles import Role
from signups.models.scope import CommitteeQuerySet
from signups.models.statuses import TOLD_STATUSES, ApplicationStatus


class ApplicationQuerySet(CommitteeQuerySet):
    program_path = "cohort__program__"

    def mentees(self) -> Self:
        return self.filter(role=Role.MENTEE)

    def mentors(self) -> Self:
        return self.filter(role=Role.MENTOR)

    def accepted(self) -> Self:
        return self.not_erased().filter(status=ApplicationStatus.ACCEPTED)

    def not_erased(self) -> Self:
        """Applications that are still someone's; the others are kept to be counted."""
        return self.filter(erased_at=None)

    def considered(self) -> Self:
        """Applications of people who may still take part: neither declined nor withdrawn."""
        over = [ApplicationStatus.DECLINED, ApplicationStatus.WITHDRAWN]
        return self.not_erased().exclude(status__in=over)

    def to_tell(self) -> Self:
        """Applications with a decision that their writer was not told yet."""
        not_told = Q(told_at=None) | Q(told_at__lt=F("decided_at"))
        return self.not_erased().filter(not_told, status__in=TOLD_STATUSES)

    def marked_to_come_first(self) -> Self:
        return self.exclude(priority_marked_at=None)

    def told(self) -> Self:
        """Applications whose writer knows the decision as it now is."""
        return self.filter(told_at__gte=F("decided_at"), status__in=TOLD_STATUSES)

    def with_eligibility(self, *, on: date) -> Self:
        """With ``is_eligible``: whether no gate holds them back whose date has come by ``on``."""
        return self.annotate(is_eligible=~Exists(Gate.objects.open_for_outer_application().due(on)))

    def from_address(self, email: str) -> Self:
        """Applications sent from an e-mail address, however it is capitalised."""
        return self.filter(email__iexact=email)

"""What someone still has to do before the mentorship, and which orientation sessions there are."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mig_site.dates import day_in_words
from signups.models import (
    Application,
    ApplicationStatus,
    Gate,
    GateKind,
    OrientationPlace,
    OrientationSession,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChoice:
    """An orientation session as the status page offers it."""

    session: OrientationSession
    note: str
    is_full: bool
    is_mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What the status page says about getting ready; empty where a cohort asks for nothing."""

    steps: tuple[str, ...] = ()
    place: OrientationPlace | None = None
    can_change_place: bool = False
    choices: tuple[SessionChoice, ...] = ()

    @property
    def has_other_choices(self) -> bool:
        return any(not choice.is_mine for choice in self.choices)


def preparation_of(application: Application) -> Preparation:
    if application.status in (ApplicationStatus.DECLINED, ApplicationStatus.WITHDRAWN):
        return Preparation()
    is_accepted = application.status == ApplicationStatus.ACCEPTED
    gates = Gate.objects.open_for(application).select_related("minimum_stage")
    steps = tuple(
        _step(gate, application)
        for gate in gates
        # Who may still be declined need not come.
        if is_accepted or gate.kind != GateKind.ORIENTATION
    )
    if not is_accepted:
        return Preparation(steps=steps)
    place = (
        OrientationPlace.objects.held()
        .filter(application=application.pk)
        .select_related("session__cohort__program")
        .first()
    )
    can_change_place = place is None or place.session.starts_at > timezone.now()
    return Preparation(
        steps=steps,
        place=place,
        can_change_place=can_change_place,
        choices=_choices(application, place) if can_change_place else (),
    )


def _choices(application: Application, place: OrientationPlace | None) -> tuple[SessionChoice, ...]:
    sessions = (
        OrientationSession.objects.filter(cohort=application.cohort_id)
        .to_come()
        .with_n_taken()
        .select_related("cohort__program")
    )
    choices = []
    for session in sessions:
        is_mine = place is not None and place.session_id == session.pk
        n_left = session.places - session.n_taken
        places = ngettext("%(n)d place left", "%(n)d places left", n_left) % {"n": n_left}
        note = _("Your session") if is_mine else places if n_left > 0 else _("Full")
        choices.append(
            SessionChoice(
                session=session, note=note, is_full=n_left <= 0 and not is_mine, is_mine=is_mine
            )
        )
    return tuple(choices)


def _step(gate: Gate, application: Application) -> str:
    said = {
        GateKind.MEMBERSHIP: _(
            "On %(day)s you have to be a member of %(association)s. The committee looks it up; you "
            "need not do anything unless we write to you."
        ),
        GateKind.ORIENTATION: _(
            "Attend orientation by %(day)s. If you cannot, write to %(contact)s: there may be a "
            "recording."
        ),
        GateKind.EXPERIENCE: _(
            "From %(day)s on, mentors need more experience than your answers say: %(stage)s or "
            "more. If that is not right, correct your career stage, or write to %(contact)s."
        ),
    }[GateKind(gate.kind)]
    return said % {
        "day": day_in_words(gate.due_on),
        "association": gate.association,
        "stage": gate.minimum_stage,
        "contact": application.cohort.program.contact_address,
    }

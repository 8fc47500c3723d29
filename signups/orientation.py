"""How people take places in orientation sessions, and are told when something changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from signups import emails
from signups.letters import write
from signups.models import (
    Application,
    ApplicationStatus,
    Letter,
    OrientationPlace,
    OrientationSession,
    ReviewError,
)

REMINDED_BEFORE = timedelta(days=1)


class NoPlaceError(Exception):
    """A place that cannot be taken or given back; its text tells the participant why."""


@transaction.atomic
def choose(session: OrientationSession, application: Application) -> None:
    """Give ``application`` a place in ``session``, instead of the one it may have elsewhere.

    Raises NoPlaceError when the session is full, over or dropped, or the person is not (any more)
    accepted. Choosing the same session again changes nothing.
    """
    # The lock makes two people who want the last place count one after the other.
    session = _locked(session)
    if session.cohort_id != application.cohort_id or not session.is_to_come:
        raise NoPlaceError(_("This session can no longer be chosen. Please choose another one."))
    application = Application.objects.select_related("cohort__program").get(pk=application.pk)
    if application.status != ApplicationStatus.ACCEPTED:
        raise NoPlaceError(_("Orientation is for people whose application was accepted."))
    place = _place_of(application)
    if place.session_id == session.pk:
        return
    _refuse_if_begun(place)
    if session.count_taken() >= session.places:
        raise NoPlaceError(
            _("%(session)s is full now. Please choose another session.") % {"session": session.when}
        )
    place.move_to(session)
    write([emails.orientation_chosen(place)])


@transaction.atomic
def give_back(application: Application) -> None:
    """Give back the place of ``application``; raises NoPlaceError when there is none to give."""
    place = _place_of(application)
    if place.session is None:
        raise NoPlaceError(_("You have no place in a session."))
    _refuse_if_begun(place)
    _release(place, emails.orientation_given_back)


def _place_of(application: Application) -> OrientationPlace:
    OrientationPlace.objects.get_or_create(application_id=application.pk)
    places = OrientationPlace.objects.select_for_update(of=["self"])
    return places.select_related("session__cohort__program", "application__cohort__program").get(
        application=application.pk
    )


def _refuse_if_begun(place: OrientationPlace) -> None:
    if place.session and place.session.starts_at <= timezone.now():
        raise NoPlaceError(_("Your session has begun already. Please write to the committee."))


def _release(
    place: OrientationPlace, letter: Callable[[OrientationPlace, OrientationSession], Letter]
) -> int:
    session = place.session
    place.move_to(None)
    return write([letter(place, session)])


@transaction.atomic
def keep_session(session: OrientationSession) -> int:
    """Save a new or edited session; returns how many people are written of what has changed."""
    before = _locked(session) if session.pk else None
    session.save()
    if before is None or not session.is_news_after(before) or not session.is_to_come:
        return 0
    letters = []
    for place in _places_in(session):
        place.move_to(session)
        letters.append(emails.orientation_moved(place))
    return write(letters)


@transaction.atomic
def drop_session(session: OrientationSession) -> int:
    """Call a session off; returns how many people are written to choose another one.

    Raises ReviewError when it was dropped already or has begun.
    """
    session = _locked(session)
    if not session.is_to_come:
        raise ReviewError(f"{session} was dropped already, or is over.")
    session.dropped_at = timezone.now()
    session.save(update_fields=["dropped_at"])
    return sum(_release(place, emails.orientation_dropped) for place in _places_in(session))


def _locked(session: OrientationSession) -> OrientationSession:
    sessions = OrientationSession.objects.select_for_update(of=["self"])
    return sessions.select_related("cohort__program").get(pk=session.pk)


def _places_in(session: OrientationSession) -> list[OrientationPlace]:
    places = OrientationPlace.objects.filter(session=session).of_participants()
    return list(
        places.select_for_update(of=["self"])
        .select_related("session__cohort__program", "application__cohort__program")
        .order_by("pk")
    )


def remind_of_orientation() -> int:
    """Write to those whose session begins within a day; returns how many letters are new.

    Who chose, or was told of a change, within that day has just had a letter that says it all.
    """
    now = timezone.now()
    places = (
        OrientationPlace.objects.of_participants()
        .filter(
            session__dropped_at=None,
            session__starts_at__gt=now,
            session__starts_at__lte=now + REMINDED_BEFORE,
            changed_at__lt=F("session__starts_at") - REMINDED_BEFORE,
        )
        .select_related("session__cohort__program", "application__cohort__program")
    )
    letters = [emails.orientation_reminder(place) for place in places]
    with transaction.atomic():
        return write(letters)


def release_places_left_behind() -> int:
    """Give back the places of people who withdrew or were declined since; returns how many."""
    left = (
        OrientationPlace.objects.held()
        .exclude(application__status=ApplicationStatus.ACCEPTED)
        .filter(session__starts_at__gt=timezone.now())
    )
    n_released = 0
    for application in Application.objects.filter(orientation_place__in=left):
        with transaction.atomic():
            place = _place_of(application)
            # Looked at again under the lock: another worker sweeps too.
            if place.session and place.application.status != ApplicationStatus.ACCEPTED:
                _release(place, emails.orientation_given_back)
                n_released += 1
    return n_released

"""Invitations to orientation as calendars read them (RFC 5545 and 5546)."""

from __future__ import annotations

from datetime import UTC
from email.mime.text import MIMEText
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event, vCalAddress, vText

from signups.models import OrientationPlace, OrientationSession

FILE_NAME = "orientation.ics"


def invitation(place: OrientationPlace) -> str:
    """The entry for a place that is held; a higher sequence replaces an earlier entry."""
    return _calendar(place, place.session, method="REQUEST", status="CONFIRMED")


def cancellation(place: OrientationPlace, *, of: OrientationSession) -> str:
    """What takes the entry out again, after a place in the session ``of`` was given back."""
    return _calendar(place, of, method="CANCEL", status="CANCELLED")


def as_attachment(calendar: str) -> MIMEText:
    """A calendar as part of a letter, such that mail programs offer to enter it."""
    part = MIMEText(calendar, "calendar", "utf-8")
    part.set_param("method", str(Calendar.from_ical(calendar)["METHOD"]))
    part.add_header("Content-Disposition", "attachment", filename=FILE_NAME)
    return part


def _calendar(
    place: OrientationPlace, session: OrientationSession, *, method: str, status: str
) -> str:
    application, program = place.application, session.cohort.program
    event = Event()
    event.add("uid", f"{place.uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", place.sequence)
    event.add("dtstamp", place.changed_at.astimezone(UTC))
    event.add("last-modified", place.changed_at.astimezone(UTC))
    # UTC: needs no definition of a zone, and each calendar shows its owner's own time.
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    with override(application.language):
        event.add("summary", _("Orientation: %(program)s") % {"program": program})
        event.add("description", session.how_to_join_i18n)
    event.add("status", status)
    organizer = vCalAddress(f"MAILTO:{program.contact_address}")
    organizer.params["CN"] = vText(str(program))
    event["organizer"] = organizer
    attendee = vCalAddress(f"MAILTO:{application.email}")
    attendee.params["CN"] = vText(application.name)
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    # The answer was given on the status page: calendars need not write to the committee.
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee, encode=0)
    calendar = Calendar()
    calendar.add("prodid", "-//MIG mentoring//Orientation//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    return calendar.to_ical().decode()

"""The letters to applicants about their application, one function each."""

from __future__ import annotations

from django.utils import timezone

from signups.letters import letter_to, write
from signups.models import Application


def write_application_received(application: Application) -> None:
    """Confirm that an application arrived, and say what happens next."""
    letter = letter_to(
        application,
        key=f"application_received/{application.pk}",
        template="signups/application_received.txt",
        context={"cohort": application.cohort},
    )
    write([letter])


def write_already_applied(application: Application) -> None:
    """Tell someone who applied again that the first application stands; once a day at most."""
    letter = letter_to(
        application,
        key=f"already_applied/{application.pk}/{timezone.localdate()}",
        template="signups/already_applied.txt",
        context={"cohort": application.cohort},
    )
    write([letter])

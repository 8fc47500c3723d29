"""How an application arrives: kept once, and confirmed by a letter."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from signups import emails
from signups.forms import ApplicationForm


def receive(form: ApplicationForm) -> None:
    """Keep the application of a valid form and write the letter that confirms it.

    A second application for the same cohort, role and address changes nothing: the first one
    stands, and only the letter to that address says so. To the sender both look the same.
    """
    try:
        with transaction.atomic():
            emails.write_application_received(form.save())
    except IntegrityError:
        earlier = form.earlier_applications().select_related("cohort__program").first()
        if earlier is None:
            raise
        with transaction.atomic():
            emails.write_already_applied(earlier)

"""New links for people who lost theirs."""

from __future__ import annotations

from django.db import transaction
from django_tasks import task

from signups import emails
from signups.letters import write
from signups.models import Application, Draft, Inquiry


@task
def write_links_to(email: str) -> None:
    """Write a letter with a new link for each application, open draft and question of an address.

    Background work for every address, known or not: the page that asks for it answers everyone
    after the same work, so that not even its time tells who has applied.
    """
    with transaction.atomic():
        applications = Application.objects.not_erased().from_address(email)
        for application in applications.select_related("cohort__program"):
            emails.write_lost_link(application)
        for draft in Draft.objects.filter(email__iexact=email).select_related("cohort__program"):
            if draft.window.is_open:
                emails.write_draft_saved(draft)
        inquiries = Inquiry.objects.filter(email__iexact=email).select_related("program")
        write([emails.inquiry_link(inquiry) for inquiry in inquiries])

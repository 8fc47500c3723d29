"""How everything about a person goes at once, and only what is counted stays.

An application stays as an empty row: decisions and pairings hang on it, and reports count it.
What may stay is named here; whatever else is added to an application, or made to belong to one,
goes by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.admin.models import LogEntry
from django.db import models, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from signups.employers import forget_unnamed
from signups.letters import deliver_letter
from signups.lost_links import write_links_to
from signups.models import (
    Application,
    Draft,
    Employer,
    EmployerSpelling,
    Inquiry,
    Letter,
    LetterStatus,
    Upload,
    Wish,
)
from signups.wishes import wishes_for

NAME = "Erased"
SUBJECT = "Erased with the person it told of"

# What stays of an application: what reports count, and that its writer agreed to the rules.
STAYS = {
    "id",
    "cohort",
    "role",
    "status",
    "submitted_at",
    "decided_at",
    "decided_by",
    "lacked_place",
    "told_status",
    "told_at",
    "left_out_before",
    "capacity",
    "agrees_to_rules",
    "version",
}


@transaction.atomic
def erase(application: Application) -> None:
    """Delete everything about the writer of an application; a second time changes nothing.

    Pairings are another app's: see also matching/erasing.py, which takes care of them first.
    """
    locked = Application.objects.select_for_update(no_key=True, of=["self"])
    application = locked.select_related("cohort__program").get(pk=application.pk)
    if application.erased_at:
        return
    email = application.email
    drafts = _drafts_of(application)
    for inquiry in _inquiries_of(application):
        erase_inquiry(inquiry)
    letters = Letter.objects.filter(Q(application=application) | Q(draft__in=drafts))
    letter_ids = list(letters.values_list("pk", flat=True))
    _forget_tasks(letter_ids, email)
    forget_log(Letter, letter_ids)
    letters.delete()
    Upload.objects.filter(draft__in=drafts).erase()
    drafts.delete()
    # Before what belongs to an application goes by itself: these have files.
    application.answers.all().erase()
    # That somebody read an answer stays; whose it was goes.
    application.identity_readings.update(application=None)
    _empty_letters_about(application)
    wishes = Wish.objects.filter(Q(application=application) | Q(pk__in=wishes_for(application)))
    forget_log(Wish, wishes.values_list("pk", flat=True))
    wishes.delete()
    _delete_what_belongs_to(application)
    forget_log(Application, [application.pk])
    Application.history.filter(id=application.pk).delete()
    _blank_log(
        LogEntry.objects.filter(
            Q(object_repr__icontains=email) | Q(change_message__icontains=email)
        )
    )
    Application.objects.filter(pk=application.pk).update(
        **_emptied(application),
        erased_at=timezone.now(),
        # A tab that is still open can save nothing any more.
        version=F("version") + 1,
    )
    if application.employer_row:
        spellings = application.employer_row.spellings.values_list("pk", flat=True)
        forget_log(EmployerSpelling, spellings)
        forget_log(Employer, [application.employer_row_id])
        forget_unnamed(application.employer_row)


def forget_letters(letters: QuerySet[Letter]) -> None:
    """Delete letters, and what the queue and the admin's log say of them."""
    ids = list(letters.values_list("pk", flat=True))
    of_letters = Q(task_path=deliver_letter.module_path, args_kwargs__args__0__in=ids)
    # The worker notes the end in the row of a running one.
    DBTaskResult.objects.filter(of_letters).exclude(status=TaskResultStatus.RUNNING).delete()
    forget_log(Letter, ids)
    Letter.objects.filter(pk__in=ids).delete()


@transaction.atomic
def erase_inquiry(inquiry: Inquiry) -> None:
    """Delete a question from the public with what was written on it; nothing of it is counted."""
    letter_ids = list(inquiry.letters.values_list("pk", flat=True))
    _forget_tasks(letter_ids, inquiry.email)
    forget_log(Letter, letter_ids)
    forget_log(Inquiry, [inquiry.pk])
    Inquiry.history.filter(id=inquiry.pk).delete()
    # Messages, links and letters belong to it.
    Inquiry.objects.filter(pk=inquiry.pk).delete()


def forget_log(model: type[models.Model], ids: Iterable[int]) -> None:
    """Take out of the admin's log what it says of these rows, and leave that it was done."""
    # The log knows an application by the proxy in whose list it was decided.
    family = [model, *model.__subclasses__()]
    _blank_log(
        LogEntry.objects.filter(
            content_type__app_label=model._meta.app_label,
            content_type__model__in=[one._meta.model_name for one in family],
            object_id__in=[str(pk) for pk in ids],
        )
    )


def _blank_log(entries: QuerySet[LogEntry]) -> None:
    entries.update(object_repr=NAME, change_message="")


def _drafts_of(application: Application) -> QuerySet[Draft]:
    """The drafts of the same person, as far as no other application speaks for them."""
    drafts = Draft.objects.filter(email__iexact=application.email)
    others = Application.objects.from_address(application.email).exclude(pk=application.pk)
    if others.exists():
        drafts = drafts.filter(cohort=application.cohort_id, role=application.role)
    return Draft.objects.filter(pk__in=list(drafts.values_list("pk", flat=True)))


def _inquiries_of(application: Application) -> QuerySet[Inquiry]:
    """The questions of the same person, as far as no other application speaks for them."""
    inquiries = Inquiry.objects.filter(email__iexact=application.email)
    others = Application.objects.from_address(application.email).exclude(pk=application.pk)
    if others.exists():
        inquiries = inquiries.filter(program=application.cohort.program_id)
    return inquiries


def _forget_tasks(letter_ids: list[int], email: str) -> None:
    """Delete what the queue knows of letters; a failed task quotes the address it failed on."""
    of_letters = Q(task_path=deliver_letter.module_path, args_kwargs__args__0__in=letter_ids)
    of_links = Q(task_path=write_links_to.module_path, args_kwargs__args__0=email.lower())
    DBTaskResult.objects.filter(of_letters | of_links | Q(traceback__icontains=email)).exclude(
        # Its worker notes the end in that row.
        status=TaskResultStatus.RUNNING
    ).delete()


def _empty_letters_about(application: Application) -> None:
    """Take the person out of the letters that others got; one that still waits never leaves."""
    about = Letter.objects.filter(about=application)
    forget_log(Letter, about.values_list("pk", flat=True))
    emptied = {"subject": SUBJECT, "body": "", "emptied_at": timezone.now(), "about": None}
    about.waiting().update(status=LetterStatus.REFUSED, leased_until=None, fault=SUBJECT, **emptied)
    about.update(**emptied)


def _delete_what_belongs_to(application: Application) -> None:
    """Delete every row that would be deleted with the application."""
    for relation in Application._meta.get_fields(include_hidden=True):
        if getattr(relation, "on_delete", None) is not models.CASCADE or relation.concrete:
            continue
        rows = relation.related_model._base_manager.filter(**{relation.field.name: application.pk})
        rows.delete()


def _emptied(application: Application) -> dict[str, object]:
    """Every field of an application that does not stay, with nothing in it."""
    instead = {
        "name": NAME,
        "email": f"erased-{application.pk}@example.invalid",
        "time_zone": application.cohort.program.time_zone,
    }
    empty = {
        field.name: _nothing_in(field)
        for field in Application._meta.concrete_fields
        if field.name not in STAYS | instead.keys() | {"erased_at"}
    }
    return empty | instead


def _nothing_in(field: models.Field) -> object:
    if field.null:
        return None
    return field.get_default() if field.has_default() else ""

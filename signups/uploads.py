"""How files arrive: put into the private store before anything else is done with a page."""

from __future__ import annotations

import re
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from signups.forms.fields import clean_line
from signups.forms.files import REMOVE_SUFFIX, fault_in
from signups.forms.questions import PREFIX, field_name
from signups.limits import LimitReachedError, count_attempt
from signups.models import Cohort, Deed, Role, Upload
from signups.models.uploads import WAITS, store

# As Upload.keep makes them: whatever else is in the folder is not ours to delete.
OUR_NAME = re.compile(r"[0-9a-f]{32}\.pdf")


def keep_files(request: HttpRequest, cohort: Cohort, role: Role) -> str:
    """Put the files of a page into the store, and references to them where the files were.

    From then on the answers are all text: a page can carry them on, and a draft can hold them.
    A file that is not taken stays with the request and its field tells why; so does the sentence
    returned, which is empty when there is none.
    """
    questions = cohort.questions.asked_of(role).for_files()
    data = request.POST.copy()
    sentence = ""
    for question in questions:
        name = f"{PREFIX}-{field_name(question)}"
        if data.pop(name + REMOVE_SUFFIX, None):
            data.pop(name, None)
        file = request.FILES.get(name)
        if file is None:
            continue
        file.fault = fault_in(file) or _count(request, cohort)
        if file.fault:
            file.chosen_before = data.get(name, "")
            sentence = f"{question}: {file.fault}"
        else:
            data[name] = Upload.keep(file, shown_name=_shown_name(file)).reference
            del request.FILES[name]
    request.POST = data
    return sentence


def _count(request: HttpRequest, cohort: Cohort) -> str:
    try:
        count_attempt(request, Deed.UPLOAD)
    except LimitReachedError as limit:
        sentence = limit.sentence(cohort.program.time_zone)
        return _("%(sentence)s Choose the file again then.") % {"sentence": sentence}
    return ""


def _shown_name(file: UploadedFile) -> str:
    """What the sender calls the file: shown to people, never to the file system."""
    return clean_line(file.name or "") or "document.pdf"


@transaction.atomic
def forget_abandoned_files() -> int:
    """Delete the files that nobody sent or saved; returns how many."""
    abandoned = Upload.objects.abandoned().select_for_update(skip_locked=True, of=("self",))
    keys = [upload.pk for upload in abandoned]
    return Upload.objects.filter(pk__in=keys).erase() + _forget_files_without_row()


def _forget_files_without_row() -> int:
    """Delete what a request left behind that died between storing a file and noting it."""
    try:
        _, names = store().listdir("")
    except FileNotFoundError:
        return 0
    known = set(Upload.objects.values_list("name", flat=True))
    lost = [n for n in names if OUR_NAME.fullmatch(n) and n not in known and _is_old(n)]
    for name in lost:
        store().delete(name)
    return len(lost)


def _is_old(name: str) -> bool:
    modified: datetime = store().get_modified_time(name)
    return modified < timezone.now() - WAITS

"""Everything that one person is asked for one role, and how the answers arrive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from django import forms
from django.db import IntegrityError, transaction
from django.db.models import F
from django.forms import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.choices import flatten_choices
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from mig_site.languages import current_language
from mig_site.time_zones import name_of_zone
from signups import emails
from signups.forms import APPLICATION_FORMS, BarriersPart, IdentityPart, NewsPart
from signups.forms.choices import NumberBeside
from signups.forms.fields import clean_text
from signups.forms.identity import Consent
from signups.forms.parts import Part
from signups.forms.questions import PREFIX, QuestionsPart
from signups.models import Application, Cohort, Draft, Format, Role
from signups.next_cohort import note_left_out_before
from signups.traps import STAMP_NAME, TRAP_NAME

# The parts that follow the application's own form, in the order of the page.
PARTS: dict[str, type[Part]] = {
    PREFIX: QuestionsPart,
    "identity": IdentityPart,
    "barriers": BarriersPart,
    "news": NewsPart,
}

# What a page sends that is no answer.
NOT_ANSWERS = {"csrfmiddlewaretoken", "step", "version", STAMP_NAME, TRAP_NAME}


class StaleError(Exception):
    """Another tab has saved the same thing since this one was opened."""


class Intake:
    """The forms that one person fills in for one role in one cohort, as one.

    ``answers`` are shown without being judged: those of a draft, or of another application of
    the same person. ``data`` is what was sent, and is judged.
    """

    def __init__(
        self,
        cohort: Cohort,
        role: Role,
        *,
        data: QueryDict | None = None,
        files: MultiValueDict | None = None,
        answers: Mapping[str, list[str]] | None = None,
        application: Application | None = None,
    ) -> None:
        self.cohort = cohort
        self.role = role
        self.application = application
        self.form = APPLICATION_FORMS[role](data, files, cohort=cohort, instance=application)
        parts = [
            part(data, files, prefix=name, cohort=cohort, role=role, application=application)
            for name, part in PARTS.items()
        ]
        self.forms: list[forms.BaseForm] = [self.form, *(part for part in parts if part.fields)]
        if answers is not None:
            self._show(answers)
        elif data is None and application is None:
            self.form.follow_the_clock()

    def _show(self, answers: Mapping[str, list[str]]) -> None:
        for form in self.forms:
            for name, field in form.fields.items():
                values = answers.get(form.add_prefix(name), [])
                several = getattr(field.widget, "allow_multiple_selected", False)
                form.initial[name] = values if several else next(reversed(values), None)

    def prefer(self, option: Format) -> None:
        """Show a format as chosen, for somebody who came for it."""
        self.form.prefer(option)

    @property
    def takes_files(self) -> bool:
        return any(form.is_multipart() for form in self.forms)

    def is_valid(self) -> bool:
        # Every form is judged, so that all faults are shown at once.
        verdicts = [form.is_valid() for form in self.forms]
        return all(verdicts)

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """Each fault in the order of the page: anchor, label, sentence."""
        return faults_in(self.forms)

    @property
    def contents(self) -> list[tuple[str, str]]:
        """The sections of the page: legend, and the anchor of the first question."""
        return [
            (str(fieldset.legend), _anchor(form[fieldset.get_field_names()[0].name]))
            for form in self.forms
            for fieldset in form.helper.layout.fields
        ]

    @property
    def sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The answers of a valid intake in words, section by section, to be read over."""
        return [
            (
                str(fieldset.legend),
                [
                    (str(form[pointer.name].label), _in_words(form, pointer.name))
                    for pointer in fieldset.get_field_names()
                    if _is_read_over(form, pointer.name)
                ],
            )
            for form in self.forms
            for fieldset in form.helper.layout.fields
        ]

    def differences_from(self, other: Intake) -> list[tuple[str, str]]:
        """The answers shown here that are others there: label, and the answer in words."""
        differences = []
        for mine, theirs in zip(self.forms, other.forms, strict=True):
            for name in mine.fields:
                shown = _shown(mine[name])
                if shown != _shown(theirs[name]):
                    differences.append((str(mine[name].label), ", ".join(shown) or _("no answer")))
        return differences

    def receive(self, *, draft: Draft | None = None) -> None:
        """Keep a valid new application and write the letter that confirms it.

        A second application for the same cohort, role and address changes nothing: the first
        one stands, and only the letter to that address says so. To the sender both look the
        same. The draft it was made from is done with. Letters come in the language of the page.
        """
        self.form.instance.language = current_language()
        try:
            with transaction.atomic():
                application = self._save()
                note_left_out_before(application)
                emails.write_application_received(application)
                if draft:
                    draft.delete()
        except IntegrityError:
            earlier = self.form.earlier_applications().select_related("cohort__program").first()
            if earlier is None:
                raise
            with transaction.atomic():
                emails.write_already_applied(earlier)
                if draft:
                    draft.delete()

    @transaction.atomic
    def change(self, *, seen_version: int) -> None:
        """Keep the changed answers of an application.

        Raises StaleError when another tab has changed it since ``seen_version``.
        """
        changed = Application.objects.filter(pk=self.application.pk, version=seen_version).update(
            version=F("version") + 1, edited_at=timezone.now()
        )
        if not changed:
            raise StaleError
        # The row is locked now; what others decided on it since it was read is not undone.
        decided = ["version", "edited_at", "status", "decided_at", "decided_by"]
        self.application.refresh_from_db(fields=decided)
        self._save()

    def _save(self) -> Application:
        application = self.form.save()
        for part in self.forms[1:]:
            part.save(application)
        return application


def _is_read_over(form: forms.BaseForm, name: str) -> bool:
    """A number is read beside its tick, and a consent with the answer that it is about."""
    field = form.fields[name]
    if isinstance(field, Consent):
        return bool(_in_words(form, field.answer))
    return not isinstance(field, NumberBeside)


def answers_in(data: QueryDict) -> dict[str, list[str]]:
    """The answers a page sent, right or wrong, as a draft keeps them."""
    # Cleaned also here: what is not valid is kept too, and PostgreSQL keeps no NUL character.
    return {
        clean_text(name): [clean_text(value) for value in values]
        for name, values in data.lists()
        if name not in NOT_ANSWERS
    }


def faults_in(forms_shown: Iterable[forms.BaseForm]) -> list[tuple[str, str, str]]:
    """Each fault in the order of the forms: anchor, label, sentence."""
    return [
        (_anchor(form[name]), str(form[name].label), error)
        for form in forms_shown
        for name in form.fields
        for error in form.errors.get(name, [])
    ]


def _anchor(field: BoundField) -> str:
    # A group of boxes has no element of its own to jump to; its first box stands for it.
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


def _shown(field: BoundField) -> list[str]:
    """The answer that a field shows, right or wrong, by the labels of its options."""
    value = field.value()
    values = value if isinstance(value, (list, tuple)) else [value]
    choices = getattr(field.field, "choices", [])
    labels = {str(key): str(label) for key, label in flatten_choices(choices)}
    texts = [str(getattr(one, "pk", one)) for one in values if one not in (None, "", False)]
    return [labels.get(text, text) for text in texts]


def _in_words(form: forms.BaseForm, name: str) -> str:
    numbers = getattr(form, "numbers", {})
    if name in numbers:
        return numbers[name].in_words(form)
    value = form.cleaned_data.get(name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, str) and (choices := getattr(form.fields[name], "choices", None)):
        return str(dict(choices).get(value, value))
    if isinstance(value, ZoneInfo):
        return name_of_zone(value.key)
    if value is None:
        return ""
    if isinstance(value, (list, tuple)) or hasattr(value, "all"):
        return ", ".join(str(one) for one in value)
    return str(value)

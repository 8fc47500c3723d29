"""The rows of a sheet on their way into a cohort, checked by the web's own forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import Truncator, get_text_list

from signups.forms import APPLICATION_FORMS, ApplicationForm
from signups.imports.mappings import PARTS, SHEET_NAMES, Answer, Mapping, mapping_for, read_mapping
from signups.imports.options import create_options_of
from signups.imports.sheets import ImportRefusedError, Sheet, fold, read_sheet
from signups.models import Cohort, Role
from signups.next_cohort import note_left_out_before

YES_AND_NO = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one place of a sheet."""

    file: str
    row: int
    place: str  # the column in words; empty when the whole row is meant
    sentence: str


@dataclass(slots=True)
class Tally:
    """What became of the rows of one sheet."""

    n_rows: int = 0
    n_good: int = 0
    n_already_there: int = 0
    faults: list[Fault] = field(default_factory=list)


class SheetImport:
    """One sheet on its way into a cohort."""

    def __init__(self, cohort: Cohort, role: Role, sheet: Sheet, mapping: Mapping) -> None:
        self.cohort, self.role, self.sheet, self.mapping = cohort, role, sheet, mapping
        self.form_class = APPLICATION_FORMS[role]
        form = self.form_class(cohort=cohort)
        # In a mapping topics and formats are lists for both roles; mentees' are in the order of
        # ranks, and a number beside a mentor's is written after it.
        self.ranked, self.numbers = form.ranked, form.numbers
        list_of = {name: ranked for ranked, names in self.ranked.items() for name in names}
        list_of |= {name: n.ticks for n in self.numbers.values() for name in n.fields}
        self.list_of = list_of
        self.fields = {name: field for name, field in form.fields.items() if name not in list_of}
        self.fields |= {ranked: form.fields[names[0]] for ranked, names in self.ranked.items()}
        self.options = {
            name: {fold(option.name): option.pk for option in field.queryset}
            for name, field in self.fields.items()
            if isinstance(field, forms.ModelChoiceField)
        }
        self._check_fields()
        self.columns = {
            name: [self._column(heading) for heading in headings]
            for name, headings in mapping.columns.items()
        }
        self.defaults = {name: self._default(name) for name in mapping.defaults}
        self.forms: list[ApplicationForm] = []
        self.tally = Tally()

    def check(self) -> Tally:
        """Check every row; the forms of the good ones then wait in ``forms`` to be saved."""
        sent_before = {
            email.lower()
            for email in self.cohort.applications.filter(role=self.role).values_list(
                "email", flat=True
            )
        }
        row_of: dict[str, int] = {}
        for number, cells in self.sheet.rows:
            self.tally.n_rows += 1
            n_headings = len(self.sheet.headings)
            if len(cells) < n_headings or any(cells[n_headings:]):
                sentence = (
                    f"it has {len(cells)} cells where there are {n_headings} headings. Is a "
                    "comma, a quotation mark or a line break in the wrong place?"
                )
                self._note(number, None, sentence)
                continue
            email = self._text("email", cells).lower()
            if email in row_of:
                sentence = f"“{email}” is in row {row_of[email]} already; a sheet has each once."
                self._note(number, "email", sentence)
                continue
            if email:
                row_of[email] = number
            if email in sent_before:
                self.tally.n_already_there += 1
            else:
                self._check_row(number, cells)
        return self.tally

    def _check_row(self, number: int, cells: list[str]) -> None:
        data: dict[str, Any] = {}
        refused = set()
        for name in self.fields:
            try:
                data |= self._answer(name, cells)
            except ValidationError as error:
                refused.add(name)
                self._note(number, name, error.message)
        form = self.form_class(data, cohort=self.cohort)
        for asked, messages in form.errors.items():
            name = self.list_of.get(asked, asked)
            if name in refused:
                continue
            given = self._text(name, cells)
            shown = f"“{Truncator(given).chars(60)}”: " if given else ""
            for message in messages:
                self._note(number, name, f"{shown}{message}")
        if not refused and form.is_valid():
            self.forms.append(form)
            self.tally.n_good += 1

    def _answer(self, name: str, cells: list[str]) -> dict[str, Any]:
        """What the form would send for a field, by the form's own names."""
        texts = [cells[i] for i in self.columns.get(name, [])]
        separator = self.mapping.separators.get(name)
        if separator:
            texts = [piece.strip() for text in texts for piece in text.split(separator)]
        if not self._takes_several(name):
            texts = [self._text(name, cells)]
        ours = self.mapping.values.get(name, {})
        answers = [ours.get(fold(text), text) for text in texts]
        answers = [answer for answer in answers if answer != ""]
        if not answers:
            return self.defaults.get(name, {})
        return self._encode(name, answers if self._takes_several(name) else answers[0])

    def _encode(self, name: str, answer: Answer) -> dict[str, Any]:
        """An answer in our words as the form sends it; raises ValidationError with the reason."""
        if self._takes_several(name):
            names = answer if isinstance(answer, list) else [answer]
            if name in self.numbers:
                return self._encode_numbers(name, [str(one) for one in names])
            keys = [self._option(name, str(option)) for option in names]
            if name not in self.ranked:
                return {name: keys}
            ranks = self.ranked[name]
            if len(keys) > len(ranks):
                raise ValidationError(
                    f"{len(keys)} {name}, and a mentee ranks {len(ranks)} at most."
                )
            return dict(zip(ranks, keys, strict=False))
        if name in self.options:
            return {name: self._option(name, str(answer))}
        if isinstance(self.fields[name], forms.BooleanField):
            if not isinstance(answer, bool):
                if fold(str(answer)) not in YES_AND_NO:
                    raise ValidationError(f"“{answer}” is neither yes nor no.")
                answer = YES_AND_NO[fold(str(answer))]
            return {name: "on"} if answer else {}
        return {name: str(answer)}

    def _encode_numbers(self, name: str, answers: list[str]) -> dict[str, Any]:
        """Ticks of which each may have a number after it, such as “Cataloging: 12”."""
        encoded: dict[str, Any] = {name: []}
        for answer in answers:
            option, _, number = answer.rpartition(":")
            has_number = fold(answer) not in self.options[name] and number.strip().isdecimal()
            key = self._option(name, option if has_number else answer)
            encoded[name].append(key)
            if has_number:
                encoded[self.numbers[name].names[key]] = number.strip()
        return encoded

    def _default(self, name: str) -> dict[str, Any]:
        try:
            answer = self._encode(name, self.mapping.defaults[name])
            if name not in self.options:
                self.fields[name].clean(answer.get(name))
        except ValidationError as error:
            reason = " ".join(error.messages)
            raise ImportRefusedError(f"The mapping's default for “{name}”: {reason}") from error
        return answer

    def _option(self, name: str, option: str) -> int:
        try:
            return self.options[name][fold(option)]
        except KeyError:
            kind = self.fields[name].queryset.model._meta.verbose_name_plural
            raise ValidationError(f"the program offers no “{option}” among its {kind}.") from None

    def _text(self, name: str, cells: list[str]) -> str:
        texts = [cells[i] for i in self.columns.get(name, [])]
        return ("\n\n" if name == "statement" else " ").join(text for text in texts if text)

    def _takes_several(self, name: str) -> bool:
        is_list = isinstance(self.fields[name], forms.ModelMultipleChoiceField)
        return name in self.ranked or is_list

    def _note(self, row: int, name: str | None, sentence: str) -> None:
        headings = [f"“{self.sheet.headings[i]}”" for i in self.columns.get(name, [])]
        place = f"column{'s' * (len(headings) > 1)} {get_text_list(headings, 'and')}"
        if not headings:
            place = f"no column for “{name}”" if name in self.fields else ""
        self.tally.faults.append(Fault(self.sheet.name, row, place, sentence))

    def _check_fields(self) -> None:
        """Refuse a mapping that names what the form does not ask, or leaves out what it must."""
        sheet_name, mapping = SHEET_NAMES[self.role], self.mapping
        for part in PARTS:
            for name in getattr(mapping, part):
                if name not in self.fields:
                    raise ImportRefusedError(
                        f"The mapping has “{name}” among the {part} of {sheet_name}, but the form "
                        "does not ask for it. It asks for "
                        f"{get_text_list(list(self.fields), 'and')}."
                    )
        for name in mapping.separators:
            if not self._takes_several(name):
                raise ImportRefusedError(
                    f"The mapping has a separator for “{name}”, which has one answer only."
                )
        missing = [
            name
            for name, field in self.fields.items()
            if field.required and name not in mapping.columns and name not in mapping.defaults
        ]
        if missing:
            raise ImportRefusedError(
                f"The mapping gives {sheet_name} neither a column nor a default for "
                f"{get_text_list(missing, 'and')}, and the form requires it."
            )

    def _column(self, heading: str) -> int:
        """Where the cells under a heading are."""
        found = [i for i, h in enumerate(self.sheet.headings) if fold(h) == fold(heading)]
        if not found:
            headings = get_text_list([f"“{h}”" for h in self.sheet.headings], "and")
            raise ImportRefusedError(
                f"{self.sheet.name} has no heading “{heading}”, which the mapping names. "
                f"Its headings are {headings}. If that looks like one long heading, give the "
                "character between the cells as “delimiter” at the top of the mapping."
            )
        if len(found) > 1:
            raise ImportRefusedError(
                f"{self.sheet.name} has the heading “{heading}” more than once: rename one."
            )
        return found[0]


def import_applications(
    cohort: Cohort,
    paths: dict[Role, Path],
    mapping_path: Path,
    *,
    create_options: bool = False,
    dry_run: bool = False,
) -> dict[Role, Tally]:
    """Bring sheets into a cohort: all rows, or none on a dry run or with a fault in any tally.

    Nobody is written to. Raises ImportRefusedError when a file cannot be read at all.
    """
    document = read_mapping(mapping_path)
    delimiter = document.get("delimiter", ",")
    sheets = {role: read_sheet(path, delimiter=delimiter) for role, path in paths.items()}
    if not create_options:
        return _check_and_save(cohort, sheets, document, dry_run=dry_run)
    with transaction.atomic():
        create_options_of(cohort, document.get("options", {}))
        tallies = _check_and_save(cohort, sheets, document, dry_run=dry_run)
        if dry_run or any(tally.faults for tally in tallies.values()):
            transaction.set_rollback(True)
    return tallies


def _check_and_save(
    cohort: Cohort, sheets: dict[Role, Sheet], document: dict[str, Any], *, dry_run: bool
) -> dict[Role, Tally]:
    imports = [
        SheetImport(cohort, role, sheet, mapping_for(role, document))
        for role, sheet in sheets.items()
    ]
    tallies = {sheet_import.role: sheet_import.check() for sheet_import in imports}
    if dry_run or any(tally.faults for tally in tallies.values()):
        return tallies
    # Only now: checking takes longer than saving, and SQLite lets one write at a time.
    with transaction.atomic():
        for sheet_import in imports:
            for form in sheet_import.forms:
                note_left_out_before(form.save())
    return tallies

"""An association's member list: how it is read, and compared with the people who applied."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import tablib
from openpyxl.utils.exceptions import InvalidFileException
from tablib.exceptions import TablibException

from signups.imports.sheets import ImportRefusedError, fold
from signups.models import Application, MemberFinding

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_REASONS = 3

# How the columns are headed in lists that people have, without regard to capitals and signs; where
# a list has several of them, the first one here counts.
HEADINGS = {
    "number": [
        "member number",
        "membership number",
        "membership no",
        "member no",
        "member id",
        "membership id",
        "membership",
        "member",
        "number",
        "id",
    ],
    "email": ["e mail", "email", "e mail address", "email address", "primary email"],
    "name": ["name", "full name", "member name"],
    "first_name": ["first name", "given name", "first"],
    "last_name": ["last name", "family name", "surname", "last"],
}


@dataclass(frozen=True, slots=True)
class Member:
    """One row of a member list."""

    number: str
    email: str
    name: str

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.number, self.email) if part)


@dataclass(slots=True)
class Comparison:
    """What a list said about one application so far."""

    finding: MemberFinding = MemberFinding.MISSING
    reasons: list[str] = field(default_factory=list)

    @property
    def why(self) -> str:
        if self.finding in (MemberFinding.NUMBER, MemberFinding.ADDRESS):
            return ""
        return " ".join(self.reasons[:MAX_REASONS])[:500]


def read_members(content: bytes, file_name: str) -> list[Member]:
    """The members in a CSV or XLSX file; raises ImportRefusedError with what to mend."""
    if len(content) > MAX_BYTES:
        raise ImportRefusedError("This file is larger than 10 MB. Leave out what is not needed.")
    if not content.strip():
        raise ImportRefusedError("This file is empty. Export the list again.")
    if file_name.lower().endswith(".xlsx"):
        sheet = _read_xlsx(content)
    elif file_name.lower().endswith(".csv"):
        sheet = _read_csv(content)
    else:
        raise ImportRefusedError("Choose a file that ends in .csv or .xlsx.")
    members = list(_members_in(sheet))
    if not members:
        raise ImportRefusedError("This list has headings, but no members below them.")
    return members


def _read_xlsx(content: bytes) -> tablib.Dataset:
    broken = ImportRefusedError(
        "This is not an XLSX file that can be read. Open it in the spreadsheet program, save it "
        "as “Excel workbook (.xlsx)” without a password, and try again."
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise ImportRefusedError("This workbook is too large. Save the list as CSV.")
        return tablib.Dataset().load(content, format="xlsx")
    # A workbook is a folder of files: what is wrong inside shows in any of these ways.
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        TablibException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        OSError,
        SyntaxError,
    ) as error:
        raise broken from error


def _read_csv(content: bytes) -> tablib.Dataset:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefusedError(
            "This is not a CSV file in UTF-8. In the spreadsheet program, save it as “CSV UTF-8” "
            "or as .xlsx, and try again."
        ) from error
    headings = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=headings.count)
    try:
        return tablib.Dataset().load(text, format="csv", delimiter=delimiter)
    except (TablibException, csv.Error) as error:
        raise ImportRefusedError(
            "The rows of this file do not have the same columns as its headings, or its quotation "
            "marks do not match up. Export the list again."
        ) from error


def _members_in(sheet: tablib.Dataset) -> Iterator[Member]:
    headings = [_plain(str(heading or "")) for heading in sheet.headers or []]
    columns = {
        name: [headings.index(heading) for heading in known if heading in headings]
        for name, known in HEADINGS.items()
    }
    if not columns["number"] and not columns["email"]:
        found = ", ".join(f"“{heading}”" for heading in sheet.headers or [] if heading)
        raise ImportRefusedError(
            "No column with membership numbers or e-mail addresses was found. Head it “Membership "
            f"number” or “E-mail” in the first row. The headings found are: {found or 'none'}."
        )

    for row in sheet:
        cells = [_text(cell) for cell in row]

        def cell_of(name: str, cells: list[str] = cells) -> str:
            return next((cells[index] for index in columns[name] if cells[index]), "")

        name = cell_of("name") or f"{cell_of('first_name')} {cell_of('last_name')}".strip()
        member = Member(number=cell_of("number"), email=cell_of("email"), name=name)
        if member.number or member.email or member.name:
            yield member


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a spreadsheet keeps 12345 as 12345.0
    return "" if cell is None else " ".join(str(cell).split())[:200]


def compare(
    applications: Iterable[Application], members: Iterable[Member]
) -> dict[int, Comparison]:
    """What the list says about each application, by the application's key."""
    people = list(applications)
    by_number, by_email = _index(people, _number_of), _index(people, _email_of)
    near_number, near_name = _index(people, _near_numbers_of), _index(people, _near_names_of)
    results = {person.pk: Comparison() for person in people}
    for member in members:
        number = plain_number(member.number)
        for person in by_number.get(number, []) if number else []:
            if _may_be_one_person(person.name, member.name):
                results[person.pk].finding = MemberFinding.NUMBER
            else:
                _note_nearly(results[person.pk], f"The number belongs to: {member}.")
        for person in by_email.get(fold(member.email), []) if member.email else []:
            if results[person.pk].finding != MemberFinding.NUMBER:
                results[person.pk].finding = MemberFinding.ADDRESS
        for person in _look_up(near_number, _one_off(number) if len(number) > 3 else set()):
            is_other = plain_number(person.membership_number) != number
            # Numbers follow each other: of a neighbour, the name has to fit too.
            if is_other and _may_be_one_person(person.name, member.name):
                _note_nearly(results[person.pk], f"The number differs by one sign: {member}.")
        for person in _look_up(near_name, _name_keys(member.name)):
            _note_nearly(results[person.pk], f"The name is the same or nearly: {member}.")
    return results


def _note_nearly(comparison: Comparison, reason: str) -> None:
    if comparison.finding == MemberFinding.MISSING:
        comparison.finding = MemberFinding.NEARLY
    if reason not in comparison.reasons:
        comparison.reasons.append(reason)


def _index(
    people: list[Application], keys_of: Callable[[Application], set[str]]
) -> dict[str, list[Application]]:
    index = defaultdict(list)
    for person in people:
        for key in keys_of(person):
            index[key].append(person)
    return dict(index)


def _look_up(index: dict[str, list[Application]], keys: set[str]) -> list[Application]:
    return list({person.pk: person for key in keys for person in index.get(key, [])}.values())


def plain_number(number: str) -> str:
    """A membership number as it is compared: without signs, spaces, capitals, leading zeros."""
    return "".join(sign for sign in number.casefold() if sign.isalnum()).lstrip("0")


def _number_of(person: Application) -> set[str]:
    return {plain_number(person.membership_number)} - {""}


def _email_of(person: Application) -> set[str]:
    return {fold(person.email)}


def _near_numbers_of(person: Application) -> set[str]:
    number = plain_number(person.membership_number)
    return _one_off(number) if len(number) > 3 else set()


def _near_names_of(person: Application) -> set[str]:
    return _name_keys(person.name)


def _one_off(text: str) -> set[str]:
    """Two texts that differ by one sign, or by two that changed places, share one of these."""
    return {text} | {text[:place] + text[place + 1 :] for place in range(len(text))}


def _plain(text: str) -> str:
    """Words in small letters without accents and signs, one space between them."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = [sign if sign.isalnum() else " " for sign in letters if not unicodedata.combining(sign)]
    return " ".join("".join(kept).replace("'", "").split())


def _name_keys(name: str) -> set[str]:
    """Two names that are the same in any order, or differ by one sign, share one of these."""
    joined = name.replace("'", "").replace("’", "")
    words = "".join(sorted(_plain(joined).split()))
    return _one_off(words) if len(words) > 5 else {words} - {""}


def _may_be_one_person(name: str, other: str) -> bool:
    """False when both names are given and share no word: a number may be mistyped."""
    mine, theirs = set(_plain(name).split()), set(_plain(other).split())
    return not theirs or bool(mine & theirs)

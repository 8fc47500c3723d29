"""CSV files, read as the spreadsheet showed them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path


class ImportRefusedError(Exception):
    """A sheet or mapping that cannot be read at all; the text says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A CSV file as a spreadsheet shows it: the headings are row 1, blank rows count."""

    name: str
    headings: list[str]
    rows: list[tuple[int, list[str]]]


def fold(text: str) -> str:
    """Text as it is compared: without regard to capitals and spaces."""
    return " ".join(text.split()).casefold()


def read_sheet(path: Path, *, delimiter: str = ",") -> Sheet:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ImportRefusedError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ImportRefusedError(
            f"{path.name} is not a CSV file in UTF-8. In the spreadsheet, save it as "
            "“CSV UTF-8” and try again."
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, start=1):
            rows.append((number, [cell.strip() for cell in cells]))
    except csv.Error as error:
        raise ImportRefusedError(
            f"{path.name}, row {len(rows) + 1}: the quotation marks do not match up ({error}). "
            "Export the file again from the spreadsheet."
        ) from error
    if not rows or not any(rows[0][1]):
        raise ImportRefusedError(f"{path.name} has no headings: they must be its first row.")
    return Sheet(path.name, rows[0][1], [row for row in rows[1:] if any(row[1])])

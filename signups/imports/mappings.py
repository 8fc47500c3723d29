"""The file that says what a sheet's headings and values mean."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.text import get_text_list

from signups.imports.sheets import ImportRefusedError, fold
from signups.models import Role

# What a mapping calls the sheet of a role.
SHEET_NAMES = {Role.MENTEE: "mentees", Role.MENTOR: "mentors"}

# What a mapping says of both sheets, or in a table of its name of one of them.
PARTS = ["columns", "defaults", "values", "separators"]

# What such a part holds for each field.
CONTENTS = {"columns": (str, list), "values": dict, "separators": str, "options": list}

Answer = str | int | bool | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """What one sheet's headings and values mean; every dictionary is by our name of the field."""

    columns: dict[str, list[str]]  # headings whose cells make up the answer
    defaults: dict[str, Answer]  # the answer where the sheet has none
    values: dict[str, dict[str, Answer]]  # the sheet's words, folded, and ours for them
    separators: dict[str, str]  # what stands between several answers in one cell


def read_mapping(path: Path) -> dict[str, Any]:
    """The mapping file as it stands; ``mapping_for`` picks what it says of one sheet."""
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ImportRefusedError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise ImportRefusedError(f"{path.name} is not a TOML file in UTF-8: {error}.") from error
    delimiter = document.get("delimiter", ",")
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        raise ImportRefusedError(f"{path.name}: “delimiter” must be one character.")
    _check_tables(path, document, ["delimiter", *PARTS, *SHEET_NAMES.values(), "options"])
    for sheet_name in SHEET_NAMES.values():
        _check_tables(path, document.get(sheet_name, {}), PARTS, within=f"{sheet_name}.")
    return document


def _check_tables(
    path: Path, tables: dict[str, Any], known: list[str], *, within: str = ""
) -> None:
    for name, table in tables.items():
        if name not in known:
            raise ImportRefusedError(
                f"{path.name}: “{within}{name}” is nothing that a mapping knows. It knows "
                f"{get_text_list([within + name for name in known], 'and')}."
            )
        if name != "delimiter" and not isinstance(table, dict):
            raise ImportRefusedError(f"{path.name}: “{within}{name}” must be a [table].")
        if name in CONTENTS:
            for key, content in table.items():
                if not isinstance(content, CONTENTS[name]) or content == "":
                    raise ImportRefusedError(
                        f"{path.name}: “{content}” is not what “{within}{name}.{key}” can be."
                    )


def mapping_for(role: Role, document: dict[str, Any]) -> Mapping:
    """What a mapping file says of the sheet of ``role``: its own table goes before the common."""
    own = document.get(SHEET_NAMES[role], {})
    columns, defaults, values, separators = (
        document.get(part, {}) | own.get(part, {}) for part in PARTS
    )
    return Mapping(
        columns={
            name: [headings] if isinstance(headings, str) else [str(h) for h in headings]
            for name, headings in columns.items()
        },
        defaults=defaults,
        values={
            name: {fold(theirs): ours for theirs, ours in table.items()}
            for name, table in values.items()
        },
        separators=separators,
    )

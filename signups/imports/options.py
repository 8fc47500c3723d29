"""What a mapping adds to the lists of a program before its sheets are read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.text import get_text_list

from signups.forms import OPTION_FIELDS
from signups.imports.sheets import ImportRefusedError, fold
from signups.models import Cohort

# The lists of a program, by what a mapping calls them: as the form does.
OPTION_LISTS = OPTION_FIELDS | {"topics": "topics", "formats": "formats"}


def create_options_of(cohort: Cohort, wanted: dict[str, Any]) -> None:
    """Add to the program's lists what they lack; entries that are there stay as they are."""
    for name, rows in wanted.items():
        if name not in OPTION_LISTS:
            raise ImportRefusedError(
                f"The mapping has options for “{name}”, which is no list of a program. The lists "
                f"are {get_text_list(list(OPTION_LISTS), 'and')}."
            )
        entries = getattr(cohort.program, OPTION_LISTS[name])
        known = {fold(entry) for entry in entries.values_list("name", flat=True)}
        first = (entries.aggregate(last=Max("position"))["last"] or 0) + 1
        for position, row in enumerate(rows, start=first):
            fields = row if isinstance(row, dict) else {"name": row}
            if fold(str(fields.get("name"))) in known:
                continue
            try:
                entry = entries.model(program=cohort.program, position=position, **fields)
                entry.full_clean()
            except (TypeError, ValidationError) as error:
                reasons = getattr(error, "message_dict", error)
                raise ImportRefusedError(
                    f"The mapping's option {row} for “{name}” is not good: {reasons}"
                ) from error
            entry.save()

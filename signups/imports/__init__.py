"""How applications kept in a spreadsheet arrive; docs/importing.md is what an operator reads."""

from signups.imports.applications import Fault, Tally, import_applications
from signups.imports.mappings import SHEET_NAMES
from signups.imports.sheets import ImportRefusedError

__all__ = ["SHEET_NAMES", "Fault", "ImportRefusedError", "Tally", "import_applications"]

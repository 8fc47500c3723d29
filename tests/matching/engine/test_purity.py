"""House rules of the engine."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import matching.engine

MODULES = [module.name for module in pkgutil.iter_modules(matching.engine.__path__)]


def test_the_engine_imports_no_django():
    script = (
        "import sys, importlib\n"
        f"for name in {MODULES!r}: importlib.import_module('matching.engine.' + name)\n"
        "sys.exit('django' in sys.modules)"
    )
    root = Path(matching.engine.__file__).parents[2]

    assert subprocess.run([sys.executable, "-c", script], cwd=root).returncode == 0


@pytest.mark.parametrize("name", MODULES)
def test_no_file_grows_past_300_lines(name):
    path = Path(matching.engine.__file__).parent / f"{name}.py"

    assert len(path.read_text().splitlines()) <= 300

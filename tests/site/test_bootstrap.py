"""The files of Bootstrap are Bootstrap's own, whoever packed them for PyPI."""

import base64
import hashlib
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

# As Bootstrap 5.3.8 publishes them for its CDN, in the first step of
# https://getbootstrap.com/docs/5.3/getting-started/introduction/
PUBLISHED = {
    "css/bootstrap.min.css": "sRIl4kxILFvY47J16cr9ZwB07vP4J8+LH7qKQnuqkuIAvNWLzeN8tE5YBujZqJLB",
    "js/bootstrap.bundle.min.js": (
        "FKyoEForCGlyvwx9Hj09JcYn3nv7wiPVlz7YYwJrWVcXK/BmnVDxM+D2scQbITxI"
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_bootstrap_is_what_bootstrap_published(name):
    content = Path(finders.find(f"vendor/bootstrap/{name}")).read_bytes()

    assert base64.b64encode(hashlib.sha384(content).digest()).decode() == PUBLISHED[name]

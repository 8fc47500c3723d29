"""The files of Bootstrap are Bootstrap's own, whoever packed them for PyPI."""

import base64
import hashlib
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

# As in css/ of the package that Bootstrap itself publishes on npm, bootstrap 5.3.8.
PUBLISHED = {
    "css/bootstrap-reboot.min.css": (
        "pJXp6T+qJPS0pqEPqsTy1GJLzTzQz3b9dc/npTXRN9067h/Fdm0eSugSSL7kFQ8i"
    ),
    "css/bootstrap-grid.min.css": (
        "VIeCCV0aVHr99fkXDSmzLRuJhJWQXe4bDXs6hgg6w6zOTbtAWr8RqSNWu4a2ef9p"
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_bootstrap_is_what_bootstrap_published(name):
    content = Path(finders.find(f"vendor/bootstrap/{name}")).read_bytes()

    assert base64.b64encode(hashlib.sha384(content).digest()).decode() == PUBLISHED[name]

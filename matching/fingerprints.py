"""What the input of a run is known by: a fingerprint that tells when it changed, and not how."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from django.utils.crypto import salted_hmac

from matching.engine.instance import Instance
from matching.engine.menu import Menu
from matching.engine.pairs import PairList


def digest(instance: Instance) -> str:
    """A fingerprint of everything the engine reads of a cohort.

    It is made with the site's secret key, and shown on pages: without the key, what somebody
    answered in private could be found out by trying every answer.
    """
    return salted_hmac("matching.input", _content(instance), algorithm="sha256").hexdigest()


def _content(data: Instance | Menu) -> bytes:
    """Every field that was given, with its name, shape and value."""
    content = bytearray()
    for name in sorted(field.name for field in fields(data) if field.init):
        value = getattr(data, name)
        if isinstance(value, Menu):
            told = _content(value)
        elif isinstance(value, PairList):
            told = value.keys.tobytes()
        else:
            told = value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode()
        content += f"{name}:{getattr(value, 'shape', '')}:".encode() + told
    return bytes(content)

"""What the input of a run is known by: a fingerprint that tells when it changed, and not how."""

from __future__ import annotations

import numpy as np
from django.utils.crypto import salted_hmac

from matching.engine.instance import Instance


def digest(instance: Instance) -> str:
    """A fingerprint of everything the engine reads of a cohort.

    It is made with the site's secret key, and shown on pages: without the key, what somebody
    answered in private could be found out by trying every answer.
    """
    content = bytearray()
    for name in sorted(Instance.__dataclass_fields__):
        value = getattr(instance, name)
        told = value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode()
        content += f"{name}:{getattr(value, 'shape', '')}:".encode() + told
    return salted_hmac("matching.input", bytes(content), algorithm="sha256").hexdigest()

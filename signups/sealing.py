"""How answers that must not be read in a stolen database or backup are sealed."""

from __future__ import annotations

import json

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Sealed text is as long as the next multiple of this, so that its length tells nothing.
BLOCK = 256


class SealError(Exception):
    """Something sealed that none of the keys opens."""


def key_ring() -> MultiFernet:
    """The keys of IDENTITY_KEYS: the first one seals, each of them opens."""
    try:
        return MultiFernet([Fernet(key) for key in settings.IDENTITY_KEYS])
    except ValueError as error:
        raise ImproperlyConfigured(
            "Set the IDENTITY_KEYS environment variable: one key or more, separated by commas, "
            "each of 32 random bytes in URL-safe base64; see .env.example."
        ) from error


def seal(value: object) -> str:
    """A JSON value as text that says nothing without a key."""
    plain = json.dumps(value).encode()
    return seal_bytes(plain.ljust(-(-len(plain) // BLOCK) * BLOCK)).decode()


def unseal(sealed: str) -> object:
    """The value that was sealed; raises SealError when no key opens it."""
    return json.loads(unseal_bytes(sealed.encode()))


def seal_bytes(content: bytes) -> bytes:
    """Bytes that say nothing without a key but how many they are."""
    return key_ring().encrypt(content)


def unseal_bytes(sealed: bytes) -> bytes:
    """The bytes that were sealed; raises SealError when no key opens them."""
    try:
        return key_ring().decrypt(sealed)
    except InvalidToken as error:
        raise SealError(
            "None of the keys in IDENTITY_KEYS opens this: was one taken out before "
            "reseal_answers had run?"
        ) from error

"""A certificate as plain data, to be stored with a run and checked again at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from matching.engine.arrays import IntArray
from matching.engine.certificate import Certificate, CertificateError, Step
from matching.engine.face import Prices
from matching.engine.tiers import Tier


def to_record(certificate: Certificate) -> dict[str, Any]:
    """A certificate as text, numbers, lists and dicts, ready for JSON."""
    return {
        "seal": certificate.seal,
        "steps": [
            {
                "tier": step.tier.value,
                "level": step.level,
                "is_bound": step.is_bound,
                "mentee_prices": step.prices.mentee.tolist(),
                "place_prices": step.prices.place.tolist(),
            }
            for step in certificate.steps
        ],
    }


def from_record(record: Mapping[str, Any]) -> Certificate:
    """The certificate that `to_record` wrote down.

    Raises
    ------
    CertificateError
        If the record is damaged.
    """
    try:
        steps = tuple(
            Step(
                tier=Tier(step["tier"]),
                level=int(step["level"]),
                is_bound=bool(step["is_bound"]),
                prices=Prices(_ints(step["mentee_prices"]), _ints(step["place_prices"])),
            )
            for step in record["steps"]
        )
        return Certificate(steps, str(record["seal"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CertificateError(f"the record of the proof is damaged: {error!r}") from error


def _ints(values: list[int]) -> IntArray:
    if not all(type(value) is int for value in values):
        raise ValueError("a price is no whole number")
    return np.array(values, dtype=np.int64)

"""Names for the array types of the engine, so that every signature says what it takes."""

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def not_given() -> IntArray:
    """Default of an optional array field; the dataclass replaces it by an array of its own size."""
    return np.zeros(0, dtype=np.int64)

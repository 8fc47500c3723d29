"""Names for the array types of the engine, so that every signature says what it takes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
SmallIntArray = NDArray[np.int16]  # of points and the like, where there is one for every pair
AnyIntArray = NDArray[np.signedinteger[Any]]
FloatArray = NDArray[np.float64]

# Default of optional array fields: the dataclass puts an array of its own size in its place.
NOT_GIVEN: NDArray[Any] = np.zeros(0, dtype=np.int64)


def not_given() -> NDArray[Any]:
    """`NOT_GIVEN`, as a default factory: arrays cannot be defaults themselves."""
    return NOT_GIVEN

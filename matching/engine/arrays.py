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


def checked_ints(
    name: str, array: object, shape: tuple[int | None, ...], low: int | None, high: int
) -> IntArray:
    """What somebody gave as whole numbers, as int64.

    Parameters
    ----------
    shape
        None where any size will do.
    low
        None for ``-high``.

    Raises
    ------
    ValueError
        Naming the field and what is wrong with it.
    """
    checked = _checked(name, array, shape)
    if checked.size == 0 and checked.dtype.kind == "f":
        checked = checked.astype(np.int64)  # np.array([]) is float; it holds no wrong value
    if checked.dtype.kind == "f" and np.isnan(checked).any():
        raise ValueError(f"{name}: contains NaN")
    if checked.dtype.kind not in "iu":
        raise ValueError(f"{name}: must be integers, not {checked.dtype}")
    low = -high if low is None else low
    if checked.size and (checked.min() < low or checked.max() > high):
        raise ValueError(
            f"{name}: values must lie within {low} and {high}, "
            f"found {checked.min()} to {checked.max()}"
        )
    return checked.astype(np.int64)


def checked_bools(name: str, array: object, shape: tuple[int | None, ...]) -> BoolArray:
    """What somebody gave as yes and no; see `checked_ints`."""
    checked = _checked(name, array, shape)
    if checked.dtype.kind != "b":
        raise ValueError(f"{name}: must be booleans, not {checked.dtype}")
    return checked


def _checked(name: str, array: object, shape: tuple[int | None, ...]) -> NDArray[Any]:
    if not isinstance(array, np.ndarray):
        raise ValueError(f"{name}: must be a NumPy array, not {type(array).__name__}")
    wanted = "(" + ", ".join("any" if size is None else str(size) for size in shape) + ")"
    if array.ndim != len(shape) or any(
        size is not None and size != found for size, found in zip(shape, array.shape, strict=True)
    ):
        raise ValueError(f"{name}: shape must be {wanted}, not {array.shape}")
    return array

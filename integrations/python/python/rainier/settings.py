"""Checks settings in Python, before they are numbers of Rust that cannot say what was meant.

In: a setting and its name. Out: the same as a whole number, or a ``ModelError`` that says what it must be.
"""

from __future__ import annotations

import operator
from typing import Any

from ._native import ModelError


def whole(name: str, value: Any, bits: int = 64) -> int:
    """A whole number that is not negative and fits so many bits."""
    try:
        number = operator.index(value)
    except TypeError as error:
        raise ModelError(f"{name} must be a whole number, got {value!r}") from error
    if not 0 <= number < 1 << bits:
        raise ModelError(f"{name} must be a whole number from 0 to 2^{bits} - 1, got {number}")
    return number


def whole_or_none(name: str, value: Any, bits: int = 64) -> int | None:
    """The same of a setting that may be left to its default."""
    return None if value is None else whole(name, value, bits)

"""Checks of the arguments that public functions share."""

import operator
from typing import SupportsIndex

from recc_mc.study.wording import shown

__all__ = ["SEEDS", "whole"]

SEEDS = 2**63
"""Seeds are below this: the largest integer a NetCDF attribute holds must be able to record one."""


def whole(
    name: str,
    value: object,
    smallest: int,
    largest: int | None = None,
    *,
    power_of_two: bool = False,
) -> tuple[int, list[str]]:
    """Value as a whole number, and what is wrong with it.

    Parameters
    ----------
    name
        Name of the argument.
    value
        What was given; integers of NumPy are whole numbers, bools are not.
    smallest, largest
        Its bounds.
    power_of_two
        Whether it must be a power of two.

    Returns
    -------
    tuple
        The number, 0 if it is none, and sentences for an `InputError`.
    """
    if not isinstance(value, SupportsIndex) or isinstance(value, bool):
        return 0, [f"{name}: must be a whole number, got {shown(value)}"]
    number = operator.index(value)
    expected = None
    if number < smallest:
        expected = f">= {smallest}"
    elif largest is not None and number > largest:
        expected = f"<= {largest}"
    elif power_of_two and number & (number - 1):
        below = 1 << (number.bit_length() - 1)
        expected = f"a power of two, such as {below} or {2 * below}"
    return number, [f"{name}: must be {expected}, got {number}"] if expected else []

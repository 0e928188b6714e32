"""Checks of the arguments that public functions share."""

import operator
import secrets
from typing import SupportsIndex

from recc_mc.study.wording import shown

__all__ = ["SEEDS", "first_seed", "limits", "whole"]

SEEDS = 2**63
"""Seeds are below this: the largest integer a NetCDF attribute holds must be able to record one."""


def whole(
    problems: list[str],
    name: str,
    value: object,
    smallest: int,
    largest: int | None = None,
    *,
    power_of_two: bool = False,
) -> int:
    """Value as a whole number, 0 if it is none.

    Parameters
    ----------
    problems
        Takes a sentence for an `InputError` if the value is not allowed.
    name
        Name of the argument.
    value
        What was given; integers of NumPy are whole numbers, bools are not.
    smallest, largest, power_of_two
        As of `limits`.
    """
    if not isinstance(value, SupportsIndex) or isinstance(value, bool):
        problems.append(f"{name}: must be a whole number, got {shown(value)}")
        return 0
    number = operator.index(value)
    expected = limits(number, smallest, largest, power_of_two=power_of_two)
    if expected:
        problems.append(f"{name}: must be {expected}, got {number}")
    return number


def first_seed(problems: list[str], *wishes: object) -> int:
    """The first seed that is given, by an argument or else by a study; a random one if none is.

    Parameters
    ----------
    problems
        Takes a sentence for an `InputError` if it is not allowed.
    *wishes
        The seeds; None where none is given.
    """
    given = (seed for seed in wishes if seed is not None)
    return whole(problems, "seed", next(given, secrets.randbelow(SEEDS)), 0, SEEDS - 1)


def limits(
    number: int, smallest: int, largest: int | None = None, *, power_of_two: bool = False
) -> str | None:
    """What a number would have to be, None if it is that.

    Parameters
    ----------
    number
        The number.
    smallest, largest
        Its bounds.
    power_of_two
        Whether it must be a power of two.

    Examples
    --------
    >>> limits(0, 1), limits(7, 1, power_of_two=True)
    ('>= 1', 'a power of two, such as 4 or 8')
    """
    if number < smallest:
        return f">= {smallest}"
    if largest is not None and number > largest:
        return f"<= {largest}"
    if power_of_two and number & (number - 1):
        below = 1 << (number.bit_length() - 1)
        return f"a power of two, such as {below} or {2 * below}"
    return None

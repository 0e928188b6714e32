"""Numbers and lists as they stand in a sentence."""

import math
from collections.abc import Sequence

import numpy as np

from recc_mc.language import say, translated
from recc_mc.language.numbers import SPACE, in_percent, number, percent
from recc_mc.summary.intervals import draws_behind, wilson

__all__ = [
    "chance",
    "count",
    "estimate",
    "sentence_list",
    "sentences",
]

# A sentence with more names than this is not read.
MOST_NAMES = 8


def chance(share: float, error: float) -> str:
    r"""Probability in per cent with its 95 % interval (Wilson).

    Examples
    --------
    >>> [chance(0.9731, 0.0011), chance(0.5, 0.00001)]
    ['97.3\xa0% [97.1,\xa097.5]', '50.0\xa0% [50.0,\xa050.0]']

    What happens in all draws or in none has a bound, and a single draw has nothing:

    >>> [chance(0.0, 0.0003), chance(1.0, 0.0003)]
    ['0\xa0% (<\xa00.030\xa0%)', '100\xa0% (>\xa099.970\xa0%)']
    >>> chance(1.0, float("nan"))
    '100\xa0% (of a single draw)'
    """
    if np.isnan(share) or error == 0:
        return percent(share)
    if np.isnan(error):
        return say("{share} (of a single draw)", share=percent(share))
    if share in (0, 1):
        sign, limit = ("<", error) if share == 0 else (">", 1 - error)
        return f"{percent(share)} ({sign}{SPACE}{100 * limit:.{_decimals(100 * error)}f}{SPACE}%)"
    low, high = (_bound(float(bound)) for bound in wilson(share, draws_behind(share, error)))
    return f"{percent(share)} [{low},{SPACE}{high}]"


def _bound(share: float) -> str:
    """Bound in per cent."""
    return f"{100 * share:.0f}" if share in (0, 1) else in_percent(share)


def _decimals(size: float) -> int:
    """Decimals that show two digits of a small number."""
    return max(0, 1 - math.floor(math.log10(size)))


def estimate(value: float, half_width: float) -> str:
    r"""Estimate with half of its interval.

    Examples
    --------
    >>> [estimate(0.3833, 0.0096), estimate(0.166, 0.002), estimate(0.2, float("nan"))]
    ['0.38\xa0±\xa00.01', '0.17\xa0±\xa0<0.01', '0.20']
    """
    if np.isnan(half_width):
        return number(value, 2)
    width = number(half_width, 2) if half_width >= 0.005 else "<0.01"
    return f"{number(value, 2)}{SPACE}±{SPACE}{width}"


def count(amount: int, one: str, many: str) -> str:
    """Amount of things.

    Examples
    --------
    >>> [count(k, "{count} matrix", "{count} matrices") for k in (1, 12_000)]
    ['1 matrix', '12,000 matrices']
    """
    return say(one if amount == 1 else many, count=f"{amount:,}")


def _and_more(items: Sequence[str], most: int) -> list[str]:
    """Items, the last of them the number of those left out if there are more than can be read."""
    if len(items) <= most:
        return list(items)
    return [*items[: most - 1], say("{count} more", count=len(items) - most + 1)]


def sentences(*texts: str) -> str:
    """Sentences one after the other; in Chinese no space stands between them.

    Examples
    --------
    >>> sentences("It rains.", "", "It pours.")
    'It rains. It pours.'
    """
    return translated(" ").join(filter(None, texts))


def sentence_list(items: Sequence[str], most: int = MOST_NAMES) -> str:
    """Items in a sentence.

    Examples
    --------
    >>> sentence_list(["A", "B", "C"]), sentence_list(list("ABCDE"), most=3)
    ('A, B and C', 'A, B and 3 more')
    """
    shown = _and_more(items, most)
    if len(shown) < 2:
        return "".join(shown)
    first = translated(", ").join(shown[:-1])
    return say("{first} and {last}", first=first, last=shown[-1])

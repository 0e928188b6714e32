"""Numbers as they stand in a sentence, whoever says it."""

from math import isnan

from recc_mc.language import say

__all__ = ["SPACE", "in_percent", "number", "percent", "probability", "signed"]

SPACE = "\u00a0"
"""Stands between a number and its unit, which stay on a line."""


def in_percent(share: float) -> str:
    """Share in per cent with one decimal; what is not certain is never rounded to certainty.

    Examples
    --------
    >>> [in_percent(share) for share in (0.9731, 0.99999, 1.0, 0.0002)]
    ['97.3', '>99.9', '100.0', '<0.1']
    """
    return _between(share, "<0.1", f"{100 * share:.1f}", ">99.9")


def probability(share: float) -> str:
    """The same as a probability with three decimals.

    Examples
    --------
    >>> [probability(share) for share in (0.9731, 0.99999, 1.0, 0.0002)]
    ['0.973', '>0.999', '1.000', '<0.001']
    """
    return _between(share, "<0.001", f"{share:.3f}", ">0.999")


def _between(share: float, below: str, text: str, above: str) -> str:
    """Text of a share, but for those that it would round to a certainty that they have not."""
    if 0 < share < 0.0005:
        return below
    return above if 0.9995 <= share < 1 else text


def percent(share: float) -> str:
    r"""Share in words and per cent; what is not certain is never rounded to certainty.

    Examples
    --------
    >>> [percent(share) for share in (0.9731, 0.99999, 1.0, 0.0002)]
    ['97.3\xa0%', 'more than 99.9\xa0%', '100\xa0%', 'less than 0.1\xa0%']
    """
    if isnan(share):
        return say("undefined")
    if share in (0, 1):
        return f"{100 * share:.0f}{SPACE}%"
    if share < 0.0005:
        return say("less than 0.1\u00a0%")
    return say("more than 99.9\u00a0%") if share >= 0.9995 else f"{100 * share:.1f}{SPACE}%"


def number(value: float, digits: int = 3) -> str:
    """Number with a fixed count of decimals.

    Examples
    --------
    >>> number(0.12345), number(float("nan"))
    ('0.123', 'undefined')
    """
    return say("undefined") if isnan(value) else f"{value:z.{digits}f}"


def signed(value: float, digits: int = 3) -> str:
    """Number with its sign.

    Examples
    --------
    >>> signed(-0.02), signed(0.5, 1)
    ('−0.020', '+0.5')
    """
    return say("undefined") if isnan(value) else f"{value:+z.{digits}f}".replace("-", "−")

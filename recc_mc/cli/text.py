"""Plain text on a terminal."""

import math
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from recc_mc.errors import printable, text_width
from recc_mc.machine.terminal import grid

__all__ = [
    "LINE",
    "UNDEFINED",
    "chance",
    "estimate",
    "grid",
    "heading",
    "headings",
    "number",
    "show",
    "variation_lines",
]

LINE = 100
"""Columns of a line of text."""
UNDEFINED = "-"
"""Stands for a number that there is not."""


def show(text: str) -> None:
    r"""Print text on stdout; names and paths in it cannot command the terminal.

    Examples
    --------
    >>> show("result: a\x1b[2Jb.nc")
    result: a\x1b[2Jb.nc
    """
    print(printable(text))


def heading(text: str) -> str:
    """Text with a rule below it.

    Examples
    --------
    >>> print(heading("Weights"))
    Weights
    -------
    """
    return f"{text}\n{'-' * text_width(text)}"


def headings(columns: Iterable[str], attrs: Mapping[Any, Any]) -> list[str]:
    """Headings of columns as a study calls what they hold.

    Parameters
    ----------
    columns
        Their names.
    attrs
        Attributes of the result.

    Examples
    --------
    >>> headings(["mine", "C"], {"noun": "city", "nouns": "cities"})
    ['city', 'C']
    """
    # Slow to import, and not what the help waits for.
    from recc_mc.study.nouns import nouns_of

    return [nouns_of(attrs).one if name == "mine" else name for name in columns]


def variation_lines(attrs: Mapping[Any, Any], of: str = "") -> list[str]:
    r"""What a result varies and what it holds fixed, for the head of its table.

    Parameters
    ----------
    attrs
        Attributes of a group of a result. Files of older versions have none of this.
    of
        End of the attributes' names: ``"_A"`` for the first of two results that are compared.

    Examples
    --------
    >>> print(*variation_lines({"varied": "nothing", "held_fixed": "all data"}), sep="\n")
    varied:     nothing
    held fixed: all data
    """
    known = {"varied:": f"varied{of}", "held fixed:": f"held_fixed{of}"}
    return [
        line
        for title, name in known.items()
        if name in attrs
        for line in textwrap.wrap(f"{title:<11} {attrs[name]}", LINE, subsequent_indent=" " * 12)
    ]


def number(value: float, digits: int = 4) -> str:
    """Number with a fixed count of decimals, if there is one.

    Examples
    --------
    >>> number(-0.00001), number(1.25, 1), number(float("nan"))
    ('0.0000', '1.2', '-')
    """
    return UNDEFINED if math.isnan(value) else f"{value:z.{digits}f}"


def estimate(value: float, error: float) -> str:
    """Estimate with its error, a standard one or half of an interval, as far as there are any."""
    shown = number(value, 3)
    return shown if math.isnan(value + error) else f"{shown}±{number(error, 3)}"


def chance(share: float, error: float) -> str:
    """Probability; where it is 0 or 1 in all draws, with the bound that this proves."""
    if math.isnan(share):
        return UNDEFINED
    if share not in (0, 1):
        # As above: nothing that the help waits for.
        from recc_mc.language.numbers import probability

        return probability(share)
    if math.isnan(error):
        return f"{share:.0f} (of one draw)"
    decimals = max(0, 1 - math.floor(math.log10(error)))
    sign, limit = ("<", error) if share == 0 else (">", 1 - error)
    return f"{share:.0f} ({sign} {limit:.{decimals}f})"

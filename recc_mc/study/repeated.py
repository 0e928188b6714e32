"""One sentence in place of the many that one mistake, made in many rows, leaves."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

__all__ = ["grouped"]

# So many rows with different contents are told apart; more are one mistake of a whole column.
_TOLD_APART = 3
# What was found: a text, a date of a spreadsheet, or a number.
_CONTENT = re.compile(
    r""""(?:[^"\\]|\\.)*"
    | (?<![\w.-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ ][0-9:.]+)?(?![\w-])
    | (?<![\w.-])[+-]?[0-9][0-9.]*(?:e[+-]?[0-9]+)?(?![\w-])""",
    re.VERBOSE,
)


class _Told(NamedTuple):
    sentence: str
    rows: int


def grouped(file: str, problems: Iterable[str]) -> list[str]:
    """Sentences about rows, each kind once: its first place, and how many more rows have it.

    Rows with the very same sentence are always one. Rows whose sentences differ only in what was
    found, such as other texts in one column of numbers, are one if there are more than three.

    Parameters
    ----------
    file
        What messages call the file; a sentence about a row begins with ``FILE:LINE: `` or with
        ``FILE:SHEET!CELL: ``, one about a value of a NetCDF file with
        ``FILE: VARIABLE[MINE, YEAR]: ``.
    problems
        The sentences; all that are not about a row stay as they are.

    Examples
    --------
    >>> grouped("a.csv", [f'a.csv:{line}: year: "x": expected a year' for line in (2, 9, 12)])
    ['a.csv:2: year: "x": expected a year (and 2 more rows)']
    """
    row = re.compile(rf"{re.escape(file)}:(?:(?:\w+|'(?:[^']|'')+')![A-Z]*)?[0-9]+: ")
    value = re.compile(rf"({re.escape(file)}: [^\n]*?)\[[^\n]*?, -?[0-9]+\](?=: )")

    def same(sentence: str) -> str:
        if found := row.match(sentence):
            return sentence[found.end() :]
        return value.sub(r"\1[]", sentence, count=1)

    def kind(sentence: str) -> str:
        rest = same(sentence)
        return sentence if rest == sentence else _CONTENT.sub('""', rest)

    told = [_Told(problem, 1) for problem in problems]
    told = _merged(_merged(told, same, 1), kind, _TOLD_APART)
    return [_with_count(*one, "value" if value.match(one.sentence) else "row") for one in told]


def _merged(told: Sequence[_Told], key: Callable[[str], str], apart: int) -> list[_Told]:
    """Sentences of one key as one, where there are more than `apart`."""
    counts = Counter(key(one.sentence) for one in told)
    rows: Counter[str] = Counter()
    for one in told:
        rows[key(one.sentence)] += one.rows
    found: dict[str, _Told] = {}
    for one in told:
        name = key(one.sentence)
        if counts[name] > apart:
            found.setdefault(name, _Told(one.sentence, rows[name]))
        else:
            # A sentence stands for itself: its place makes it another than all others.
            found[one.sentence] = one
    return list(found.values())


def _with_count(sentence: str, rows: int, what: str) -> str:
    more = rows - 1
    return f"{sentence} (and {more} more {what}{'s' * (more > 1)})" if more else sentence

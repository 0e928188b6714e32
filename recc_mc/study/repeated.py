"""One sentence in place of the many that one mistake, made in many rows, leaves."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

__all__ = ["grouped"]

# So many rows with different contents are told apart; more are one mistake of a whole column.
_TOLD_APART = 3
_CONTENT = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\w.-])[+-]?[0-9][0-9.]*(?![\w-])')


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
        What messages call the file; a sentence about a row begins with ``FILE:LINE: ``.
    problems
        The sentences; all that are not about a row stay as they are.

    Examples
    --------
    >>> grouped("a.csv", [f'a.csv:{line}: year: "x": expected a year' for line in (2, 9, 12)])
    ['a.csv:2: year: "x": expected a year (and 2 more rows)']
    """
    place = re.compile(rf"{re.escape(file)}:[0-9]+: ")

    def same(sentence: str) -> str:
        found = place.match(sentence)
        return sentence if found is None else sentence[found.end() :]

    def kind(sentence: str) -> str:
        found = place.match(sentence)
        return sentence if found is None else _CONTENT.sub('""', sentence[found.end() :])

    told = [_Told(problem, 1) for problem in problems]
    told = _merged(_merged(told, same, 1), kind, _TOLD_APART)
    return [_with_count(*one) for one in told]


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


def _with_count(sentence: str, rows: int) -> str:
    more = rows - 1
    return f"{sentence} (and {more} more row{'s' * (more > 1)})" if more else sentence

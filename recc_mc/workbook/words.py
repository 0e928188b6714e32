"""Words by which tables name what they hold, in English and Chinese."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from recc_mc.study.names import folded, visible

__all__ = [
    "DIRECTIONS",
    "SYSTEM_WORDS",
    "is_units",
    "known_word",
    "name_and_units",
    "noun_of",
    "role_of",
    "without_brackets",
    "year_in",
]

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SYSTEM_WORDS: dict[str, list[str]] = _WORDS["systems"]
DIRECTIONS: dict[int, list[str]] = {int(key): words for key, words in _WORDS["directions"].items()}
_NOUN_OF = {word: noun for noun, words in _WORDS["nouns"].items() for word in words}
_ROLE_OF = dict.fromkeys(_NOUN_OF, "mine") | {
    word: role for role, words in _WORDS["roles"].items() for word in words
}
_UNITS = frozenset(_WORDS["units"]["known"])
_BRACKETS = "()[]\uff08\uff09"
_IN_BRACKETS = re.compile(r"(.+?)\s*[(\[\uff08]([^()\[\]\uff08\uff09]+)[)\]\uff09]")
_RATE = re.compile(r"[^\s/\d][^/\s]*/\s*[^/\s]+")
# Powers of ten before units: 10^4 t, 10000 persons, thousand ha.
_FACTOR = re.compile(
    r"(?:10\s?\^\s?[0-9]+|10{2,}|ten thousand|(?:hundred )?(?:thousand|million|billion))\s*"
)
_YEAR_TEXT = re.compile(r"((?:19|20|21)[0-9]{2})(?:\.0)?\s*(?:年度?)?")
_FIRST, _LAST = 1900, 2199


def role_of(text: str) -> str | None:
    """Return what a heading says its column or row holds, None if it says nothing known.

    Examples
    --------
    >>> role_of("Indicators"), role_of("单位"), role_of("Rain")
    ('indicator', 'units', None)
    """
    return _ROLE_OF.get(folded(text).casefold())


def noun_of(text: str) -> str | None:
    """Return the noun by which a heading calls mines, None if it says nothing known.

    Examples
    --------
    >>> noun_of("Cities"), noun_of("县区"), noun_of("名称")
    ('city', 'county', None)
    """
    return _NOUN_OF.get(folded(text).casefold())


def known_word(cell: Any, words: Mapping[Any, Sequence[str]]) -> Any:
    """What a word stands for; one that is not known is left as it is, for `check` to tell.

    Examples
    --------
    >>> known_word("正向", DIRECTIONS), known_word("压力", SYSTEM_WORDS), known_word("?", {})
    (1, 'pressure', '?')
    """
    text = folded(str(cell)).casefold()
    return next((key for key, known in words.items() if text in known), cell)


def is_units(text: str) -> bool:
    """Whether a text looks like units.

    Examples
    --------
    >>> is_units("km2"), is_units("t/km2"), is_units("10^4 persons"), is_units("Roads")
    (True, True, True, False)
    """
    word = without_brackets(text).casefold()
    factor = _FACTOR.match(word)
    word = word[factor.end() :] if factor else word
    return word in _UNITS or _RATE.fullmatch(word) is not None


def without_brackets(text: str) -> str:
    """Text without brackets around it."""
    return visible(text).strip(_BRACKETS)


def name_and_units(text: str) -> tuple[str, str]:
    """Name of an indicator, and the units behind it in brackets, if they are units.

    Examples
    --------
    >>> name_and_units("降水量(mm)"), name_and_units("Soil (loess)")
    (('降水量', 'mm'), ('Soil (loess)', ''))
    """
    found = _IN_BRACKETS.fullmatch(text)
    return (found[1], found[2]) if found and is_units(found[2]) else (text, "")


def year_in(cell: Any) -> int | None:
    """Year that a cell holds, None if it may be anything else.

    Examples
    --------
    >>> year_in("2015年"), year_in(2015.0), year_in(2015.5), year_in(85)
    (2015, 2015, None, None)
    """
    if isinstance(cell, date | bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return int(cell) if cell == int(cell) and _FIRST <= cell <= _LAST else None
    found = _YEAR_TEXT.fullmatch(visible(str(cell)))
    return int(found[1]) if found else None

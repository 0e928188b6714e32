"""Languages of reports and pictures: texts are written in English, and each catalogue is one file.

A text is translated where it is said, as a template, before names and numbers go into it.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter

from recc_mc.errors import InputError

__all__ = [
    "LANGUAGES",
    "filled",
    "lacking",
    "language",
    "say",
    "speaking",
    "translated",
    "untranslated",
    "word",
]

LANGUAGES = ("en", "zh")
"""Codes of the languages (ISO 639-1); the first is that of the source."""

# A character without letters beside one of the alphabet or a digit.
_BORDER = re.compile("[\u4e00-\u9fff][A-Za-z0-9±+−-]|[A-Za-z0-9%][\u4e00-\u9fff]")
_SPOKEN = ContextVar("language", default=LANGUAGES[0])
_MISSING: ContextVar[set[str] | None] = ContextVar("missing", default=None)


@cache
def catalogue(code: str, table: str | None = None) -> Mapping[str, str]:
    """Texts of a language by those in English: all, or those of a table."""
    if code == LANGUAGES[0]:
        return {}
    tables = tomllib.loads(Path(__file__).with_name(f"{code}.toml").read_text("utf-8"))
    texts: dict[str, str] = {}
    for name, held in tables.items():
        texts |= held if table in (None, name) else {}
    return texts


def language() -> str:
    """Code of the language that is spoken."""
    return _SPOKEN.get()


@contextmanager
def speaking(code: str) -> Iterator[set[str]]:
    """Say everything in a language; yields the texts met that its catalogue lacks.

    Parameters
    ----------
    code
        One of `LANGUAGES`.

    Raises
    ------
    InputError
        If there is no such language.

    Examples
    --------
    >>> with speaking("zh"):
    ...     say("mine")
    '矿区'
    """
    if code not in LANGUAGES:
        raise InputError(f"language: must be one of {', '.join(LANGUAGES)}, got {code!r}")
    missing: set[str] = set()
    spoken, noted = _SPOKEN.set(code), _MISSING.set(missing)
    try:
        yield missing
    finally:
        _SPOKEN.reset(spoken)
        _MISSING.reset(noted)


def untranslated() -> frozenset[str]:
    """Texts said so far that stand in English, for want of a translation."""
    return frozenset(_MISSING.get() or ())


def lacking(texts: Iterable[str]) -> None:
    """Note texts that stand in English, such as those that another process has met."""
    missing = _MISSING.get()
    if missing is not None:
        missing |= {*texts}


def translated(text: str) -> str:
    """Text, or template of one, in the language that is spoken; English where there is none."""
    if language() == LANGUAGES[0]:
        return text
    found = catalogue(language()).get(text)
    if found is None:
        lacking([text])
        return text
    return found


def word(text: str) -> str:
    """A word that may be ours, such as a system, or a name that somebody gave, which stays."""
    return catalogue(language(), "words").get(text, text)


def say(text: str, /, **values: object) -> str:
    """Text in the language that is spoken, with its values.

    Parameters
    ----------
    text
        A literal in English, with a field in braces for each name and number.
    **values
        The fields.

    Examples
    --------
    >>> say("{count} of {total}", count=1, total=2)
    '1 of 2'
    """
    return filled(translated(text), values)


def filled(template: str, values: Mapping[str, object]) -> str:
    """Template in the language that is spoken with its values.

    In Chinese a space stands between what is written in letters or digits and what is not; within
    a value, which may be a name, nothing is changed.

    Parameters
    ----------
    template
        Text with a field in braces for each value; as it is if there are none.
    values
        The values.

    Examples
    --------
    >>> with speaking("zh"):
    ...     filled("{mine}超载", {"mine": "Bayan Obo"}), filled("{mine}超载", {"mine": "甲县"})
    ('Bayan Obo 超载', '甲县超载')
    """
    if not values or language() == LANGUAGES[0]:
        return template.format(**values) if values else template
    text = ""
    for literal, field, form, _ in Formatter().parse(template):
        value = "" if field is None else format(values[field], form or "")
        for part in (literal, value):
            text += " " if _BORDER.fullmatch(text[-1:] + part[:1]) else ""
            text += part
    return text

"""Texts that a file holds in English, said in another language.

What a result tells of its draws, its data and its conclusions is written when it is made, in
English. Each such text is an English template with its values in it, by which it is recognised.
"""

import re
from collections.abc import Mapping
from functools import cache

from recc_mc.language import LANGUAGES, catalogue, language, translated

__all__ = ["retold"]

_FIELD = re.compile(r"\\\{(\w+)\\\}")
# What stands between the parts of a list, the wider one first.
_BETWEEN = ("; ", ", ")
_OPENING, _CLOSING = "([{“", ")]}”"


def retold(text: str) -> str:
    """Text of a file in the language that is spoken; English if it is none of the catalogue's.

    Parameters
    ----------
    text
        A text of a catalogue, a template of it with its values, or several with ``;`` or ``,``
        between them. Values that are texts of the catalogue are said in the language, too.

    Examples
    --------
    >>> from recc_mc.language import speaking
    >>> with speaking("zh"):
    ...     retold("mine")
    '矿区'
    """
    if language() == LANGUAGES[0]:
        return text
    found = _known(text)
    # Notes that it is missing.
    return translated(text) if found is None else found


def _known(text: str) -> str | None:
    """Text in the language; None if it is not known, nor all of its parts."""
    code = language()
    whole = catalogue(code).get(text)
    if whole is not None:
        return whole
    for pattern, template in _patterns(code).items():
        match = pattern.fullmatch(text)
        if match:
            values = {name: _value(value) for name, value in match.groupdict().items()}
            return template.format(**values)
    for mark in _BETWEEN:
        parts = _parts(text, mark)
        if len(parts) > 1:
            said = [_known(part) for part in parts]
            known = [part for part in said if part is not None]
            return translated(mark).join(known) if len(known) == len(said) else None
    return None


def _value(text: str) -> str:
    found = _known(text)
    return text if found is None else found


@cache
def _patterns(code: str) -> Mapping[re.Pattern[str], str]:
    """Templates of a language by what recognises their English; those with most words first."""
    recorded = {text: said for text, said in catalogue(code, "recorded").items() if "{" in text}
    order = sorted(recorded, key=lambda text: -len(re.sub(r"\{\w+\}", "", text)))
    return {_pattern(text): recorded[text] for text in order}


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(_FIELD.sub(r"(?P<\1>.+?)", re.escape(template)), re.DOTALL)


def _parts(text: str, mark: str) -> list[str]:
    """Parts of a text between marks that stand outside of brackets."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if not depth and text.startswith(mark, place):
            parts.append(text[start:place])
            start = place + len(mark)
    return [*parts, text[start:]]

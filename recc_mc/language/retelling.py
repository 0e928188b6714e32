"""Texts that a file holds in English, said in another language.

What a result tells of its draws, its data and its conclusions is written when it is made, in
English. Each such text is an English template with its values in it, by which it is recognised.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

from recc_mc.language import LANGUAGES, catalogue, filled, language, translated

__all__ = ["recorded", "retold"]

_FIELD = re.compile(r"\\\{(\w+)\\\}")
# Fields that are a number or a name of ours, without which any sentence with "to" were a range.
_SINGLE = ("high", "low", "one")
# What stands between the parts of a list, the wider one first.
_BETWEEN = ("; ", ", ")
_OPENING, _CLOSING = "([{“", ")]}”"


def recorded(text: str, /, **values: object) -> str:
    """Text for a file, in English whatever language is spoken.

    Parameters
    ----------
    text
        A literal that has a line in the table ``recorded`` of each catalogue.
    **values
        Its fields.

    Examples
    --------
    >>> recorded("data of {count} indicators ({error})", count=2, error="lognormal, cv 0.1")
    'data of 2 indicators (lognormal, cv 0.1)'
    """
    return text.format(**values) if values else text


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
    if found is not None:
        return found
    # What is not known is noted as missing, and stands in English.
    return _listed(text, translated) or translated(text)


def _known(text: str) -> str | None:
    """Text in the language; None if it is not known."""
    code = language()
    whole = catalogue(code).get(text)
    if whole is not None:
        return whole
    for pattern, template in _patterns(code).items():
        match = pattern.fullmatch(text)
        if match and all(map(_is_whole, match.groups())):
            values = {name: _value(value) for name, value in match.groupdict().items()}
            return filled(template, values)
    return None


def _is_whole(text: str) -> bool:
    """Whether brackets that are closed in a text are opened in it."""
    depth = 0
    for sign in text:
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if depth < 0:
            return False
    return depth == 0


def _value(text: str) -> str:
    """Value of a field: a name or number, or a text of the catalogue, or several."""
    return _known(text) or _listed(text, lambda part: part) or text


def _listed(text: str, otherwise: Callable[[str], str]) -> str | None:
    """Parts of a list, each in the language if it is known; None if there are no parts."""
    for mark in _BETWEEN:
        parts = _parts(text, mark)
        if len(parts) > 1:
            said = [
                _known(p) or _listed(p, otherwise) or _unless_number(p, otherwise) for p in parts
            ]
            return translated(mark).join(said)
    return None


def _unless_number(text: str, otherwise: Callable[[str], str]) -> str:
    return otherwise(text) if re.search("[A-Za-z]", text) else text


@cache
def _patterns(code: str) -> Mapping[re.Pattern[str], str]:
    """Templates of a language by what recognises their English; those with most words first."""
    recorded = {text: said for text, said in catalogue(code, "recorded").items() if "{" in text}
    order = sorted(recorded, key=lambda text: -len(re.sub(r"\{\w+\}", "", text)))
    return {_pattern(text): recorded[text] for text in order}


def _pattern(template: str) -> re.Pattern[str]:
    met: set[str] = set()

    def group(field: re.Match[str]) -> str:
        if field[1] in met:
            return f"(?P={field[1]})"
        met.add(field[1])
        value = "[^ ]+" if field[1] in _SINGLE else ".+?"
        return f"(?P<{field[1]}>{value})"

    return re.compile(_FIELD.sub(group, re.escape(template)), re.DOTALL)


def _parts(text: str, mark: str) -> list[str]:
    """Parts of a text between marks that stand outside of brackets."""
    parts, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if not depth and text.startswith(mark, place):
            parts.append(text[start:place])
            start = place + len(mark)
    return [*parts, text[start:]]

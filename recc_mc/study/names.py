"""Names as people type them: made comparable, quoted, and corrected by suggestion."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache

__all__ = [
    "BadName",
    "clean_name",
    "clean_path",
    "clean_text",
    "folded",
    "folded_path",
    "hint",
    "look_alikes",
    "nearest",
    "quoted",
    "visible",
]

_LISTED = 15
_LISTED_LETTERS = 200

# What Unicode calls default-ignorable, a reader does not see it: soft hyphen, joiners, zero-width
# blanks, byte order mark, variation selectors, tags. Marks of direction are refused instead.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
# Every blank but those that are control characters; the last three are letters only in name.
_BLANKS = "\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u2800\u3164\uffa0"
_BLANK_RUN = re.compile(f"[{_BLANKS}]+")
_ENDS = re.compile(f"^[\t\n\r{_BLANKS}]+|[\t\n\r{_BLANKS}]+$")
_LINE_BLANKS = re.compile("[\t\n\r]+")
_FORBIDDEN = re.compile(
    "(?P<control>[\x00-\x1f\x7f-\x9f])|(?P<surrogate>[\ud800-\udfff])"
    "|(?P<direction>[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069])"
)
_WHAT = {
    "control": "a control character",
    "surrogate": "half of a character",
    "direction": "a mark that turns the direction of text",
}
_HYPHENS = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")


class BadName(ValueError):
    """A name with a character that no name may have; the message says what is expected."""


def visible(text: str) -> str:
    r"""Text without invisible characters, and without blanks, tabs or ends of lines at its ends.

    Examples
    --------
    >>> visible("\ufeff 12\u00a0")
    '12'
    """
    if text.isascii():
        return text.strip(" \t\n\r")
    # In this order: an invisible character may stand between a blank and the end.
    return _ENDS.sub("", _INVISIBLE.sub("", text))


@lru_cache(maxsize=4096)
def clean_name(text: str) -> str:
    r"""Name such that names which look the same are the same.

    Blanks of any kind and number become one blank, those at the ends nothing; zero-width and
    other invisible characters are left out; the rest is in Unicode's composed form (NFC), as
    files written on different systems encode the same accented letter in one or in two characters.

    Raises
    ------
    BadName
        If a control character (a tab or end of line within the name, too) or a mark of direction
        is left: it would cut the name in a file, or let it show as another.

    Examples
    --------
    >>> clean_name(" Bayan\u00a0\u200bObo ")
    'Bayan Obo'
    """
    seen = visible(text)
    found = _FORBIDDEN.search(seen)
    if found is not None:
        raise BadName(f"a name without U+{ord(found[0]):04X}, {_WHAT[str(found.lastgroup)]}")
    return unicodedata.normalize("NFC", _BLANK_RUN.sub(" ", seen))


def clean_path(text: str) -> str:
    """Path of a criterion: names, each as `clean_name`, joined by ``/``.

    Raises
    ------
    BadName
        As `clean_name`, or if one of several names is empty.

    Examples
    --------
    >>> clean_path("environment / water")
    'environment/water'
    """
    names = [clean_name(part) for part in text.split("/")]
    if len(names) > 1 and not all(names):
        raise BadName('names joined by "/", as in "environment/water", none of them empty')
    return "/".join(names)


def clean_text(text: str) -> str:
    """Text as `clean_name`, but ends of lines and tabs within it become blanks, too.

    Raises
    ------
    BadName
        If another control character or a mark of direction is left.
    """
    return clean_name(_LINE_BLANKS.sub(" ", text))


def folded(text: str) -> str:
    """Name as `clean_name` gives it, to be found among others; what can be no name stays.

    Examples
    --------
    >>> folded("Bayan  Obo ")
    'Bayan Obo'
    """
    try:
        return clean_name(text)
    except BadName:
        return text


def folded_path(text: str) -> str:
    """Path as `clean_path` gives it, to be found among others; what can be no path stays."""
    try:
        return clean_path(text)
    except BadName:
        return text


def _alike(name: str) -> str:
    """Key that names share which a reader takes for the same: case, width, kind of hyphen."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return _HYPHENS.sub("-", folded)


def look_alikes(places: Mapping[str, str]) -> Iterator[str]:
    """Sentences about names that differ, but only in case, width or kind of hyphen.

    Parameters
    ----------
    places
        Where each name stands first, such as ``panel.csv:17: mine``, by name.
    """
    first: dict[str, str] = {}
    for name, place in places.items():
        other = first.setdefault(_alike(name), name)
        if other != name:
            yield (
                f'{place}: "{name}": differs from "{other}" ({places[other]}) only in case, width '
                "or kind of hyphen: expected one spelling"
            )


def quoted(names: Iterable[str]) -> str:
    """List of names for a sentence.

    Examples
    --------
    >>> quoted(["pooled", "yearly", "fixed"])
    '"pooled", "yearly" or "fixed"'
    """
    words = [f'"{name}"' for name in names]
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is nearest to a name, None if none is near.

    Examples
    --------
    >>> nearest("Longnan2", ["Bayan Obo", "Longnan"])
    'Longnan'
    """
    choices = list(known)
    # Case and width make short names look unlike each other to a count of letters.
    alike = [choice for choice in choices if _alike(choice) == _alike(name)]
    near = alike or get_close_matches(name, choices, n=1)
    return near[0] if near else None


def hint(name: str, known: Iterable[str]) -> str:
    """End of a sentence about an unknown name: the nearest known one, else the list of all.

    Examples
    --------
    >>> hint("sead", ["samples", "seed"])
    '; did you mean "seed"?'
    """
    choices = list(known)
    near = nearest(name, choices)
    if near is not None:
        return f'; did you mean "{near}"?'
    if not choices:
        return ""
    listed = [choices[0]]
    for choice in choices[1:_LISTED]:
        if len(", ".join([*listed, choice])) > _LISTED_LETTERS:
            break
        listed.append(choice)
    if len(listed) < len(choices):
        return f"; known: {', '.join(listed)}, ... ({len(choices)} in all)"
    return f"; known: {', '.join(choices)}"

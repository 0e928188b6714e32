"""Names as people type them: made comparable, quoted, and corrected by suggestion."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["clean_name", "hint", "quoted"]

_LISTED = 15


def clean_name(text: str) -> str:
    """Name without surrounding blanks, in Unicode's composed form (NFC).

    Files written on different systems encode the same accented letter in one or in two characters;
    they must still name the same thing.
    """
    return unicodedata.normalize("NFC", text).strip()


def quoted(names: Iterable[str]) -> str:
    """List of names for a sentence.

    Examples
    --------
    >>> quoted(["pooled", "yearly", "fixed"])
    '"pooled", "yearly" or "fixed"'
    """
    words = [f'"{name}"' for name in names]
    return " or ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def hint(name: str, known: Iterable[str]) -> str:
    """End of a sentence about an unknown name: the nearest known one, else the list of all.

    Examples
    --------
    >>> hint("sead", ["samples", "seed"])
    '; did you mean "seed"?'
    """
    choices = list(known)
    near = get_close_matches(name, choices, n=1)
    if not near:
        # Case is the one difference that makes short names look unlike each other.
        near = [choice for choice in choices if choice.casefold() == name.casefold()]
    if near:
        return f'; did you mean "{near[0]}"?'
    if not choices:
        return ""
    if len(choices) > _LISTED:
        return f"; known: {', '.join(choices[:_LISTED])}, ... ({len(choices)} in all)"
    return f"; known: {', '.join(choices)}"

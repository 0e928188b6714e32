"""What a study calls its objects: "mine" and "mines", or as its file says.

Names of dimensions, variables, columns and keys are the same in every study.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from recc_mc.language import filled, translated

__all__ = ["MINES", "NOUN_ATTRIBUTES", "Nouns", "nouns_of", "plural"]

NOUN_ATTRIBUTES = ("noun", "nouns")
"""Attributes of a result whose study has words of its own: for one object, and for several."""

_ENDINGS = (
    (re.compile(r"(?<=[bcdfghjklmnpqrstvwxz])y$"), "ies"),
    (re.compile(r"(?<=s|x|z)$|(?<=ch|sh)$"), "es"),
    # What is written without letters of this alphabet has no such plural.
    (re.compile(r"(?<=[A-Za-z])$"), "s"),
)
# The name of a field stays as it is.
_OURS = re.compile(r"(\b[Aa] )?(?<!\{)\bmine(s?)\b(?!\})")


class Nouns(NamedTuple):
    """The words for one object and for several.

    Parameters
    ----------
    one, many
        The words.
    """

    one: str
    many: str

    def said(self, text: str, /, **values: object) -> str:
        """Text of ours, written for mines, in these words and the language that is spoken.

        Parameters
        ----------
        text
            A text that holds no names of the user, one of which may be a mine's: they are values.
        **values
            Fields of the text, which stand in braces.

        Examples
        --------
        >>> Nouns("area", "areas").said("rank of a mine among all mines, in 3 mine-years")
        'rank of an area among all areas, in 3 area-years'
        """
        return filled(self.worded(text), values)

    def worded(self, text: str) -> str:
        """Template in these words and the language that is spoken, its fields still in braces."""
        said, ours = translated(text), translated(MINES.one)
        if self == MINES:
            return said
        return self.recorded(said) if ours == MINES.one else said.replace(ours, self.one)

    def recorded(self, text: str) -> str:
        """Text for a file in these words, in English whatever language is spoken."""
        return text if self == MINES else _OURS.sub(self._word, text)

    def _word(self, found: re.Match[str]) -> str:
        word = self.many if found[2] else self.one
        if not found[1]:
            return word
        article = found[1].strip() + ("n" if word[0] in "aeiouAEIOU" else "")
        return f"{article} {word}"

    def amount(self, number: int) -> str:
        """Number of objects.

        Examples
        --------
        >>> MINES.amount(1), Nouns("city", "cities").amount(1200)
        ('1 mine', '1,200 cities')
        """
        text = "{number} mine" if number == 1 else "{number} mines"
        return self.said(text, number=f"{number:,}")

    def with_years(self, number: int) -> str:
        """What indices over so many objects and all years run over.

        Examples
        --------
        >>> MINES.with_years(6), MINES.with_years(1)
        ('all mines and years', 'all years')
        """
        return translated("all years") if number == 1 else self.worded("all mines and years")


MINES = Nouns("mine", "mines")
"""The words of a study that has none of its own."""


def plural(noun: str) -> str:
    """English plural of a noun; a word of another script stands for several as it does for one.

    Examples
    --------
    >>> plural("city"), plural("mining area"), plural("bush"), plural("bay"), plural("市")
    ('cities', 'mining areas', 'bushes', 'bays', '市')
    """
    for ending, plural_ending in _ENDINGS:
        if ending.search(noun):
            return ending.sub(plural_ending, noun, count=1)
    return noun


def nouns_of(given: Mapping[Any, Any]) -> Nouns:
    """Words that a study gives, or a result or a group of one.

    Parameters
    ----------
    given
        Table [study] of the file, or attributes of the result. A plural that is not given is made.

    Examples
    --------
    >>> nouns_of({"noun": "county"}), nouns_of({"noun": "Land", "nouns": "Länder"})
    (Nouns(one='county', many='counties'), Nouns(one='Land', many='Länder'))
    """
    one, many = (given.get(name) for name in NOUN_ATTRIBUTES)
    noun = MINES.one if one is None else str(one)
    return Nouns(noun, plural(noun) if many is None else str(many))

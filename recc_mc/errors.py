"""The exceptions and the warning the package raises on purpose, and the form of their sentences.

Everything else that escapes is a defect of the package, not of the user's input.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

__all__ = [
    "InputError",
    "ReccError",
    "RunError",
    "StudyWarning",
    "capped",
    "printable",
    "sentence_of",
    "text_width",
]

MOST_LINES = 20
"""No message has more lines."""
MOST_QUOTED = 200
"""No sentence quotes more characters of the user's input."""

# One piece of input, cut where it is longer: what follows tells nothing more.
_LONGEST_PIECE = 60
# Beyond it a sentence is not read; whatever made it so long is input of the user.
_LONGEST_SENTENCE = 1000
_PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"')
_WORD = re.compile(rf"\S{{{MOST_QUOTED + 1},}}")
# Marks, embeddings, overrides and isolates: they change the order in which a line is shown.
_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Other letters and signs stay; "Zl" and "Zp" end a line.
_ESCAPED = ("Cc", "Cs", "Zl", "Zp")


def printable(text: str) -> str:
    r"""Text as a terminal may show it: what would command the terminal is written as an escape.

    Control characters but the end of a line, lone surrogates and marks of direction.

    Examples
    --------
    >>> printable("\x1b[31mred")
    '\\x1b[31mred'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(letter) if _is_hidden(letter) else letter for letter in text)


def _is_hidden(letter: str) -> bool:
    return letter != "\n" and (letter in _BIDIRECTIONAL or unicodedata.category(letter) in _ESCAPED)


def _escape(letter: str) -> str:
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def text_width(text: str) -> int:
    """Columns a text takes: two for a wide letter, none for a combining mark.

    Examples
    --------
    >>> text_width("白云鄂博"), text_width("Bayan Obo")
    (8, 9)
    """
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )


def sentence_of(text: str) -> str:
    """Sentence on one line, printable, and with no more of the user's input than can be read.

    Examples
    --------
    >>> len(sentence_of('a.csv:3: mine "' + 5000 * "x" + '": is unknown')) < 100
    True
    """
    text = printable(text).replace("\n", "\\n")
    pieces = len(_PIECE.findall(text))
    longest = min(_LONGEST_PIECE, MOST_QUOTED // max(1, pieces))
    text = _PIECE.sub(lambda found: f'"{_cut(found[1], longest)}"', text)
    # Paths and keys stand without quotes; their ends tell more than their middles.
    text = _WORD.sub(lambda found: _middle_cut(found[0]), text)
    return _cut(text, _LONGEST_SENTENCE)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: max(0, longest - 3)]}..."


def _middle_cut(text: str) -> str:
    half = (MOST_QUOTED - 3) // 2
    return f"{text[:half]}...{text[-half:]}"


def capped(sentences: Sequence[str]) -> list[str]:
    """Sentences as lines of one message; what is too much for one is counted.

    Examples
    --------
    >>> capped([f"line {k} is wrong" for k in range(40)])[-2:]
    ['line 18 is wrong', '... and 21 more']
    """
    if len(sentences) <= MOST_LINES:
        return list(sentences)
    shown = sentences[: MOST_LINES - 1]
    return [*shown, f"... and {len(sentences) - len(shown)} more"]


class ReccError(Exception):
    """Base of every error raised on purpose."""


class InputError(ReccError):
    """A study, one of its files or an argument is wrong.

    Parameters
    ----------
    problems
        One sentence per problem: where, what, and what was expected instead. All problems that
        could be found are reported together.

    Attributes
    ----------
    problems
        All sentences, each on one line and readable.
    lines
        Those of them that make up the message: at most 20 lines, the last says how many are left.
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        given = (problems,) if isinstance(problems, str) else problems
        self.problems = tuple(map(sentence_of, given))
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> list[str]:
        """Lines of the message."""
        return capped(self.problems)

    def __reduce__(self) -> tuple[type["InputError"], tuple[tuple[str, ...]]]:
        # The default pickles the joined text, and a worker's error would lose its structure.
        return type(self), (self.problems,)


class RunError(ReccError):
    """A valid study could not be computed or its result not be written.

    Parameters
    ----------
    message
        What happened, on one or several lines.

    Attributes
    ----------
    lines
        Lines of the message: at most 20, each readable.
    """

    def __init__(self, message: str) -> None:
        self.lines = capped([sentence_of(line) for line in message.splitlines()])
        super().__init__("\n".join(self.lines))


class StudyWarning(UserWarning):
    """Something in a study that does not stop it but that its reader must know."""

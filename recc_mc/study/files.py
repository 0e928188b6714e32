"""Text and TOML files, with one clear error for each way of not being readable."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from recc_mc.errors import InputError

__all__ = ["parse_toml", "read_bytes", "read_text", "with_lines"]

_SHORT_ESCAPES = {8: "b", 9: "t", 10: "n", 12: "f", 13: "r"}
_FORBIDDEN = re.compile(r"expected [^\"]*without U\+([0-9A-F]{4,6}), ")


def read_bytes(path: Path, name: str) -> bytes:
    """Content of a file.

    Parameters
    ----------
    path
        The file.
    name
        What messages call it.

    Raises
    ------
    InputError
        If it is missing, a directory, unreadable or empty.
    """
    try:
        if path.is_dir():
            raise InputError(f"{name}: is a directory, expected a file")
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{name}: no such file") from None
    except (OSError, ValueError) as error:
        # ValueError: a name with a null character.
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{name}: cannot be read: {reason}") from error
    if not content.strip():
        raise InputError(f"{name}: is empty")
    return content


def read_text(path: Path, name: str) -> str:
    """Content of a UTF-8 file, without its byte order mark.

    Raises
    ------
    InputError
        As `read_bytes`, or if the file is not UTF-8: with the line.
    """
    content = read_bytes(path, name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{content[error.start]:02x}"
        raise InputError(f"{name}:{line}: {found}: is not UTF-8, save the file as UTF-8") from error


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """Parse a TOML text.

    Raises
    ------
    InputError
        On a syntax error: with the line.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # A syntax error, a number of absurd length, or brackets nested absurdly deep.
        found = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", str(error))
        if found is None:
            raise InputError(f"{name}: not valid TOML: {error}") from error
        line = found[2] or str(len(text.splitlines()))
        raise InputError(f"{name}:{line}: not valid TOML: {found[1]}") from error


def with_lines(problems: Iterable[str], name: str, text: str) -> list[str]:
    """Sentences about characters that no name may hold, with the line of a TOML text if it is sure.

    Parameters
    ----------
    problems
        Sentences that begin with the name of the file.
    name
        What messages call the file.
    text
        What it holds.
    """
    return [_with_line(problem, name, text) for problem in problems]


def _with_line(problem: str, name: str, text: str) -> str:
    found = _FORBIDDEN.search(problem)
    if found is None:
        return problem
    code = int(found[1], 16)
    short = _SHORT_ESCAPES.get(code)
    forms = [re.escape(chr(code)), rf"\\u{code:04x}", rf"\\U{code:08x}"]
    pattern = "|".join(
        [*forms[:1], f"(?i:{forms[1]}|{forms[2]})", *([rf"\\{short}"] if short else [])]
    )
    # Ends of lines are in every line; written out they stand within one.
    lines = [
        n for n, line in enumerate(text.split("\n"), 1) if re.search(pattern, line.rstrip("\r"))
    ]
    if len(lines) != 1:
        return problem
    return f"{name}:{lines[0]}{problem.removeprefix(name)}"

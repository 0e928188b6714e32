"""Text and TOML files, with one clear error for each way of not being readable."""

import re
import tomllib
from pathlib import Path
from typing import Any

from recc_mc.errors import InputError

__all__ = ["parse_toml", "read_bytes", "read_text"]


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

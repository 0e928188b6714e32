"""Single settings in place of others: by key path, as messages write them."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from recc_mc.errors import InputError
from recc_mc.study.toml_text import toml_text
from recc_mc.study.wording import key_path, shown

__all__ = ["by_key", "changed", "keys_of", "noted", "parse_changes", "parsed_value"]

Value = TypeVar("Value")

_INDEX = re.compile(r"\[([0-9]+)\]")
_PATH = re.compile(r"(.*?)((?:\[[0-9]+\])*)")
_MARK = "# changed: "


def parse_changes(texts: list[str]) -> dict[str, Any]:
    """Changes by key path from texts ``KEY=VALUE``.

    Parameters
    ----------
    texts
        A value is read as TOML writes it; what is none is a text, for which nobody need type
        quotes within quotes. An empty value is None: it takes the key out.

    Raises
    ------
    InputError
        If a text has no value, or a key comes twice.

    Examples
    --------
    >>> parse_changes(["method.aggregation=geometric", "simulation.samples = 1_000"])
    {'method.aggregation': 'geometric', 'simulation.samples': 1000}
    """
    return by_key(texts, "--set", "KEY=VALUE", parsed_value)


def by_key(
    texts: Sequence[str], option: str, form: str, read: Callable[[str], Value]
) -> dict[str, Value]:
    """Values by key from texts ``KEY=...``.

    Parameters
    ----------
    texts
        The texts.
    option
        What they are arguments of, for messages.
    form
        How they must look, for messages.
    read
        Makes what follows the key a value; raises ValueError if it is none.

    Raises
    ------
    InputError
        With everything that is wrong in them; a key may come only once.
    """
    found: dict[str, Value] = {}
    problems: list[str] = []
    for text in texts:
        parts = _split(text)
        if parts is None:
            problems.append(f"{option}: must be {form}, got {shown(text)}")
            continue
        key, value = parts
        if key in found:
            problems.append(f"{option}: {key}: is given twice")
        try:
            found[key] = read(value)
        except ValueError as error:
            problems.append(f"{option}: {key}: {error}")
    if problems:
        raise InputError(problems)
    return found


def _split(text: str) -> tuple[str, str] | None:
    """Key and value of a text ``KEY=VALUE``; None if it is none."""
    # A quoted key may hold the sign itself.
    match = re.fullmatch(r'((?:"(?:[^"\\]|\\.)*"|[^="])+)=(.*)', text, re.DOTALL)
    return None if match is None else (match[1].strip(), match[2].strip())


def parsed_value(text: str) -> Any:
    """Value as TOML writes it; what is none is a text, and nothing is None."""
    if not text:
        return None
    try:
        table = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    # A line end within the text would add keys.
    return table["value"] if len(table) == 1 else text


def changed(document: Mapping[str, Any], changes: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Tables of a study file with some of their keys set anew.

    Parameters
    ----------
    document
        The tables, which stay as they are.
    changes
        Values by key path; tables on the way are made where there are none. None takes a key out,
        which leaves it at its default.
    place
        What messages call the file.

    Raises
    ------
    InputError
        If a path cannot be read or does not lead anywhere. Unknown keys are found where the tables
        are validated.
    """
    copy: dict[str, Any] = _copied(document)
    problems = []
    for text, value in changes.items():
        try:
            _put(copy, *keys_of(text), _plain(value))
        except InputError as error:
            problems += [f"{place}: {problem}" for problem in error.problems]
    if problems:
        raise InputError(problems)
    return copy


def keys_of(text: object) -> tuple[list[str], list[int]]:
    """Keys of a path as `key_path` writes it, and the positions in lists at its end.

    Raises
    ------
    InputError
        If the text is no such path.
    """
    match = _PATH.fullmatch(text) if isinstance(text, str) else None
    try:
        # A line end within the text would add a second key.
        table: Any = tomllib.loads(f"{match[1]} = 0") if match and "\n" not in match[1] else None
    except (ValueError, RecursionError):
        table = None
    if match is None or table is None:
        raise InputError(f"{shown(text)}: expected a path of keys such as uncertainty.data.cv")
    keys: list[str] = []
    while isinstance(table, dict):
        ((key, table),) = table.items()
        keys.append(key)
    return keys, [int(number) for number in _INDEX.findall(match[2])]


def _put(table: dict[str, Any], keys: list[str], positions: list[int], value: Any) -> None:
    for depth, key in enumerate(keys[:-1], 1):
        below: Any = table.setdefault(key, {})
        if not isinstance(below, dict):
            where = key_path(keys[:depth])
            raise InputError(f"{where}: is {shown(below)} and holds no keys, got {key_path(keys)}")
        table = below
    if value is None and not positions:
        table.pop(keys[-1], None)
        return
    holder: Any = table
    path: list[str | int] = [*keys]
    place: str | int = keys[-1]
    for position in positions:
        path.append(position)
        holder, place = holder.get(place) if isinstance(holder, dict) else holder[place], position
        if not isinstance(holder, list) or position >= len(holder):
            raise InputError(f"{key_path(path)}: {_no_item(holder)}")
    holder[place] = value


def _no_item(holder: Any) -> str:
    if holder is None:
        return "the study leaves the list at its default, expected all of it"
    found = f"the list has {len(holder)}" if isinstance(holder, list) else "it is no list"
    return f"no such item, {found}"


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list | tuple) else value


def _plain(value: Any) -> Any:
    """Value as TOML knows it; NumPy's numbers and arrays are numbers and lists."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    return _copied(value)


def noted(old: str, changes: Mapping[str, Any], text: str) -> str:
    """Text of changed settings, with all changes at its head.

    Parameters
    ----------
    old
        Text before the changes, which may have changes at its head already.
    changes
        The changes.
    text
        Text after them.
    """
    earlier = [line for line in old.splitlines() if line.startswith(_MARK)]
    lines = [_MARK + _note(key, _plain(value)) for key, value in changes.items()]
    return "".join(f"{line}\n" for line in [*earlier, *lines]) + text


def _note(key: str, value: Any) -> str:
    if value is None:
        return f"{key} left out"
    return f"{key} = {toml_text({'x': [value]})[len('x = [') : -len(']') - 1]}"

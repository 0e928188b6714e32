"""Single settings in place of others: by key path, as messages write them."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from recc_mc.errors import InputError
from recc_mc.study.toml_text import toml_value
from recc_mc.study.wording import first_item, key_path, shown

__all__ = ["by_key", "changed", "keys_of", "noted", "parse_changes", "parsed_value"]

Value = TypeVar("Value")

# Keys up to the position of an item, or that position.
_PART = re.compile(r"""(?P<keys>(?:[^"'\[\]]|"(?:[^"\\]|\\.)*"|'[^']*')+)|\[(?P<item>[0-9]+)\]""")
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
            _put(copy, keys_of(text), _plain(value))
        except InputError as error:
            problems += [f"{place}: {problem}" for problem in error.problems]
    if problems:
        raise InputError(problems)
    return copy


def keys_of(text: object) -> list[str | int]:
    """Keys and positions in lists of a path as `key_path` writes it.

    Raises
    ------
    InputError
        If the text is no such path.

    Examples
    --------
    >>> keys_of("scenario[1].change[2].lower"), keys_of('data."GDP per head"')
    (['scenario', 0, 'change', 1, 'lower'], ['data', 'GDP per head'])
    """
    # A line end within the text would add a second key.
    path = _parsed(text) if isinstance(text, str) and "\n" not in text else []
    if not path:
        raise InputError(f"{shown(text)}: expected a path of keys such as uncertainty.data.cv")
    return path


def _parsed(text: str) -> list[str | int]:
    """Parts of a path; none if it is no path."""
    path: list[str | int] = []
    end = 0
    for match in _PART.finditer(text):
        if match.start() != end:
            return []
        end = match.end()
        if match["item"] and path:
            path.append(int(match["item"]) - first_item(path))
            continue
        names = _names(match[0], after_item=bool(path))
        if not names:
            return []
        path += names
    return path if end == len(text) else []


def _names(text: str, *, after_item: bool) -> list[str]:
    """Names of a path without positions; none if it is no such path."""
    if after_item and not text.startswith("."):
        return []
    try:
        table: Any = tomllib.loads(f"{text[after_item:]} = 0")
    except (ValueError, RecursionError):
        return []
    names: list[str] = []
    while isinstance(table, dict):
        ((name, table),) = table.items()
        names.append(name)
    return names


def _put(table: dict[str, Any], path: list[str | int], value: Any) -> None:
    *way, last = path
    holder: Any = table
    for depth, key in enumerate(way, 1):
        if isinstance(key, int):
            holder = holder[key]
        elif isinstance(path[depth], int):
            # A list is there or is not; a table is made.
            holder = holder.get(key)
        else:
            holder = holder.setdefault(key, {})
        _check(holder, path, depth)
    if value is None and isinstance(last, str):
        holder.pop(last, None)
    else:
        holder[last] = value


def _check(holder: Any, path: list[str | int], depth: int) -> None:
    """Refuse what is on the way to a value and has not the key, or item, that comes next."""
    following, here = path[depth], key_path(path[:depth])
    if isinstance(following, str) and not isinstance(holder, dict):
        raise InputError(f"{here}: is {shown(holder)} and holds no keys, got {key_path(path)}")
    if isinstance(following, int) and not (
        isinstance(holder, list) and 0 <= following < len(holder)
    ):
        raise InputError(f"{key_path(path[: depth + 1])}: {_no_item(holder)}")


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
    return f"{key} = {toml_value(value)}"

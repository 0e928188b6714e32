"""Tables as TOML text: what reading it gives back is what was written."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

__all__ = ["toml_text", "toml_value"]


def toml_text(table: Mapping[str, Any]) -> str:
    r"""Write nested tables as TOML.

    Parameters
    ----------
    table
        Texts, numbers, truth values, dates, and lists and tables of them, by key.

    Raises
    ------
    TypeError
        If there is a value that TOML has no form for.

    Examples
    --------
    >>> toml_text({"method": {"ahp_share": 0.4, "goalposts": "pooled"}})
    '[method]\nahp_share = 0.4\ngoalposts = "pooled"\n'
    """
    return "\n".join(_lines(table, ())) + "\n"


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Header, the keys that are no tables, and then those that are: a header ends a table."""
    if path:
        # A table without keys says something too: [uncertainty.judgments] makes them uncertain.
        yield f"[{'.'.join(map(_key, path))}]"
    nested = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    lists = {key: value for key, value in table.items() if _is_tables(value)}
    for key, value in table.items():
        if key not in nested and key not in lists:
            yield f"{_key(key)} = {toml_value(value)}"
    for number, (key, value) in enumerate(nested.items()):
        if path or number:
            yield ""
        yield from _lines(value, (*path, key))
    for key, value in lists.items():
        for item in value:
            yield from _item(item, (*path, key))


def _is_tables(value: Any) -> bool:
    """Whether a value is a list of nothing but tables, which has headers of its own."""
    is_list = isinstance(value, list | tuple) and len(value) > 0
    return is_list and all(isinstance(item, Mapping) for item in value)


def _item(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Table of a list: what is a table within it stands on one line."""
    yield ""
    yield f"[[{'.'.join(map(_key, path))}]]"
    lists = [key for key, value in table.items() if _is_tables(value)]
    for key, value in table.items():
        if key not in lists:
            yield f"{_key(key)} = {toml_value(value)}"
    for key in lists:
        for item in table[key]:
            yield from _item(item, (*path, key))


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else _text(key)


def toml_value(value: Any) -> str:
    """Value as TOML writes it behind a key.

    Raises
    ------
    TypeError
        If TOML has no form for it.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case int():
            return str(int(value))
        case float():
            return repr(float(value))
        case date() | time():
            return value.isoformat()
        case list() | tuple():
            return f"[{', '.join(map(toml_value, value))}]"
        case Mapping():
            return f"{{ {', '.join(f'{_key(k)} = {toml_value(v)}' for k, v in value.items())} }}"
    raise TypeError(f"TOML has no form for {type(value).__name__} {value!r}")


def _text(text: str) -> str:
    """Text in quotes; JSON escapes what TOML wants escaped but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

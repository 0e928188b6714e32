"""Pydantic's findings as sentences for the people who wrote the study file."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from recc_mc.errors import printable
from recc_mc.study.names import hint, quoted

__all__ = ["first_item", "key_path", "sentences", "shown", "unknown_names"]

_SENTENCES = {
    "missing": "is required",
    "greater_than_equal": "must be >= {ge}, got {input}",
    "greater_than": "must be > {gt}, got {input}",
    "less_than_equal": "must be <= {le}, got {input}",
    "finite_number": "must be a finite number, got {input}",
    "float_type": "must be a number, got {input}",
    "int_type": "must be a whole number, got {input}",
    "bool_type": "must be true or false, got {input}",
    "string_type": "must be a text in quotes, got {input}",
    "tuple_type": "must be a list, got {input}",
    "model_type": "must be a table, got {input}",
    "dict_type": "must be a table, got {input}",
    "mapping_type": "must be a table, got {input}",
    "rule": "{sentence}",
}


def sentences(error: ValidationError, model: type[BaseModel], file: str = "") -> list[str]:
    """One sentence per error: file, path of keys, what is expected and what was found.

    Parameters
    ----------
    error
        What pydantic found.
    model
        The model that was validated; its fields are the known keys.
    file
        Name of the study file; without one a sentence begins with the path of keys.
    """
    place = f"{file}: " if file else ""
    return [
        f"{place}{key_path(item['loc'])}: {_sentence(item, model)}"
        for item in error.errors(include_url=False)
    ]


def key_path(keys: Sequence[str | int]) -> str:
    """Path of keys as TOML writes it.

    Examples
    --------
    >>> key_path(("uncertainty", "data", "indicators", "GDP per head", "cv"))
    'uncertainty.data.indicators."GDP per head".cv'
    >>> key_path(("method", "grade_cuts", 1))
    'method.grade_cuts[1]'
    >>> key_path(("scenario", 0, "change", 1, "multiply"))
    'scenario[1].change[2].multiply'
    """
    path, first = "", first_item(keys)
    for key in keys:
        if isinstance(key, int):
            path += f"[{key + first}]"
        else:
            path += ("." if path else "") + (key if _BARE_KEY.fullmatch(key) else _text(key))
    return path


def first_item(keys: Sequence[str | int]) -> int:
    """Number of the first item of lists below a path of keys.

    Whoever writes tables one after the other counts them from 1: scenarios and their changes.
    """
    return int(len(keys) > 0 and keys[0] in _COUNTED)


_COUNTED = ("scenario", "target")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def shown(value: Any) -> str:
    """Short form of a value as TOML writes it."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # Cut within the quotes, which tell where the value ends.
        return _text(value if len(value) <= _LONGEST else f"{value[: _LONGEST - 3]}...")
    text = printable(str(value))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


_LONGEST = 60


def unknown_names(
    keys: tuple[str | int, ...],
    names: Iterable[str],
    kind: str,
    known: Iterable[str],
    *,
    listed: bool = True,
) -> Iterator[str]:
    """Sentences about names that do not exist.

    Parameters
    ----------
    keys
        Path of the key that gives them.
    names
        The names.
    kind
        What they are names of.
    known
        Those that exist.
    listed
        Whether the key has a list of them.
    """
    choices = list(known)
    for k, name in enumerate(names):
        if name not in choices:
            place = key_path((*keys, k) if listed else keys)
            yield f'{place}: unknown {kind} "{name}"{hint(name, choices)}'


def _text(value: str) -> str:
    # JSON leaves marks of direction and most control characters as they are.
    return printable(json.dumps(value, ensure_ascii=False))


def _sentence(item: Any, model: type[BaseModel]) -> str:
    kind, keys, value = item["type"], item["loc"], item["input"]
    if kind == "extra_forbidden":
        return _unknown_key(keys, model)
    if kind == "literal_error":
        allowed = get_args(_annotation(model, keys))
        suggestion = hint(value, allowed) if isinstance(value, str) else ""
        if "did you mean" not in suggestion:
            suggestion = ""
        return f"must be {quoted(allowed)}, got {shown(value)}{suggestion}"
    # A kind without a sentence of ours keeps pydantic's.
    template = _SENTENCES.get(kind)
    if template is None:
        return f"{item['msg']}, got {shown(value)}"
    limits = {name: _plain(limit) for name, limit in item.get("ctx", {}).items()}
    return template.format_map({**limits, "input": shown(value)})


def _plain(limit: Any) -> Any:
    """Limit of a range without the ``.0`` that pydantic gives to whole numbers."""
    return f"{limit:g}" if isinstance(limit, float) else limit


def _unknown_key(keys: Sequence[str | int], model: type[BaseModel]) -> str:
    key = str(keys[-1])
    suggestion = hint(key, _fields(_annotation(model, keys[:-1])))
    homes = [name for name in model.model_fields if key in _fields(_annotation(model, (name,)))]
    if homes and "did you mean" not in suggestion:
        suggestion = f"; it belongs in [{homes[0]}]"
    return f"unknown key{suggestion}"


def _annotation(model: type[BaseModel], keys: Sequence[str | int]) -> Any:
    """Type the model declares at a path of keys."""
    current: Any = model
    for key in keys:
        fields = _fields(current)
        current = _without_none(fields[str(key)].annotation if fields else _item(current, key))
    return current


def _item(annotation: Any, key: str | int) -> Any:
    """Type of the items of a list, or of the values of a table without fields."""
    return get_args(annotation)[0 if isinstance(key, int) else -1]


def _fields(annotation: Any) -> Mapping[str, Any]:
    is_table = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation.model_fields if is_table else {}


def _without_none(annotation: Any) -> Any:
    options = get_args(annotation)
    if NoneType not in options:
        return annotation
    # Annotations within a union are not taken off by pydantic.
    rest = [getattr(o, "__origin__", o) if hasattr(o, "__metadata__") else o for o in options]
    rest.remove(NoneType)
    # Of a number or a table of its distribution it is the table that has keys.
    tables = [option for option in rest if _fields(option)]
    found = tables if len(tables) == 1 else rest
    return found[0] if len(found) == 1 else annotation

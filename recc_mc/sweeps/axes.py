"""What a sweep varies: keys of the study, and the values that each of them takes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import xarray as xr

from recc_mc.errors import InputError
from recc_mc.labels.coordinates import COORDINATES
from recc_mc.labels.swept import KEY
from recc_mc.study.changes import by_key, keys_of, parsed_value
from recc_mc.study.kinds import check_kind
from recc_mc.study.toml_text import toml_value
from recc_mc.study.wording import key_path, shown
from recc_mc.summary.tally import SUMMARY

__all__ = ["Axis", "axes_of", "parse_vary"]

# Tables that decide no draw, or whose keys are arguments of the sweep.
_NOT_SWEPT = {
    "simulation": "samples and seed are arguments of the sweep, which all its points share",
    "sensitivity": "is of no use to a sweep",
    "scenarios": "is of no use to a sweep",
    "scenario": "is of no use to a sweep",
    "target": "is of no use to a sweep",
    "evidence": "is of no use to a sweep",
    "output": "changes no number",
    "run": "changes no number",
    "cluster": "changes no number",
}
_NUMBER = r"[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(rf"\s*({_NUMBER}):({_NUMBER}):({_NUMBER})\s*")
# No axis of a grid has more.
MOST_VALUES = 10_000


@dataclass(frozen=True)
class Axis:
    """A swept key.

    Parameters
    ----------
    key
        Path of the key, as the study file and the messages write it.
    name
        Dimension of the result.
    values
        What the study is given, one after the other.
    """

    key: str
    name: str
    values: tuple[Any, ...]

    @property
    def coordinate(self) -> xr.Variable:
        """Values as a coordinate; what is no number is the text that a study file has."""
        values: list[Any] = list(self.values)
        if not all(map(_is_number, values)):
            values = [v if isinstance(v, str) else toml_value(v) for v in values]
        return xr.Variable((self.name,), np.array(values), {"long_name": self.key, KEY: self.key})


def parse_vary(texts: Sequence[str]) -> dict[str, list[Any]]:
    """Values by key from texts ``KEY=V1,V2,V3``.

    Parameters
    ----------
    texts
        Values are read as TOML writes them; what is none is a text. ``FIRST:LAST:STEP`` stands for
        evenly spaced numbers, the last one included if it is reached.

    Raises
    ------
    InputError
        If a text has no values, or a key comes twice.

    Examples
    --------
    >>> parse_vary(["uncertainty.data.cv=0.01,0.05:0.15:0.05"])
    {'uncertainty.data.cv': [0.01, 0.05, 0.1, 0.15]}
    """
    return by_key(texts, "--vary", "KEY=V1,V2,...", _values)


def _values(text: str) -> list[Any]:
    if not text:
        return []
    whole = parsed_value(f"[{text}]")
    if isinstance(whole, list):
        return whole
    return [value for part in text.split(",") for value in _one_or_range(part)]


def _one_or_range(text: str) -> list[Any]:
    match = _RANGE.fullmatch(text)
    if match is None:
        return [parsed_value(text.strip())]
    # Decimal: three steps of 0.05 from 0.05 on are 0.2, not 0.20000000000000001.
    first, last, step = (Decimal(number.replace("_", "")) for number in match.groups())
    if step <= 0 or last < first:
        raise ValueError(
            f"a range FIRST:LAST:STEP needs FIRST <= LAST and STEP > 0, got {text.strip()}"
        )
    if (count := int((last - first) / step) + 1) > MOST_VALUES:
        raise ValueError(f"the range {text.strip()} has more than {MOST_VALUES:,} values")
    return [parsed_value(str(first + k * step)) for k in range(count)]


def axes_of(vary: object, place: str = "vary") -> tuple[Axis, ...]:
    """Axes of a sweep, as far as they can be checked without the study.

    Parameters
    ----------
    vary
        Values by key.
    place
        What messages call them.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    check_kind(place, vary, Mapping, "a mapping of keys to lists of values")
    assert isinstance(vary, Mapping)
    if not vary:
        raise InputError(f"{place}: names no key to vary, such as uncertainty.data.cv")
    problems: list[str] = []
    paths: dict[str, str] = {}
    values: dict[str, tuple[Any, ...]] = {}
    for key, given in vary.items():
        path = _path(key, place, problems)
        if path in values:
            problems.append(f"{place}: {path}: is given twice")
        paths[path] = _last(path)
        values[path] = tuple(_plain(given))
        problems += [f"{place}: {path}: {sentence}" for sentence in _wrong(given, values[path])]
    if problems:
        raise InputError(problems)
    names = _names(paths)
    return tuple(Axis(path, names[path], values[path]) for path in paths)


def _path(key: object, place: str, problems: list[str]) -> str:
    """Path of a key in the one way that messages write it."""
    try:
        keys = keys_of(key)
    except InputError as error:
        problems += [f"{place}: {problem}" for problem in error.problems]
        return str(key)
    if str(keys[0]) in _NOT_SWEPT:
        problems.append(f"{place}: {key_path(keys)}: cannot be varied: {_NOT_SWEPT[str(keys[0])]}")
    return key_path(keys)


def _last(path: str) -> str:
    try:
        keys = keys_of(path)
    except InputError:
        return path
    name = max(k for k, key in enumerate(keys) if isinstance(key, str))
    return "_".join(map(str, keys[name:]))


def _plain(given: Any) -> list[Any]:
    """Values as TOML knows them; of what is no list, none."""
    if hasattr(given, "tolist"):
        given = given.tolist()
    if isinstance(given, str | bytes | Mapping) or not isinstance(given, Sequence):
        return []
    return [value.tolist() if hasattr(value, "tolist") else value for value in given]


def _wrong(given: Any, values: Sequence[Any]) -> Iterator[str]:
    if not values:
        is_list = hasattr(given, "__len__") and not isinstance(given, str | bytes | Mapping)
        found = "an empty list" if is_list else shown(given)
        yield f"must be a list of values, got {found}"
        return
    if len(values) > MOST_VALUES:
        yield f"must be at most {MOST_VALUES:,} values, got {len(values):,}"
        return
    kinds: dict[str | None, Any] = {}
    for value in values:
        kinds.setdefault(_kind(value), value)
    if None in kinds:
        yield f"values must be numbers, texts, true or false, lists or tables, got {kinds[None]!r}"
    elif len(kinds) > 1:
        one, other = (toml_value(value) for value in list(kinds.values())[:2])
        yield f"values must be of one kind, got {one} and {other}"
    else:
        seen: set[str] = set()
        for value in values:
            # 1 and 1.0 are one number.
            text = repr(float(value)) if _is_number(value) else toml_value(value)
            if text in seen:
                yield f"{toml_value(value)} is given twice"
            seen.add(text)


def _kind(value: Any) -> str | None:
    if isinstance(value, bool):
        return "truth"
    if _is_number(value):
        return "number"
    if isinstance(value, str):
        return "text"
    if not isinstance(value, list | tuple | Mapping):
        return None
    try:
        toml_value(value)
    except TypeError:
        return None
    return "list"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _names(lasts: Mapping[str, str]) -> dict[str, str]:
    """Dimensions by path: the last key, or all of them where that is no name by itself."""
    taken = {*COORDINATES, *SUMMARY}
    often = list(map(_as_name, lasts.values()))
    names: dict[str, str] = {}
    for path, last in lasts.items():
        name = _as_name(last)
        if often.count(name) > 1 or name in taken:
            name = _as_name(path)
        while name in taken or name in names.values():
            name += "_"
        names[path] = name
    return names


def _as_name(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_") or "swept"

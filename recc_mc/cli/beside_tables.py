"""Tables of what is made of an index beside it, where it is asked for."""

from collections.abc import Iterator, Sequence

import numpy as np
import xarray as xr

from recc_mc.cli.text import UNDEFINED, chance, grid, heading, headings, number
from recc_mc.labels.further import COORDINATION_CLASSES, FUZZY_CLASS, FUZZY_GRADES

__all__ = ["beside_evaluated", "beside_simulated"]

_CLASSES = (UNDEFINED, *(name.replace("_", " ") for name in COORDINATION_CLASSES))
_GRADES = (UNDEFINED, *FUZZY_GRADES)


def beside_evaluated(last: xr.Dataset) -> Iterator[str]:
    """Coupling and fuzzy evaluation as computed once.

    Parameters
    ----------
    last
        Group ``baseline`` of a result, in its last year.
    """
    if "coordination" in last:
        names = {"coupling": "C", "coordination_index": "T", "coordination": "D"}
        columns = {"mine": _names(last["mine"])}
        columns |= {symbol: _numbers(last[name]) for name, symbol in names.items()}
        columns["class"] = _named(last["coordination_class"], _CLASSES)
        yield _section(last, "coupling C, coordination index T and degree D", columns)
    if "fuzzy_score" in last:
        columns = {"mine": _names(last["mine"])}
        for system in last["system"].values:
            one = last.sel(system=system)
            columns[f"score of {system}"] = _numbers(one["fuzzy_score"])
            columns[f"grade of {system}"] = _named(one["fuzzy_grade"], _GRADES)
        yield _section(last, "fuzzy evaluation, the first grade that of the most", columns)


def beside_simulated(last: xr.Dataset) -> Iterator[str]:
    """How sure they are.

    Parameters
    ----------
    last
        Group ``summary`` of a result, in its last year.
    """
    if "coordination_mean" in last:
        columns = {
            "mine": _names(last["mine"]),
            "mean D": _numbers(last["coordination_mean"]),
            "sd": _numbers(last["coordination_std"]),
        }
        likely = _likely(last, "coordination", "coordination_class", _CLASSES)
        columns["class"], columns["P(class)"] = likely
        yield _section(last, "coordination degree D and its most probable class", columns)
    if "fuzzy_score_mean" in last:
        for system in last["system"].values:
            one = last.sel(system=system)
            columns = {
                "mine": _names(one["mine"]),
                "mean score": _numbers(one["fuzzy_score_mean"]),
                "sd": _numbers(one["fuzzy_score_std"]),
            }
            likely = _likely(one, "fuzzy_grade", FUZZY_CLASS, _GRADES)
            columns["grade"], columns["P(grade)"] = likely
            yield _section(last, f"fuzzy evaluation of {system}, most probable grades", columns)


def _likely(
    last: xr.Dataset, name: str, dim: str, names: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Most probable class of each mine, and its probability."""
    share, error = (
        last[f"{name}_probability{end}"].transpose("mine", dim).values for end in ("", "_error")
    )
    place = np.nan_to_num(share).argmax(axis=1)
    rows = np.arange(len(share))
    chances = [chance(*pair) for pair in zip(share[rows, place], error[rows, place], strict=True)]
    return [
        names[k + 1] if text != UNDEFINED else UNDEFINED
        for k, text in zip(place.tolist(), chances, strict=True)
    ], chances


def _named(codes: xr.DataArray, names: Sequence[str]) -> list[str]:
    return [names[max(int(code), 0)] for code in codes.values]


def _names(labels: xr.DataArray) -> list[str]:
    return [str(label) for label in labels.values]


def _numbers(values: xr.DataArray) -> list[str]:
    return [number(value) for value in values.values.tolist()]


def _section(last: xr.Dataset, title: str, columns: dict[str, list[str]]) -> str:
    align = "".join("<" if name.startswith(("mine", "class", "grade")) else ">" for name in columns)
    rows = list(zip(*columns.values(), strict=True))
    table = grid(headings(columns, last.attrs), rows, align)
    year = int(last["year"])
    return f"{heading(f'{year}: {title}')}\n{table}"

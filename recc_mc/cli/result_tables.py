"""Readable tables of results: what a person wants to see before opening the file."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc.cli.beside_tables import beside_evaluated, beside_simulated
from recc_mc.cli.text import UNDEFINED, chance, grid, heading, headings, number, variation_lines
from recc_mc.labels.provenance import RECONSTRUCTION
from recc_mc.results.outputs import index_words, main_index
from recc_mc.results.variables import GRADES, ZONE_NAMES
from recc_mc.study.nouns import nouns_of
from recc_mc.summary.probability import precision_of

__all__ = ["evaluation_table", "precision_text", "simulation_table"]

# More than fits on a screen stays in the file.
MOST_MINES = 40
MOST_YEARS = 10
MOST_ITEMS = 5
MOST_FIRST_YEARS = 3


def evaluation_table(baseline: xr.Dataset) -> str:
    """Deterministic index as text.

    Parameters
    ----------
    baseline
        Result of `recc_mc.evaluate`.

    Returns
    -------
    str
        C by mine and year; S, P, C, rank, grade and zone of the latest year, of a single mine of
        all years; the largest weights and obstacles; the consistency of the judgment matrices.
    """
    shown, note = _shown(baseline)
    return "\n\n".join(
        [
            _title(baseline),
            *_index_by_year(shown),
            _classified(shown),
            _weights(baseline),
            *_obstacles(shown),
            *beside_evaluated(shown.isel(year=-1)),
            *_matrices(baseline),
            *_left_out(baseline),
            *note,
        ]
    )


def simulation_table(baseline: xr.Dataset, summary: xr.Dataset) -> str:
    """Uncertainty of the latest year, or of the years of a single mine, as text.

    Parameters
    ----------
    baseline, summary
        Groups ``baseline`` and ``summary`` of a result.

    Returns
    -------
    str
        What was varied and what was not; statistics of C; the most probable rank, grade and zone;
        what became of the drawn matrices.
    """
    shown, note = _shown(summary)
    run = f"{summary.attrs['samples']:,} samples, seed {summary.attrs['seed']}"
    return "\n\n".join(
        [
            "\n".join([_title(summary), run, *variation_lines(summary.attrs)]),
            _index_statistics(shown, baseline),
            *_most_probable(shown),
            # The first year may be one that is not shown.
            *_first_overload(summary.isel(mine=slice(MOST_MINES))),
            *beside_simulated(shown.isel(year=-1)),
            *_undefined(summary),
            *_left_out(summary),
            precision_text(summary),
            *_ledger(summary, baseline),
            *note,
        ]
    )


def _title(data: xr.Dataset) -> str:
    label = f" ({RECONSTRUCTION})" if RECONSTRUCTION in data.attrs.get("comment", "") else ""
    title = f"{data.attrs['title']}{label}"
    if "scenario" not in data.attrs:
        return title
    scenario, anchor = (str(data.attrs[name]) for name in ("scenario", "anchor"))
    return f"{title}\nscenario: {scenario} (anchor {anchor}), draws at their medians"


def _shown(data: xr.Dataset) -> tuple[xr.Dataset, list[str]]:
    """As many mines and years as a screen holds, and a note if those are not all."""
    years = MOST_MINES if _is_one(data) else MOST_YEARS
    part = data.isel(mine=slice(MOST_MINES), year=slice(-years, None))
    left = [
        f"{part.sizes[dim]} of {data.sizes[dim]} {word}"
        for dim, word in (("mine", nouns_of(data.attrs).many), ("year", "years"))
        if part.sizes[dim] < data.sizes[dim]
    ]
    return part, [f"Shown: {' and '.join(left)}; the file holds all."] if left else []


def _is_one(data: xr.Dataset) -> bool:
    """Whether years are what is compared: there is a single mine."""
    return data.sizes["mine"] == 1 and data.sizes["year"] > 1


def _rows(data: xr.Dataset) -> tuple[str, xr.Dataset, str]:
    """Rows of a table: mines of the latest year, or years of the only mine; what and whose."""
    if _is_one(data):
        return "year", data.isel(mine=0), str(data["mine"].values[0])
    return "mine", data.isel(year=-1), str(data["year"].values[-1])


def _index_by_year(data: xr.Dataset) -> Iterator[str]:
    if _is_one(data):
        # The years are rows of the next table.
        return
    columns = {"mine": _names(data["mine"])}
    for year in data["year"].values:
        columns[str(year)] = _texts(data[main_index(data)].sel(year=year), number)
    overload = " (overload: C >= 1)" if "recc" in data else ""
    title = index_words(data)
    yield _section(f"{title[0].upper()}{title[1:]}{overload}", columns, data)


def _classified(data: xr.Dataset) -> str:
    dim, rows, whose = _rows(data)
    known = {
        "support": ("S", number),
        "pressure": ("P", number),
        "recc": ("C", number),
        "rank": ("rank", _code),
        "grade": ("grade", _grade),
        "zone": ("zone", _zone),
    }
    shown = {title: _texts(rows[name], how) for name, (title, how) in known.items() if name in rows}
    *indices, title = [title for title in shown if title.isupper()]
    what = f"{', '.join(indices)} and {title}" if indices else title
    *classes, title = [title for title in shown if not title.isupper()] or [""]
    what += f" with {', '.join(classes)} and {title}" if classes else f" with {title}" * bool(title)
    return _section(f"{whose}: {what}", {dim: _names(rows[dim]), **shown}, rows)


def _weights(data: xr.Dataset) -> str:
    systems = list(dict.fromkeys(_names(data["indicator_system"])))
    columns = {
        "system": systems,
        "weights": [
            _largest(data["weight"].where(data["indicator_system"] == system, drop=True))
            for system in systems
        ],
    }
    return _section("Largest weights within each system", columns, data)


def _obstacles(data: xr.Dataset) -> Iterator[str]:
    """Largest obstacles to support and, where the result has them, of pressure."""
    last = data.isel(year=-1)
    if "obstacle" not in last:
        return
    for system, title in (("support", "obstacles to support"), ("pressure", "shares of pressure")):
        degrees = last["obstacle"].where(last["indicator_system"] == system, drop=True)
        if degrees.size and (system == "support" or bool(degrees.notnull().any())):
            mines = range(last.sizes["mine"])
            columns = {
                "mine": _names(last["mine"]),
                "obstacle degrees": [_largest(degrees.isel(mine=i)) for i in mines],
            }
            yield _section(f"{_year(last)}: largest {title}", columns, last)


def _matrices(data: xr.Dataset) -> Iterator[str]:
    if "lambda_max" not in data:
        return
    columns = {
        "matrix": _names(data["matrix"]),
        "items": _texts(data["matrix_size"], str),
        "lambda max": _texts(data["lambda_max"], number),
        "CR": _texts(data["consistency_ratio"], number),
    }
    yield _section("Judgment matrices", columns, data)


def _index_statistics(data: xr.Dataset, baseline: xr.Dataset) -> str:
    dim, rows, whose = _rows(data)
    index = main_index(baseline)
    outer = rows[f"{index}_quantile"].isel(quantile=sorted({0, rows.sizes["quantile"] - 1}))
    columns = {
        dim: _names(rows[dim]),
        "baseline": _texts(baseline[index].sel(mine=rows["mine"], year=rows["year"]), number),
        "mean": _texts(rows[f"{index}_mean"], number),
        "bias": _texts(rows[f"{index}_bias"], _signed),
        "sd": _texts(rows[f"{index}_std"], number),
    }
    for level in outer["quantile"].values:
        columns[f"{level * 100:g} %"] = _texts(outer.sel(quantile=level), number)
    if "overload_probability" in rows:
        chances = rows["overload_probability"], rows["overload_probability_error"]
        columns["P(C >= 1)"] = [
            chance(*pair) for pair in zip(*(x.values for x in chances), strict=True)
        ]
    return _section(f"{whose}: {index_words(baseline)}", columns, rows)


def _most_probable(data: xr.Dataset) -> list[str]:
    along, rows, whose = _rows(data)
    columns = {along: _names(rows[along])}
    classes = [name for name in ("rank", "grade", "zone") if f"{name}_probability" in rows]
    together = " and ".join(filter(None, [", ".join(classes[:-1]), *classes[-1:]]))
    parts = [f"most probable {together}"] if classes else []
    if "rank" not in classes and "rank_mean" in rows:
        # The probabilities are left out where there are many mines.
        parts.insert(0, "mean rank")
        columns["mean rank"] = _texts(rows["rank_mean"], partial(number, digits=1))
    for title, dim, shown in (
        ("rank", "rank_position", _code),
        ("grade", "grade", _grade),
        ("zone", "zone", _zone),
    ):
        if f"{title}_probability" in rows:
            name = f"{title}_probability"
            probability, error = (rows[x].transpose(along, dim) for x in (name, f"{name}_error"))
            columns[title], columns[f"P({title})"] = _modes(probability, error, shown)
    return [_section(f"{whose}: {', '.join(parts)}", columns, rows)] if parts else []


def _modes(
    probability: xr.DataArray, error: xr.DataArray, shown: Callable[[float], str]
) -> tuple[list[str], list[str]]:
    """Most probable class of each row and its probability."""
    values = np.nan_to_num(probability.values)
    largest = values.max(axis=1)
    codes = probability[probability.dims[1]].values[values.argmax(axis=1)]
    names = [
        shown(code) if chance > 0 else UNDEFINED
        for code, chance in zip(codes, largest, strict=True)
    ]
    errors = error.values[np.arange(len(values)), values.argmax(axis=1)]
    largest = np.where(largest > 0, largest, np.nan)
    return names, [chance(*pair) for pair in zip(largest, errors, strict=True)]


def _first_overload(data: xr.Dataset) -> list[str]:
    """Most probable first years with C >= 1; of a single year there is nothing to add."""
    if data.sizes["year"] < 2 or "overload_first_probability" not in data:
        return []
    never = data["overload_never_probability"], data["overload_never_probability_error"]
    columns = {
        "mine": _names(data["mine"]),
        "most probable first years": [
            _likeliest_years(data.isel(mine=i)) for i in range(data.sizes["mine"])
        ],
        "never": [chance(*pair) for pair in zip(*(x.values for x in never), strict=True)],
    }
    return [_section("First year of overload (C >= 1, and in no earlier year)", columns, data)]


def _likeliest_years(cell: xr.Dataset) -> str:
    share = cell["overload_first_probability"].values
    error = cell["overload_first_probability_error"].values
    order = [k for k in np.argsort(-share, kind="stable")[:MOST_FIRST_YEARS] if share[k] > 0]
    years = cell["year"].values
    return ", ".join(f"{years[k]} {chance(share[k], error[k])}" for k in order) or UNDEFINED


def _undefined(data: xr.Dataset) -> list[str]:
    if "recc_undefined" not in data:
        return []
    count, cells = int(data["recc_undefined"].sum()), int((data["recc_undefined"] > 0).sum())
    if not count:
        return []
    word = nouns_of(data.attrs).one
    return [f"C is undefined (S below 1e-9) in {count:,} draws of {cells:,} {word}-years."]


def _left_out(data: xr.Dataset) -> list[str]:
    """What the result does without, and why."""
    reasons = [data.attrs[name] for name in ("outputs_comment", "left_out") if name in data.attrs]
    return [f"Left out: {'; '.join(reasons)}"] if reasons else []


def precision_text(data: xr.Dataset) -> str:
    """How precise all probabilities of a group of a result are."""
    error, bound = precision_of(data)
    if np.isnan(error) and np.isnan(bound):
        return "Monte Carlo standard errors: - (undefined: a single draw has none)"
    texts = []
    if not np.isnan(error):
        texts.append(f"Monte Carlo standard error of every probability: at most {error:.3g}")
    if not np.isnan(bound):
        texts.append(f"A probability of 0 or 1 in all draws: within {bound:.3g} of it (3/n, 95 %)")
    return "\n".join(texts)


def _ledger(data: xr.Dataset, baseline: xr.Dataset) -> Iterator[str]:
    if "share_accepted" not in data:
        return
    columns = {
        "matrix": _names(data["matrix"]),
        "items": _texts(data["matrix_size"], str),
        "CR of study": _texts(baseline["consistency_ratio"], number),
    }
    for what in ("accepted", "repaired", "redrawn"):
        columns[what] = _texts(data[f"share_{what}"], _share)
    yield _section("Judgment matrices as drawn", columns, data)


def _section(title: str, columns: dict[str, list[str]], data: xr.Dataset) -> str:
    # Names and lists of names read from the left, numbers from the right.
    align = "".join("<" if name in _LEFT else ">" for name in columns)
    rows = list(zip(*columns.values(), strict=True))
    return f"{heading(title)}\n{grid(headings(columns, data.attrs), rows, align)}"


_LEFT = {
    "most probable first years",
    "mine",
    "system",
    "matrix",
    "grade",
    "zone",
    "weights",
    "obstacle degrees",
}


def _largest(values: xr.DataArray) -> str:
    """Indicators with the largest values."""
    numbers: NDArray[np.float64] = values.values
    order = np.argsort(-numbers, kind="stable")[:MOST_ITEMS]
    names = _names(values["indicator"])
    parts = [f"{names[i]} {numbers[i]:z.4f}" for i in order if not np.isnan(numbers[i])]
    return ", ".join(parts) or UNDEFINED


def _names(labels: xr.DataArray) -> list[str]:
    return [str(label) for label in labels.values]


def _year(data: xr.Dataset) -> int:
    return int(data["year"])


def _texts(values: xr.DataArray, shown: Callable[[float], str]) -> list[str]:
    return [shown(value) for value in values.values.tolist()]


def _signed(value: float) -> str:
    return UNDEFINED if np.isnan(value) else f"{value:+z.4f}"


def _share(value: float) -> str:
    return UNDEFINED if np.isnan(value) else f"{value:z.1%}"


def _code(value: float) -> str:
    return UNDEFINED if value < 0 else str(int(value))


def _grade(value: float) -> str:
    return UNDEFINED if value < 0 else GRADES[int(value) - 1]


def _zone(value: float) -> str:
    """Name of a zone as it is written in a sentence."""
    return UNDEFINED if value < 0 else ZONE_NAMES[int(value)]

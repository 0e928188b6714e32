"""Readable table of a sensitivity analysis: what drives the result, and how sure that is."""

import re
import textwrap

import numpy as np
import xarray as xr

from recc_mc.cli.information_table import information_tables
from recc_mc.cli.text import (
    LINE,
    UNDEFINED,
    estimate,
    grid,
    heading,
    headings,
    number,
    variation_lines,
)
from recc_mc.labels.factors import factor_names
from recc_mc.labels.provenance import RECONSTRUCTION
from recc_mc.results.measures import (
    INTERVALS,
    MEASURES,
    dummy_limit,
    effects_only,
    outside_sentence,
)
from recc_mc.results.outputs import main_output
from recc_mc.study.nouns import nouns_of

__all__ = ["sensitivity_table"]

# More than fits on a screen stays in the file.
MOST_MINES = 40
MOST_FACTORS = 4

NO_EFFECT = "no effect has"
NONE = "none shows an effect"
DUMMY_NOTE = "Not listed: what does not exceed the value of random columns plus its error"

CLASS = "class"
# Those that have first-order indices.
SUMMED = {"fast": "S1", "rbd_fast": "S1", "hdmr": "S"}


def sensitivity_table(parts: xr.Dataset) -> str:
    """Sensitivity of the carrying capacity index in the latest year as text.

    Parameters
    ----------
    parts
        Result of `recc_mc.sensitivity`.

    Returns
    -------
    str
        For method ``"sobol"`` by mine the factors of the largest total-order indices and the three
        classes with the sum of first orders, then the largest factors of every output over all
        mines and years. For another method by mine the factors of the largest main measure. Numbers
        after a plus-minus sign are half-widths of 95 % intervals.
    """
    last = parts.isel(year=-1, mine=slice(MOST_MINES))
    output = main_output(parts)
    sections = [_title(parts)]
    if parts.attrs["method"] == "sobol":
        shown = last.sel(output=output)
        sections += [_largest_totals(shown), _classes(shown), _aggregates(parts)]
    else:
        method = parts.attrs["method"]
        sections += [_main_measure(last.sel(output=output), method)]
        sections.append(f"{parts.attrs['method_comment']}.")
        sections += [INTERVALS[method]] if method in INTERVALS else []
        sentence = outside_sentence(parts)
        sections += [f"{sentence}."] if sentence else []
    sections += information_tables(parts)
    sections += _legend(parts, "\n".join(sections))
    sections += _undefined(parts)
    if parts.attrs.get("replicates") == 1:
        sections.append("Errors: - (undefined: a single replicate has none)")
    if last.sizes["mine"] < parts.sizes["mine"]:
        many = nouns_of(parts.attrs).many
        sections.append(
            f"Shown: {last.sizes['mine']} of {parts.sizes['mine']} {many}; the file holds all."
        )
    return "\n\n".join(sections)


def _title(parts: xr.Dataset) -> str:
    attrs = parts.attrs
    label = f" ({RECONSTRUCTION})" if RECONSTRUCTION in attrs.get("comment", "") else ""
    run = f"method {attrs['method']}, samples {attrs['samples']:,}"
    if "replicates" in attrs:
        run += f" in each of {attrs['replicates']} replicates"
    head = [f"{attrs['title']}{label}", f"{run}, seed {attrs['seed']}"]
    if "scenario" in attrs:
        head.append(f"scenario:   {attrs['scenario']}: {attrs['scenario_title']}")
    return "\n".join([*head, *variation_lines(attrs)])


def _largest_totals(shown: xr.Dataset) -> str:
    factors = _factors(shown)
    columns = {
        "mine": _mines(shown),
        "largest total-order indices": [
            _largest(factors["total_order"].isel(mine=m), factors["total_order_error"].isel(mine=m))
            for m in range(shown.sizes["mine"])
        ],
    }
    return _section(f"{_what(shown)}: factors that drive it", columns, shown)


def _classes(shown: xr.Dataset) -> str:
    columns = {"mine": _mines(shown)}
    for name in shown["factor"].values[shown["factor_kind"].values == CLASS].tolist():
        for order, title in (("first_order", "first"), ("total_order", "total")):
            values = shown.sel(factor=name)
            columns[f"{name}, {title}"] = _estimates(values[order], values[f"{order}_error"])
    sums = shown["first_order_sum"], shown["first_order_sum_error"]
    columns["sum of first orders"] = _estimates(*sums)
    return _section(f"{_what(shown)}: classes of factors", columns, shown)


def _aggregates(parts: xr.Dataset) -> str:
    factors = _factors(parts)
    columns = {
        "output": [_output(str(name)) for name in parts["output"].values],
        "largest total-order indices": [
            _largest(
                factors["total_order_aggregate"].isel(output=k),
                factors["total_order_aggregate_error"].isel(output=k),
            )
            for k in range(parts.sizes["output"])
        ],
        "sum of first orders": _estimates(
            parts["first_order_sum_aggregate"], parts["first_order_sum_aggregate_error"]
        ),
    }
    over = nouns_of(parts.attrs).with_years(parts.sizes["mine"])
    return _section(f"{over[0].upper()}{over[1:]}", columns, parts)


def _main_measure(shown: xr.Dataset, method: str) -> str:
    measure, title = MEASURES[method]
    errors = shown.get(f"{measure}_conf", xr.full_like(shown[measure], np.nan))
    effects = effects_only(shown, measure)
    columns = {
        "mine": _mines(shown),
        "largest": [
            _largest(effects.isel(mine=m), errors.isel(mine=m)) for m in range(shown.sizes["mine"])
        ],
    }
    limit = dummy_limit(shown, measure)
    if limit is not None:
        dummy = shown[f"{measure}_dummy"], shown[f"{measure}_dummy_conf"]
        columns[NO_EFFECT] = _estimates(*dummy)
        none = (shown[measure] <= limit).all("factor").values
        columns["largest"] = [
            NONE if no else text for no, text in zip(none, columns["largest"], strict=True)
        ]
    if method in SUMMED:
        sums = shown[SUMMED[method]].sum("factor", skipna=False)
        columns["sum of first orders"] = [number(value, 3) for value in sums.values]
    note = f"\n{DUMMY_NOTE}" if limit is not None else ""
    return _section(f"{_what(shown)}: {title}", columns, shown) + note


def _undefined(parts: xr.Dataset) -> list[str]:
    """How many outputs have no indices, by reason, by cell and aggregated."""
    over = nouns_of(parts.attrs).with_years(parts.sizes["mine"])
    counted = (
        ("undefined", f"outputs of {over.removeprefix('all ')}"),
        ("undefined_aggregate", f"outputs over {over}"),
        ("rank_shift_undefined", "average shifts in rank of years"),
    )
    return [text for name, what in counted if name in parts for text in _reasons(parts[name], what)]


def _reasons(flags: xr.DataArray, what: str) -> list[str]:
    meanings = dict(
        zip(
            np.atleast_1d(flags.attrs["flag_values"]).tolist(),
            flags.attrs["flag_meanings"].split(),
            strict=True,
        )
    )
    codes, counts = np.unique(flags.values, return_counts=True)
    reasons = [
        f"{meanings[code].replace('_', ' ')} {count}"
        for code, count in zip(codes.tolist(), counts.tolist(), strict=True)
        if code
    ]
    if not reasons:
        return []
    return [f"Not defined, of {flags.size} {what}: {', '.join(reasons)}"]


def _factors(parts: xr.Dataset) -> xr.Dataset:
    """All but the classes, which are made of the others."""
    return parts.isel(factor=np.flatnonzero(parts["factor_kind"].values != CLASS))


def _what(shown: xr.Dataset) -> str:
    return f"{int(shown['year'])}, {_output(shown['output'].item())}"


def _output(name: str) -> str:
    """Output as it stands in the file, an index with its symbol."""
    return {"recc": "C = P / S (recc)"}.get(name, name)


def _legend(parts: xr.Dataset, text: str) -> list[str]:
    """What the factors that a text tells of are called, as far as their codes do not say it."""
    names = factor_names(parts.attrs)
    told = "; ".join(
        names.name(f"data:{code}")
        for code, long_name in names.long_names.items()
        if long_name not in ("", code) and re.search(rf"\bdata:{re.escape(code)}[ :]", text)
    )
    lines = textwrap.wrap(f"data: {told}", LINE, subsequent_indent=" " * 6)
    return ["\n".join(lines)] if told else []


def _mines(shown: xr.Dataset) -> list[str]:
    return [str(mine) for mine in shown["mine"].values]


def _largest(values: xr.DataArray, errors: xr.DataArray) -> str:
    """Factors with the largest values."""
    order = np.argsort(-values.values, kind="stable")[:MOST_FACTORS]
    parts = [
        f"{values['factor'].values[k]} {estimate(values.values[k], errors.values[k])}"
        for k in order
        if not np.isnan(values.values[k])
    ]
    return ", ".join(parts) or UNDEFINED


def _estimates(values: xr.DataArray, errors: xr.DataArray) -> list[str]:
    return [estimate(*pair) for pair in zip(values.values, errors.values, strict=True)]


def _section(title: str, columns: dict[str, list[str]], parts: xr.Dataset) -> str:
    align = "".join("<" if name in _LEFT else ">" for name in columns)
    rows = list(zip(*columns.values(), strict=True))
    return f"{heading(title)}\n{grid(headings(columns, parts.attrs), rows, align)}"


_LEFT = {"mine", "output", "largest", "largest total-order indices"}

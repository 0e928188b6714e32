"""Contributions: how the weighted indicators make up the support and the pressure of each mine."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from recc_mc._typing import Floats
from recc_mc.language import translated, word
from recc_mc.plot.canvas import AxesOrNone, panels_of_rows
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.marks import label_rows, mark_undefined, undefined_entry
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import INDEX_LABELS, Group, Unfit, group, scenario_word, tidy, year_of
from recc_mc.plot.style import INK, MINE_COLOURS, SMALL, is_dark, tint
from recc_mc.study.nouns import nouns_of
from recc_mc.study.scenario_tables import REFERENCE

__all__ = ["contributions", "contributions_table"]

THICK = 0.78
# Width of a code in the widths of a panel, by the number of its letters.
_ROOM = 0.014
_SYSTEMS = ("support", "pressure")
# Black stands for no criterion.
_COLOURS = MINE_COLOURS[1:]


def _is_linear(groups: Mapping[str, xr.Dataset]) -> bool:
    return bool(_adds_up(groups["baseline"]))


def _adds_up(baseline: xr.Dataset) -> bool:
    """Whether the weighted values of a system sum up to its index, as by linear aggregation."""
    for system, weighted in _parts(baseline).items():
        gap = abs(weighted.sum("indicator") - baseline[system])
        if bool((gap > 1e-9).any()):
            return False
    return True


def _parts(baseline: xr.Dataset) -> dict[str, xr.DataArray]:
    """Weighted values of the indicators of each system that has an index."""
    weighted = baseline["normalized"] * baseline["weight"]
    known = baseline["indicator_system"].values.astype(str)
    return {
        system: weighted.isel(indicator=np.flatnonzero(known == system))
        for system in _SYSTEMS
        if system in baseline
    }


@Picture(
    "baseline",
    ("normalized", "weight"),
    says={
        "changed": "The same of a scenario, as `recc_mc.evaluate` makes it, to be set against it.",
        "axes": "Axes to draw on, as many as systems; None makes a figure.",
    },
    shown=[
        Shown(
            "index",
            "What support and pressure are made of",
            "Each part is an indicator, its weight times its normalised value, as computed once; "
            "the parts of a bar add up to the index of the system. Parts of a criterion share a "
            "colour.",
            applies=lambda groups: (
                {"normalized", "weight"} <= set(groups["baseline"]) and _is_linear(groups)
            ),
        )
    ],
)
def contributions_table(
    baseline: xr.Dataset, *, changed: Group | None = None, year: int | None = None
) -> pd.DataFrame:
    """Numbers of `contributions`.

    Returns
    -------
    pandas.DataFrame
        Columns indicator, mine, year, long_name, system, criterion and contribution, the combined
        weight times the normalised value; those of a system sum up to its index. With `changed`
        also scenario: the reference, and the name of the scenario.
    """
    table = _table(baseline, year)
    if changed is None:
        return table
    other = group("baseline", changed, ("normalized", "weight"))
    year_of(other, year)
    if not np.array_equal(other["mine"].values, baseline["mine"].values):
        raise Unfit("changed: is of other mines than the baseline")
    name = str(other.attrs.get("scenario", "changed"))
    named = {REFERENCE: table, name: _table(other, year)}
    both = [each.assign(scenario=key, row=range(len(each))) for key, each in named.items()]
    # A mine's own bars stand side by side.
    joined = pd.concat(both).sort_values("row", kind="stable", ignore_index=True)
    return joined.drop(columns="row")


def _table(baseline: xr.Dataset, year: int | None) -> pd.DataFrame:
    if not _adds_up(baseline):
        raise Unfit(
            'baseline: weighted values add up to an index only by method.aggregation = "linear"'
        )
    parts = xr.concat([part.sel(year=year) for part in _parts(baseline).values()], "indicator")
    found = xr.Dataset({"contribution": parts})
    for field in ("long_name", "system", "criterion"):
        found[field] = parts[f"indicator_{field}"].variable
    names = ["long_name", "system", "criterion", "contribution"]
    table = tidy(found.reset_coords()[names], "indicator", "mine")
    table.insert(2, "year", year)
    return table


@drawing
def contributions(
    baseline: xr.Dataset,
    *,
    changed: Group | None = None,
    year: int | None = None,
    axes: AxesOrNone = None,
) -> Figure:
    """Draw what each indicator adds to the support and to the pressure of each mine.

    A panel for each system, in it a bar for each mine, and below it that of the scenario.
    """
    table = contributions_table(baseline, changed=changed, year=year)
    systems, bars = table["system"].unique().tolist(), _bars(table)
    sheet = panels_of_rows(axes, len(systems), len(bars), nouns_of(baseline.attrs))
    own = [name for name in ("system", "mine", "scenario") if name in table]
    largest = float(table.groupby(own)["contribution"].sum().max())
    entries: list[Artist] = []
    unused = cycle(_COLOURS)
    for ax, system in zip(sheet.axes, systems, strict=True):
        rows = table[table["system"] == system]
        first = rows.drop_duplicates("indicator")
        values = rows["contribution"].to_numpy(float).reshape(len(first), len(bars))
        colours = dict(zip(first["criterion"].unique(), unused, strict=False))
        shades = [colours[name] for name in first["criterion"]]
        _stack(ax, values, first["indicator"].tolist(), shades, largest)
        label_rows(ax, bars, 30)
        ax.set_xlabel(f"{translated(INDEX_LABELS[system])}, {year}")
        entries += _entries(system, colours)
        ax.set_xlim(0.0, 1.05 * largest or 1.0)
    undefined = undefined_entry(table["contribution"])
    sheet.legend([*entries, *undefined], 4)
    return sheet.figure


def _bars(table: pd.DataFrame) -> list[str]:
    """Names of the bars: mines, and below each the scenario that it is set against."""
    mines = table["mine"].unique().tolist()
    if "scenario" not in table:
        return mines
    reference, name = table["scenario"].unique()
    return [
        label for mine in mines for label in (f"{mine}, {scenario_word(str(reference))}", str(name))
    ]


def _stack(
    ax: Axes, values: Floats, codes: Sequence[str], colours: Sequence[str], largest: float
) -> None:
    """Draw the bars of a system: rows are mines, and neighbours of a criterion differ in shade."""
    rows = np.arange(values.shape[1], dtype=float)
    base = np.zeros(values.shape[1])
    for k, (widths, code, colour) in enumerate(zip(values, drawable(codes), colours, strict=True)):
        shade = tint(colour, 0.85 if k % 2 else 0.55)
        widths = np.nan_to_num(widths)
        ax.barh(
            rows, widths, left=base, height=THICK, color=[shade], edgecolor="white", linewidth=0.3
        ).set_label(code)
        _print(ax, base, widths, shortened(code, 8), shade, largest)
        base = base + widths
    for row in np.flatnonzero(np.isnan(values).any(axis=0)).tolist():
        mark_undefined(ax, 0.0, row - THICK / 2, largest or 1.0, THICK)


def _print(
    ax: Axes, base: Floats, widths: Floats, code: str, shade: tuple[float, float, float], of: float
) -> None:
    """Print the code of an indicator inside the parts that have room for it."""
    for row, (start, width) in enumerate(zip(base, widths, strict=True)):
        if of > 0 and width / of >= _ROOM * (len(code) + 1):
            ax.text(
                start + width / 2, row, code, ha="center", va="center", fontsize=SMALL - 1.0,
                color="white" if is_dark(to_rgb(shade)) else INK, clip_on=True,
            )  # fmt: skip


def _entries(system: str, colours: Mapping[Any, str]) -> Iterator[Artist]:
    for name, colour in colours.items():
        label = f"{word(system)}: {shortened(drawable([name])[0], 30)}"
        yield Patch(facecolor=tint(colour, 0.85), label=label)

"""Simulation decomposition: where in the density of an output the states of its factors lie."""

from collections.abc import Mapping, Sequence
from itertools import product, zip_longest

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.labels.factors import factor_names
from recc_mc.language import say
from recc_mc.plot.canvas import AxesOrNone, check_rows, panels, panels_across
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.marks import mark_undefined, undefined_entry
from recc_mc.plot.picture import Picture, Shown, drawing, has_indices
from recc_mc.plot.selection import SYMBOLS, Group, Unfit, group
from recc_mc.plot.states import DrawnFactors, effect, explained, states
from recc_mc.plot.style import INK, MINE_COLOURS, QUIET, SMALL, tint
from recc_mc.study.nouns import nouns_of
from recc_mc.study.shape import SYMBOLS as INDEX_SYMBOLS

__all__ = ["density_by_factors", "density_by_factors_table"]

BINS = 40
MOST_DRAWS = 50_000
"""More draws make no other histogram."""
# Names of states by their number.
_STATES = {1: ("any",), 2: ("lowers it", "raises it"), 3: ("lowers it", "between", "raises it")}
# Blue, grey, orange; of two states the outer ones.
_HUES = {1: (QUIET,), 2: (MINE_COLOURS[2], MINE_COLOURS[6])}
_HUES[3] = (_HUES[2][0], "#7a7a7a", _HUES[2][1])
_SHADES = {1: (0.7,), 2: (1.0, 0.4), 3: (1.0, 0.62, 0.3)}


@Picture(
    "samples",
    ("{output}",),
    optional=("sensitivity",),
    choices={"output": SYMBOLS},
    says={
        "sensitivity": "Group ``sensitivity`` of a result, whose largest total-order indices over "
        "all mines and years choose\nthe two factors; None takes those whose states explain most.",
    },
    shown=[
        Shown(
            "drivers",
            "Density of C by the factors that matter most",
            "The draws of each mine, stacked by what they drew of the two factors with the largest "
            "total-order indices. The colour says what the first one does, the shade what the "
            "second does: a third of the draws each (simulation decomposition, Kozlova et al. "
            "2024). The number is the share of the variance that these states explain.",
            applies=lambda groups: "sensitivity" in groups and has_indices(groups),
        )
    ],
)
def density_by_factors_table(
    samples: xr.Dataset,
    sensitivity: Group | None = None,
    *,
    output: str = "recc",
    year: int | None = None,
) -> pd.DataFrame:
    """Numbers of `density_by_factors`.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, lower and upper limit of a bin, first_factor and second_factor in words
        with first_state and second_state, the share of the draws that are in the bin and in both
        states (NaN where the output is undefined), and explained, the share of the variance that
        the states explain. Of at most the first 50,000 draws.
    """
    data = samples.isel(sample=slice(MOST_DRAWS))
    drawn = DrawnFactors(data)
    values = data[output].sel(year=year).transpose("mine", "sample")
    outputs = {
        str(mine): np.asarray(row, np.float64)
        for mine, row in zip(values["mine"].values, values.values, strict=True)
    }
    if not drawn.labels:
        raise Unfit("samples: nothing of the study varies whose states could be told")
    chosen = _leading(drawn, outputs, int(values["year"]), sensitivity, output)
    given = [drawn.of(label, int(values["year"])) for label in chosen]
    names = factor_names(samples.attrs)
    frames = []
    for mine, y in outputs.items():
        frame = _parts(y, *(states(effect(one, mine, y)) for one in given))
        frame.insert(2, "first_factor", names.name(chosen[0]))
        frame.insert(4, "second_factor", names.name(chosen[1]))
        frame.insert(0, "mine", mine)
        frame.insert(1, "year", int(values["year"]))
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _leading(
    drawn: DrawnFactors,
    outputs: Mapping[str, Floats],
    year: int,
    sensitivity: Group | None,
    output: str,
) -> tuple[str, str]:
    """Names of the two factors that matter most; of one alone twice the same."""
    if sensitivity is not None:
        data = group("sensitivity", sensitivity, ["total_order_aggregate"])
        index = data["total_order_aggregate"].sel(output=output)
        size = dict(zip(map(str, index["factor"].values), index.values.tolist(), strict=True))
    else:
        size = {label: _explains(drawn.of(label, year), outputs) for label in drawn.labels}
    known = sorted(drawn.labels, key=lambda label: -np.nan_to_num(size.get(label, 0.0)))
    return known[0], known[min(1, len(known) - 1)]


def _explains(given: list[xr.DataArray], outputs: Mapping[str, Floats]) -> float:
    """What the states of a factor explain of the variance, summed over the mines."""
    parts = [explained(y, states(effect(given, mine, y))) for mine, y in outputs.items()]
    return float(np.nansum(parts))


def _parts(y: Floats, first: NDArray[np.intp], second: NDArray[np.intp]) -> pd.DataFrame:
    """Share of the draws by bin, first and second state, the bin slowest."""
    counts = int(first.max()) + 1, int(second.max()) + 1
    known = ~np.isnan(y)
    edges = np.histogram_bin_edges(y[known], BINS)
    joint = first * counts[1] + second
    share = np.stack(
        [np.histogram(y[known & (joint == k)], edges)[0] for k in range(counts[0] * counts[1])]
    ) / max(int(known.sum()), 1)
    names = list(product(*(_STATES[count] for count in counts)))
    return pd.DataFrame(
        {
            "lower": np.repeat(edges[:-1], len(names)),
            "upper": np.repeat(edges[1:], len(names)),
            "first_state": [one for one, _ in names] * BINS,
            "second_state": [other for _, other in names] * BINS,
            "share": share.T.ravel() if known.any() else np.nan,
            "explained": explained(y, joint),
        }
    )


@drawing
def density_by_factors(
    samples: xr.Dataset,
    sensitivity: Group | None = None,
    *,
    output: str = "recc",
    year: int | None = None,
    axes: AxesOrNone = None,
) -> Figure:
    """Draw the density of an output, a panel for each mine, stacked by the states of two factors.

    Simulation decomposition (Kozlova, Moss, Yeomans and Caers 2024, Environmental Modelling and
    Software 171:105898): where the colours lie apart, the factor moves the output; where they lie
    on each other, it does not. A factor of several inputs, such as a judgment matrix, has the
    states of the combination of them that the output follows best.
    """
    table = density_by_factors_table(samples, sensitivity, output=output, year=year)
    mines = table["mine"].unique().tolist()
    check_rows(len(mines), nouns_of(samples.attrs))
    columns = panels_across(len(mines))
    sheet = panels(axes, len(mines), columns, 38 if len(mines) > 1 else 60, alike=False)
    width = 34 if columns <= 3 else 18
    parts = zip(sheet.axes, drawable(mines), table.groupby("mine", sort=False), strict=True)
    for number, (panel, name, (_, rows)) in enumerate(parts):
        panel.set_title(shortened(name, width))
        _stack(panel, rows)
        if output == "recc" and panel.get_xlim()[0] < 1.0 < panel.get_xlim()[1]:
            panel.axvline(1.0, color=INK, linewidth=0.6, linestyle=(0, (3, 2)))
        if number % sheet.columns == 0:
            panel.set_ylabel(say("Share of draws"))
        if number + sheet.columns >= len(mines):
            panel.set_xlabel(f"{SYMBOLS[output]}, {table['year'].iloc[0]}")
    entries = _entries(table, INDEX_SYMBOLS[output])
    sheet.legend([*entries, *undefined_entry(table["share"])], len(entries) // 2)
    return sheet.figure


def _stack(panel: Axes, rows: pd.DataFrame) -> None:
    panel.set_yticks([])
    panel.spines["left"].set_visible(False)
    panel.set_xlim(rows["lower"].min(), rows["upper"].max())
    if rows["share"].isna().all():
        mark_undefined(panel, *panel.get_xlim()[:1], 0.0, float(np.ptp(panel.get_xlim())), 1.0)
        return
    share = rows["share"].to_numpy(float).reshape(BINS, -1)
    edges = np.append(rows["lower"].unique(), rows["upper"].max())
    top = np.vstack([np.zeros(BINS), share.cumsum(axis=1).T])
    for below, above, colour in zip(top[:-1], top[1:], _colours(rows), strict=True):
        panel.stairs(above, edges, baseline=below, fill=True, color=colour, linewidth=0)
    panel.stairs(top[-1], edges, color=INK, linewidth=0.4)
    panel.set_ylim(0.0, 1.12 * float(top[-1].max()))
    part = rows["explained"].iloc[0]
    panel.text(
        1.0, 1.0, "" if np.isnan(part) else f"{100 * part:.0f} %", transform=panel.transAxes,
        ha="right", va="bottom", fontsize=SMALL, color=QUIET,
    )  # fmt: skip


def _colours(rows: pd.DataFrame) -> list[tuple[float, float, float]]:
    hues, shades = (_kinds(rows, f"{which}_state") for which in ("first", "second"))
    return [tint(hue, s) for hue, s in product(_HUES[len(hues)], _SHADES[len(shades)])]


def _kinds(rows: pd.DataFrame, column: str) -> Sequence[str]:
    names: list[str] = rows[column].unique().tolist()
    return names


def _entries(table: pd.DataFrame, symbol: str) -> list[Artist]:
    """A row of colours and one of shades, each behind the name of its factor: columns of two."""
    words = {
        "lowers it": say("lowers {symbol}", symbol=symbol),
        "between": say("between"),
        "raises it": say("raises {symbol}", symbol=symbol),
        "any": say("any"),
    }
    rows: list[list[Artist]] = []
    for which in ("first", "second"):
        kinds = _kinds(table, f"{which}_state")
        hues, shades = _HUES[len(kinds)], _SHADES[len(kinds)]
        colours = (
            [tint(hue, 0.8) for hue in hues]
            if which == "first"
            else [tint("#404040", shade) for shade in shades]
        )
        (name,) = drawable([f"{table[f'{which}_factor'].iloc[0]}:"])
        head = Patch(facecolor="none", edgecolor="none", label=shortened(name, 44))
        patches = zip(colours, kinds, strict=True)
        rows.append([head, *(Patch(facecolor=c, label=words[kind]) for c, kind in patches)])
    empty = Patch(facecolor="none", edgecolor="none", label=" ")
    return [entry for pair in zip_longest(*rows, fillvalue=empty) for entry in pair]

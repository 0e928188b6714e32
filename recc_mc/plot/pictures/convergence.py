"""Convergence: running estimates and their intervals against the number of samples."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.language import say, translated
from recc_mc.plot.canvas import single
from recc_mc.plot.fonts import drawable, shortened
from recc_mc.plot.picture import Picture, Shown, drawing
from recc_mc.plot.selection import codes
from recc_mc.plot.style import FAINT, MANY_COLOUR, MILLIMETRE, MINE_COLOURS, SINGLE, tint
from recc_mc.study.nouns import nouns_of
from recc_mc.summary.intervals import NORMAL_95, draws_behind, wilson
from recc_mc.summary.probability import probability

__all__ = ["convergence", "convergence_table"]


# Variable, and title of the axis.
_STATISTICS = {
    "overload": ("recc", "Probability of overload, P(C ≥ 1) (–)"),
    "support": ("support", "Mean support index S (–)"),
    "pressure": ("pressure", "Mean pressure index P (–)"),
    "recc": ("recc", "Mean carrying capacity index C = P/S (–)"),
    "rank": ("rank", "Mean rank by C (–)"),
}
FIRST = 10
POINTS = 80
_DASHES: tuple[tuple[float, tuple[float, ...] | None], ...] = (
    (0, None),
    (0, (5, 1.5)),
    (0, (1.2, 1.2)),
    (0, (5, 1.5, 1.2, 1.5)),
)


@Picture(
    "samples",
    lambda given: [_STATISTICS[given["statistic"]][0]],
    choices={"statistic": _STATISTICS},
    says={
        "statistic": '``"overload"`` for the probability that C >= 1, or the mean of '
        '``"support"``,\n``"pressure"``, ``"recc"`` or ``"rank"``.'
    },
    shown=[
        Shown(
            "precision",
            "Probability of overload as draws add up",
            "Running estimate and its 95 % interval (Wilson).",
        )
    ],
)
def convergence_table(
    samples: xr.Dataset, *, statistic: str = "overload", year: int | None = None
) -> pd.DataFrame:
    """Numbers of `convergence`.

    Returns
    -------
    pandas.DataFrame
        Columns mine, year, samples, defined (samples in which the index is defined), estimate,
        standard_error: s/sqrt(n), of a probability that of `recc_mc.summarize`, and the limits of
        the 95 % interval, of a probability Wilson's. The estimate is NaN as long as no sample is
        defined, its error and interval as long as fewer than two are.
    """
    name = _STATISTICS[statistic][0]
    drawn = samples[name].sel(year=year).transpose("mine", "sample")
    values = (codes(drawn) if name == "rank" else drawn).values.astype(np.float64)
    if statistic == "overload":
        values = np.where(np.isnan(values), np.nan, values >= 1)
    counts = _counts(values.shape[1])
    running = _shares if statistic == "overload" else _means
    tables = [
        pd.DataFrame({"mine": mine, "year": year, "samples": counts, **running(row, counts)})
        for mine, row in zip(map(str, samples["mine"].values), values, strict=True)
    ]
    return pd.concat(tables, ignore_index=True)


def _counts(samples: int) -> NDArray[np.int64]:
    """Numbers of samples at which the estimate is drawn, even on a logarithmic axis."""
    grid = np.geomspace(min(FIRST, samples), samples, POINTS)
    return np.unique(np.rint(grid).astype(np.int64))


def _shares(hits: Floats, counts: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
    """Probability, standard error and 95 % interval of the first samples."""
    number = np.cumsum(~np.isnan(hits))[counts - 1]
    share, error = probability(np.cumsum(np.nan_to_num(hits))[counts - 1], number)
    return _columns(number, share, error, wilson(share, draws_behind(share, error)))


def _means(values: Floats, counts: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
    """Mean, standard error and 95 % interval of the first samples."""
    known = ~np.isnan(values)
    # Sums about a value near the mean do not lose the variance to rounding.
    centre = float(np.nanmean(values)) if known.any() else 0.0
    offset = np.where(known, values - centre, 0.0)
    number = np.cumsum(known)[counts - 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.cumsum(offset)[counts - 1] / number
        variance = np.maximum(np.cumsum(offset**2)[counts - 1] / number - mean**2, 0.0)
        error = np.where(number > 1, np.sqrt(variance / number), np.nan)
    estimate = mean + centre
    half = NORMAL_95 * error
    return _columns(number, estimate, error, (estimate - half, estimate + half))


def _columns(
    number: NDArray[np.int64], estimate: Floats, error: Floats, limits: tuple[Floats, Floats]
) -> dict[str, NDArray[np.generic]]:
    return {
        "defined": number,
        "estimate": estimate,
        "standard_error": error,
        "lower_95": limits[0],
        "upper_95": limits[1],
    }


@drawing
def convergence(
    samples: xr.Dataset,
    *,
    statistic: str = "overload",
    year: int | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw how an estimate settles as samples are added, with its 95 % interval.

    Of more than eight mines the four with the largest standard errors are named, in the one colour
    that `plane` gives to many mines; their lines differ in dashes.
    """
    table = convergence_table(samples, statistic=statistic, year=year)
    sheet = single(ax, SINGLE + 25 * MILLIMETRE, 72 * MILLIMETRE)
    panel = sheet.axes[0]
    entries: list[Line2D] = []
    others = False
    for mine, label, look in _looks(table):
        rows = table[table["mine"] == mine]
        x, y = rows["samples"].to_numpy(float), rows["estimate"].to_numpy(float)
        low, high = (rows[name].to_numpy(float) for name in ("lower_95", "upper_95"))
        if look is None:
            others = True
            panel.plot(x, y, color=FAINT, linewidth=0.5, zorder=1.5)
            continue
        colour, dashes = look
        if np.isnan(y).all():
            label = say("{name}: undefined", name=label)
        panel.fill_between(x, low, high, color=tint(colour, 0.22), linewidth=0)
        panel.plot(x, y, color=colour, linestyle=dashes, linewidth=1.0, zorder=3)
        entries.append(Line2D([], [], color=colour, linestyle=dashes, label=label))
    if others:
        label = drawable([nouns_of(samples.attrs).said("other mines")])[0]
        entries.append(Line2D([], [], color=FAINT, linewidth=0.5, label=label))
    panel.set_xscale("log")
    panel.set_xlim(table["samples"].min(), table["samples"].max())
    panel.set_xlabel(say("Samples (bands: 95 % intervals)"))
    panel.set_ylabel(f"{translated(_STATISTICS[statistic][1])}, {table['year'].iloc[0]}")
    sheet.legend(entries, 3)
    return sheet.figure


def _looks(
    table: pd.DataFrame,
) -> Iterator[tuple[str, str, tuple[str, Any] | None]]:
    """Mine, label, and colour and dashes or None for one that is not named; those come first."""
    last = table.groupby("mine", sort=False)["standard_error"].last().fillna(-1.0)
    labels = dict(zip(last.index, drawable(last.index), strict=True))
    named = last.index.tolist()
    colours: Sequence[str] = MINE_COLOURS
    if len(named) > len(MINE_COLOURS):
        named = last.nlargest(len(_DASHES)).index.tolist()
        colours = (MANY_COLOUR,) * len(_DASHES)
    for mine in last.index:
        if mine not in named:
            yield mine, labels[mine], None
    for k, mine in enumerate(named):
        yield mine, shortened(labels[mine], 26), (colours[k], _DASHES[k % len(_DASHES)])

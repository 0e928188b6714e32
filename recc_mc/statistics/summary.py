"""The public function `summarize`: statistics of Monte Carlo draws."""

from collections.abc import Iterator, Sequence

import numpy as np
import xarray as xr
from dask.base import compute
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.kernels.chain import unit_size
from recc_mc.results import dataset
from recc_mc.results.variables import GROUPS
from recc_mc.run.tallies import MOST_COMPARED, BlockTally, Edges, is_compared
from recc_mc.statistics.histograms import histogram_quantiles
from recc_mc.statistics.obstacles import OBSTACLES
from recc_mc.statistics.pieces import cell_groups, pieces
from recc_mc.statistics.quantiles import quantiles
from recc_mc.statistics.tallies import INDICES, TALLIED, add_block, tally, tally_statistics
from recc_mc.study import Study

__all__ = ["summarize", "summarize_tally"]

BASELINE = tuple(f"{name}_baseline" for name in INDICES)
LEFT_OUT = (
    "rank_probability and outranks_probability grow with the square of the number of mines and are "
    f"left out beyond {MOST_COMPARED} mines; [simulation] compare_mines = true keeps them"
)
CARRIED_OVER = ("consistency_ratio_baseline", *OBSTACLES)


def summarize(draws: xr.Dataset) -> xr.Dataset:
    """Summarise Monte Carlo draws.

    Draws in which C is undefined (S below 1e-9) are left out of the statistics of their mine and
    year, and counted. The standard error of a probability p of n draws is sqrt(p (1 - p) / n).

    Parameters
    ----------
    draws
        Draws of all mines, as `recc_mc.simulate` returns them or a result file holds them; they
        stay as they are. Dask arrays are computed in passes: one for moments and counts, one for
        the quantiles of as many mine-years as fit into an eighth of the available memory.

    Returns
    -------
    xarray.Dataset
        The group ``summary`` of a result: mean, standard deviation, bias and quantiles of the
        indices S, P and C; probabilities of zones, grades and ranks, of overload (C >= 1) and of
        one mine outranking another; weights; obstacle degrees; what became of the drawn judgment
        matrices. All dimensionless.

    Raises
    ------
    InputError
        If variables, attributes, samples or mines are missing.

    Examples
    --------
    >>> import recc_mc as rm
    >>> study = rm.load_study("configs/rare_earth_mines.toml")
    >>> summary = rm.summarize(rm.simulate(study, samples=1000, seed=1))
    >>> dict(summary["zone_probability"].sizes)
    {'mine': 6, 'year': 8, 'zone': 4}
    """
    _check(draws)
    draws = draws[list(_DIMS)].assign({name: draws[name].transpose(*_DIMS[name]) for name in _DIMS})
    limit = float(draws.attrs["cr_limit"])
    # A file gives a list of one number back as a number.
    levels = np.atleast_1d(draws.attrs["quantiles"]).tolist()
    compared = is_compared(draws.sizes["mine"], _asked(draws))
    total: BlockTally | None = None
    for piece in pieces(draws[list(TALLIED)], unit_size(draws["recc"][..., 0].size)):
        total = add_block(total, tally(piece, limit, compared=compared))
    assert total is not None
    single = draws[[*BASELINE, *CARRIED_OVER]].compute()
    arrays = tally_statistics(total, {name: single[name].values for name in BASELINE})
    arrays |= _quantiles(draws, levels)
    arrays |= {name: single[name].values for name in CARRIED_OVER}
    return dataset(
        "summary",
        draws,
        arrays,
        coords={"quantile": levels},
        samples=total.samples,
        left_out=None if compared else LEFT_OUT,
    )


def summarize_tally(
    study: Study, baseline: xr.Dataset, total: BlockTally, edges: Edges, *, seed: int
) -> xr.Dataset:
    """Summary of samples that were tallied and not kept.

    Parameters
    ----------
    study
        The study.
    baseline
        Its group ``baseline``, as `recc_mc.evaluate` returns it.
    total
        Tally of all samples, merged by `recc_mc.statistics.tallies.add_block`.
    edges
        Bins of its histograms.
    seed
        Seed of the run.

    Returns
    -------
    xarray.Dataset
        The group ``summary``, as `summarize` returns it of the samples: counts, and with them all
        probabilities, are equal; quantiles are wrong by at most ``*_quantile_resolution``.
    """
    levels = list(study.settings.simulation.quantiles)
    arrays = tally_statistics(total, {f"{n}_baseline": baseline[n].values for n in INDICES})
    shape = baseline["recc"].shape
    found = histogram_quantiles(total, edges, levels).reshape(len(INDICES), *shape, len(levels))
    width = edges.width.reshape(len(INDICES), *shape)
    for number, name in enumerate(INDICES):
        arrays[f"{name}_quantile"] = found[number]
        arrays[f"{name}_quantile_resolution"] = width[number]
    arrays["consistency_ratio_baseline"] = baseline["consistency_ratio"].values
    return dataset(
        "summary",
        study,
        arrays,
        coords={"quantile": levels},
        seed=seed,
        samples=total.samples,
        left_out=None if total.counts.rank.size else LEFT_OUT,
    )


def _asked(draws: xr.Dataset) -> bool | None:
    """What the study says of tables of pairs of mines; None if it leaves that to their number."""
    asked = draws.attrs.get("compare_mines")
    return None if asked is None else bool(asked)


_DIMS = {name: GROUPS["samples"][name].dims for name in (*TALLIED, *BASELINE, *CARRIED_OVER)}


def _check(draws: xr.Dataset) -> None:
    problems = list(_problems(draws))
    if problems:
        raise InputError(f"draws: {problem}" for problem in problems)


def _problems(draws: xr.Dataset) -> Iterator[str]:
    for name, dims in _DIMS.items():
        if name not in draws:
            yield f"variable {name} is missing"
        elif set(draws[name].dims) != set(dims):
            yield f"{name} has dimensions {draws[name].dims}, expected {dims}"
    for name in ("cr_limit", "quantiles"):
        if name not in draws.attrs:
            yield f"attribute {name} is missing"
    if draws.sizes.get("sample") == 0:
        yield "there are no samples"


def _quantiles(draws: xr.Dataset, levels: Sequence[float]) -> dict[str, NDArray[np.float64]]:
    """Quantiles of the indices; dask arrays are computed for some cells at a time."""
    shape = draws["recc"].shape
    cells = [draws[name].data.reshape(-1, shape[-1]) for name in INDICES]
    found = []
    for group in cell_groups(cells, shape[-1]):
        # All three in one pass: they share the tasks that draw them.
        found.append([quantiles(part, levels) for part in compute(*(c[group] for c in cells))])
    return {
        f"{name}_quantile": np.concatenate(parts).reshape(*shape[:-1], len(levels))
        for name, parts in zip(INDICES, zip(*found, strict=True), strict=True)
    }

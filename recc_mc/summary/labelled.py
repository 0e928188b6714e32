"""The public function `summarize`: statistics of Monte Carlo draws."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from dask.base import compute
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.kernels.chain import unit_size
from recc_mc.labels.dataset import labelled, outputs_in
from recc_mc.labels.declaration import FILL, INDICES
from recc_mc.sampling.draws import FURTHER, PER_SAMPLE
from recc_mc.study import Study
from recc_mc.study.kinds import check_kind
from recc_mc.study.nouns import Nouns, nouns_of
from recc_mc.study.reach import TOLD, draw_attributes
from recc_mc.study.shape import OUTPUTS, is_made_of
from recc_mc.summary.family import SCORES, Finish, baseline_of
from recc_mc.summary.first import (
    BY_OBJECTIVE,
    DEGREES_LEFT_OUT,
    FROM_FIRST,
    WEIGHTS,
    FirstSamples,
    first_sample_statistics,
    with_sample_counts,
)
from recc_mc.summary.obstacles import OBSTACLES
from recc_mc.summary.pieces import pieces, row_groups
from recc_mc.summary.quantiles import quantiles
from recc_mc.summary.ranking import LEFT_OUT, is_compared
from recc_mc.summary.shape import completed
from recc_mc.summary.tally import (
    SAMPLES,
    SUMMARY,
    Tally,
    add_block,
    tally,
    tally_statistics,
)
from recc_mc.uncertainty.plan import criterion_members

__all__ = ["samples_group", "summarize", "summarize_tally"]

BASELINE = tuple(f"{name}_baseline" for name in (*INDICES, "zone", "grade", "rank"))
WEIGHT_BASELINE = tuple(f"weight{kind}_baseline" for kind in ("", "_ahp", "_objective", "_entropy"))
BASE_OF = {
    name: name.removesuffix("_baseline")
    for name in (*BASELINE, *WEIGHT_BASELINE, "consistency_ratio_baseline")
}
"""Variables of the group ``baseline`` that stand beside draws, by their names there."""
CARRIED_OVER = (*BASE_OF, *OBSTACLES, *FROM_FIRST)


def summarize(draws: xr.Dataset) -> xr.Dataset:
    """Summarise Monte Carlo draws.

    Draws in which C is undefined (S below 1e-9) are left out of the statistics of their mine and
    year, and counted; those of a year's ranking take the draws in which all its mines have a C. The
    standard error of a probability p of n draws is sqrt(p (1 - p) / n); of a p of 0 or 1 it is the
    95 % bound 3/n. Standard errors and deviations of a single draw are NaN.

    Parameters
    ----------
    draws
        Draws of all mines, as `recc_mc.simulate` returns them or a result file holds them; they
        stay as they are. Dask arrays are computed in passes: one for moments and counts, one for
        the quantiles of as many series as fit into an eighth of the available memory.

    Returns
    -------
    xarray.Dataset
        The group ``summary`` of a result: mean, standard deviation, bias and quantiles of the
        indices S, P and C, and of their changes from the first year to the last; probabilities of
        zones, grades and ranks, of overload (C >= 1), of its first year, of one mine outranking
        another, of other classes than the baseline's, of an increase and of the year of the peak;
        Kendall's tau with the baseline's ranking; weights; obstacle degrees; what became of the
        drawn judgment matrices; the baseline. All dimensionless. Variables that are not of all
        samples have an attribute ``samples``; of a part of a run's draws, those that the draws
        carry with them (obstacle degrees, AHP and objective weights) are of the whole run, and have
        an attribute ``samples_comment`` that says so.

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
    check_kind("draws", draws, xr.Dataset, "a Dataset as recc_mc.simulate returns it")
    draws = completed(draws, "", "_baseline")
    _check(draws)
    names = [name for name in _DIMS if name in draws]
    draws = draws[names].assign({name: draws[name].transpose(*_DIMS[name]) for name in names})
    limit = float(draws.attrs["cr_limit"])
    # A file gives a list of one number back as a number.
    levels = np.atleast_1d(draws.attrs["quantiles"]).tolist()
    compared = is_compared(draws.sizes["mine"], _asked(draws))
    carried = [name for name in CARRIED_OVER if name in draws]
    single = draws[carried].compute()
    arrays = {name: _in_type(name, single[name].values) for name in carried}
    baseline = baseline_of(arrays["recc_baseline"], arrays["rank_baseline"])
    total: Tally | None = None
    drawn = draws[[name for name in (*PER_SAMPLE, *FURTHER) if name in draws]]
    for piece in pieces(drawn, unit_size(draws["recc"][..., 0].size)):
        total = add_block(total, tally(piece, limit, baseline, compared=compared))
    assert total is not None
    arrays |= tally_statistics(total, Finish(total.samples, arrays, levels))
    arrays |= _quantiles(draws, levels)
    summary = labelled(
        "summary",
        SUMMARY,
        draws,
        arrays,
        coords={"quantile": levels},
        samples=total.samples,
        left_out=_left_out(nouns_of(draws.attrs), compared, "obstacle_quantile" in draws),
        **{name: draws.attrs.get(name) for name in TOLD},
    )
    known = {name: draws[name].attrs for name in FROM_FIRST if name in draws}
    counts = {name: attrs["samples"] for name, attrs in known.items() if "samples" in attrs}
    summary = with_sample_counts(summary, counts)
    return _of_whole_run(summary, draws)


def _of_whole_run(summary: xr.Dataset, draws: xr.Dataset) -> xr.Dataset:
    """Say of statistics that the draws carry, and are not made of, that they are of the whole run.

    Draws may be a part of those of a run (``draws.isel(sample=...)``), or of several runs.
    """
    run = draws.attrs.get("samples")
    if run is None or int(run) == draws.sizes["sample"]:
        return summary
    given = draws.sizes["sample"]
    for name in (*OBSTACLES, *FROM_FIRST):
        if name in summary:
            attrs = summary[name].attrs
            attrs.setdefault("samples", int(run))
            attrs["samples_comment"] = (
                f"of {attrs['samples']} of the {int(run)} draws of the run, not of the {given} "
                "draws summarised"
            )
    return summary


def samples_group(
    study: Study,
    baseline: xr.Dataset,
    arrays: Mapping[str, Any],
    counts: Mapping[str, int],
    *,
    seed: int,
) -> xr.Dataset:
    """The group ``samples`` of a result.

    Parameters
    ----------
    study
        The study.
    baseline
        Its group ``baseline``, as `recc_mc.evaluate` returns it.
    arrays
        The draws, and statistics of obstacle degrees and weights, by name.
    counts
        Of how many samples the variables are that are not of all.
    seed
        Seed of the run.
    """
    simulation = study.settings.simulation
    base = _base(completed(baseline))
    samples = labelled(
        "samples",
        SAMPLES,
        study,
        {**arrays, **base},
        seed=seed,
        samples=math.prod(np.shape(arrays["recc"])[-1:]),
        cr_limit=study.cr_limit,
        quantiles=list(simulation.quantiles),
        compare_mines=simulation.compare_mines,
        left_out=None if "obstacle_quantile" in arrays else DEGREES_LEFT_OUT,
        **draw_attributes(study),
    )
    return with_sample_counts(samples, counts)


def summarize_tally(
    study: Study,
    baseline: xr.Dataset,
    total: Tally,
    first: FirstSamples,
    *,
    seed: int,
) -> xr.Dataset:
    """Summary of samples that were tallied and not kept.

    Parameters
    ----------
    study
        The study.
    baseline
        Its group ``baseline``, as `recc_mc.evaluate` returns it.
    total
        Tally of all samples, merged by `recc_mc.summary.tally.add_block`.
    first
        The first samples, once more.
    seed
        Seed of the run.

    Returns
    -------
    xarray.Dataset
        The group ``summary``, as `summarize` returns it of the samples: counts, and with them all
        probabilities, are equal; quantiles of S, P, C, their changes and the weights are wrong by
        at most ``*_quantile_resolution``.
    """
    levels = list(study.settings.simulation.quantiles)
    shape = len(study.panel.mines), len(study.panel.years)
    arrays: dict[str, Any] = _base(completed(baseline))
    members = criterion_members(study.hierarchy)
    arrays |= tally_statistics(total, Finish(total.samples, arrays, levels, members))
    arrays |= first_sample_statistics(first, shape, levels)
    summary = labelled(
        "summary",
        SUMMARY,
        study,
        arrays,
        coords={"quantile": levels},
        seed=seed,
        samples=total.samples,
        left_out=_left_out(study.nouns, bool(total.ranking.rank.size), bool(first.degrees)),
        **draw_attributes(study),
    )
    weights = [name for name in WEIGHTS if name in arrays]
    counts = dict.fromkeys(weights, first.weight_ahp.shape[1])
    if first.degrees:
        counts["obstacle_quantile"] = sum(part.shape[2] for part in first.degrees)
    return with_sample_counts(summary, counts)


def _base(baseline: xr.Dataset) -> dict[str, Any]:
    """What of the baseline stands beside draws, as far as the study has it."""
    return {name: baseline[source].values for name, source in BASE_OF.items() if source in baseline}


def _left_out(nouns: Nouns, compared: bool, has_degrees: bool) -> str | None:
    """What is not there, and why."""
    reasons = {LEFT_OUT: not compared, DEGREES_LEFT_OUT: not has_degrees}
    return "; ".join(nouns.recorded(text) for text, holds in reasons.items() if holds) or None


def _in_type(name: str, values: NDArray[Any]) -> NDArray[Any]:
    """Values in their declared type; an undefined class may have been read as NaN."""
    kind = np.dtype(SUMMARY[name].dtype)
    if kind.kind == "i" and values.dtype.kind == "f":
        return np.where(np.isnan(values), FILL, values).astype(kind)
    return values


def _asked(draws: xr.Dataset) -> bool | None:
    """What the study says of tables of pairs of mines; None if it leaves that to their number."""
    asked = draws.attrs.get("compare_mines")
    return None if asked is None else bool(asked)


# Variables of matrices, and of weights made by people: a study may have none of either kind.
_MAY_BE_NONE = (
    {name for name in (*PER_SAMPLE, *BASE_OF) if "matrix" in SAMPLES[name].dims},
    {name for name in (*WEIGHTS, *WEIGHT_BASELINE) if name.startswith("weight_ahp")},
)
_DIMS = {name: SAMPLES[name].dims for name in (*PER_SAMPLE, *FURTHER, *CARRIED_OVER)}


def _check(draws: xr.Dataset) -> None:
    problems = list(_problems(draws))
    if problems:
        raise InputError(f"draws: {problem}" for problem in problems)


def _problems(draws: xr.Dataset) -> Iterator[str]:
    outputs = (*OUTPUTS, *outputs_in(draws.attrs))
    for name, dims in _DIMS.items():
        if name not in draws and not is_made_of(name, outputs):
            continue
        if any(name in kind and kind.isdisjoint(draws) for kind in _MAY_BE_NONE):
            continue
        if name not in draws:
            if name in FURTHER:
                continue
            if name == "obstacle_quantile" and DEGREES_LEFT_OUT in str(draws.attrs.get("left_out")):
                continue
            if name in BY_OBJECTIVE:
                continue
            yield f"variable {name} is missing"
        elif set(draws[name].dims) != set(dims):
            yield f"{name} has dimensions {draws[name].dims}, expected {dims}"
    for name in ("cr_limit", "quantiles"):
        if name not in draws.attrs:
            yield f"attribute {name} is missing"
    if draws.sizes.get("sample") == 0:
        yield "there are no samples"


def _quantiles(draws: xr.Dataset, levels: Sequence[float]) -> dict[str, NDArray[np.float64]]:
    """Quantiles of all series; dask arrays are computed for some of them at a time."""
    series = _series(draws)
    rows = {name: array.data.reshape(-1, array.shape[-1]) for name, array in series.items()}
    found: dict[str, list[NDArray[np.float64]]] = {name: [] for name in rows}
    for group in row_groups(list(rows.values())):
        # All in one pass: they share the tasks that draw them.
        wanted = {
            name: rows[name][part]
            for name, part in zip(rows, group, strict=True)
            if part.start < part.stop
        }
        for name, values in zip(wanted, compute(*wanted.values()), strict=True):
            found[name].append(quantiles(values, levels))
    return {
        f"{name}_quantile": np.concatenate(parts).reshape(*series[name].shape[:-1], len(levels))
        for name, parts in found.items()
    }


def _series(draws: xr.Dataset) -> dict[str, xr.DataArray]:
    """What there is a value of in each sample: S, P, C, their changes, and the weights."""
    scores = (name for name in SCORES if name in draws)
    series = {name: draws[name] for name in (*INDICES, "weight", *scores)}
    if draws.sizes["year"] > 1:
        for name in INDICES:
            # As the kernels take it of draws that were stored in single precision.
            ends = draws[name].isel(year=[0, -1]).astype(np.float64)
            series[f"{name}_change"] = ends.isel(year=1) - ends.isel(year=0)
    return series

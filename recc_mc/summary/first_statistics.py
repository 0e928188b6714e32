"""Quantiles of obstacle degrees and weights, from the first samples of a run."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc.kernels.records import Plan
from recc_mc.kernels.tally import Moments, add_moments
from recc_mc.summary.first import (
    DEGREE_BYTES,
    FIRST,
    FirstSamples,
    degree_samples,
)
from recc_mc.summary.merging import add_units
from recc_mc.summary.moments import mean_and_deviation
from recc_mc.summary.quantiles import quantiles

__all__ = [
    "DEGREES_LEFT_OUT",
    "FROM_FIRST",
    "WEIGHTS",
    "first_sample_statistics",
    "sample_counts",
    "with_sample_counts",
]

WEIGHTS = tuple(
    f"weight_{kind}_{statistic}"
    for kind in ("ahp", "entropy")
    for statistic in ("mean", "std", "quantile")
)
"""Statistics of the two weights that are combined."""
FROM_FIRST = ("obstacle_quantile", *WEIGHTS)
"""Statistics that are those of the first samples, however the draws are kept."""
DEGREES_LEFT_OUT = (
    "obstacle_quantile is left out because too few samples of the obstacle degrees fit into "
    f"{DEGREE_BYTES // 2**20} MiB"
)
# Samples over which sums run.
_UNIT = 1024

Floats = NDArray[np.float64]


def first_sample_statistics(
    first: FirstSamples, shape: tuple[int, int], levels: Sequence[float]
) -> dict[str, Floats]:
    """Statistics of the first samples.

    Parameters
    ----------
    first
        The samples.
    shape
        Numbers of mines and years.
    levels
        Probabilities of the quantiles.

    Returns
    -------
    dict
        Arrays of `FROM_FIRST` by name, without ``obstacle_quantile`` if there are too few degrees.
    """
    found: dict[str, Floats] = {}
    for kind, values in (("ahp", first.weight_ahp), ("entropy", first.weight_entropy)):
        mean, _, std = mean_and_deviation(_moments(values))
        found |= {f"weight_{kind}_mean": mean, f"weight_{kind}_std": std}
        found[f"weight_{kind}_quantile"] = quantiles(values, levels)
    if first.degrees:
        objects, indicators = first.degrees[0].shape[:2]
        degree = np.empty((objects, indicators, len(levels)))
        for i in range(objects):
            # One object at a time: together, the degrees may fill the memory that they are given.
            draws = np.concatenate([part[i] for part in first.degrees], axis=-1)
            degree[i] = quantiles(draws, levels)
        found["obstacle_quantile"] = degree.reshape(*shape, indicators, len(levels))
    return found


def _moments(values: Floats) -> Moments:
    rows, samples = values.shape
    shape = (-(-samples // _UNIT), rows)
    units = Moments(np.zeros(shape, np.int64), np.zeros(shape), np.zeros(shape))
    add_moments(values, samples, _UNIT, 0, units)
    return add_units(None, units)


def sample_counts(plan: Plan, samples: int) -> dict[str, int]:
    """Of how many samples each of `FROM_FIRST` is; those that are left out are not named.

    Parameters
    ----------
    plan
        The study.
    samples
        Number of samples of the run.
    """
    degrees = degree_samples(plan, samples)
    counts = dict.fromkeys(WEIGHTS, min(samples, FIRST))
    return counts | ({"obstacle_quantile": degrees} if degrees else {})


def with_sample_counts(data: xr.Dataset, counts: Mapping[str, Any]) -> xr.Dataset:
    """The dataset with the attribute ``samples`` on variables that are not of all samples.

    Parameters
    ----------
    data
        A dataset that has just been made: its attributes are set in place.
    counts
        Numbers of samples by the variables' names.
    """
    for name, count in counts.items():
        data[name].attrs["samples"] = int(count)
    return data

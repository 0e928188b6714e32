"""All that a summary needs but quantiles: small, whatever the number of samples, and mergeable."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.errors import InputError
from recc_mc.results.variables import FILL, GRADES, ZONES
from recc_mc.statistics.counts import Counts, count_above, count_classes, count_true
from recc_mc.statistics.moments import Moments, add_units, mean_and_deviation, unit_moments
from recc_mc.statistics.probability import probability

__all__ = ["TALLIED", "Tally", "add_tally", "tally", "tally_statistics"]

INDICES = ("support", "pressure", "recc")
MATRICES = ("consistency_ratio", "repair", "redraws")
TALLIED = (*INDICES, "zone", "grade", "rank", "weight", *MATRICES)
"""Variables that a tally is made of."""

Arrays = Mapping[str, NDArray[Any]]


class Tally(NamedTuple):
    """Moments and counts of some samples, by the names of what they become.

    Parameters
    ----------
    samples
        How many samples were tallied.
    moments
        Of S, P, C (mine, year) and the weights (indicator); those of a part of a run have its units
        as first axis.
    counts
        Integer counts; those of classes have the class as last axis.
    """

    samples: int
    moments: dict[str, Moments]
    counts: dict[str, Counts]


def tally(draws: Arrays, cr_limit: float) -> Tally:
    """Tally of consecutive samples, from the beginning of a unit on.

    Parameters
    ----------
    draws
        Arrays of the variables `TALLIED`, (mine, year, sample) or (..., sample).
    cr_limit
        Limit of the consistency ratio.

    Raises
    ------
    InputError
        If ranks are those of more mines.
    """
    real = {name: np.asarray(draws[name], np.float64) for name in (*INDICES, "weight")}
    recc = real["recc"]
    above, both = count_above(recc)
    repaired = draws["repair"] < 1
    redrawn = draws["redraws"] > 0
    within = draws["consistency_ratio"] < cr_limit
    zone, grade, rank = (_codes(draws[name]) for name in ("zone", "grade", "rank"))
    if rank.max(initial=0) > len(recc):
        raise InputError(
            f"draws: rank {rank.max()} among {len(recc)} mines; summarize the draws of all mines, "
            "then select some"
        )
    counts = {
        "zone": count_classes(zone, 0, len(ZONES)),
        "grade": count_classes(grade, 1, len(GRADES)),
        "rank": count_classes(rank, 1, len(recc)),
        "overload": count_true(recc >= 1),
        "outranks": above,
        "comparable": both,
        "accepted": count_true(within & ~repaired & ~redrawn),
        "repaired": count_true(repaired),
        "redrawn": count_true(redrawn),
    }
    return Tally(
        recc.shape[-1], {name: unit_moments(values) for name, values in real.items()}, counts
    )


def add_tally(total: Tally | None, part: Tally) -> Tally:
    """Tally of all samples so far with that of the following ones added.

    The result is the same, bit for bit, however the samples were cut into parts, as long as every
    part begins with a unit.
    """
    counts, samples = part.counts, part.samples
    before: Mapping[str, Moments] = {}
    if total is not None:
        counts = {name: count + total.counts[name] for name, count in counts.items()}
        samples += total.samples
        before = total.moments
    found = {name: add_units(before.get(name), new) for name, new in part.moments.items()}
    return Tally(samples, found, counts)


def tally_statistics(total: Tally, baseline: Arrays) -> dict[str, NDArray[Any]]:
    """Statistics of all samples.

    Parameters
    ----------
    total
        The tally of all samples.
    baseline
        Deterministic S, P and C (mine, year), ``support_baseline`` and so on.

    Returns
    -------
    dict
        Arrays by the names of the variables of the group ``summary``.
    """
    result: dict[str, NDArray[Any]] = {}
    for name in INDICES:
        mean, error, std = mean_and_deviation(total.moments[name])
        result |= {f"{name}_mean": mean, f"{name}_mean_error": error, f"{name}_std": std}
        result[f"{name}_bias"] = mean - baseline[f"{name}_baseline"]
    mean, _, std = mean_and_deviation(total.moments["weight"])
    result |= {"weight_mean": mean, "weight_std": std}
    counts = total.counts
    defined = total.moments["recc"].draws
    result["recc_undefined"] = total.samples - defined
    draws = {name: counts[name].sum(axis=-1, keepdims=True) for name in ("zone", "grade", "rank")}
    draws |= {"overload": defined, "outranks": counts["comparable"]}
    for name, possible in draws.items():
        share, error = probability(counts[name], possible)
        result |= {f"{name}_probability": share, f"{name}_probability_error": error}
    for name in ("accepted", "repaired", "redrawn"):
        result[f"share_{name}"] = counts[name] / total.samples
    return result


def _codes(codes: NDArray[Any]) -> NDArray[np.integer]:
    """Codes of classes as integers; where xarray opened the file, undefined ones are NaN."""
    if codes.dtype.kind == "f":
        codes = np.where(np.isnan(codes), FILL, codes).astype(np.int32)
    return codes

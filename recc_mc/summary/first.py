"""The first samples of a run: statistics of what is too large to keep of all of them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from recc_mc._typing import Floats
from recc_mc.kernels.options import LANES
from recc_mc.kernels.records import ENTROPY, OBJECTIVE, Draws, Plan
from recc_mc.labels.declaration import BY_INDICATOR, NOT_NEGATIVE, Declarations, real
from recc_mc.sampling.draws import bytes_per_sample, empty_draws, fill_draws
from recc_mc.sampling.random import RandomDesign
from recc_mc.summary.moments import Moments, add_moments, mean_and_deviation
from recc_mc.summary.quantiles import quantiles
from recc_mc.summary.threads import CPU_COUNT, in_threads
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block, cut

__all__ = [
    "BY_OBJECTIVE",
    "DEGREES_LEFT_OUT",
    "FIRST",
    "FROM_FIRST",
    "WEIGHTS",
    "Details",
    "FirstSamples",
    "degree_samples",
    "first_sample_statistics",
    "first_samples",
    "first_samples_bytes",
    "sample_counts",
    "variables",
    "with_sample_counts",
]

FIRST = 8192
"""Number of samples of which there are such statistics."""
DEGREE_BYTES = 2**28
"""Most memory for their obstacle degrees."""
FEWEST = 1000
"""Fewest samples that quantiles are taken of, unless the run has no more."""

WEIGHTS = tuple(
    f"weight_{kind}_{statistic}"
    for kind in ("ahp", "objective", "entropy")
    for statistic in ("mean", "std", "quantile")
)
"""Statistics of the two weights that are combined; the objective one as entropy weight too."""
BY_OBJECTIVE = tuple(
    f"weight_{kind}_{statistic}"
    for kind in ("objective", "entropy")
    for statistic in ("mean", "std", "quantile", "baseline")
)
"""What need not be there: older results have the entropy weight alone, and others have that only
where no draw takes another objective."""
FROM_FIRST = ("obstacle_quantile", *WEIGHTS)
"""Statistics that are those of the first samples, however the draws are kept."""
DEGREES_LEFT_OUT = (
    "obstacle_quantile is left out because too few samples of the obstacle degrees fit into "
    f"{DEGREE_BYTES // 2**20} MiB"
)
# Samples over which sums run.
_UNIT = 1024


def variables() -> Declarations:
    """What the statistics are."""
    comment = {
        "comment": "from the first samples of the run, as many as the attribute samples says"
    }
    label = "quantiles of the obstacle degree"
    dims: tuple[str, ...] = (*BY_INDICATOR, "quantile")
    yield real("obstacle_quantile", dims, label, **comment, **NOT_NEGATIVE)
    dims = ("indicator",)
    for name, label in (
        ("weight_ahp", "AHP weight"),
        ("weight_objective", "objective weight"),
        ("weight_entropy", "entropy weight"),
    ):
        yield real(f"{name}_mean", dims, f"mean of the {label}", **comment)
        deviation = f"standard deviation of the {label}"
        yield real(f"{name}_std", dims, deviation, **comment, **NOT_NEGATIVE)
        yield real(f"{name}_quantile", (*dims, "quantile"), f"quantiles of the {label}", **comment)


class Details(NamedTuple):
    """What is kept of consecutive samples if they are among the first ones."""

    weight_ahp: Floats  # (indicator, sample)
    weight_objective: Floats  # (indicator, sample)
    degrees: Floats  # (object, indicator, sample), without samples where they do not fit

    @classmethod
    def of(cls, draws: Draws) -> "Details":
        """Those of draws, whose other arrays are not held."""
        return cls(draws.weight_ahp, draws.weight_objective, draws.obstacle)


class FirstSamples(NamedTuple):
    """Draws of the first samples, a pure function of study and seed like all others."""

    weight_ahp: Floats  # (indicator, sample), or nothing without judgments
    weight_objective: Floats  # (indicator, sample)
    by_entropy: bool  # whether it is the entropy weight in all of them
    # (object, indicator, sample) one after the other: joined, they would be in memory twice.
    degrees: tuple[Floats, ...]


def degree_samples(plan: Plan, samples: int) -> int:
    """Of how many first samples the obstacle degrees are kept, 0 if too few fit into memory.

    Parameters
    ----------
    plan
        The study.
    samples
        Number of samples of the run.
    """
    wanted = min(samples, FIRST)
    unit = plan.options.unit
    fitting = DEGREE_BYTES // _degree_bytes(plan)
    if fitting < wanted:
        # Whole units: every one is computed at once.
        wanted = fitting // unit * unit
    return wanted if wanted >= min(samples, FEWEST) else 0


def first_samples(
    model: CompiledStudy,
    seed: int,
    samples: int,
    weights: tuple[Floats, Floats] | None = None,
    there: Sequence[Details] = (),
) -> FirstSamples:
    """Evaluate the first samples of a run once more, as far as their details were not kept.

    Parameters
    ----------
    model
        The study.
    seed
        Key of all random numbers.
    samples
        Number of samples of the run.
    weights
        Their AHP and objective weights (indicator, sample) if they were kept: then only those
        samples are evaluated whose obstacle degrees are wanted.
    there
        Details of samples from the first one on that were kept, of whole units.

    Raises
    ------
    RunError
        If some sample has no value.
    """
    plan, unit = model.plan, model.plan.options.unit
    with_degrees = degree_samples(plan, samples)
    count = min(samples, FIRST) if weights is None else with_degrees

    def evaluate(block: Block) -> Details:
        padded = block.samples + -block.samples % LANES
        kept = block.first < with_degrees
        draws = empty_draws(plan, padded, indices=kept, degrees=kept, weights=True)
        rows = RandomDesign(model.columns, seed).rows(block.first, block.samples)
        return Details.of(fill_draws(model, rows, draws, seed=seed, first=block.first))

    begin = sum(part.weight_ahp.shape[1] for part in there)
    parts = [*there, *in_threads(evaluate, cut(count, unit, unit)[-(-begin // unit) :])]
    degrees = tuple(part.degrees for part in parts if part.degrees.shape[2])
    if weights is None:
        own, others, _ = zip(*parts, strict=True)
        weights = np.concatenate(own, axis=1), np.concatenate(others, axis=1)
    ahp, objective = weights
    if not len(plan.matrices):
        ahp = ahp[:0]
    return FirstSamples(ahp, objective, _by_entropy(plan), degrees)


def first_samples_bytes(plan: Plan, samples: int) -> int:
    """Memory that `first_samples` takes.

    Parameters
    ----------
    plan
        The study.
    samples
        Number of samples of the run.
    """
    # The degrees, the draws and rows of a unit for each thread, and two kinds of weights.
    unit = plan.options.unit
    degrees = _degree_bytes(plan) * degree_samples(plan, samples)
    weights = 2 * 8 * len(plan.indicators) * min(samples, FIRST)
    return degrees + weights + CPU_COUNT * unit * bytes_per_sample(plan)


def _degree_bytes(plan: Plan) -> int:
    """Memory of the obstacle degrees of one sample."""
    return 8 * plan.options.mines * plan.options.years * len(plan.indicators)


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
        Arrays of `FROM_FIRST` by name, without ``obstacle_quantile`` if there are too few degrees,
        without AHP weights if there are no judgments, and without those of the entropy weight if
        some draws take another objective.
    """
    found: dict[str, Floats] = {}
    for kind, values in (("ahp", first.weight_ahp), ("objective", first.weight_objective)):
        if not len(values):
            continue
        mean, _, std = mean_and_deviation(_moments(values))
        found |= {f"weight_{kind}_mean": mean, f"weight_{kind}_std": std}
        found[f"weight_{kind}_quantile"] = quantiles(values, levels)
    if first.by_entropy:
        for statistic in ("mean", "std", "quantile"):
            found[f"weight_entropy_{statistic}"] = found[f"weight_objective_{statistic}"]
    if first.degrees:
        objects, indicators, _ = first.degrees[0].shape

        def of_object(i: int) -> Floats:
            # One at a time: together, the degrees may fill the memory that they are given.
            own = [part[i] for part in first.degrees]
            return quantiles(own[0] if len(own) == 1 else np.concatenate(own, axis=-1), levels)

        degree = np.stack(in_threads(of_object, range(objects)))
        found["obstacle_quantile"] = degree.reshape(*shape, indicators, len(levels))
    return found


def _by_entropy(plan: Plan) -> bool:
    """Whether no draw takes another objective than entropy."""
    choice = plan.choices[OBJECTIVE]
    return bool((choice["code"][: choice["count"]] == ENTROPY).all())


def _moments(values: Floats) -> Moments:
    rows, samples = values.shape
    units = Moments.empty(-(-samples // _UNIT), rows)
    # Kernels are compiled for arrays that may be written to, which read ones are not.
    add_moments(np.require(values, requirements="W"), samples, _UNIT, 0, units)
    return units.total()


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
    weights = [name for name in WEIGHTS if "entropy" not in name or _by_entropy(plan)]
    counts = dict.fromkeys(weights, min(samples, FIRST))
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
    for name in counts.keys() & data.keys():
        data[name].attrs["samples"] = int(counts[name])
    return data

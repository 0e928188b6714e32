"""Every output of a block through a method's analysis; NaN and a reason where it has no answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.salib.methods import HALF, MEAN, METHODS, SUM
from recc_mc.variance.indices import TOO_FEW_CHANGES
from recc_mc.variance.rare import is_rare
from recc_mc.workers.blocks import Block

__all__ = [
    "CONSTANT",
    "DEFINED",
    "FAILED",
    "UNDEFINED_ROWS",
    "Analysis",
    "OutputTask",
    "analyze_block",
    "is_constant",
    "variance",
]


DEFINED, CONSTANT, UNDEFINED_ROWS, FAILED = 0, 1, 3, 4
"""Values of the variable ``undefined``."""
CLASSES = ("zone", "grade")
COUNTED = (*CLASSES, "rank")
# Where the standard deviation is below this share of the largest value, it is one of rounding.
RELATIVE_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Analysis:
    """What the analyses of all outputs have in common.

    Parameters
    ----------
    method
        Name of the method.
    inputs
        (row, column) the design, None if the method does not look at it.
    groups
        Number of the factor of each column; the dummies, each a factor, come last.
    factors
        Number of factors, the dummies among them.
    resamples
        Bootstrap resamples.
    seed
        Key of the resampling, of which each output has a stream of its own.
    dummies
        How many of the columns, and of the factors, are random numbers.
    """

    method: str
    inputs: Floats | None
    groups: tuple[int, ...]
    factors: int
    resamples: int
    seed: int
    dummies: int = 0


@dataclass(frozen=True, eq=False)
class OutputTask(Block):
    """Outputs that are analysed together; its "samples" are outputs.

    Parameters
    ----------
    names
        What each output is, such as ``"recc"``.
    values
        (output, row) as evaluated.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]


def analyze_block(
    analysis: Analysis, block: Block
) -> tuple[dict[str, Floats], NDArray[np.int8], Floats]:
    """Measures (factor, output) of a block by name, why some are NaN, and variances (output,)."""
    assert isinstance(block, OutputTask)
    outputs = list(zip(block.names, block.values, strict=True))
    variances = np.array([variance(name, y) for name, y in outputs])
    reasons = np.array([_reason(analysis, name, y) for name, y in outputs], np.int8)
    classes = METHODS[analysis.method].classes
    measures = {name: np.full((analysis.factors, len(outputs)), np.nan) for name in classes}
    defined = np.flatnonzero(reasons == DEFINED).tolist()
    if not defined:
        return measures, reasons, variances
    parts = [_parts(*outputs[k]) for k in defined]
    seeds = [_stream(analysis.seed, block.first + k) for k in defined]
    estimates = _estimate(analysis, parts, seeds)
    for k, part, found in zip(defined, parts, estimates, strict=True):
        if block.names[k] in CLASSES:
            found = _of_class(classes, part, found)
        else:
            found = {name: values[0] for name, values in found.items()}
        # One NaN within an output can only be one that an impossible operation has left.
        main = "mu_star" if analysis.method == "morris" else next(iter(classes))
        if not np.isfinite(found[main]).all():
            reasons[k] = FAILED
            continue
        for name, values in found.items():
            measures[name][:, k] = values
    return measures, reasons, variances


def variance(name: str, y: Floats) -> float:
    """Variance of an output; of a class the sum of the variances p (1 - p) of its indicators."""
    if name not in CLASSES or not np.isfinite(y).all():
        return float(np.var(y))
    shares = np.unique_counts(y).counts / len(y)
    return float(np.sum(shares * (1 - shares)))


def is_constant(y: Floats) -> bool:
    """Whether an output varies by no more than rounding."""
    return bool(np.var(y) <= (RELATIVE_ROUNDING * np.abs(y).max()) ** 2)


def _reason(analysis: Analysis, name: str, y: Floats) -> int:
    """Why an output has no measures, as far as that is seen beforehand."""
    if not np.isfinite(y).all():
        return UNDEFINED_ROWS
    if is_constant(y):
        return CONSTANT
    if name in COUNTED and _changes_rarely(analysis, y):
        return TOO_FEW_CHANGES
    return DEFINED


def _changes_rarely(analysis: Analysis, y: Floats) -> bool:
    """Whether an output of few values so rarely leaves its commonest one that errors are unknown.

    Rows of a design that belong together are one for each factor. Elementary effects (morris) are
    not judged: they screen, and their few trajectories never meet twice what is rare.
    """
    if analysis.method == "morris":
        return False
    rows = float(len(y))
    if not METHODS[analysis.method].given_data:
        rows /= analysis.factors + (analysis.method == "shapley")
    return bool(is_rare(rows, rows * variance(CLASSES[0], y)))


def _parts(name: str, y: Floats) -> Floats:
    """What is analysed of an output (part, row): a class's codes are names, so their indicators."""
    parts = [y == code for code in np.unique(y)] if name in CLASSES else [y]
    return np.array(parts, np.float64)


def _estimate(
    analysis: Analysis, parts: Sequence[Floats], seeds: Sequence[int]
) -> list[dict[str, Floats]]:
    """Measures (part, factor) of each output by name."""
    method = METHODS[analysis.method]
    # Sums of squares of values far from zero would lose what they measure.
    centred = np.array([y - y.mean() for part in parts for y in part])
    by_part = [seed for part, seed in zip(parts, seeds, strict=True) for _ in part]
    inputs = np.empty((0, 0)) if analysis.inputs is None else analysis.inputs

    def estimated(columns: int) -> dict[str, Floats]:
        groups = analysis.groups[:columns]
        return method.estimate(inputs[:, :columns], centred, groups, analysis.resamples, by_part)

    found = estimated(len(analysis.groups))
    if method.joint and analysis.dummies:
        # The dummies must not move the measures of the factors that are fitted together with them.
        kept = estimated(len(analysis.groups) - analysis.dummies)
        found = {
            name: np.hstack([kept[name], array[:, -analysis.dummies :]])
            for name, array in found.items()
        }
    ends = np.cumsum([len(part) for part in parts])[:-1]
    split = {name: np.split(values, ends) for name, values in found.items()}
    return [{name: split[name][k] for name in found} for k in range(len(parts))]


def _of_class(
    rules: Mapping[str, str], indicators: Floats, found: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Measures of a class: those of the indicators of its values, combined.

    The intervals of the parts add up, which is the most that the interval of the whole can be.
    """
    variances = indicators.var(axis=1)
    weights = {
        MEAN: variances / variances.sum(),
        SUM: np.ones(len(indicators)),
        HALF: np.full(len(indicators), 0.5),
    }
    # No product of BLAS, whose last bits depend on how many threads share it.
    return {
        name: np.einsum("k,k...->...", weights[rule], found[name])
        for name, rule in rules.items()
        if rule in weights
    }


def _stream(seed: int, output: int) -> int:
    """Seed of an output's resampling, for a generator that takes 32 bits."""
    return int(np.random.SeedSequence((seed, output)).generate_state(1)[0])

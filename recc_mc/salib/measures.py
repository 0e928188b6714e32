"""Every output of a block through a method's analysis; NaN and a reason where it has no answer."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recc_mc.salib.methods import HALF, MEAN, METHODS, SUM, Method
from recc_mc.variance.indices import TOO_FEW_CHANGES
from recc_mc.variance.rare import is_rare
from recc_mc.workers.blocks import Block

__all__ = [
    "CONSTANT",
    "DEFINED",
    "FAILED",
    "UNDEFINED_ROWS",
    "Analysis",
    "OutputBlock",
    "analyze_block",
    "is_constant",
    "variance",
]

Floats = NDArray[np.float64]

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
class OutputBlock(Block):
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
    assert isinstance(block, OutputBlock)
    found = [
        _analyze(analysis, name, y, _stream(analysis.seed, block.first + k))
        for k, (name, y) in enumerate(zip(block.names, block.values, strict=True))
    ]
    names = METHODS[analysis.method].classes
    measures = {name: np.stack([one[name] for one, _ in found], axis=1) for name in names}
    variances = [variance(name, y) for name, y in zip(block.names, block.values, strict=True)]
    return measures, np.array([reason for _, reason in found], np.int8), np.array(variances)


def variance(name: str, y: Floats) -> float:
    """Variance of an output; of a class the sum of the variances p (1 - p) of its indicators."""
    if name not in CLASSES or not np.isfinite(y).all():
        return float(np.var(y))
    shares = np.unique_counts(y).counts / len(y)
    return float(np.sum(shares * (1 - shares)))


def is_constant(y: Floats) -> bool:
    """Whether an output varies by no more than rounding."""
    return bool(np.var(y) <= (RELATIVE_ROUNDING * np.abs(y).max()) ** 2)


def _analyze(
    analysis: Analysis, name: str, y: Floats, seed: int
) -> tuple[Mapping[str, Floats], int]:
    method = METHODS[analysis.method]
    nothing = {measure: np.full(analysis.factors, np.nan) for measure in method.classes}
    if not np.isfinite(y).all():
        return nothing, UNDEFINED_ROWS
    if is_constant(y):
        return nothing, CONSTANT
    if name in COUNTED and _changes_rarely(analysis, y):
        return nothing, TOO_FEW_CHANGES
    found = nothing | (
        _by_class(method, analysis, y, seed)
        if name in CLASSES
        else _call(method, analysis, y, seed)
    )
    # One NaN within an output can only be one that SALib has turned an error into.
    first = next(iter(method.classes))
    main = "mu_star" if analysis.method == "morris" else first
    return (found, DEFINED) if np.isfinite(found[main]).all() else (nothing, FAILED)


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


def _call(method: Method, analysis: Analysis, y: Floats, seed: int) -> dict[str, Floats]:
    # Sums of squares of values far from zero would lose what they measure.
    centred = y - y.mean()
    inputs = np.empty((0, 0)) if analysis.inputs is None else analysis.inputs

    def analyzed(columns: int) -> dict[str, Floats]:
        groups = analysis.groups[:columns]
        return method.analyze(inputs[:, :columns], centred, groups, analysis.resamples, seed)

    found = analyzed(len(analysis.groups))
    if not (method.joint and analysis.dummies):
        return found
    # The dummies must not move the measures of the factors that are fitted together with them.
    kept = analyzed(len(analysis.groups) - analysis.dummies)
    return {
        name: np.concatenate([kept[name], array[-analysis.dummies :]])
        for name, array in found.items()
    }


def _by_class(method: Method, analysis: Analysis, y: Floats, seed: int) -> dict[str, Floats]:
    """Measures of a class: those of the indicators of its values, combined.

    The codes are names; their distances mean nothing. The intervals of the parts add up, which is
    the most that the interval of the whole can be.
    """
    indicators = [(y == code).astype(float) for code in np.unique(y)]
    parts = [_call(method, analysis, indicator, seed) for indicator in indicators]
    variances = np.array([indicator.var() for indicator in indicators])
    weights = {
        MEAN: variances / variances.sum(),
        SUM: np.ones(len(parts)),
        HALF: np.full(len(parts), 0.5),
    }
    return {
        name: np.asarray(weights[rule] @ np.stack([part[name] for part in parts]))
        for name, rule in method.classes.items()
        if rule in weights
    }


def _stream(seed: int, output: int) -> int:
    """Seed of an output's resampling, for a generator that takes 32 bits."""
    return int(np.random.SeedSequence((seed, output)).generate_state(1)[0])

"""Value of information in plain loops: one replicate, value and half after the other."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["InformationTwin", "value_of_information"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


class InformationTwin(NamedTuple):
    """What one decision is worth knowing a factor for, in each replicate."""

    error: FloatArray
    value: FloatArray
    bias: FloatArray
    half: FloatArray


def value_of_information(
    right: BoolArray, known: BoolArray, further: BoolArray, *, everything: bool
) -> InformationTwin:
    """Nested Monte Carlo with the inner rows cut in halves, each judged by what the other decides.

    `right` (replicate, row, option) tells which options are right with nothing known, `known`
    (replicate, value, row, option) with a value of the factor known, on the same rows of the rest,
    and `further` (replicate, row, option) rows of their own with nothing known.
    """
    chance, rows = np.sqrt(0.5), right.shape[1]
    halves = slice(None, rows // 2), slice(rows // 2, None)
    shares = {k: np.zeros(known.shape[:2]) for k in ("without", "exact", "true", "false", "own")}
    before, own_before, error = np.zeros((3, len(right)))
    for r, nothing in enumerate(right):
        own_before[r] = nothing.mean(axis=0).max()
        for decided, judged in (halves, halves[::-1]):
            told = nothing[decided].sum(axis=0)
            named = told.argmax()
            before[r] += nothing[judged, named].mean() / 2
            error[r] += 1 / 2 - further[r, :, named].mean() / 2
            for v, something in enumerate(known[r]):
                counts = something[decided].sum(axis=0)
                best = counts.argmax()
                reported = (chance * counts + (1 - chance) * told).argmax()
                shares["own"][r, v] = something.mean(axis=0).max()
                shares["without"][r, v] += something[judged, named].mean() / 2
                shares["exact"][r, v] += something[judged, best].mean() / 2
                shares["true"][r, v] += something[judged, reported].mean() / 2
                untrue = nothing[judged, reported].mean() - nothing[judged, named].mean()
                shares["false"][r, v] += untrue / 2
    exact = shares["exact"] - shares["without"]
    half = chance * (shares["true"] - shares["without"]) + (1 - chance) * shares["false"]
    # Whoever knows everything is right in all rows: those more, and those before, are all of them.
    slope, value = _controlled(exact, shares["without"], 1 - error)
    _, by_half = _controlled(half, shares["without"], 1 - error)
    if everything:
        slope, value = -1.0, error
    more = (shares["own"] - shares["exact"]).mean(axis=1) - (1 + slope) * (own_before - before)
    return InformationTwin(error, value, more, by_half)


def _controlled(
    gain: FloatArray, control: FloatArray, mean: FloatArray
) -> tuple[float, FloatArray]:
    """Slope, and means of the gains less what they owe to a control whose mean is known better."""
    covariance = np.cov(gain.ravel(), control.ravel())
    slope = covariance[0, 1] / covariance[1, 1] if covariance[1, 1] > 0 else 0.0
    return slope, np.asarray(gain.mean(axis=1) - slope * (control.mean(axis=1) - mean))

"""Effects of single studies: what two groups differ in, and the variance of that difference."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from recc_mc._typing import Floats

__all__ = ["Groups", "find_effects"]


class Groups(NamedTuple):
    """Two groups of each study: their sizes, means and standard deviations, each (study,)."""

    n1: Floats
    mean1: Floats
    sd1: Floats
    n2: Floats
    mean2: Floats
    sd2: Floats

    @property
    def pooled_variance(self) -> Floats:
        """Variance within the groups, weighted by their degrees of freedom (study,)."""
        first, second = self.n1 - 1, self.n2 - 1
        squares: Floats = first * self.sd1**2 + second * self.sd2**2
        return squares / (first + second)


Effects = tuple[Floats, Floats]


def find_effects(groups: Groups, measure: str, variance: str) -> Effects:
    """Effect and its variance of each study.

    Parameters
    ----------
    groups
        The two groups of each study.
    measure
        One of `MEASURES` but the last.
    variance
        One of `VARIANCES`, for mean differences.

    Returns
    -------
    tuple of ndarray
        Effects and their variances, (study,) each.

    Notes
    -----
    Mean difference: mean1 - mean2, with the variance of both groups pooled or each group's own.
    Standardised: Hedges' g (1981), its variance as Borenstein et al. (2009) have it. Logarithm of
    the ratio of means: Hedges, Gurevitch and Curtis (1999).
    """
    if measure == "mean_difference" and variance == "unpooled":
        return _mean_difference_unpooled(groups)
    return _FORMULAS[measure](groups)


def _mean_difference(groups: Groups) -> Effects:
    spread = groups.pooled_variance * (1 / groups.n1 + 1 / groups.n2)
    return groups.mean1 - groups.mean2, spread


def _mean_difference_unpooled(groups: Groups) -> Effects:
    spread = groups.sd1**2 / groups.n1 + groups.sd2**2 / groups.n2
    return groups.mean1 - groups.mean2, spread


def _standardized(groups: Groups) -> Effects:
    # Hedges' approximate correction of the bias of small samples.
    correction = 1 - 3 / (4 * (groups.n1 + groups.n2 - 2) - 1)
    g = correction * (groups.mean1 - groups.mean2) / np.sqrt(groups.pooled_variance)
    return g, 1 / groups.n1 + 1 / groups.n2 + g**2 / (2 * (groups.n1 + groups.n2))


def _log_ratio(groups: Groups) -> Effects:
    spread = groups.sd1**2 / (groups.n1 * groups.mean1**2)
    return np.log(groups.mean1 / groups.mean2), spread + groups.sd2**2 / (
        groups.n2 * groups.mean2**2
    )


_FORMULAS: Mapping[str, Callable[[Groups], Effects]] = MappingProxyType(
    {
        "mean_difference": _mean_difference,
        "standardized_mean_difference": _standardized,
        "log_ratio_of_means": _log_ratio,
    }
)

"""What an effect may be, after studies of it: the law of their mean, or of a new study."""

from math import inf, isinf, sqrt
from typing import NamedTuple

import numpy as np

from recc_mc._typing import Floats

__all__ = ["DRAWS", "EffectLaw", "effect_law", "fewest_studies", "predictive_degrees"]

DRAWS = ("predictive", "mean")
"""Of an effect: that in a new study, or the mean of all."""


class EffectLaw(NamedTuple):
    """Law of an effect: t about its centre, normal for infinite degrees of freedom.

    Parameters
    ----------
    centre, scale
        In the units of the effect.
    degrees
        Degrees of freedom, above 0.
    """

    centre: float
    scale: float
    degrees: float

    def value(self, u: Floats) -> Floats:
        """Effects of uniform numbers in (0, 1), its quantiles; any shape."""
        from scipy.special import ndtri, stdtrit

        standard = ndtri(u) if isinf(self.degrees) else stdtrit(self.degrees, u)
        return np.asarray(self.centre + self.scale * standard)


def effect_law(
    draw: str, mean: float, error: float, tau2: float, studies: int, test: str
) -> EffectLaw:
    """Law of an effect from what a meta-analysis reports.

    Parameters
    ----------
    draw
        One of `DRAWS`.
    mean, error
        Mean effect and its standard error, by the test.
    tau2
        Variance of the true effects.
    studies
        How many there are, k.
    test
        One of `recc_mc.evidence.options.TESTS`.

    Notes
    -----
    Of the mean: normal, or t with k - 1 degrees of freedom and the error of Knapp and Hartung. Of a
    new study: mean + sqrt(tau^2 + error^2) t, see `predictive_degrees`.
    """
    if draw == "mean":
        return EffectLaw(mean, error, studies - 1 if test == "knapp_hartung" else inf)
    return EffectLaw(mean, sqrt(tau2 + error**2), predictive_degrees(studies, test))


def predictive_degrees(studies: int, test: str) -> int:
    """Degrees of freedom of the effect in a new study; 0 if there are too few studies.

    k - 2 by Higgins, Thompson and Spiegelhalter (2009); k - 1 with the error of Knapp and Hartung
    (Viechtbauer 2010, the convention of metafor).
    """
    return max(studies - (1 if test == "knapp_hartung" else 2), 0)


def fewest_studies(draw: str, test: str) -> int:
    """Fewest studies that there is a law of an effect with.

    Parameters
    ----------
    draw
        One of `DRAWS`.
    test
        One of `recc_mc.evidence.options.TESTS`.
    """
    by_spread = test == "knapp_hartung"
    return (2 if by_spread else 3) if draw == "predictive" else 1 + by_spread

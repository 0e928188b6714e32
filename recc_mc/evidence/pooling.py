"""Random-effects meta-analysis: the mean of the effects of studies that differ in more than chance.

Effects y of k studies have variances v within them; between them the true effects vary by tau^2. A
study weighs w = 1 / (v + tau^2), the mean effect is mu = sum w y / sum w.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf, nan, sqrt
from types import MappingProxyType

import numpy as np
from scipy import optimize, stats

from recc_mc._typing import Floats
from recc_mc.evidence.law import EffectLaw, effect_law, predictive_degrees

__all__ = ["Pooled", "pool"]

_LEVEL = 0.95
# A root is found to the last digits: what hangs on it is compared with published figures.
_RELATIVE = 4 * np.finfo(float).eps


@dataclass(frozen=True, eq=False)
class Pooled:
    """What studies say together.

    Parameters
    ----------
    effect, variance
        Of each study (study,).
    tau2
        Variance of the true effects.
    test
        One of `recc_mc.evidence.options.TESTS`.
    """

    effect: Floats
    variance: Floats
    tau2: float
    test: str

    @property
    def studies(self) -> int:
        """How many there are, k."""
        return len(self.effect)

    @cached_property
    def weight(self) -> Floats:
        """Weights w, not normalised (study,)."""
        return _weights(self.variance, self.tau2)

    @cached_property
    def mean(self) -> float:
        """Mean effect mu."""
        return _mean(self.effect, self.weight)

    @property
    def normal_error(self) -> float:
        """Standard error of mu, (sum w)^-1/2."""
        return 1 / sqrt(self.weight.sum())

    @property
    def knapp_hartung_error(self) -> float:
        """Standard error of mu by the spread of the effects; NaN for one study."""
        if self.studies < 2:
            return nan
        squares = float(self.weight @ (self.effect - self.mean) ** 2)
        return self.normal_error * sqrt(squares / (self.studies - 1))

    @property
    def error(self) -> float:
        """Standard error of mu by the test."""
        return self.knapp_hartung_error if self.by_spread else self.normal_error

    @property
    def by_spread(self) -> bool:
        """Whether the test is that of Knapp and Hartung."""
        return self.test == "knapp_hartung"

    def interval(self, test: str | None = None) -> tuple[float, float]:
        """95 % interval of mu by a test; by its own if None."""
        if (test or self.test) == "normal":
            half = float(stats.norm.ppf((1 + _LEVEL) / 2)) * self.normal_error
        else:
            half = _t(self.studies - 1) * self.knapp_hartung_error
        return self.mean - half, self.mean + half

    @property
    def statistic(self) -> float:
        """Mean effect over its error: z, or t with k - 1 degrees of freedom."""
        return _ratio(self.mean, self.error)

    @property
    def p_value(self) -> float:
        """Two-sided probability of so large a statistic without an effect."""
        law = stats.t(self.studies - 1) if self.by_spread else stats.norm
        return float(2 * law.sf(abs(self.statistic)))

    def law(self, draw: str) -> EffectLaw:
        """Law of the mean effect, or of the effect in a new study.

        Parameters
        ----------
        draw
            One of `recc_mc.evidence.law.DRAWS`.
        """
        return effect_law(draw, self.mean, self.error, self.tau2, self.studies, self.test)

    @property
    def predictive_degrees(self) -> int:
        """Degrees of freedom of the predictive distribution; 0 if there is none."""
        return predictive_degrees(self.studies, self.test)

    @property
    def predictive_scale(self) -> float:
        """Scale of the effect in a new study, sqrt(tau^2 + se^2)."""
        return sqrt(self.tau2 + self.error**2)

    def prediction_interval(self) -> tuple[float, float]:
        """95 % interval of the effect in a new study; NaN for too few studies."""
        half = _t(self.predictive_degrees) * self.predictive_scale
        return self.mean - half, self.mean + half

    def sign_probability(self) -> float:
        """Probability that the effect in a new study is below 0; NaN for too few studies."""
        if self.predictive_degrees == 0:
            return nan
        return float(
            stats.t.cdf(_ratio(-self.mean, self.predictive_scale), self.predictive_degrees)
        )

    @property
    def q(self) -> float:
        """Cochran's Q: the spread of the effects about their fixed-effect mean."""
        return _spread(self.effect, self.variance, 0.0)

    @property
    def q_p_value(self) -> float:
        """Probability of so large a Q where all true effects are one."""
        return float(stats.chi2.sf(self.q, self.studies - 1)) if self.studies > 1 else nan

    @property
    def typical_variance(self) -> float:
        """Variance s^2 of a typical study, Higgins and Thompson (2002); NaN for one study."""
        w = 1 / self.variance
        spare = float(w.sum() ** 2 - (w**2).sum())
        return (self.studies - 1) * float(w.sum()) / spare if self.studies > 1 else nan

    @property
    def i2(self) -> float:
        """Share of the variance that is between studies, in per cent."""
        return 100 * self.tau2 / (self.tau2 + self.typical_variance)

    @property
    def h2(self) -> float:
        """Variance over that within studies, (tau^2 + s^2) / s^2."""
        return (self.tau2 + self.typical_variance) / self.typical_variance

    def tau2_interval(self) -> tuple[float, float]:
        """95 % interval of tau^2 by the profile of Q, Viechtbauer (2007)."""
        if self.studies < 2:
            return nan, nan
        law = stats.chi2(self.studies - 1)
        tail = (1 - _LEVEL) / 2
        return self._at_spread(law.ppf(1 - tail)), self._at_spread(law.ppf(tail))

    def _at_spread(self, wanted: float) -> float:
        return _root(lambda tau2: _spread(self.effect, self.variance, tau2) - wanted, self.effect)


def pool(
    effect: Floats, variance: Floats, *, estimator: str = "reml", test: str = "normal"
) -> Pooled:
    """Pool the effects of studies.

    Parameters
    ----------
    effect, variance
        Effects of the studies and their variances, above 0, (study,) each.
    estimator
        One of `recc_mc.evidence.options.ESTIMATORS`.
    test
        One of `recc_mc.evidence.options.TESTS`.
    """
    return Pooled(effect, variance, _ESTIMATES[estimator](effect, variance), test)


def _ratio(value: float, scale: float) -> float:
    """Quotient; infinite, or NaN of 0, where effects that are all the same leave no error."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.float64(value) / np.float64(scale))


def _t(degrees: int) -> float:
    return float(stats.t.ppf((1 + _LEVEL) / 2, degrees)) if degrees > 0 else nan


def _weights(variance: Floats, tau2: float) -> Floats:
    return 1 / (variance + tau2)


def _mean(effect: Floats, weight: Floats) -> float:
    return float(weight @ effect / weight.sum())


def _spread(effect: Floats, variance: Floats, tau2: float) -> float:
    """Sum of w (y - mu)^2; falls as tau^2 grows."""
    weight = _weights(variance, tau2)
    return float(weight @ (effect - _mean(effect, weight)) ** 2)


def _root(falling: Callable[[float], float], effect: Floats) -> float:
    """Where a function that falls with tau^2 is 0; 0 where it is not above 0 at 0."""
    if falling(0.0) <= 0:
        return 0.0
    upper = max(float(effect.var(ddof=1)), np.finfo(float).tiny)
    while falling(upper) > 0:
        upper *= 2
        if upper == inf:
            raise ArithmeticError("the variance between studies is beyond all numbers")
    found = optimize.brentq(falling, 0.0, upper, xtol=1e-300, rtol=_RELATIVE, maxiter=1000)
    return float(found)


def _reml(effect: Floats, variance: Floats) -> float:
    """Root of the restricted likelihood's slope: sum w^2 (y - mu)^2 = sum w - sum w^2 / sum w."""

    def slope(tau2: float) -> float:
        w = _weights(variance, tau2)
        squares = float(w**2 @ (effect - _mean(effect, w)) ** 2)
        return squares - float(w.sum() - (w**2).sum() / w.sum())

    return _root(slope, effect)


def _dersimonian_laird(effect: Floats, variance: Floats) -> float:
    w = 1 / variance
    scale = float(w.sum() - (w**2).sum() / w.sum())
    excess = _spread(effect, variance, 0.0) - (len(effect) - 1)
    return max(0.0, excess / scale) if len(effect) > 1 else 0.0


def _paule_mandel(effect: Floats, variance: Floats) -> float:
    """Where the spread of the effects is its expectation, k - 1."""
    return _root(lambda tau2: _spread(effect, variance, tau2) - (len(effect) - 1), effect)


_ESTIMATES: Mapping[str, Callable[[Floats, Floats], float]] = MappingProxyType(
    {"reml": _reml, "dl": _dersimonian_laird, "pm": _paule_mandel}
)

"""The law that the values of an indicator are drawn from: cell by cell, as numbers.

A value v with a stated standard deviation sd is drawn from a law of mean v and that sd:

- *multiplicative*, v e^(sum s xi - s^2/2): a lognormal error that no bound concerns;
- *additive*, v + sum sd xi: a normal, uniform or triangular error. A uniform or triangular one
  keeps its shape: where it would reach past a bound, its sd is held at the largest that does not;
- *bounded*: a normal or lognormal error within bounds. From one bound it is lognormal, b + d
  e^(sum s xi - s^2/2) with d = v - b, mirrored at an upper bound. Between two it is logit-normal,
  lower + width / (1 + e^-(m + sum s xi)), with m and s such that mean and sd are as stated. Beyond
  a scale of sqrt(2) it may heap up at its ends: there the sd is held at that scale's.

Parts of an error that cells share stay shared: their scales keep the proportions of the parts
stated, the sum of squares being that of the law. A value at its bound has no error, for no law on
one side of it has it as its mean.

A truncated normal law of the same mean and sd was the alternative. With mean 95 below a bound of
100 its sd cannot exceed 5, and from 3.8 on it is densest at the bound itself; the logit-normal
reaches 7.6 there, with density 0 at the bound. Where parts are shared, truncation also takes two
more special functions for each draw, and the logistic one exponential and one division.
"""

from dataclasses import replace
from math import inf, isfinite, log1p, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc.study.distributions import DISTRIBUTIONS
from recc_mc.study.error_model import ErrorModel
from recc_mc.study.logit_normal import solve_logit_normal

__all__ = ["ErrorLaw", "error_law"]

Floats = NDArray[np.float64]


class ErrorLaw(NamedTuple):
    """Law of the values of one indicator; arrays are (mine, year).

    Parameters
    ----------
    form
        ``"multiplicative"``, ``"additive"`` or ``"bounded"``.
    two_sided
        Whether a bounded law has both bounds.
    stated
        Standard deviations that the study states.
    sd
        Standard deviations of the law: the same, or less where the bounds hold it.
    cell, systematic, mine
        Scales of the parts: of a logarithm or logit, or of the value if additive.
    shift
        What is added to the exponent.
    anchor, span
        Bounded: where the law starts and how far it spans; the value and 0 where it has no error.
    """

    form: str
    two_sided: bool
    stated: Floats
    sd: Floats
    cell: Floats
    systematic: Floats
    mine: Floats
    shift: Floats
    anchor: Floats
    span: Floats

    @property
    def held(self) -> NDArray[np.bool_]:
        """Where the bounds allow less than the standard deviation that is stated."""
        return self.sd < self.stated * (1 - 1e-9)


def error_law(model: ErrorModel, values: Floats, interpolated: NDArray[np.bool_]) -> ErrorLaw:
    """Law of an indicator's values.

    Parameters
    ----------
    model
        The error, its bounds being those of a draw.
    values
        Values (mine, year), within the bounds.
    interpolated
        Which of them were filled in (mine, year).
    """
    lognormal = model.distribution == "lognormal"
    if lognormal and model.lower < 0:
        model = replace(model, lower=0.0)  # it stands for positive values
    cell, systematic, mine = scales = _stated_scales(model, values, interpolated)
    squares = cell**2 + systematic**2 + mine**2
    stated = np.abs(values) * np.sqrt(np.expm1(squares)) if lognormal else np.sqrt(squares)
    zero = np.zeros_like(values)
    if lognormal and model.lower == 0 and model.upper == inf:
        shift = -0.5 * cell**2
        return ErrorLaw("multiplicative", False, stated, stated, *scales, shift, values, zero)
    if model.lower == -inf and model.upper == inf:
        return ErrorLaw("additive", False, stated, stated, *scales, zero, values, zero)
    room = np.minimum(values - model.lower, model.upper - values)
    widest = DISTRIBUTIONS[model.distribution].reach
    if widest < inf:
        reach = widest * (cell + systematic + mine)
        factor = np.where(reach > room, room / np.where(reach > 0, reach, 1.0), 1.0)
        scales = (cell * factor, systematic * factor, mine * factor)
        return ErrorLaw("additive", False, stated, stated * factor, *scales, zero, values, zero)
    return _bounded(model, values, stated, scales, np.sqrt(squares), room)


def _stated_scales(
    model: ErrorModel, values: Floats, interpolated: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats]:
    """Standard deviations of the three parts: of the logarithm if lognormal, else of the value."""

    def scale(cv: float, sd: float) -> Floats:
        if model.distribution == "lognormal":
            return np.full(values.shape, sqrt(log1p(cv * cv)))
        return np.asarray(sd + cv * np.abs(values))

    extra = np.where(interpolated, scale(model.interpolated_cv, model.interpolated_sd), 0.0)
    return (
        np.hypot(scale(model.cv, model.sd), extra),
        scale(model.systematic_cv, model.systematic_sd),
        scale(model.mine_cv, model.mine_sd),
    )


def _bounded(
    model: ErrorModel,
    values: Floats,
    stated: Floats,
    scales: tuple[Floats, Floats, Floats],
    total: Floats,
    room: Floats,
) -> ErrorLaw:
    """Lognormal from one bound, or logit-normal between two."""
    two_sided = isfinite(model.lower) and isfinite(model.upper)
    varies = (room > 0) & (stated > 0)
    location, scale, sd, span = np.zeros((4, *values.shape))
    if two_sided:
        width = model.upper - model.lower
        mean = (values[varies] - model.lower) / width
        location[varies], scale[varies], sd[varies] = solve_logit_normal(
            mean, stated[varies] / width
        )
        sd *= width
        span[varies] = width
        bound = model.lower
    else:
        scale[varies] = np.sqrt(np.log1p((stated[varies] / room[varies]) ** 2))
        location, sd = -0.5 * scale**2, np.where(varies, stated, 0.0)
        bound = model.lower if isfinite(model.lower) else model.upper
        span[varies] = values[varies] - bound
    share = scale / np.where(total > 0, total, 1.0)
    cell, systematic, mine = (part * share for part in scales)
    anchor = np.where(varies, bound, values)
    return ErrorLaw(
        "bounded", two_sided, stated, sd, cell, systematic, mine, location, anchor, span
    )

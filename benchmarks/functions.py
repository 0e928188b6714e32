"""Functions whose sensitivities are known exactly, to judge estimators by.

Each is a function of independent uniform numbers, (column, row) of the unit cube, as every design
of the package and of its peers makes them. Indices are closed forms, of the toy study's zone an
integral of one; `tests/benchmarks` finds each again by quadrature, or as SALib has it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.special import ndtr, ndtri

import recc_mc as rm

__all__ = [
    "CLASSES",
    "FUNCTIONS",
    "ISHIGAMI",
    "RATIO",
    "TOY",
    "TOY_ZONE",
    "Function",
    "sobol_g",
    "toy_study",
]

Floats = NDArray[np.float64]
Model = Callable[[Floats], Floats]

#: Coefficient of variation of both indicators of the toy study.
TOY_CV = 0.1


@dataclass(frozen=True)
class Function:
    """A function and what is known of it.

    Parameters
    ----------
    name
        What people call it.
    model
        Its values (row,) at (column, row) of the unit cube.
    mean, variance
        Of its values; of a class output the variance is the sum of p (1 - p) over the classes.
    first, total
        First- and total-order indices, by column.
    shapley
        Shapley effects as shares of the variance (Owen 2014), by column.
    source
        Where these are from.
    at_least_one
        Probability of a value of 1 or more; None where no closed form is known.
    classes
        Number of classes 0, 1, ... if its values are their codes; 0 if they are numbers.
    """

    name: str
    model: Model
    mean: float
    variance: float
    first: tuple[float, ...]
    total: tuple[float, ...]
    shapley: tuple[float, ...]
    source: str
    at_least_one: float | None = None
    classes: int = 0

    @property
    def columns(self) -> int:
        """Number of inputs."""
        return len(self.first)

    @property
    def active(self) -> NDArray[np.bool_]:
        """Which inputs have any effect."""
        return np.array(self.total) > 0


class _Indices(TypedDict):
    """Those of a function."""

    first: tuple[float, ...]
    total: tuple[float, ...]
    shapley: tuple[float, ...]


def _of_two(first: Sequence[float], inert: int = 0) -> _Indices:
    """Indices of a function of two inputs, and of more that do nothing, from its first orders."""
    one, other = first
    nothing = (0.0,) * inert
    shares = ((1 + one - other) / 2, (1 + other - one) / 2)
    return {
        "first": (one, other, *nothing),
        "total": (1 - other, 1 - one, *nothing),
        "shapley": (*shares, *nothing),
    }


def _ishigami(u: Floats, a: float = 7.0, b: float = 0.1) -> Floats:
    x = np.pi * (2 * u - 1)
    return np.asarray(np.sin(x[0]) + a * np.sin(x[1]) ** 2 + b * x[2] ** 4 * np.sin(x[0]))


def _known_ishigami(a: float = 7.0, b: float = 0.1) -> Function:
    alone = (1 + b * np.pi**4 / 5) ** 2 / 2, a**2 / 8, 0.0
    both = 8 * b**2 * np.pi**8 / 225
    shared = (both, 0.0, both)
    variance = sum(alone) + both
    return Function(
        "Ishigami",
        _ishigami,
        a / 2,
        variance,
        first=tuple(part / variance for part in alone),
        total=tuple((part + more) / variance for part, more in zip(alone, shared, strict=True)),
        shapley=tuple(
            (part + more / 2) / variance for part, more in zip(alone, shared, strict=True)
        ),
        source="Ishigami and Homma (1990), a = 7, b = 0.1; indices by Saltelli et al. (2008)",
    )


ISHIGAMI = _known_ishigami()
"""sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, each x uniform on (-pi, pi): x3 acts through x1 alone."""


def sobol_g(a: Sequence[float]) -> Function:
    """Sobol' G function, the product of (|4 u - 2| + a) / (1 + a).

    Its variance is prod(1 + V_i) - 1 with V_i = 1 / (3 (1 + a_i)^2), and a set of inputs has the
    product of its V_i. A Shapley effect shares each product evenly, which is the integral over t of
    V_i times the product of 1 + V_j t over the others.

    Parameters
    ----------
    a
        One number for each input, 0 or more: the smaller, the more important.
    """
    weights = np.array(a, np.float64)[:, None]
    parts = 1 / (3 * (1 + weights[:, 0]) ** 2)
    variance = float(np.prod(1 + parts) - 1)
    others = [np.delete(parts, k) for k in range(len(parts))]
    total = [float(p * np.prod(1 + rest)) for p, rest in zip(parts, others, strict=True)]
    shares = [
        float(p * np.polynomial.Polynomial.fromroots(-1 / rest).integ()(1.0) * np.prod(rest))
        for p, rest in zip(parts, others, strict=True)
    ]

    def model(u: Floats) -> Floats:
        return np.asarray(((np.abs(4 * u - 2) + weights) / (1 + weights)).prod(axis=0))

    return Function(
        f"Sobol' G ({', '.join(f'{x:g}' for x in a)})",
        model,
        1.0,
        variance,
        first=tuple((parts / variance).tolist()),
        total=tuple(part / variance for part in total),
        shapley=tuple(part / variance for part in shares),
        source="Sobol' (1993); Saltelli et al. (2010)",
    )


def _known_ratio() -> Function:
    # E[P] = 0.6, Var P = 0.16 / 12; E[1/S] = 2 ln 2, E[1/S^2] = 2.
    p, p_variance = 0.6, 0.16 / 12
    inverse, inverse_variance = 2 * np.log(2), 2 - (2 * np.log(2)) ** 2
    alone = p_variance * inverse**2, p**2 * inverse_variance
    variance = sum(alone) + p_variance * inverse_variance
    return Function(
        "ratio P/S",
        lambda u: np.asarray((0.4 + 0.4 * u[0]) / (0.5 + 0.5 * u[1])),
        p * inverse,
        variance,
        **_of_two([part / variance for part in alone]),
        source="moments of P and of 1/S, by hand",
        # u1 >= 1/4 + 5/4 u2, the area of a triangle of sides 3/4 and 3/5.
        at_least_one=0.225,
    )


RATIO = _known_ratio()
"""P/S with P uniform on (0.4, 0.8) and S uniform on (0.5, 1)."""


CLASSES = Function(
    "class of u1 + u2",
    lambda u: np.asarray(np.digitize(u[0] + u[1], (0.5, 1.0, 1.5)).astype(np.float64)),
    1.5,
    11 / 16,
    **_of_two((5 / 33, 5 / 33), inert=1),
    source="indices of the indicators weighted by variance (Gamboa et al. 2014), by hand",
    # Shares 1/8, 3/8, 3/8, 1/8, of which the variances add up to 11/16; of each of the indicators
    # the mean over one of the inputs has the variance 5/192.
    at_least_one=7 / 8,
    classes=4,
)
"""Four classes of u1 + u2 with the borders 0.5, 1 and 1.5, and an input that does nothing."""


def toy_study(error: str = "cv", cv: float = TOY_CV) -> rm.Study:
    """A study of which everything is known: two mines, an indicator each of support and pressure.

    Goalposts are 0 and 10 and each indicator is all of its system, so that C = p / s: 6/5 for mine
    A and 2/8 for B. `TOY` is C of mine A, `TOY_ZONE` its zone.

    Parameters
    ----------
    error
        ``"cv"``, noise of each cell by itself, or ``"systematic_cv"``, a column of the unit cube
        for each indicator: the law of mine A is the same.
    cv
        Coefficient of variation of both indicators.
    """
    panel = {"mine": ["A", "B"], "year": [2020, 2020], "s": [5.0, 8.0], "p": [6.0, 2.0]}
    indicators = {
        "indicator": ["s", "p"],
        "system": ["support", "pressure"],
        "criterion": ["a", "b"],
        "direction": [1, 1],
        "units": ["1", "1"],
        "long_name": ["s", "p"],
        "lower": [0.0, 0.0],
        "upper": [10.0, 10.0],
    }
    return rm.make_study(
        panel,
        indicators,
        study={"title": "Toy"},
        method={"goalposts": "fixed", "ahp_share": 0.0},
        uncertainty={"data": {error: cv}},
    )


def _toy_systems(u: Floats, cv: float = TOY_CV) -> Floats:
    """S and P of mine A, lognormal with the means 0.5 and 0.6."""
    variance = np.log1p(cv**2)
    values = np.exp(np.sqrt(variance) * ndtri(u[:2]) - variance / 2)
    return np.asarray(np.array([[0.5], [0.6]]) * values)


def _toy_ratio(u: Floats) -> Floats:
    support, pressure = _toy_systems(u)
    return np.asarray(pressure / support)


def _toy_zone(u: Floats) -> Floats:
    support, pressure = _toy_systems(u)
    borders = support**2, support, np.sqrt(support)
    return np.asarray(sum((pressure >= border).astype(np.float64) for border in borders))


def _known_toy(cv: float = TOY_CV) -> Function:
    spread = np.log1p(cv**2)
    mean = 1.2 * np.exp(spread)
    # Each factor alone leaves the mean of the other one: exp(s2) - 1 of exp(2 s2) - 1.
    first = 1 / (1 + np.exp(spread))
    return Function(
        "toy study, C",
        _toy_ratio,
        mean,
        mean**2 * np.expm1(2 * spread),
        **_of_two((first, first)),
        source="lognormal moments: ln C is normal, its mean ln 1.2, its variance 2 ln(1 + cv^2)",
        at_least_one=float(ndtr(np.log(1.2) / np.sqrt(2 * spread))),
    )


TOY = _known_toy()
"""C of mine A of the toy study; columns are the errors of s and of p."""


def _known_toy_zone(cv: float = TOY_CV) -> Function:
    """Zones by ln P against 2, 1 and 1/2 times ln S, so that shares are normal chances."""
    spread = np.sqrt(np.log1p(cv**2))
    s, p = np.log([0.5, 0.6]) - spread**2 / 2
    slopes = np.array([2.0, 1.0, 0.5])

    def shares(at_least: Floats) -> Floats:
        """Chances of the zones, from those of being at each border or above it."""
        return np.asarray(-np.diff(np.concatenate([[1.0], at_least, [0.0]])))

    def given_s(z: float) -> Floats:
        return shares(ndtr((p - slopes * (s + spread * z)) / spread))

    def given_p(z: float) -> Floats:
        return shares(ndtr((p + spread * z - slopes * s) / (slopes * spread)))

    whole = shares(ndtr((p - slopes * s) / (spread * np.sqrt(1 + slopes**2))))
    variance = float((whole * (1 - whole)).sum())

    def first(given: Callable[[float], Floats]) -> float:
        def integrand(z: float) -> float:
            apart = float(((given(z) - whole) ** 2).sum())
            return apart * float(np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi))

        return float(quad(integrand, -9, 9, epsabs=1e-12, limit=200)[0]) / variance

    return Function(
        "toy study, zone",
        _toy_zone,
        float(np.arange(4) @ whole),
        variance,
        **_of_two((first(given_s), first(given_p))),
        source="normal chances of the zones given one error, integrated over it numerically",
        at_least_one=float(1 - whole[0]),
        classes=4,
    )


TOY_ZONE = _known_toy_zone()
"""Coupling zone of mine A of the toy study, as a class."""

SOBOL_G = sobol_g((0, 1, 4.5, 9, 99, 99, 99, 99))
"""A few inputs matter: the values that SALib and most papers take."""
SOBOL_G_EVEN = replace(sobol_g((6.52,) * 8), name="Sobol' G (6.52 x 8)")
"""All inputs matter alike and hardly interact (Kucherenko et al. 2011, type B)."""
SOBOL_G_HARD = replace(sobol_g((0,) * 8), name="Sobol' G (0 x 8)")
"""All inputs matter alike and interact in every way (type C of the same)."""

FUNCTIONS = (
    ISHIGAMI,
    SOBOL_G,
    SOBOL_G_EVEN,
    SOBOL_G_HARD,
    RATIO,
    CLASSES,
    TOY,
    TOY_ZONE,
)
"""All of them."""

"""Numbers of a scenario that may be uncertain: what a study file gives, and what is drawn of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import inf, log
from types import MappingProxyType
from typing import Annotated, Any

import numpy as np
from pydantic import PlainValidator

from recc_mc._typing import Floats
from recc_mc.study.toml_table import Positive, Problem, Table, problems_error
from recc_mc.study.wording import shown

__all__ = ["FORMS", "Number", "NumberTable", "Uncertain", "uncertain"]

FORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "uniform": ("low", "high"),
        "triangular": ("low", "mode", "high"),
        "normal": ("mean", "sd"),
        "lognormal": ("median", "gsd"),
    }
)
"""Distributions, and the keys of a table that gives one."""

_EXPECTED = "a number, or a table of " + ", ".join(f"{{{', '.join(k)}}}" for k in FORMS.values())


class NumberTable(Table):
    """A distribution in place of a number: the keys of one of `FORMS`."""

    low: float | None = None
    mode: float | None = None
    high: float | None = None
    mean: float | None = None
    sd: Positive | None = None
    median: Positive | None = None
    gsd: float | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """Keys that are given."""
        return tuple(name for name, value in self if value is not None)

    @property
    def law(self) -> str | None:
        """Distribution that the keys give; None if they give none."""
        return next((law for law, keys in FORMS.items() if keys == self.given), None)

    def conflicts(self) -> Iterator[Problem]:
        """One distribution, with room in it."""
        if self.law is None:
            found = ", ".join(self.given) or "an empty table"
            yield Problem((), f"must be {_EXPECTED}, got {found}")
            return
        low, high, mode = self.low, self.high, self.mode
        if low is not None and high is not None and low >= high:
            yield Problem((), f"low must be < high, got {low:g} and {high:g}")
        elif low is not None and high is not None and mode is not None and not low <= mode <= high:
            yield Problem((), f"mode must be from low to high, {low:g} to {high:g}, got {mode:g}")
        if self.gsd is not None and self.gsd <= 1:
            yield Problem((), f"gsd must be > 1, got {self.gsd:g}")


def _number(value: Any) -> "float | NumberTable":
    if isinstance(value, NumberTable):
        return value
    if isinstance(value, dict):
        return NumberTable.model_validate(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # Compared rather than converted: TOML's whole numbers may exceed every float.
    if not is_number or not -_LARGEST <= value <= _LARGEST:
        raise problems_error([Problem((), f"must be {_EXPECTED}, got {shown(value)}")])
    return float(value)


_LARGEST = float(np.finfo(float).max)

Number = Annotated[float | NumberTable | None, PlainValidator(_number)]
"""Key of the study file that takes a number or a distribution."""


@dataclass(frozen=True)
class Uncertain:
    """A number that is known, or drawn from a distribution.

    Parameters
    ----------
    law
        ``"constant"``, or one of `FORMS`.
    parameters
        The number, or the values of the keys of the distribution.
    """

    law: str
    parameters: tuple[float, ...]

    @property
    def is_certain(self) -> bool:
        """Whether there is nothing to draw."""
        return self.law == "constant"

    def value(self, u: Floats) -> Floats:
        """Values of uniform numbers: the inverse of the distribution function, which never falls.

        Parameters
        ----------
        u
            Numbers in (0, 1), of any shape; of given probabilities it makes the quantiles.
        """
        return _QUANTILES[self.law](np.asarray(u, np.float64), *self.parameters)

    @property
    def median(self) -> float:
        """The number in the middle."""
        return float(self.value(np.array(0.5)))

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest value that is drawn; infinite where there is none."""
        if self.law in ("uniform", "triangular"):
            return self.parameters[0], self.parameters[-1]
        if self.law == "normal":
            return -inf, inf
        return (0.0, inf) if self.law == "lognormal" else (self.parameters[0],) * 2

    def __str__(self) -> str:
        """In words: ``1.25``, or ``triangular, low 1.2, mode 1.6, high 1.9``."""
        if self.is_certain:
            return f"{self.parameters[0]:g}"
        pairs = zip(FORMS[self.law], self.parameters, strict=True)
        return ", ".join((self.law, *(f"{key} {value:g}" for key, value in pairs)))


def uncertain(given: float | NumberTable) -> Uncertain:
    """Number of a study file as what is drawn.

    Parameters
    ----------
    given
        The number, or the table of a distribution.
    """
    if not isinstance(given, NumberTable):
        return Uncertain("constant", (given,))
    if given.law is None:
        raise ValueError("the table gives no distribution")
    return Uncertain(given.law, tuple(getattr(given, key) for key in FORMS[given.law]))


def _constant(u: Floats, value: float) -> Floats:
    return np.full_like(u, value)


def _uniform(u: Floats, low: float, high: float) -> Floats:
    return np.asarray(low + (high - low) * u)


def _triangular(u: Floats, low: float, mode: float, high: float) -> Floats:
    width = high - low
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1 - u) * width * (high - mode))
    return np.where(u * width < mode - low, rising, falling)


def _normal(u: Floats, mean: float, sd: float) -> Floats:
    from scipy.special import ndtri

    return np.asarray(mean + sd * ndtri(u))


def _lognormal(u: Floats, median: float, gsd: float) -> Floats:
    return np.asarray(median * np.exp(_normal(u, 0.0, log(gsd))))


_QUANTILES: Mapping[str, Callable[..., Floats]] = MappingProxyType(
    {
        "constant": _constant,
        "uniform": _uniform,
        "triangular": _triangular,
        "normal": _normal,
        "lognormal": _lognormal,
    }
)

"""Numbers of a scenario that may be uncertain: what a study file gives, and what is drawn of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import inf, log
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import PlainValidator

from recc_mc._typing import Floats
from recc_mc.evidence.law import EffectLaw
from recc_mc.language import say
from recc_mc.study.toml_table import Positive, Problem, Table, problems_error
from recc_mc.study.wording import shown

__all__ = [
    "FORMS",
    "MAPPING",
    "EvidenceFactor",
    "Number",
    "NumberTable",
    "Uncertain",
    "number_text",
    "uncertain",
]

FORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "uniform": ("low", "high"),
        "triangular": ("low", "mode", "high"),
        "normal": ("mean", "sd"),
        "lognormal": ("median", "gsd"),
    }
)
"""Distributions, and the keys of a table that gives one."""
_LAWS = {
    "uniform": "uniform, low {low}, high {high}",
    "triangular": "triangular, low {low}, mode {mode}, high {high}",
    "normal": "normal, mean {mean}, sd {sd}",
    "lognormal": "lognormal, median {median}, gsd {gsd}",
}

_EXPECTED = (
    "a number, or a table of "
    + "".join(f"{{{', '.join(keys)}}}, " for keys in FORMS.values())
    + "{evidence, slope, lower, upper}"
)
MAPPING = ("slope", "lower", "upper")
"""Keys of how an effect becomes a factor: the user's assumption, which has no default."""
_OF_EVIDENCE = ("evidence", "draw", *MAPPING, "form")


class NumberTable(Table):
    """A distribution in place of a number: the keys of one of `FORMS`, or evidence.

    Of an effect theta that other studies found, the factor is 1 + slope theta, or e^(slope theta),
    held from lower to upper.
    """

    low: float | None = None
    mode: float | None = None
    high: float | None = None
    mean: float | None = None
    sd: Positive | None = None
    median: Positive | None = None
    gsd: float | None = None
    evidence: str | None = None
    draw: Literal["predictive", "mean"] | None = None
    slope: float | None = None
    lower: float | None = None
    upper: float | None = None
    form: Literal["linear", "exp"] | None = None

    @property
    def way(self) -> str:
        """Of evidence: whether the effect of a new study is drawn, or the mean effect."""
        return self.draw or "predictive"

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
        if self.evidence is not None:
            yield from self._mapping_problems()
            return
        for key in self.given:
            if key in _OF_EVIDENCE:
                yield Problem((key,), "is only for evidence")
                return
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

    def _mapping_problems(self) -> Iterator[Problem]:
        for key in self.given:
            if key not in _OF_EVIDENCE:
                yield Problem((key,), "is not allowed beside evidence")
        for key in MAPPING:
            if getattr(self, key) is None:
                yield Problem((key,), "is required with evidence")
        if self.slope == 0:
            yield Problem(("slope",), "must not be 0: the factor would be 1 whatever is found")
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            yield Problem((), f"lower must be < upper, got {self.lower:g} and {self.upper:g}")


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


class EvidenceFactor(NamedTuple):
    """A factor that follows from an effect that other studies found.

    Parameters
    ----------
    evidence
        Name of the evidence.
    draw
        ``"predictive"`` or ``"mean"``.
    effect
        Law of the effect theta.
    slope, lower, upper
        The factor is 1 + slope theta, held from lower to upper.
    form
        ``"linear"``, or ``"exp"``: e^(slope theta).
    """

    evidence: str
    draw: str
    effect: EffectLaw
    slope: float
    lower: float
    upper: float
    form: str

    def value(self, u: Floats) -> Floats:
        """Factors of uniform numbers, which rise with them though the slope be negative."""
        theta = self.effect.value(u if self.slope > 0 else 1 - u)
        change = self.slope * theta
        factor = np.exp(change) if self.form == "exp" else 1 + change
        return np.clip(factor, self.lower, self.upper)

    def __str__(self) -> str:
        """In words, as of `number_text`."""
        return _mapping_text(self)


@dataclass(frozen=True)
class Uncertain:
    """A number that is known, or drawn from a distribution.

    Parameters
    ----------
    law
        ``"constant"``, one of `FORMS`, or ``"evidence"``.
    parameters
        The number, or the values of the keys of the distribution; none of evidence.
    factor
        What it is made of evidence by; None else.
    """

    law: str
    parameters: tuple[float, ...]
    factor: EvidenceFactor | None = None

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
        if self.factor is not None:
            return self.factor.value(np.asarray(u, np.float64))
        return _QUANTILES[self.law](np.asarray(u, np.float64), *self.parameters)

    @property
    def median(self) -> float:
        """The number in the middle."""
        return float(self.value(np.array(0.5)))

    @property
    def support(self) -> tuple[float, float]:
        """Smallest and largest value that is drawn; infinite where there is none."""
        if self.factor is not None:
            return self.factor.lower, self.factor.upper
        if self.law in ("uniform", "triangular"):
            return self.parameters[0], self.parameters[-1]
        if self.law == "normal":
            return -inf, inf
        return (0.0, inf) if self.law == "lognormal" else (self.parameters[0],) * 2

    def __str__(self) -> str:
        """In words: ``1.25``, or ``triangular, low 1.2, mode 1.6, high 1.9``."""
        if self.factor is not None:
            return str(self.factor)
        if self.is_certain:
            return f"{self.parameters[0]:g}"
        pairs = zip(FORMS[self.law], self.parameters, strict=True)
        values = {key: f"{value:g}" for key, value in pairs}
        return say(_LAWS[self.law], **values)


def uncertain(
    given: float | NumberTable, effects: Callable[[str, str], EffectLaw] | None = None
) -> Uncertain:
    """Number of a study file as what is drawn.

    Parameters
    ----------
    given
        The number, or the table of a distribution.
    effects
        Gives the law of an effect, by the name of the evidence and the draw.
    """
    if not isinstance(given, NumberTable):
        return Uncertain("constant", (given,))
    if given.evidence is not None:
        if effects is None or given.slope is None or given.lower is None or given.upper is None:
            raise ValueError("the table does not say what the evidence means")
        law = effects(given.evidence, given.way)
        mapping = (given.slope, given.lower, given.upper, given.form or "linear")
        return Uncertain("evidence", (), EvidenceFactor(given.evidence, given.way, law, *mapping))
    if given.law is None:
        raise ValueError("the table gives no distribution")
    return Uncertain(given.law, tuple(getattr(given, key) for key in FORMS[given.law]))


def number_text(given: float | NumberTable) -> str:
    """Number of a study file in words, whatever evidence says.

    Parameters
    ----------
    given
        The number, or the table of a distribution.

    Examples
    --------
    >>> number_text(1.25)
    '1.25'
    >>> number_text(NumberTable(evidence="policy", slope=-0.2, lower=0.5, upper=1.2))
    '1 - 0.2 theta, held from 0.5 to 1.2, theta the effect in a new study by the evidence policy'
    """
    if isinstance(given, NumberTable) and given.evidence is not None:
        return _mapping_text(given)
    return str(uncertain(given))


def _mapping_text(given: NumberTable | EvidenceFactor) -> str:
    """How an effect becomes a factor."""
    slope = given.slope or 0.0
    formula = f"1 {'-' if slope < 0 else '+'} {abs(slope):g} theta"
    if given.form == "exp":
        formula = f"exp({slope:g} theta)"
    text = (
        "{formula}, held from {low} to {high}, theta the mean effect by the evidence {name}"
        if given.draw == "mean"
        else "{formula}, held from {low} to {high}, theta the effect in a new study by the "
        "evidence {name}"
    )
    return say(
        text,
        formula=formula,
        low=f"{given.lower:g}",
        high=f"{given.upper:g}",
        name=given.evidence,
    )


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

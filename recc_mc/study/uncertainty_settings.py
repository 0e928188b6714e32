"""The tables under [uncertainty]: what is uncertain, and by how much.

Nothing is assumed here: a table left out means no uncertainty of that kind, a key left out means
that its part is zero or fixed.
"""

import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainValidator

from recc_mc.study.alternatives import one_of
from recc_mc.study.choices import MethodUncertainty
from recc_mc.study.distributions import DISTRIBUTIONS
from recc_mc.study.names import BadName, clean_name, clean_path
from recc_mc.study.toml_table import (
    NonNegative,
    Positive,
    Problem,
    Table,
    clean_keys,
    clean_paths,
    named,
    problems_error,
)
from recc_mc.study.wording import shown

__all__ = [
    "ERROR_PARTS",
    "DataUncertainty",
    "ErrorTable",
    "JudgmentUncertainty",
    "SharedError",
    "Sigma",
    "Uncertainty",
    "WeightUncertainty",
]

ERROR_PARTS = (
    ("cv", "sd"),
    ("systematic_cv", "systematic_sd"),
    ("mine_cv", "mine_sd"),
    ("interpolated_cv", "interpolated_sd"),
)
"""Parts of a data error, each given as relative or as absolute standard deviation.

The last one is that of interpolated cells only.
"""

Sigma = float | Literal["gci"]
"""Standard deviation of ln a_ij, or "gci": derived from the matrix's own inconsistency."""


def _sigma(value: Any) -> Sigma | Mapping[str, Sigma]:
    if not isinstance(value, dict):
        return _one_sigma(value, ())
    problems: list[Problem] = []
    sigmas: dict[str, Sigma] = {}
    for name, item in named(value, clean_path).items():
        if _is_sigma(item):
            sigmas[name] = _one_sigma(item, (name,))
        else:
            problems.append(_bad_sigma(item, (name,)))
    if problems:
        raise problems_error(problems)
    return sigmas


def _is_sigma(value: Any) -> bool:
    if value == "gci":
        return True
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # Compared rather than converted: TOML's whole numbers may exceed every float.
    return is_number and 0 <= value <= sys.float_info.max


def _one_sigma(value: Any, keys: tuple[str, ...]) -> Sigma:
    if not _is_sigma(value):
        raise problems_error([_bad_sigma(value, keys)])
    return "gci" if value == "gci" else float(value)


def _bad_sigma(value: Any, keys: tuple[str, ...]) -> Problem:
    allowed = 'a number >= 0 or "gci"'
    if not keys:
        allowed = 'a number >= 0, "gci", or a table of them by matrix'
    return Problem(keys, f"must be {allowed}, got {shown(value)}")


class JudgmentUncertainty(Table):
    """[uncertainty.judgments]: how far an expert's judgments may be off."""

    distribution: Literal["lognormal", "saaty_steps", "uniform", "triangular"] = "lognormal"
    sigma: Annotated[Sigma | Mapping[str, Sigma], PlainValidator(_sigma)] = "gci"
    steps: Annotated[int, Field(ge=1, le=8)] | None = None
    resample_experts: bool = False
    limit_to_scale: bool = False
    consistency: Literal["keep", "repair", "reject"] = "repair"
    cr_limit: Positive = 0.1

    def conflicts(self) -> Iterator[Problem]:
        """Steps belong to saaty_steps, sigma to all others."""
        by_steps = self.distribution == "saaty_steps"
        if by_steps and self.steps is None:
            yield Problem(("steps",), 'is required with distribution = "saaty_steps": 1 to 8')
        if not by_steps and self.steps is not None:
            yield Problem(("steps",), 'is only for distribution = "saaty_steps"')
        if by_steps and self.gives("sigma"):
            yield Problem(("sigma",), 'is not for distribution = "saaty_steps", which uses steps')


class WeightUncertainty(Table):
    """[uncertainty.weights]: how far given weights may be off."""

    concentration: Annotated[float, Field(gt=0, le=1e6)] | None = None
    cv: Positive | None = None

    def conflicts(self) -> Iterator[Problem]:
        """One number says it."""
        if self.concentration is None and self.cv is None:
            yield Problem((), "expected concentration or cv")
        if self.concentration is not None and self.cv is not None:
            yield Problem(("cv",), "is not allowed beside concentration: give one of them")

    @property
    def law(self) -> tuple[str, str]:
        """Name of the distribution, and its size."""
        if self.concentration is None:
            return "lognormal", f"cv {self.cv:g}"
        return "dirichlet", f"concentration {self.concentration:g}"


class ErrorTable(Table):
    """Errors of the data: of all indicators, or of some as an override.

    A key that is None is not given here.
    """

    distribution: Annotated[str, one_of(*DISTRIBUTIONS)] | None = None
    cv: NonNegative | None = None
    systematic_cv: NonNegative | None = None
    mine_cv: NonNegative | None = None
    sd: NonNegative | None = None
    systematic_sd: NonNegative | None = None
    mine_sd: NonNegative | None = None
    interpolated_cv: NonNegative | None = None
    interpolated_sd: NonNegative | None = None
    lower: float | None = None
    upper: float | None = None

    def conflicts(self) -> Iterator[Problem]:
        """A part has one size, and bounds leave room between them."""
        for relative, absolute in ERROR_PARTS:
            if getattr(self, relative) is not None and getattr(self, absolute) is not None:
                yield Problem((absolute,), f"is not allowed beside {relative}: give one of them")
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            sentence = f"must be > lower = {self.lower:g}, got {self.upper:g}"
            yield Problem(("upper",), sentence)


class DataUncertainty(ErrorTable):
    """[uncertainty.data]: errors of all indicators, and overrides by criterion and indicator.

    An override by a criterion is one for all that is below it, nearer ones excepted.
    """

    criteria: Annotated[Mapping[str, ErrorTable], clean_paths] = {}
    indicators: Annotated[Mapping[str, ErrorTable], clean_keys] = {}


def _clean(text: str) -> str:
    try:
        return clean_name(text)
    except BadName as problem:
        raise problems_error([Problem((), f"{shown(text)}: expected {problem}")]) from None


_Name = Annotated[str, AfterValidator(_clean)]


class SharedError(Table):
    """[[uncertainty.shared]]: an error that several indicators have in common.

    Their drawn values are multiplied by one lognormal number of mean 1: one for each mine and
    year, for each mine, or for all.
    """

    name: _Name
    indicators: Annotated[tuple[_Name, ...], Field(strict=False)]
    cv: Positive
    by: Literal["cell", "mine", "all"] = "cell"

    def conflicts(self) -> Iterator[Problem]:
        """Shared is what several have."""
        seen: set[str] = set()
        for k, name in enumerate(self.indicators):
            if name in seen:
                yield Problem(("indicators", k), f'"{name}" is given twice')
            seen.add(name)
        if len(seen) < 2:
            found = "none" if not seen else f"{shown(self.indicators[0])} alone"
            yield Problem(("indicators",), f"must name at least 2, got {found}")


class Uncertainty(Table):
    """[uncertainty]: None where a table is left out."""

    judgments: JudgmentUncertainty | None = None
    weights: WeightUncertainty | None = None
    data: DataUncertainty | None = None
    shared: Annotated[tuple[SharedError, ...], Field(strict=False)] = ()
    method: MethodUncertainty | None = None

    def conflicts(self) -> Iterator[Problem]:
        """A shared error is known by its name."""
        first: dict[str, int] = {}
        for k, error in enumerate(self.shared):
            if first.setdefault(error.name, k) != k:
                yield Problem(("shared", k, "name"), f'"{error.name}" is used twice')

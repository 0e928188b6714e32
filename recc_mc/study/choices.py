"""The choices of the method that may be uncertain, one entry each, and the tables they stand in.

What reads a study, lists its factors, makes the kernels' plan, or tells what was done goes through
:data:`CHOICES` and knows no choice by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import PlainValidator

from recc_mc.study.alternatives import Alternatives, Share, alternatives_of, one_of
from recc_mc.study.toml_table import Fraction, Numbers, Problem, Table

__all__ = ["CHOICES", "LISTED", "Alternative", "Choice", "MethodTable", "MethodUncertainty"]

# Why the alternatives of a choice are alike.
NO_DATA_VARY, ONE_YEAR = "no data vary", "one year"


class Alternative(NamedTuple):
    """One of the ways that a choice lets the method go.

    Parameters
    ----------
    name
        As in the study file.
    note
        What follows its name in the study that ``recc-mc init`` writes.
    sentence
        Its part of the sentences on the index in the report's Methods; its name if it has none.
    drawn
        Whether [uncertainty.method] may have it drawn; if not, kernels may rely on all samples
        taking it or none.
    """

    name: str
    note: str = ""
    sentence: str = ""
    drawn: bool = True


@dataclass(frozen=True)
class Choice:
    """A choice of the method.

    Parameters
    ----------
    name
        Key of [uncertainty.method], and name of the factor.
    words
        What the report's Methods call it.
    default
        What is held if the study says nothing.
    key
        Key of [method] that holds it; None if there is none.
    alternatives
        In the order of their codes in the kernels, which are their places; none of a share.
    alike
        When the alternatives are all alike: `NO_DATA_VARY` or `ONE_YEAR`, if ever.
    exchange
        What is found anew where sensitivity analysis exchanges the choice alone: ``"values"``
        (normalised), ``"priorities"``, ``"share"``, or everything.
    note
        Comment on its key of [method] in the study that ``recc-mc init`` writes.
    example
        Line of [uncertainty.method] there.
    """

    name: str
    words: str
    default: Any
    key: str | None
    alternatives: tuple[Alternative, ...] = ()
    alike: str = ""
    exchange: str = ""
    note: str = ""
    example: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the alternatives; an alternative's place is its code in the kernels."""
        return tuple(alternative.name for alternative in self.alternatives)

    @property
    def one(self) -> PlainValidator:
        """Validator of the key of [method]."""
        return one_of(*self.names)

    @property
    def some(self) -> PlainValidator:
        """Validator of the key of [uncertainty.method]."""
        return alternatives_of(*(a.name for a in self.alternatives if a.drawn))

    def held(self, method: "MethodTable") -> Any:
        """What is taken where the choice is not drawn."""
        return self.default if self.key is None else getattr(method, self.key)

    def drawn(self, table: "MethodUncertainty | None") -> Alternatives | Share | None:
        """How the choice is drawn; None if it is held."""
        found: Alternatives | Share | None = getattr(table, self.name, None)
        return found

    def sentence(self, method: "MethodTable") -> str:
        """What is held, as part of the report's Methods."""
        held = self.held(method)
        if not self.alternatives:
            return f"{held:g}"
        return self.alternatives[self.names.index(held)].sentence or held.replace("_", " ")


_SHARE = Choice(
    name="ahp_share",
    words="the share of the AHP weight",
    default=0.5,
    key="ahp_share",
    exchange="share",
    note="share of the AHP weight, the rest is entropy weight",
    example="ahp_share = { low = 0.3, high = 0.7 }  # uniform",
)
_PRIORITIZATION = Choice(
    name="prioritization",
    words="prioritisation",
    default="eigenvector",
    key="prioritization",
    alternatives=(Alternative("eigenvector"), Alternative("geometric_mean")),
    exchange="priorities",
    example='prioritization = ["eigenvector", "geometric_mean"]',
)
_GOALPOSTS = Choice(
    name="goalposts",
    words="goalposts of a draw",
    default="reestimated",
    key=None,
    alternatives=(Alternative("reestimated"), Alternative("frozen")),
    alike=NO_DATA_VARY,
    exchange="values",
    example='goalposts = ["reestimated", "frozen"]  # from the drawn data, or those of the '
    "baseline",
)
_SCOPE = Choice(
    name="scope",
    words="scope of the goalposts",
    default="pooled",
    key="goalposts",
    alternatives=(
        Alternative("pooled", "all mine-years", "minimum and maximum (pooled goalposts)"),
        Alternative("yearly", "each year", "minimum and maximum (yearly goalposts)"),
        Alternative(
            "fixed",
            "lower and upper of indicators.csv",
            "minimum and maximum (fixed goalposts)",
            drawn=False,
        ),
    ),
    alike=ONE_YEAR,
    exchange="values",
    note="min and max over: ",
    example='# scope = ["pooled", "yearly"]',
)
_AGGREGATION = Choice(
    name="aggregation",
    words="aggregation",
    default="linear",
    key="aggregation",
    alternatives=(
        Alternative("linear", sentence="weighted linear means"),
        Alternative("geometric", sentence="weighted geometric means"),
    ),
    example="# aggregation = { linear = 0.8, geometric = 0.2 }  # alternatives with their "
    "probabilities",
)

CHOICES = (_SHARE, _PRIORITIZATION, _GOALPOSTS, _SCOPE, _AGGREGATION)
"""All choices, in the order of their columns."""
LISTED = tuple(choice for choice in CHOICES if choice.alternatives)
"""Those with alternatives, in the order of their rows in the kernels' table."""


class MethodTable(Table):
    """[method]: the deterministic index."""

    weights: Literal["judgments", "given"] = "judgments"
    goalposts: Annotated[str, _SCOPE.one] = _SCOPE.default
    clip: bool = False
    prioritization: Annotated[str, _PRIORITIZATION.one] = _PRIORITIZATION.default
    random_index: Literal["saaty1980", "simulated"] = "saaty1980"
    ahp_share: Fraction = _SHARE.default
    aggregation: Annotated[str, _AGGREGATION.one] = _AGGREGATION.default
    grade_cuts: Numbers = (0.33, 0.66)
    obstacle: Literal["support", "both"] = "support"
    missing: Literal["error", "interpolate"] = "error"
    # Of drawn values, their normalisation, logarithms and obstacle degrees; sums and weights are in
    # double either way. In three studies of 65,536 draws single moved S, P and C of a draw by up to
    # 5e-6 and weights by 4e-7, their means by 0.3 % of the Monte Carlo error of 10^6 draws, and of
    # 9.4 million mine-years 2 zones, 1 grade and no rank.
    precision: Literal["double", "single"] = "double"

    def conflicts(self) -> Iterator[Problem]:
        """Cuts divide [0, 1] into three levels; only fixed goalposts can be exceeded."""
        cuts = self.grade_cuts
        if len(cuts) != 2 or not 0 < cuts[0] < cuts[1] < 1:
            shown = ", ".join(f"{cut:g}" for cut in cuts)
            sentence = f"must be two numbers with 0 < first < second < 1, got [{shown}]"
            yield Problem(("grade_cuts",), sentence)
        if self.clip and self.goalposts != "fixed":
            yield Problem(("clip",), f'is only for goalposts = "fixed", not "{self.goalposts}"')


class MethodUncertainty(Table):
    """[uncertainty.method]: choices of the method that trigger other results; None holds one."""

    ahp_share: Share | None = None
    prioritization: Annotated[Alternatives, _PRIORITIZATION.some] | None = None
    goalposts: Annotated[Alternatives, _GOALPOSTS.some] | None = None
    scope: Annotated[Alternatives, _SCOPE.some] | None = None
    aggregation: Annotated[Alternatives, _AGGREGATION.some] | None = None

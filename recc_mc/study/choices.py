"""The choices of the method that may be uncertain, one entry each, and the tables they stand in.

What reads a study, lists its factors, makes the kernels' plan, or tells what was done goes through
:data:`CHOICES` and knows no choice by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import PlainValidator

from recc_mc.language import translated
from recc_mc.study.alternatives import Alternatives, Share, alternatives_of, one_of
from recc_mc.study.toml_table import Fraction, Numbers, Problem, Table

__all__ = [
    "CHOICES",
    "COMBINATION",
    "LISTED",
    "SHARE",
    "Alternative",
    "Choice",
    "MethodTable",
    "MethodUncertainty",
]

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
    equation, source
        What it computes and where that is from, for the report's Methods.
    whole
        Whether it makes an index that is no sum of what is known of single indicators. Sensitivity
        analysis then finds every exchange anew, at one evaluation for each factor and row.
    double
        Whether it is for values in double precision only.
    """

    name: str
    note: str = ""
    sentence: str = ""
    drawn: bool = True
    equation: str = ""
    source: str = ""
    whole: bool = False
    double: bool = False


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

    def taken(
        self, method: "MethodTable", table: "MethodUncertainty | None" = None
    ) -> tuple[str, ...]:
        """Names of the alternatives that draws take; without a table, that of the baseline."""
        drawn = self.drawn(table)
        return tuple(drawn.possible) if isinstance(drawn, Alternatives) else (self.held(method),)

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
        way = self.alternatives[self.names.index(held)]
        return translated(way.sentence or held.replace("_", " "))


_BAI = "Bai et al. (2022), doi:10.1038/s41598-022-10105-2"
_DENG = "Deng, Yeh and Willis (2000), doi:10.1016/S0305-0548(99)00069-6"
_HWANG = "Hwang and Yoon (1981), doi:10.1007/978-3-642-48318-9"
_OECD = "OECD and JRC (2008), doi:10.1787/9789264043466-en"

SHARE = Choice(
    name="ahp_share",
    words="the share of the AHP weight",
    default=0.5,
    key="ahp_share",
    exchange="share",
    note="linear: share of the AHP weight, the rest is objective",
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
_OBJECTIVE = Choice(
    name="objective",
    words="objective weights",
    default="entropy",
    key="objective",
    alternatives=(
        Alternative(
            "entropy",
            sentence="entropy weight",
            equation="w'_j = (1 - e_j) / sum_k (1 - e_k) with e_j = -sum_i p_ij ln p_ij / ln m and "
            "p_ij = r_ij / sum_i r_ij over the m mine-years",
            source=_HWANG,
        ),
        Alternative(
            "critic",
            sentence="CRITIC weight",
            equation="w'_j = Q_j / sum_k Q_k with Q_j = s_j sum_k (1 - rho_jk), where s (with "
            "m - 1) and rho are standard deviations and correlations of r over the m mine-years",
            source="Diakoulaki, Mavrotas and Papayannakis (1995), doi:10.1016/0305-0548(94)00059-H",
            whole=True,
            double=True,
        ),
        Alternative(
            "cv",
            sentence="weight by the coefficient of variation",
            equation="w'_j = v_j / sum_k v_k with v_j = s_j / mean_j of r over the mine-years, 0 "
            "where the mean is 0",
            source="the coefficient of variation is Pearson's (1896)",
            double=True,
        ),
        Alternative(
            "sd",
            sentence="weight by the standard deviation",
            equation="w'_j = s_j / sum_k s_k with the standard deviation s (with m - 1) of r over "
            "the m mine-years",
            source=_DENG,
            double=True,
        ),
        Alternative(
            "equal",
            sentence="equal weight",
            equation="w'_j = 1 / n for the n indicators of a system that vary",
            source=_DENG,
            double=True,
        ),
    ),
    exchange="values",
    note="weights of the data: ",
    example='# objective = ["entropy", "critic", "cv"]',
)
COMBINATION = Choice(
    name="combination",
    words="combination of the weights",
    default="linear",
    key="combination",
    alternatives=(
        Alternative(
            "linear",
            sentence="{ahp_share} times the {ahp} plus {rest} times the {objective}",
            equation="W_j = a w_j + (1 - a) w'_j with the AHP weight w and the objective one w'",
            source=_BAI,
        ),
        Alternative(
            "multiplicative",
            sentence="in proportion to the product of the {ahp} and the {objective}",
            equation="W_j = w_j w'_j / sum_k w_k w'_k",
            source=_HWANG,
            whole=True,
            double=True,
        ),
        Alternative(
            "game_theory",
            sentence="between the {ahp} and the {objective}, where an equilibrium of "
            "game theory has them",
            equation="W = a1 w + a2 w' with a = |b| / sum |b| and b the solution of "
            "[[w.w, w.w'], [w'.w, w'.w']] b = (w.w, w'.w')",
            source="Lai et al. (2015), doi:10.1007/s11069-015-1645-6",
            whole=True,
            double=True,
        ),
    ),
    note="of both: ",
    example='# combination = ["linear", "multiplicative", "game_theory"]',
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
        Alternative(
            "linear",
            sentence="weighted linear means",
            equation="S or P = sum_j W_j r_j",
            source=_BAI,
        ),
        Alternative(
            "geometric",
            sentence="weighted geometric means",
            equation="S or P = prod_j r_j^W_j",
            source=_OECD,
            whole=True,
            double=True,
        ),
        Alternative(
            "topsis",
            sentence="closeness to the ideal r = 1 of all indicators by TOPSIS",
            equation="S or P = d- / (d- + d+) with d- = sqrt(sum_j (W_j r_j)^2) and d+ = "
            "sqrt(sum_j (W_j (1 - r_j))^2), where r above 1 lacks nothing",
            source=_HWANG,
            whole=True,
            double=True,
        ),
    ),
    example="# aggregation = { linear = 0.5, topsis = 0.5 }  # alternatives with their "
    "probabilities",
)

CHOICES = (
    SHARE,
    _PRIORITIZATION,
    _OBJECTIVE,
    COMBINATION,
    _GOALPOSTS,
    _SCOPE,
    _AGGREGATION,
)
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
    ahp_share: Fraction = SHARE.default
    objective: Annotated[str, _OBJECTIVE.one] = _OBJECTIVE.default
    combination: Annotated[str, COMBINATION.one] = COMBINATION.default
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
    objective: Annotated[Alternatives, _OBJECTIVE.some] | None = None
    combination: Annotated[Alternatives, COMBINATION.some] | None = None
    goalposts: Annotated[Alternatives, _GOALPOSTS.some] | None = None
    scope: Annotated[Alternatives, _SCOPE.some] | None = None
    aggregation: Annotated[Alternatives, _AGGREGATION.some] | None = None

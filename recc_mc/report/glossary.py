"""The glossary of a page: each term that it uses, in one sentence.

Translations stand in the catalogue of the language, as those of all texts; the table of the
documentation is the same.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from recc_mc.language import LANGUAGES, catalogue, language, translated
from recc_mc.study.nouns import Nouns

__all__ = ["TERMS", "Entry", "Term", "glossary"]


class Term(NamedTuple):
    """A term of the field.

    Parameters
    ----------
    name
        The term.
    meaning
        What it means here.
    found
        Pattern of the words by which a page uses it; None for the term itself.
    """

    name: str
    meaning: str
    found: str | None = None


class Entry(NamedTuple):
    """A line of the glossary: the term, the term in the other language, and what it means."""

    name: str
    other: str
    meaning: str


def glossary(page: str, nouns: Nouns) -> Iterator[Entry]:
    """Terms that a page uses, in the order of `TERMS`.

    Parameters
    ----------
    page
        Text or HTML of the page.
    nouns
        What the study calls its mines.
    """
    text = re.sub(r"<[^>]*>", " ", page)
    of_source = language() == LANGUAGES[0]
    for term in TERMS:
        foreign = catalogue(LANGUAGES[1])[term.name]
        if any(re.search(word, text) for word in _words(term, foreign)):
            other = foreign if of_source else term.name
            yield Entry(translated(term.name), other, nouns.said(term.meaning))


def _words(term: Term, foreign: str) -> list[str]:
    """Patterns of a term; a page in another language may hold it in either."""
    own = term.found or rf"(?i)\b{re.escape(term.name)}"
    return [own, *(re.escape(word) for word in re.split("[\uff0c\uff08\uff09]", foreign) if word)]


TERMS = (
    Term(
        "resource and environmental carrying capacity (RECC)",
        "what a region's resources and environment can bear, against what is asked of them",
        r"RECC|carrying capacity",
    ),
    Term("composite index", "one number made of many weighted indicators"),
    Term(
        "support, support index S",
        "what resources, environment and economy allow",
        r"\bsupport\b|\bS\b",
    ),
    Term("pressure, pressure index P", "what is asked of them", r"\bpressure\b|\bP\b"),
    Term("carrying capacity index C", "C = P / S", r"\bC (=|≥|<)|carrying capacity index"),
    Term("overload", "C of 1 or more", r"[Oo]verload"),
    Term("surplus", "P below S"),
    Term("coupling zone", "where a mine lies in the plane of S and P"),
    Term("grade", "one of nine blocks of low, medium and high P and S", r"\bgrades?\b"),
    Term("indicator", "a measured quantity, by mine and year"),
    Term("criterion", "a group of indicators, or of criteria"),
    Term("hierarchy", "systems, criteria, indicators"),
    Term(
        "direction: positive, negative", "whether more of it is more of its system", r"direction of"
    ),
    Term("interval indicator, optimum", "best within a range", r"optimum|interval indicator"),
    Term("panel", "values by mine, year and indicator"),
    Term("object, mine-year", "a mine in a year", r"(?:mine|object)-year"),
    Term("normalisation, min-max", "r = (x − min) / (max − min)", r"[Nn]ormali[sz]"),
    Term("goalposts", "the minimum and maximum of the normalisation"),
    Term("frozen goalposts", "those of the data as given, in all draws", r"frozen"),
    Term("weight", "share of an indicator in its system"),
    Term("analytic hierarchy process (AHP)", "weights from comparisons in pairs", r"\bAHP\b"),
    Term("judgment matrix", "comparisons of all items in pairs"),
    Term("Saaty's scale", "1/9 to 9", r"Saaty"),
    Term("priority vector", "weights that a judgment matrix gives"),
    Term("principal eigenvalue", "λ max of a judgment matrix", r"eigenvalue|eigenvector"),
    Term(
        "consistency ratio (CR)",
        "inconsistency against that of random judgments; accepted below 0.1",
        r"consistency ratio|\bCR\b",
    ),
    Term("random index (RI)", "consistency index of random matrices", r"random index|\bRI\b"),
    Term("expert", "who gave a judgment matrix"),
    Term("entropy weight", "more weight to indicators that differ more", r"[Ee]ntropy"),
    Term("CRITIC", "weights by spread and conflict of indicators", r"\bCRITIC\b"),
    Term(
        "coefficient of variation", "weights by relative spread", r"coefficient of variation|\bcv\b"
    ),
    Term(
        "combined weight", "AHP and objective weight together", r"combined weight|weights? combine"
    ),
    Term("game theory weighting", "the combination that departs least from both", r"game.theory"),
    Term("TOPSIS", "closeness to the ideal", r"\bTOPSIS\b"),
    Term("obstacle degree", "share of an indicator in what is lacking", r"[Oo]bstacle"),
    Term("coupling degree", "how alike the systems are", r"degree of coupling|coupling degree"),
    Term("coordination degree (CCD)", "D = √(C T)", r"[Cc]oordination"),
    Term("fuzzy comprehensive evaluation", "membership of grades", r"[Ff]uzzy"),
    Term(
        "uncertainty analysis", "how results vary with what is not known exactly", r"[Uu]ncertain"
    ),
    Term("Monte Carlo simulation", "the whole index, redrawn many times", r"Monte Carlo"),
    Term("draw, sample", "one of these times", r"\bdraws?\b"),
    Term("baseline", "the index computed once, without uncertainty"),
    Term("quantile, interval", "bounds that hold a share of the draws", r"quantile|interval"),
    Term("standard error", "how exactly so many draws tell a number"),
    Term("Wilson interval", "interval of a probability that so many draws leave", r"Wilson"),
    Term("robust", "the same in at least 95 % of the draws"),
    Term("assumption", "a choice of the study that could be otherwise", r"[Aa]ssumption"),
    Term(
        "rank acceptability",
        "share of the draws in which a mine has a rank",
        r"probability of (?:the|each) rank|rank acceptab|rank_probability",
    ),
    Term(
        "Kendall's tau", "agreement of two rankings: 1 the same order, −1 the reverse", r"Kendall"
    ),
    Term(
        "sensitivity analysis",
        "which factors the variance comes from",
        r"sensitivity analysis|drivers?|Sobol",
    ),
    Term(
        "Sobol' index, first order",
        "share of the variance by a factor alone",
        r"first.order|[Ff]irst and total",
    ),
    Term("Sobol' index, total order", "share with all its interactions", r"total.order"),
    Term("interaction", "variance that only several factors together make"),
    Term("common random numbers", "the same draws on both sides of a comparison"),
    Term("scenario", "changes of indicators, years or places"),
    Term("target", "what shall be reached, and with what probability", r"\btargets?\b"),
    Term("tolerance", "the largest error at which a conclusion holds", r"tolerance|tolerate"),
    Term("meta-analysis", "what several studies say together", r"meta-analysis|pooled effect"),
    Term("heterogeneity", "how much studies differ beyond chance"),
    Term(
        "value of information",
        "what knowing a factor exactly would be worth",
        r"worth knowing better|value of information",
    ),
)
"""The terms, in the order in which a study comes about."""

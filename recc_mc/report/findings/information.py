"""Findings about what is worth knowing better."""

import numpy as np
import xarray as xr

from recc_mc.language import say
from recc_mc.language.numbers import percent
from recc_mc.report.contents import Finding, Result
from recc_mc.report.factors import CLASS, FactorWords, factor_words
from recc_mc.report.findings.verdict import INFORMATION, Findings
from recc_mc.report.words import estimate, sentence_list
from recc_mc.results.outputs import index_symbol
from recc_mc.study.nouns import nouns_of

__all__ = ["information_findings"]

SECTION = "information"
MOST_FACTORS = 3
# A chance of a wrong decision that is smaller leaves nothing worth a sentence.
NEGLIGIBLE = 0.005
MOST_MINES = 4


def information_findings(result: Result) -> Findings:
    """How often decisions are wrong, and what would make them right more often."""
    if not result.holds("sensitivity", "decision_error", "information_value"):
        return
    last, words = result.groups["sensitivity"].isel(year=-1), factor_words(result)
    year = int(last["year"])
    if not np.isnan(float(last["decision_error"])):
        yield INFORMATION, Finding(_sentence(last, "", _naming(last, year), words), SECTION)
    if "overload_decision_error" not in last:
        return
    errors = last["overload_decision_error"]
    order = np.argsort(-errors.fillna(-1.0).values, kind="stable")
    for mine in errors["mine"].values[order][:MOST_MINES]:
        cell = last.sel(mine=mine)
        error = float(cell["overload_decision_error"])
        if error >= NEGLIGIBLE:
            what = say(
                "The likelier verdict on overload of {mine} in {year} is wrong",
                mine=mine,
                year=year,
            )
            yield INFORMATION, Finding(_sentence(cell, "overload_", what, words), SECTION)


def _naming(last: xr.Dataset, year: int) -> str:
    """The decision on who is first."""
    nouns, symbol = nouns_of(last.attrs), index_symbol(last)
    if "most_loaded_probability" not in last:
        text = (
            "Naming the most loaded mine of {year} is wrong"
            if symbol == "C"
            else "Naming the mine of the largest {symbol} of {year} is wrong"
        )
        return nouns.said(text, symbol=symbol, year=year)
    text = (
        "Naming the most loaded mine of {year}, {named}, is wrong"
        if symbol == "C"
        else "Naming the mine of the largest {symbol} of {year}, {named}, is wrong"
    )
    first = int(last["most_loaded_probability"].argmax("mine"))
    return nouns.said(text, symbol=symbol, year=year, named=last["mine"].values[first])


def _sentence(cell: xr.Dataset, prefix: str, what: str, words: FactorWords) -> str:
    """How often a decision is wrong, and by how much that falls with what is worth knowing most."""
    error = float(cell[f"{prefix}decision_error"])
    if error < NEGLIGIBLE:
        return say(
            "{what} in {share} of the draws: nothing is worth knowing better for it.",
            what=what,
            share=percent(error),
        )
    single = cell.isel(factor=np.flatnonzero(cell["factor_kind"].values != CLASS))
    value = single[f"{prefix}information_value"].values
    half = single[f"{prefix}information_value_error"].values
    order = [
        k for k in np.argsort(-np.nan_to_num(value), kind="stable") if value[k] > half[k] >= 0
    ][:MOST_FACTORS]
    if not order:
        return say(
            "{what} in {share} of the draws; knowing any one factor exactly would not make that "
            "rarer.",
            what=what,
            share=percent(error),
        )
    texts = [
        words.told(str(single["factor"].values[k]), estimate(100 * value[k], 100 * half[k]))
        for k in order
    ]
    return say(
        "{what} in {share} of the draws; it would be wrong less often, by so many percentage "
        "points, if one knew {factors}.",
        what=what,
        share=percent(error),
        factors=sentence_list(texts),
    )

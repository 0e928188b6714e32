"""Findings about who is how loaded compared with whom."""

from itertools import pairwise

import numpy as np
import xarray as xr

from recc_mc.language import say
from recc_mc.language.numbers import number
from recc_mc.report.contents import Finding, Result
from recc_mc.report.findings.verdict import OPEN, SURE, Findings, is_sure, last_year
from recc_mc.report.words import chance, sentence_list
from recc_mc.results.outputs import index_symbol
from recc_mc.study.nouns import nouns_of

__all__ = ["ranking_findings"]

SECTION = "ranking"
# Ranks that a mine takes less often than this are not worth a sentence.
WORTH_NAMING = 0.05
# Of the first and the last, where it is sure and where it is open.
_LOADED = (
    (
        "The most loaded mine of {year} is {mine}.",
        "Which mine is the most loaded of {year} is open: {mines}.",
    ),
    (
        "The least loaded mine of {year} is {mine}.",
        "Which mine is the least loaded of {year} is open: {mines}.",
    ),
)
_RANKED = (
    (
        "The mine of the largest {symbol} of {year} is {mine}.",
        "Which is the mine of the largest {symbol} of {year} is open: {mines}.",
    ),
    (
        "The mine of the smallest {symbol} of {year} is {mine}.",
        "Which is the mine of the smallest {symbol} of {year} is open: {mines}.",
    ),
)


def ranking_findings(result: Result) -> Findings:
    """What is sure about the ranking of the last year, and what is not."""
    if result.holds("summary", "rank_probability"):
        yield from _ends(result.groups["summary"])
    if result.holds("summary", "outranks_probability", "rank_baseline"):
        yield from _neighbours(result.groups["summary"])
    if result.holds("summary", "kendall_tau_mean", "ranking_unchanged_probability"):
        yield from _agreement(result.groups["summary"])


def _ends(summary: xr.Dataset) -> Findings:
    """The most and the least loaded mine."""
    year, last = last_year(summary)
    nouns, symbol = nouns_of(summary.attrs), index_symbol(summary)
    ends = zip((1, last.sizes["mine"]), _LOADED if symbol == "C" else _RANKED, strict=True)
    for position, (is_first, is_open) in ends:
        share = last["rank_probability"].sel(rank_position=position)
        error = last["rank_probability_error"].sel(rank_position=position)
        if bool(share.isnull().all()):
            continue
        order = np.argsort(-share.fillna(-1).values, kind="stable")
        first = order[0]
        chances = [
            say(
                "{name} ({value})",
                name=last["mine"].values[i],
                value=chance(float(share[i]), float(error[i])),
            )
            for i in order
            if share[i] >= WORTH_NAMING
        ]
        if is_sure(float(share[first]), float(error[first])):
            text = nouns.said(is_first, symbol=symbol, year=year, mine=chances[0])
            yield SURE, Finding(text, SECTION)
        else:
            text = nouns.said(is_open, symbol=symbol, year=year, mines=sentence_list(chances))
            yield OPEN, Finding(text, SECTION)


def _neighbours(summary: xr.Dataset) -> Findings:
    """Neighbours in the baseline's ranking that the draws tell apart, and those they do not."""
    year, last = last_year(summary)
    ranks = last["rank_baseline"].values
    order = [i for i in np.argsort(ranks, kind="stable") if ranks[i] > 0]
    told, blurred = 0, []
    for upper, lower in pairwise(order):
        pair = {"mine": int(upper), "other_mine": int(lower)}
        share = float(last["outranks_probability"].isel(pair))
        error = float(last["outranks_probability_error"].isel(pair))
        if is_sure(share, error):
            told += 1
        elif not np.isnan(share):
            first, second = (str(last["mine"].values[i]) for i in (upper, lower))
            text = say(
                "{first} before {second} (holds in {share})",
                first=first,
                second=second,
                share=chance(share, error),
            )
            blurred.append((share, text))
    pairs = told + len(blurred)
    if not pairs:
        return
    if not blurred:
        text = (
            "All {pairs} pairs of neighbours in the ranking of {year} keep their order."
            if pairs > 1
            else "The pair of neighbours in the ranking of {year} keep their order."
        )
        yield SURE, Finding(say(text, pairs=pairs, year=year), SECTION)
        return
    if told:
        text = say(
            "{told} of the {pairs} pairs of neighbours in the ranking of {year} keep their order.",
            told=told,
            pairs=pairs,
            year=year,
        )
        yield SURE, Finding(text, SECTION)
    texts = [text for _, text in sorted(blurred)]
    text = (
        "The order of {count} pair of neighbours in the ranking of {year} is in doubt: {pairs}."
        if len(texts) == 1
        else "The order of {count} pairs of neighbours in the ranking of {year} is in doubt: "
        "{pairs}."
    )
    text = say(text, count=len(texts), year=year, pairs=sentence_list(texts, 6))
    yield OPEN, Finding(text, SECTION)


def _agreement(summary: xr.Dataset) -> Findings:
    """How much a draw's ranking is like the baseline's."""
    year, last = last_year(summary)
    share = float(last["ranking_unchanged_probability"])
    error = float(last["ranking_unchanged_probability_error"])
    if np.isnan(share):
        return
    tau = float(last["kendall_tau_mean"])
    text = say(
        "The whole ranking of {year} comes out as in the baseline in {share} of the draws; "
        "Kendall's tau between the two is {tau} on average (1: the same order, −1: the reverse).",
        year=year,
        share=chance(share, error),
        tau=number(tau, 2),
    )
    yield (SURE if is_sure(share, error) else OPEN), Finding(text, SECTION)

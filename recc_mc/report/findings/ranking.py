"""Findings about who is how loaded compared with whom."""

from itertools import pairwise

import numpy as np
import xarray as xr

from recc_mc.report.contents import Finding, Result
from recc_mc.report.findings.verdict import OPEN, SURE, Findings, is_sure, last_year
from recc_mc.report.words import chance, number, sentence_list
from recc_mc.results.outputs import index_symbol
from recc_mc.study.nouns import nouns_of

__all__ = ["ranking_findings"]

SECTION = "ranking"
# Ranks that a mine takes less often than this are not worth a sentence.
WORTH_NAMING = 0.05


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
    mines, one = last.sizes["mine"], nouns_of(summary.attrs).one
    symbol = index_symbol(summary)
    ends = (f"most loaded {one}", f"least loaded {one}")
    if symbol != "C":
        ends = (f"{one} of the largest {symbol}", f"{one} of the smallest {symbol}")
    for position, what in ((1, ends[0]), (mines, ends[1])):
        share = last["rank_probability"].sel(rank_position=position)
        error = last["rank_probability_error"].sel(rank_position=position)
        if bool(share.isnull().all()):
            continue
        order = np.argsort(-share.fillna(-1).values, kind="stable")
        first = order[0]
        chances = [
            f"{last['mine'].values[i]} ({chance(float(share[i]), float(error[i]))})"
            for i in order
            if share[i] >= WORTH_NAMING
        ]
        if is_sure(float(share[first]), float(error[first])):
            yield SURE, Finding(f"The {what} of {year} is {chances[0]}.", SECTION)
        else:
            text = f"Which is the {what} of {year} is open: {sentence_list(chances)}."
            if symbol == "C":
                loaded = what.removesuffix(f" {one}")
                text = f"Which {one} is the {loaded} of {year} is open: {sentence_list(chances)}."
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
            names = " before ".join(str(last["mine"].values[i]) for i in (upper, lower))
            blurred.append((share, f"{names} (holds in {chance(share, error)})"))
    pairs = told + len(blurred)
    if not pairs:
        return
    if not blurred:
        text = f"All {pairs} pairs of neighbours in the ranking of {year} keep their order."
        yield SURE, Finding(text if pairs > 1 else text.replace("All 1 pairs", "The pair"), SECTION)
        return
    if told:
        text = (
            f"{told} of the {pairs} pairs of neighbours in the ranking of {year} keep their order."
        )
        yield SURE, Finding(text, SECTION)
    texts = [text for _, text in sorted(blurred)]
    noun = "pair" if len(texts) == 1 else "pairs"
    text = (
        f"The order of {len(texts)} {noun} of neighbours in the ranking of {year} is in doubt: "
        f"{sentence_list(texts, 6)}."
    )
    yield OPEN, Finding(text, SECTION)


def _agreement(summary: xr.Dataset) -> Findings:
    """How much a draw's ranking is like the baseline's."""
    year, last = last_year(summary)
    share = float(last["ranking_unchanged_probability"])
    error = float(last["ranking_unchanged_probability_error"])
    if np.isnan(share):
        return
    tau = float(last["kendall_tau_mean"])
    text = (
        f"The whole ranking of {year} comes out as in the baseline in {chance(share, error)} of "
        f"the draws; Kendall's tau between the two is {number(tau, 2)} on average (1: the same "
        "order, −1: the reverse)."
    )
    yield (SURE if is_sure(share, error) else OPEN), Finding(text, SECTION)

"""Findings about the factors that the variance comes from."""

import numpy as np
import xarray as xr

from recc_mc.language import say, translated
from recc_mc.language.numbers import percent
from recc_mc.report.contents import Finding, Result
from recc_mc.report.factors import CLASS, FactorWords, factor_words
from recc_mc.report.findings.verdict import DRIVERS, Findings
from recc_mc.report.words import estimate, sentence_list
from recc_mc.results.measures import (
    MEASURES,
    OTHERS_CAN,
    effects_only,
    outside_sentence,
    reason_text,
)
from recc_mc.results.outputs import index_symbol, main_index, main_output
from recc_mc.study.nouns import nouns_of

__all__ = ["driver_findings"]

SECTION = "drivers"
MOST_FACTORS = 3
SINGLE = "The error is undefined: there is a single replicate."


def driver_findings(result: Result) -> Findings:
    """What the variance of C over all mines and years comes from, and what moves the ranking."""
    if result.holds("sensitivity", "variance_outside_aggregate"):
        sentence = outside_sentence(result.groups["sensitivity"])
        if sentence:
            text = say("{sentence}; {others}.", sentence=sentence, others=translated(OTHERS_CAN))
            yield DRIVERS, Finding(text, SECTION)
    if result.holds("sensitivity") and "scenario" in result.groups["sensitivity"].attrs:
        attrs = result.groups["sensitivity"].attrs
        text = say(
            'What drives the result was analysed in the scenario {name}, "{title}", not in the '
            "study as it is.",
            name=attrs["scenario"],
            title=attrs["scenario_title"],
        )
        yield DRIVERS, Finding(text, SECTION)
    if result.holds("sensitivity"):
        yield from _shown_effects(result.groups["sensitivity"])
    if not result.holds("sensitivity", "total_order_aggregate", "first_order_aggregate"):
        return
    parts, words = result.groups["sensitivity"], factor_words(result)
    index = main_index(parts)
    if index in parts["output"].values:
        shown = parts.sel(output=index)
        yield from _classes(shown, words)
        yield from _factors(shown, words)
    if "rank_shift_total_order_aggregate" in parts:
        yield from _rank_shift(parts, words)


def _shown_effects(parts: xr.Dataset) -> Findings:
    """How many factors do more than columns of random numbers, by a method that needs these."""
    measure, what = MEASURES.get(str(parts.attrs.get("method")), ("", ""))
    if f"{measure}_dummy" not in parts:
        return
    output = main_output(parts)
    last = parts.isel(year=-1).sel(output=output)
    defined = last[measure].notnull().any("mine")
    shown = effects_only(last, measure).notnull().any("mine")
    if not bool(defined.any()):
        return
    text = nouns_of(parts.attrs).said(
        "{some} of {all} factors have an effect on {output} in {year} in at least one mine, by "
        "{what} above what columns of random numbers get in the same run, plus its error.",
        some=int(shown.sum()),
        all=int(defined.sum()),
        output="C" if output == "recc" else translated(output),
        year=int(last["year"]),
        what=translated(what),
    )
    yield DRIVERS, Finding(text, SECTION)


def _classes(shown: xr.Dataset, words: FactorWords) -> Findings:
    """Judgment, data and method by themselves, and what none of them does alone."""
    rows = np.flatnonzero(shown["factor_kind"].values == CLASS)
    classes = shown.isel(factor=rows)
    shares, errors = (
        classes[name].values for name in ("first_order_aggregate", "first_order_aggregate_error")
    )
    if np.isnan(shares).any() or not len(rows):
        return
    texts = [
        f"{words.class_name(str(name))} {percent(max(share, 0.0))}{_half_width(error)}"
        for name, share, error in zip(classes["factor"].values, shares, errors, strict=True)
    ]
    symbol = index_symbol(shown)
    over = nouns_of(shown.attrs).with_years(shown.sizes["mine"])
    text = "Of the variance of {symbol} over {over} come from {parts}. ({note})"
    if len(rows) > 1:
        text = (
            "Of the variance of {symbol} over {over} come from {parts}; the other {rest} from "
            "interactions between these classes. ({note})"
        )
    none = np.isnan(errors).all()
    text = say(
        text,
        symbol=symbol,
        over=over,
        parts=sentence_list(texts),
        rest=percent(max(1 - float(shares.sum()), 0.0)),
        note=translated(SINGLE) if none else say("± is half of a 95 % interval."),
    )
    yield DRIVERS, Finding(text, SECTION)
    share = percent(max(float(shown["interaction_share_aggregate"]), 0.0))
    text = say(
        "Interactions between single factors make up {share} of the variance of {symbol}.",
        share=share,
        symbol=symbol,
    )
    yield DRIVERS, Finding(text, SECTION)


def _half_width(error: float) -> str:
    return "" if np.isnan(error) else f" (± {100 * error:.1f})"


def _factors(shown: xr.Dataset, words: FactorWords) -> Findings:
    texts = _largest(shown, "total_order_aggregate", words)
    if texts:
        single = bool(shown["total_order_aggregate_error"].isnull().all())
        text = (
            "Most of all, {symbol} depends on {factors}: total-order indices. ({note})"
            if single
            else "Most of all, {symbol} depends on {factors}: total-order indices, ± half of a "
            "95 % interval."
        )
        text = say(
            text,
            symbol=index_symbol(shown),
            factors=sentence_list(texts),
            note=translated(SINGLE),
        )
        yield DRIVERS, Finding(text, SECTION)


def _rank_shift(parts: xr.Dataset, words: FactorWords) -> Findings:
    flag = parts.get("rank_shift_undefined_aggregate")
    reason = "" if flag is None else reason_text(flag.isel(factor=0))
    if reason:
        text = say(
            "What would change the ranking is not told: undefined ({reason}).", reason=reason
        )
        yield DRIVERS, Finding(text, SECTION)
    texts = _largest(parts, "rank_shift_total_order_aggregate", words)
    if texts:
        text = say(
            "What would change the ranking most: {factors}; total-order indices of the average "
            "shift in rank.",
            factors=sentence_list(texts),
        )
        yield DRIVERS, Finding(text, SECTION)


def _largest(shown: xr.Dataset, name: str, words: FactorWords) -> list[str]:
    """Single factors with the largest defined indices."""
    single = shown.isel(factor=np.flatnonzero(shown["factor_kind"].values != CLASS))
    values, errors = single[name].values, single[f"{name}_error"].values
    order = [k for k in np.argsort(-values, kind="stable") if values[k] > 0][:MOST_FACTORS]
    return [
        words.told(str(single["factor"].values[k]), estimate(values[k], errors[k])) for k in order
    ]

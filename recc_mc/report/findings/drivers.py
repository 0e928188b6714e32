"""Findings about the factors that the variance comes from."""

import numpy as np
import xarray as xr

from recc_mc.report.contents import Finding, Result
from recc_mc.report.factors import CLASS, FactorWords, factor_words
from recc_mc.report.findings.verdict import DRIVERS, Findings
from recc_mc.report.words import estimate, percent, sentence_list
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
            yield DRIVERS, Finding(f"{sentence}; {OTHERS_CAN}.", SECTION)
    if result.holds("sensitivity") and "scenario" in result.groups["sensitivity"].attrs:
        attrs = result.groups["sensitivity"].attrs
        text = (
            f"What drives the result was analysed in the scenario {attrs['scenario']}, "
            f'"{attrs["scenario_title"]}", not in the study as it is.'
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
    one = nouns_of(parts.attrs).one
    text = (
        f"{int(shown.sum())} of {int(defined.sum())} factors have an effect on "
        f"{'C' if output == 'recc' else output} in {int(last['year'])} in at least one {one}, by "
        f"{what} above what columns of random numbers get in the same run, plus its error."
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
    text = f"Of the variance of {symbol} over {over} come from {sentence_list(texts)}"
    if len(rows) > 1:
        rest = max(1 - float(shares.sum()), 0.0)
        text += f"; the other {percent(rest)} from interactions between these classes"
    note = SINGLE if np.isnan(errors).all() else "± is half of a 95 % interval."
    yield DRIVERS, Finding(f"{text}. ({note})", SECTION)
    single = max(float(shown["interaction_share_aggregate"]), 0.0)
    share = f"{percent(single)} of the variance of {symbol}"
    text = f"Interactions between single factors make up {share}."
    yield DRIVERS, Finding(text, SECTION)


def _half_width(error: float) -> str:
    return "" if np.isnan(error) else f" (± {100 * error:.1f})"


def _factors(shown: xr.Dataset, words: FactorWords) -> Findings:
    texts = _largest(shown, "total_order_aggregate", words)
    if texts:
        symbol = index_symbol(shown)
        text = f"Most of all, {symbol} depends on {sentence_list(texts)}: total-order indices"
        single = bool(shown["total_order_aggregate_error"].isnull().all())
        note = f". ({SINGLE})" if single else ", ± half of a 95 % interval."
        yield DRIVERS, Finding(f"{text}{note}", SECTION)


def _rank_shift(parts: xr.Dataset, words: FactorWords) -> Findings:
    flag = parts.get("rank_shift_undefined_aggregate")
    reason = "" if flag is None else reason_text(flag.isel(factor=0))
    if reason:
        text = f"What would change the ranking is not told: undefined ({reason})."
        yield DRIVERS, Finding(text, SECTION)
    texts = _largest(parts, "rank_shift_total_order_aggregate", words)
    if texts:
        text = (
            f"What would change the ranking most: {sentence_list(texts)}; total-order indices of "
            "the average shift in rank."
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

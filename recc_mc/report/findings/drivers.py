"""Findings about the factors that the variance comes from."""

import numpy as np
import xarray as xr

from recc_mc.report.findings.verdict import DRIVERS, Findings
from recc_mc.report.model import Finding, Result
from recc_mc.report.words import number, percent, sentence_list

__all__ = ["CLASS", "driver_findings"]

SECTION = "drivers"
CLASS = "class"
MOST_FACTORS = 3


def driver_findings(result: Result) -> Findings:
    """What the variance of C over all mines and years comes from, and what moves the ranking."""
    if not result.holds("sensitivity", "total_order_aggregate", "first_order_aggregate"):
        return
    parts = result.groups["sensitivity"]
    if "recc" in parts["output"].values:
        shown = parts.sel(output="recc")
        yield from _classes(shown)
        yield from _factors(shown)
    if "rank_shift_total_order_aggregate" in parts:
        yield from _rank_shift(parts)


def _classes(shown: xr.Dataset) -> Findings:
    """Judgment, data and method by themselves, and what none of them does alone."""
    rows = np.flatnonzero(shown["factor_kind"].values == CLASS)
    classes = shown.isel(factor=rows)
    shares, errors = (
        classes[name].values for name in ("first_order_aggregate", "first_order_aggregate_error")
    )
    if np.isnan(shares).any() or not len(rows):
        return
    texts = [
        f"{name} {percent(max(share, 0.0))} (± {100 * error:.1f})"
        for name, share, error in zip(classes["factor"].values, shares, errors, strict=True)
    ]
    text = f"Of the variance of C over all mines and years come from {sentence_list(texts)}"
    if len(rows) > 1:
        rest = max(1 - float(shares.sum()), 0.0)
        text += f"; the other {percent(rest)} from interactions between these classes"
    yield DRIVERS, Finding(f"{text}. (± is half of a 95 % interval.)", SECTION)
    single = float(shown["interaction_share_aggregate"])
    text = f"Interactions of single factors make up {percent(max(single, 0.0))} of the variance of C."
    yield DRIVERS, Finding(text, SECTION)


def _factors(shown: xr.Dataset) -> Findings:
    texts = _largest(shown, "total_order_aggregate")
    if texts:
        text = f"The single factors that matter most to C are {sentence_list(texts)}"
        yield DRIVERS, Finding(f"{text}; in brackets, total-order indices.", SECTION)


def _rank_shift(parts: xr.Dataset) -> Findings:
    texts = _largest(parts, "rank_shift_total_order_aggregate")
    if texts:
        text = f"What would change the ranking most is to know better {sentence_list(texts)}"
        yield (
            DRIVERS,
            Finding(f"{text}; in brackets, total-order indices of the average shift in rank.", SECTION),
        )


def _largest(shown: xr.Dataset, name: str) -> list[str]:
    """Single factors with the largest defined indices."""
    single = shown.isel(factor=np.flatnonzero(shown["factor_kind"].values != CLASS))
    values, errors = single[name].values, single[f"{name}_error"].values
    order = [k for k in np.argsort(-values, kind="stable") if values[k] > 0][:MOST_FACTORS]
    return [
        f"{single['factor'].values[k]} ({number(values[k], 2)} ± {number(errors[k], 2)})"
        for k in order
    ]

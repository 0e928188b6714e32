"""Findings about the numbers themselves: bias, standard errors, undefined values."""

import numpy as np
import xarray as xr

from recc_mc.language import say
from recc_mc.language.numbers import number, signed
from recc_mc.language.retelling import retold
from recc_mc.report.contents import Finding, Result
from recc_mc.report.findings.verdict import PRECISION, Findings
from recc_mc.report.variation import baseline_outside
from recc_mc.report.words import count, sentences
from recc_mc.results.outputs import main_index
from recc_mc.study.nouns import nouns_of
from recc_mc.study.shape import SYMBOLS
from recc_mc.summary.probability import precision_of

__all__ = ["precision_findings"]

# A bias of fewer standard deviations than this is nothing that a reader would see.
NEGLIGIBLE = 0.05


def precision_findings(result: Result) -> Findings:
    """Bias against the baseline, Monte Carlo errors, and draws without a value."""
    outside = baseline_outside(result)
    if outside is not None:
        text = say("The draws do not lie around the baseline: {outside}.", outside=retold(outside))
        yield PRECISION, Finding(text, "methods")
    index = main_index(result.any_group)
    if result.holds("summary", f"{index}_bias", f"{index}_std"):
        yield from _bias(result.groups["summary"], index)
    if "summary" in result.groups:
        yield from _errors(result.groups["summary"])
    if result.holds("summary", "recc_undefined"):
        yield from _undefined(result.groups["summary"])


def _bias(summary: xr.Dataset, index: str) -> Findings:
    bias, spread = summary[f"{index}_bias"], summary[f"{index}_std"]
    if bool(bias.isnull().all()):
        return
    mean, scale = float(bias.mean()), float(spread.mean())
    if not scale > 0:
        return
    most = bias.isel(abs(bias).argmax(...))
    relation = abs(mean) / scale
    text = say(
        "On average over {all}, the mean of {symbol} over the draws is {mean} off the baseline, "
        "{relation} of its standard deviation; most for {mine} in {year}, {most}.",
        all=nouns_of(summary.attrs).with_years(summary.sizes["mine"]),
        symbol=SYMBOLS[index],
        mean=signed(mean),
        relation=number(relation, 2),
        mine=most["mine"].item(),
        year=most["year"].item(),
        most=signed(float(most)),
    )
    if relation < NEGLIGIBLE:
        text = sentences(text, say("That is negligible."))
    yield PRECISION, Finding(text, "index")


def _errors(summary: xr.Dataset) -> Findings:
    samples = int(summary.attrs.get("samples", 0))
    if not samples or not any(str(name).endswith("_probability_error") for name in summary):
        return
    error, bound = precision_of(summary)
    draws = count(samples, "{count} draw", "{count} draws")
    if not np.isnan(error):
        text = (
            "The probabilities come from {draws}: their standard error is at most {error} "
            "percentage points."
        )
    elif not np.isnan(bound):
        text = "The probabilities come from {draws}."
    else:
        text = (
            "The probabilities come from {draws}; from a single draw, their standard errors are "
            "undefined."
        )
    text = say(text, draws=draws, error=f"{100 * error:.2g}")
    if not np.isnan(bound):
        certain = say(
            "What happens in none of the draws, or in all, has a probability within {bound} "
            "percentage points of 0 or 100 % (95 % confidence).",
            bound=f"{100 * bound:.2g}",
        )
        text = sentences(text, certain)
    yield PRECISION, Finding(text, "precision")


def _undefined(summary: xr.Dataset) -> Findings:
    undefined = summary["recc_undefined"]
    cells = int((undefined > 0).sum())
    if cells:
        objects = "{count} mine-year" if cells == 1 else "{count} mine-years"
        text = say(
            "C is undefined (S below 1e-9) in {draws} of {cells}; these are left out of its "
            "statistics.",
            draws=count(int(undefined.sum()), "{count} draw", "{count} draws"),
            cells=nouns_of(summary.attrs).said(objects, count=f"{cells:,}"),
        )
        yield PRECISION, Finding(text, "index")

"""Findings about the numbers themselves: bias, standard errors, undefined values."""

import numpy as np
import xarray as xr

from recc_mc.report.contents import Finding, Result
from recc_mc.report.findings.verdict import PRECISION, Findings
from recc_mc.report.variation import baseline_outside
from recc_mc.report.words import count, number, signed
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
        yield PRECISION, Finding(f"The draws do not lie around the baseline: {outside}.", "methods")
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
    text = (
        f"On average over {nouns_of(summary.attrs).with_years(summary.sizes['mine'])}, the mean of "
        f"{SYMBOLS[index]} over the draws is {signed(mean)} off the baseline, "
        f"{number(relation, 2)} of its standard deviation; most for {most['mine'].item()} in "
        f"{most['year'].item()}, {signed(float(most))}."
    )
    if relation < NEGLIGIBLE:
        text += " That is negligible."
    yield PRECISION, Finding(text, "index")


def _errors(summary: xr.Dataset) -> Findings:
    samples = int(summary.attrs.get("samples", 0))
    if not samples or not any(str(name).endswith("_probability_error") for name in summary):
        return
    error, bound = precision_of(summary)
    text = f"The probabilities come from {count(samples, 'draw')}"
    if np.isnan(error) and np.isnan(bound):
        text += "; from a single draw, their standard errors are undefined."
    if not np.isnan(error):
        text += f": their standard error is at most {100 * error:.2g} percentage points."
    if not np.isnan(bound):
        text += "." if np.isnan(error) else ""
        text += (
            " What happens in none of the draws, or in all, has a probability within "
            f"{100 * bound:.2g} percentage points of 0 or 100 % (95 % confidence)."
        )
    yield PRECISION, Finding(text, "precision")


def _undefined(summary: xr.Dataset) -> Findings:
    undefined = summary["recc_undefined"]
    cells = int((undefined > 0).sum())
    if cells:
        objects = f"{nouns_of(summary.attrs).one}-year"
        text = (
            f"C is undefined (S below 1e-9) in {count(int(undefined.sum()), 'draw')} of "
            f"{count(cells, objects)}; these are left out of its statistics."
        )
        yield PRECISION, Finding(text, "index")

"""What other studies say together, and what of it a study assumes: tables and sentences."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from recc_mc.language import say, translated
from recc_mc.language.numbers import number, percent
from recc_mc.report.contents import Exhibit, Result
from recc_mc.report.frames import page_table
from recc_mc.report.words import sentences

__all__ = ["evidence_tables", "pooled_sentence"]

_MEASURES = {
    "mean_difference": "difference of means",
    "standardized_mean_difference": "standardised mean difference (Hedges' g)",
    "log_ratio_of_means": "logarithm of the ratio of means",
    "effect": "effect",
}
_TITLES = {
    "pooled_effect": "mean effect",
    "pooled_error": "standard error",
    "z": "over its error",
    "p_value": "p value",
    "tau2": "variance between studies, tau2",
    "i2": "I2 (%)",
    "h2": "H2",
    "q": "Q",
    "degrees_of_freedom": "degrees of freedom",
    "q_p_value": "p value of Q",
    "sign_probability": "probability that a new study finds less than 0",
}
_INTERVALS = {
    "pooled_interval": (
        "95 % interval of the mean effect, from",
        "95 % interval of the mean effect, to",
    ),
    "tau2_interval": ("95 % interval of tau2, from", "95 % interval of tau2, to"),
    "prediction_interval": (
        "95 % interval of a new study, from",
        "95 % interval of a new study, to",
    ),
}
_ESTIMATORS = {
    "reml": "restricted maximum likelihood",
    "dl": "DerSimonian and Laird",
    "pm": "Paule and Mandel",
}
_WORDS = {
    "knapp_hartung": "Knapp and Hartung",
    "normal": "normal",
    "pooled": "pooled",
    "unpooled": "unpooled",
}


def evidence_tables(result: Result) -> Iterator[Exhibit]:
    """Summary figures of each meta-analysis."""
    for name, found in result.named("evidence").items():
        rows = [
            (translated(title), float(found[key])) for key, title in _TITLES.items() if key in found
        ]
        for key, (of_low, of_high) in _INTERVALS.items():
            low, high = found[key].values
            rows += [(translated(of_low), float(low)), (translated(of_high), float(high))]
        how = say(
            "Random effects: tau2 by {estimator}, test {test}, variances of the studies "
            "{variance}.",
            estimator=_estimator(found),
            test=_word(found, "test"),
            variance=_word(found, "variance"),
        )
        yield Exhibit(
            f"evidence-{name}",
            say("What the studies say together: {name}", name=name),
            sentences(pooled_sentence(found), how),
            page_table(pd.DataFrame(rows, columns=["figure", "value"]), result.nouns),
        )


def pooled_sentence(found: xr.Dataset) -> str:
    """What studies say together, in a sentence.

    Parameters
    ----------
    found
        Group ``evidence/NAME`` of a result.
    """
    low, high = found["pooled_interval"].values
    measure = _MEASURES.get(str(found.attrs.get("measure")), "effect")
    below, above = found["prediction_interval"].values
    text = (
        "{count} studies together have a mean {measure} of {mean} [{low},\u00a0{high}]; what a "
        "new study would find, so few do not tell."
        if np.isnan(below)
        else "{count} studies together have a mean {measure} of {mean} [{low},\u00a0{high}]; a new "
        "study would find {below} to {above} in 95\u00a0% of cases, and less than 0 in {share}."
    )
    return say(
        text,
        count=found.sizes["study"],
        measure=translated(measure),
        mean=number(float(found["pooled_effect"]), 2),
        low=number(low, 2),
        high=number(high, 2),
        below=number(below, 2),
        above=number(above, 2),
        share=percent(float(found["sign_probability"])),
    )


def _estimator(found: xr.Dataset) -> str:
    name = str(found.attrs.get("estimator"))
    return translated(_ESTIMATORS.get(name, "an estimator that is not recorded"))


def _word(found: xr.Dataset, name: str) -> str:
    given = str(found.attrs.get(name, "not recorded"))
    return translated(_WORDS.get(given, given))

"""What other studies say together, and what of it a study assumes: tables and sentences."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from recc_mc.report.contents import Exhibit, Result
from recc_mc.report.frames import page_table
from recc_mc.report.words import number, percent

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


def evidence_tables(result: Result) -> Iterator[Exhibit]:
    """Summary figures of each meta-analysis."""
    for name, found in result.named("evidence").items():
        rows = [(title, float(found[key])) for key, title in _TITLES.items() if key in found]
        for title, key in (
            ("95 % interval of the mean effect", "pooled_interval"),
            ("95 % interval of tau2", "tau2_interval"),
            ("95 % interval of a new study", "prediction_interval"),
        ):
            low, high = found[key].values
            rows += [(f"{title}, from", float(low)), (f"{title}, to", float(high))]
        yield Exhibit(
            f"evidence-{name}",
            f"What the studies say together: {name}",
            f"{pooled_sentence(found)} Random effects: tau2 by {_estimator(found)}, test "
            f"{_word(found, 'test')}, variances of the studies {_word(found, 'variance')}.",
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
    text = (
        f"{found.sizes['study']} studies together have a mean {measure} of "
        f"{number(float(found['pooled_effect']), 2)} [{number(low, 2)},\u00a0{number(high, 2)}]"
    )
    below, above = found["prediction_interval"].values
    if np.isnan(below):
        return f"{text}; what a new study would find, so few do not tell."
    share = float(found["sign_probability"])
    return (
        f"{text}; a new study would find {number(below, 2)} to {number(above, 2)} in 95\u00a0% of "
        f"cases, and less than 0 in {percent(share)}."
    )


def _estimator(found: xr.Dataset) -> str:
    return {
        "reml": "restricted maximum likelihood",
        "dl": "DerSimonian and Laird",
        "pm": "Paule and Mandel",
    }.get(str(found.attrs.get("estimator")), "an estimator that is not recorded")


def _word(found: xr.Dataset, name: str) -> str:
    return str(found.attrs.get(name, "not recorded")).replace("knapp_hartung", "Knapp and Hartung")

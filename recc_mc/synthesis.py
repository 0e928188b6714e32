"""The public function `meta_analysis`: what studies of one question say together."""

import os
from typing import Any

import numpy as np
import xarray as xr

from recc_mc.errors import InputError
from recc_mc.evidence.pooling import Pooled, pool
from recc_mc.labels.provenance import CONVENTIONS, source
from recc_mc.results import dataset
from recc_mc.study import Study
from recc_mc.study.evidence_file import Studies, option_problems, read_studies, studies_in
from recc_mc.study.given_tables import frame_sheet
from recc_mc.summary.intervals import NORMAL_95

__all__ = ["meta_analysis", "pooled_dataset", "study_evidence"]

BOUNDS = ("lower", "upper")


def meta_analysis(
    table: Any,
    *,
    measure: str = "mean_difference",
    variance: str = "pooled",
    estimator: str = "reml",
    test: str = "normal",
) -> xr.Dataset:
    """Pool the effects of studies by a random-effects meta-analysis.

    Parameters
    ----------
    table
        A .csv or .xlsx file, a DataFrame or columns by name: ``study, n1, mean1, sd1, n2, mean2,
        sd2`` of two groups, or ``study, effect, se``. ``"builtin:bcg_vaccine"``: trials of the BCG
        vaccine that come with the package (effects), to see how it works.
    measure
        ``"mean_difference"``, ``"standardized_mean_difference"`` (Hedges' g),
        ``"log_ratio_of_means"``, or ``"effect"`` for a table of effects.
    variance
        Of a mean difference: ``"pooled"`` over both groups, or ``"unpooled"``.
    estimator
        Of the variance between studies: ``"reml"``, ``"dl"`` (DerSimonian and Laird) or ``"pm"``
        (Paule and Mandel).
    test
        ``"normal"`` or ``"knapp_hartung"``: error and distribution of the mean effect.

    Returns
    -------
    xarray.Dataset
        Effects of the studies (study) with 95 % intervals (study, bound) and weights in per cent;
        the mean effect, tau2, I2, H2, Q and the effect in a new study, with 95 % intervals (bound).
        Effects are in the units of the table; what too few studies leave undefined is NaN.

    Raises
    ------
    InputError
        If an option is not known, or with everything that is wrong in the table.

    Notes
    -----
    A prediction for a new study has k - 2 degrees of freedom (Higgins, Thompson and Spiegelhalter
    2009), k - 1 by the test of Knapp and Hartung. I2 and H2 are of tau2 and the variance of a
    typical study (Higgins and Thompson 2002), not of Q.

    Examples
    --------
    >>> import recc_mc as rm
    >>> found = rm.meta_analysis(
    ...     {"study": ["a", "b", "c"], "effect": [1.0, 2.0, 1.5], "se": [0.5, 0.5, 0.5]},
    ...     measure="effect",
    ... )
    >>> round(float(found["pooled_effect"]), 6)
    1.5
    """
    options = {"measure": measure, "variance": variance, "estimator": estimator, "test": test}
    problems = [f"meta_analysis: {problem}" for problem in option_problems(**options)]
    if problems:
        raise InputError(problems)
    if isinstance(table, str | bytes | os.PathLike):
        studies = read_studies(os.fsdecode(table), measure, variance)
    else:
        studies = studies_in(frame_sheet(table, "table"), measure, variance)
    return pooled_dataset(
        studies, pool(studies.effect, studies.variance, estimator=estimator, test=test), estimator
    )


def study_evidence(study: Study) -> dict[str, xr.Dataset]:
    """What the evidence of a study says, by the names of its [evidence.NAME].

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict
        Datasets as of `meta_analysis`, each a result of the study.
    """
    return {
        name: pooled_dataset(found.studies, found.pooled, found.table.estimator, study)
        for name, found in study.evidence.items()
    }


def pooled_dataset(
    studies: Studies, pooled: Pooled, estimator: str, origin: Study | None = None
) -> xr.Dataset:
    """What studies say, labelled.

    Parameters
    ----------
    studies
        The studies.
    pooled
        What they say together.
    estimator
        How the variance between them was found.
    origin
        The study whose evidence they are; None if it is nobody's.
    """
    error = np.sqrt(studies.variance)
    half = NORMAL_95 * error
    intervals = np.stack([studies.effect - half, studies.effect + half], axis=1)
    arrays = {
        "effect": studies.effect,
        "effect_error": error,
        "effect_interval": intervals,
        "study_weight": 100 * pooled.weight / pooled.weight.sum(),
        "pooled_effect": pooled.mean,
        "pooled_error": pooled.error,
        "pooled_interval": pooled.interval(),
        "z": pooled.statistic,
        "p_value": pooled.p_value,
        "tau2": pooled.tau2,
        "tau2_interval": pooled.tau2_interval(),
        "i2": pooled.i2,
        "h2": pooled.h2,
        "q": pooled.q,
        "q_p_value": pooled.q_p_value,
        "knapp_hartung_error": pooled.knapp_hartung_error,
        "knapp_hartung_interval": pooled.interval("knapp_hartung"),
        "prediction_interval": pooled.prediction_interval(),
        "sign_probability": pooled.sign_probability(),
    }
    named = {name: np.asarray(value, np.float64) for name, value in arrays.items()}
    named["degrees_of_freedom"] = np.asarray(pooled.studies - 1, np.int64)
    alone = xr.Dataset(attrs={"Conventions": CONVENTIONS, "source": source()})
    return dataset(
        "evidence",
        alone if origin is None else origin,
        named,
        coords={"study": studies.names, "bound": BOUNDS},
        title=f"Random-effects meta-analysis of {pooled.studies} studies",
        measure=studies.measure,
        variance=studies.variance_kind,
        estimator=estimator,
        test=pooled.test,
    )

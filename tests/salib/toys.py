"""Studies and functions whose sensitivities are known."""

from typing import Any

import numpy as np
import numpy.typing as npt

import recc_mc as rm
from tests.strategies import small_study

FloatArray = npt.NDArray[np.float64]

#: Everything uncertain but cell noise: rows alone decide the outputs.
ALL_SCALARS: dict[str, Any] = {
    "method": {"goalposts": "pooled"},
    "uncertainty_judgments": {"sigma": 0.2},
    "uncertainty_data": {
        "distribution": "normal",
        "systematic_cv": 0.05,
        "criteria": {"air": {"mine_cv": 0.1}},
    },
    "uncertainty_method": {
        "ahp_share": {"low": 0.3, "high": 0.7},
        "prioritization": ["eigenvector", "geometric_mean"],
        "goalposts": ["reestimated", "frozen"],
    },
}
#: The same with noise in every cell.
ALL: dict[str, Any] = {**ALL_SCALARS, "uncertainty_data": {"cv": 0.05, "systematic_cv": 0.05}}


def linear_study(**tables: Any) -> rm.Study:
    """S and P are sums of uniform errors: no entropy, fixed goalposts, one error per indicator."""
    errors = {"distribution": "uniform", "systematic_sd": 5.0}
    method = {"goalposts": "fixed", "ahp_share": 1.0}
    return small_study(**{"method": method, "uncertainty_data": errors, **tables}).load()


def slopes(study: rm.Study, system: str) -> FloatArray:
    """Derivatives of S or P of a linear study by each input u of the unit cube."""
    weights = rm.evaluate(study)["weight"].values
    indicators = study.hierarchy.indicators
    inside = np.array([each.system == system for each in indicators])
    directions = np.array([each.direction for each in indicators])
    # sd sqrt(3) (2u - 1), over goalposts of 0 and 120.
    return np.where(inside, weights * directions * 5 * 2 * np.sqrt(3) / 120, 0.0)


def ishigami(u: FloatArray) -> FloatArray:
    """Ishigami's function, a = 7, b = 0.1, on the unit cube (row, 3)."""
    x, y, z = (np.pi * (2 * u - 1)).T
    return np.asarray(np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))


ISHIGAMI_FIRST = (0.313905, 0.442411, 0.0)
ISHIGAMI_TOTAL = (0.557589, 0.442411, 0.243684)
#: Half of the one interaction, that of x and z, goes to each of the two.
ISHIGAMI_SHAPLEY = (0.435747, 0.442411, 0.121842)

"""A study whose probabilities are known in closed form: two mines, C = p / s."""

from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtri

from recc_mc.study import Study
from tests.strategies import IndicatorSpec, MatrixSpec, StudyFiles

#: C of the mines without error.
RATIOS = {"A": 1.2, "B": 0.25}


def toy(**tables: Any) -> StudyFiles:
    """One indicator in each system, fixed goalposts 0 and 10: no weights, no neighbours."""
    indicators = (
        IndicatorSpec("s", "support", "a", 1, 0.0, 10.0),
        IndicatorSpec("p", "pressure", "b", 1, 0.0, 10.0),
    )
    matrix = MatrixSpec("support", ("a",), ())
    values = (((5.0, 6.0),), ((8.0, 2.0),))
    files = StudyFiles(indicators, (matrix,), ("A", "B"), (2020,), values)
    return files.with_tables(method={"goalposts": "fixed"}, **tables)


def load(**tables: Any) -> Study:
    return toy(**tables).load()


def tolerance_of_overload(level: float = 0.95) -> float:
    """The cv at which A is overloaded with a probability.

    ln C ~ N(ln 1.2, 2 s2) with s2 = ln(1 + cv2): P(C >= 1) = Phi(ln 1.2 / (sqrt(2) s)).
    """
    s = np.log(RATIOS["A"]) / (np.sqrt(2) * ndtri(level))
    return float(np.sqrt(np.expm1(s**2)))


def written(folder: Path, **tables: Any) -> Path:
    return toy(**tables).write(folder)

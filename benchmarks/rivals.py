"""Other ways to compute what the kernel computes, for benchmarks and tests.

`batched_numpy` is the fastest that NumPy was found to go, `per_sample_numpy` the loop a researcher
would write. Each takes its draws from a generator or, to be compared with the kernel sample by
sample, is given them.
"""

from collections.abc import Callable

import numpy as np

from benchmarks.case import Array, Case, Draws, Result, case_of, draw, draws_from_cube
from benchmarks.rival_batched import run_batches
from benchmarks.rival_loop import Weighing, run_samples
from recc_mc import Study

#: Where the time per sample was smallest on the case study; 256 to 1536 are within 3 %.
BEST_BATCH = 512


def _prepare(
    study: Study, samples: int, rng: np.random.Generator, u: Array | None, xi_cell: Array | None
) -> tuple[Case, Draws, Array | None]:
    case = case_of(study)
    draws = draw(case, samples, rng) if u is None else draws_from_cube(case, u)
    if xi_cell is None:
        return case, draws, None
    by_indicator = np.moveaxis(xi_cell.reshape(samples, *case.values.shape), 0, -1).swapaxes(0, 1)
    return case, draws, np.ascontiguousarray(by_indicator)


def batched_numpy(
    study: Study,
    samples: int,
    rng: np.random.Generator,
    *,
    batch: int = BEST_BATCH,
    u: Array | None = None,
    xi_cell: Array | None = None,
) -> Result:
    """Whole chain in batches of samples.

    Parameters
    ----------
    study
        A study with the case study's uncertainty model.
    samples
        Number of samples.
    rng
        Source of what is not given; NumPy is fastest with SFC64.
    batch
        Samples worked on at once.
    u
        Rows of the unit cube (column, sample), in the package's column order.
    xi_cell
        Cell noise (sample, mine, year, indicator), standard normal.

    Returns
    -------
    dict of arrays
        ``support``, ``pressure``, ``recc``, ``zone``, ``grade``, ``rank`` (mine, year, sample),
        ``weight`` (indicator, sample), ``consistency_ratio``, ``repair`` (matrix, sample),
        ``obstacle_mean``, ``obstacle_top5`` (support indicator, mine-year).
    """
    case, draws, xi = _prepare(study, samples, rng, u, xi_cell)
    return run_batches(case, draws, rng=rng, xi_cell=xi, batch=batch)


def per_sample_numpy(
    study: Study,
    samples: int,
    rng: np.random.Generator,
    *,
    u: Array | None = None,
    xi_cell: Array | None = None,
    weighing: Weighing | None = None,
) -> Result:
    """Whole chain one sample at a time; parameters and results are those of `batched_numpy`."""
    case, draws, xi = _prepare(study, samples, rng, u, xi_cell)
    return run_samples(case, draws, rng=rng, xi_cell=xi, weighing=weighing)


RIVALS: dict[str, Callable[..., Result]] = {
    "batched NumPy": batched_numpy,
    "NumPy, one sample at a time": per_sample_numpy,
}

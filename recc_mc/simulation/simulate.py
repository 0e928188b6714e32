"""The public function `simulate`: Monte Carlo draws of the index."""

import xarray as xr

from recc_mc.parts.manifest import Asked
from recc_mc.simulation.begun import begun
from recc_mc.simulation.job import Job
from recc_mc.simulation.simulated import Simulated
from recc_mc.study import Study

__all__ = ["simulate"]


def simulate(
    study: Study,
    *,
    samples: int | None = None,
    seed: int | None = None,
    chunk: int | None = None,
    scheduler: str | None = None,
    keep: str | None = None,
    progress: bool = False,
) -> xr.Dataset:
    """Draw Monte Carlo samples of the index.

    Every number is a function of the study, the seed and its sample's number alone: neither `chunk`
    nor `scheduler` changes a bit, and the first samples of a longer run are those of a shorter one.

    Parameters
    ----------
    study
        The study.
    samples
        Number of samples; None for that of the study.
    seed
        Seed, 0 <= seed < 2**63; None for that of the study. If that gives none either, one is
        drawn.
    chunk
        Number of samples that are computed together, rounded up to a multiple of 1024; None for
        that of the study.
    scheduler
        ``"threads"``, ``"processes"``, ``"synchronous"``, ``"tcp://HOST:PORT"``,
        ``"scheduler-file:PATH"`` or ``"slurm"``; None for that of the study.
    keep
        ``"samples"`` for the draws, ``"summary"`` for their summary: nothing per sample is stored,
        and memory does not grow with their number; None for what the study says.
    progress
        Whether to show progress on stderr.

    Returns
    -------
    xarray.Dataset
        With ``keep="summary"`` the group ``summary`` of a result, as `recc_mc.summarize` makes it
        of the samples. Else the group ``samples``: the indices S, P and C and the classes (mine,
        year, sample), weights (indicator, sample), what became of the drawn judgment matrices
        (matrix, sample), statistics of the obstacle degrees and of AHP and objective weights, and
        the deterministic index. All dimensionless; the attribute ``seed`` tells the seed.
        Statistics that are of the first samples alone have an attribute ``samples``.

        Draws that take more than a quarter of the available memory are dask arrays, chunked along
        ``sample`` and computed when they are used, by the scheduler dask is then told to use.

    Raises
    ------
    InputError
        If an argument is not allowed.
    RunError
        If some sample has no value: no acceptable draw of a judgment matrix under
        ``consistency = "reject"``, or a value beyond fixed goalposts.

    Warns
    -----
    StudyWarning
        If nothing is uncertain, or the baseline makes a choice that no draw can make.

    Examples
    --------
    >>> import recc_mc as rm
    >>> study = rm.load_study("configs/rare_earth_mines.toml")
    >>> draws = rm.simulate(study, samples=1000, seed=1)
    >>> dict(draws["recc"].sizes)
    {'mine': 6, 'year': 8, 'sample': 1000}
    """
    product, placement = begun(Simulated, study, Asked(samples, seed, keep, chunk), scheduler)
    store, settings = None, product.settings
    if product.keeps_samples:
        if not product.fits_memory(settings.samples):
            # Most results fit into memory and need not wait for this import.
            from recc_mc.simulation.lazy import lazy_arrays

            return product.samples_of(lazy_arrays(product))
        store = product.memory(settings.samples)
        product.stays_here = placement.is_here
    job = Job(product, store)
    job.compute(job.blocks, placement, progress)
    return job.group()

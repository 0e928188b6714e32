"""How much memory computing a run takes on this machine."""

from typing import Any, NamedTuple

import dask.config
from dask.system import CPU_COUNT

from recc_mc.machine.memory import available_memory
from recc_mc.parts.parts import flat
from recc_mc.sampling.draws import empty_draws
from recc_mc.simulation.product import Product
from recc_mc.summary.first import first_samples_bytes
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.placement import Placement
from recc_mc.workers.stream import BLOCKS_PER_THREAD

__all__ = ["Crew", "crew", "footprint", "largest_chunk"]

# What a process takes that has loaded the package and its compiled kernels.
_PROCESS = 350 * 2**20
# While a tally is added to the total there are the total of before, that of after, and the tally
# in the types in which it is stored; its counts may be narrower than those of a total.
_MERGING = 3
# Share of the available memory that blocks may take unless a chunk is asked for.
_SHARE = 0.5


class Crew(NamedTuple):
    """Who computes blocks on this machine."""

    threads: int
    processes: int  # beside this one


def crew(placement: Placement) -> Crew | None:
    """Who computes the blocks of a run; None on a cluster, whose memory is not this machine's.

    Parameters
    ----------
    placement
        Where they are computed.
    """
    if placement.scheduler == "synchronous":
        return Crew(1, 0)
    if placement.scheduler not in ("threads", "processes"):
        return None
    workers: int = placement.workers or dask.config.get("num_workers", None) or CPU_COUNT
    threads = workers * (placement.threads_per_worker or 1)
    return Crew(threads, workers if placement.scheduler == "processes" else 0)


def largest_chunk(model: CompiledStudy, workers: Crew, drawn: int | None = None) -> int:
    """Samples per block that half of the available memory allows if samples are kept.

    Parameters
    ----------
    model
        The study.
    workers
        Who computes the blocks.
    drawn
        Bytes of what is made of a unit of samples; None for draws.
    """
    # Of a whole unit: some arrays have a place for each unit, however few samples are in it.
    unit = model.plan.options.unit
    size = _bytes(empty_draws(model.plan, unit)) if drawn is None else drawn
    per_unit = workers.threads * _scratch(model, unit) + _held(workers) * size
    free = int(_SHARE * available_memory()) - _processes(workers)
    return max(1, free * unit // per_unit)


def footprint(product: Product, workers: Crew) -> int:
    """Estimate of the memory that computing a run's blocks takes, in bytes.

    Parameters
    ----------
    product
        What the run makes.
    workers
        Who computes the blocks.
    """
    model, settings, edges = product.model, product.settings, product.edges
    plan, chunk = model.plan, min(settings.chunk, settings.samples)
    result = product.empty(chunk)
    scratch, held = _scratch(model, chunk), _held(workers) * _bytes(result)
    if edges is not None:
        unit = plan.options.unit
        scratch = _scratch(model, unit) + _bytes(empty_draws(plan, unit))
        held += _MERGING * (_bytes(product.tally(result)) + 8 * edges.bins * len(edges.centre))
    # The first samples are evaluated once more when all blocks are done.
    first = first_samples_bytes(plan, settings.samples)
    return _processes(workers) + max(workers.threads * scratch + held, first)


def _processes(workers: Crew) -> int:
    return _PROCESS * (1 + workers.processes)


def _held(workers: Crew) -> int:
    """Most results at a time: those in the window and the one that is being written."""
    return BLOCKS_PER_THREAD * workers.threads + 1


def _scratch(model: CompiledStudy, samples: int) -> int:
    """Rows of the unit cube, which are padded by a copy."""
    return 2 * 8 * model.columns * samples


def _bytes(result: tuple[Any, ...]) -> int:
    return sum(array.nbytes for _, array in flat(result))

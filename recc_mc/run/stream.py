"""Results of blocks as they are completed, never more of them in memory than a bounded window."""

import sys
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import NoReturn, TypeVar

from tqdm import tqdm

from recc_mc.errors import RunError
from recc_mc.run.blocks import Block
from recc_mc.run.executors import open_workers

__all__ = ["stream"]

Result = TypeVar("Result")

# One that a worker computes, and one that waits for the worker or for the reader.
BLOCKS_PER_WORKER = 2
# Seconds between two lines of progress in a log file.
LOG_INTERVAL = 30.0

_WORKER_LOST = (
    "a worker process ended unexpectedly: it may have run out of memory (a smaller chunk needs "
    'less), or the calling script lacks `if __name__ == "__main__":`, which worker processes need'
)


def stream(
    compute: Callable[[Block], Result],
    blocks: Sequence[Block],
    *,
    scheduler: str,
    progress: bool = False,
) -> Generator[tuple[Block, Result], None, None]:
    """Compute blocks and yield each with its result as soon as it is there, in any order.

    Close the generator to cancel what is left; an exception, in a worker or here, does so too.

    Parameters
    ----------
    compute
        What to compute; can be pickled for workers in other processes.
    blocks
        The blocks.
    scheduler
        One of `recc_mc.run.executors.SCHEDULERS`.
    progress
        Whether to show progress on stderr.

    Raises
    ------
    RunError
        If a worker process dies.
    """
    waiting = iter(blocks)
    with open_workers(scheduler, len(blocks)) as workers, _bar(blocks, progress) as bar:
        window = islice(waiting, BLOCKS_PER_WORKER * workers.number)
        running: dict[Future[Result], Block] = {}
        try:
            for block in window:
                running[workers.executor.submit(compute, block)] = block
            while running:
                # One at a time: results of the others stay where they count as running.
                future = next(iter(wait(running, return_when=FIRST_COMPLETED).done))
                block, result = running.pop(future), future.result()
                for following in islice(waiting, 1):
                    running[workers.executor.submit(compute, following)] = following
                bar.update(block.samples)
                yield block, result
        except BrokenProcessPool as error:
            raise RunError(_WORKER_LOST) from error
        finally:
            for future in running:
                future.cancel()


def _bar(blocks: Sequence[Block], shown: bool) -> "tqdm[NoReturn]":
    return tqdm(
        total=sum(block.samples for block in blocks),
        unit="sample",
        unit_scale=True,
        disable=not shown,
        file=sys.stderr,
        mininterval=0.1 if sys.stderr.isatty() else LOG_INTERVAL,
    )

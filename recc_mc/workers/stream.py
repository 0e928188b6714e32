"""Results of blocks as they are completed, never more of them in memory than a bounded window."""

import sys
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from itertools import count
from typing import NoReturn, TypeVar

from tqdm import tqdm

from recc_mc.machine.stopping import Stop
from recc_mc.workers.backlog import Attempts, Backlog
from recc_mc.workers.blocks import Block, Pending, sample_count
from recc_mc.workers.kinds import WorkerLost, Workers, open_workers
from recc_mc.workers.placement import Placement

__all__ = ["stream"]

Result = TypeVar("Result")

# One that a thread computes, and one that waits for the thread or for the reader.
BLOCKS_PER_THREAD = 2
# Seconds between two looks at workers that return nothing.
PATROL_INTERVAL = 0.2
# Seconds between two lines of progress in a log file.
LOG_INTERVAL = 30.0


def stream(
    compute: Callable[[Block], Result],
    blocks: Sequence[Block],
    *,
    scheduler: str | Placement,
    progress: bool = False,
    note: Callable[[], str] | None = None,
    stop: Stop | None = None,
) -> Generator[tuple[Block, Result], None, None]:
    """Compute blocks and yield each with its result as soon as it is there, in any order.

    A block whose worker dies is computed again, `recc_mc.workers.backlog.MOST_RESUBMISSIONS`
    times at most; one whose worker hangs is given to another one as well, and the first result
    counts. What the computation itself raises ends the stream.

    Close the generator to cancel what is left; an exception, in a worker or here, does so too.

    Parameters
    ----------
    compute
        What to compute; can be pickled for workers in other processes.
    blocks
        The blocks, iterated over as they are submitted. An iteration that ends before their number
        is reached stops the run: what is in work is still delivered.
    scheduler
        Where to compute, the name alone or with its options.
    progress
        Whether to show progress on stderr.
    note
        Returns a text for the end of the line of progress.
    stop
        Ends the stream where it was asked to: no block is submitted then, and those in work are
        delivered if they are done in time.

    Raises
    ------
    RunError
        If a cluster does not answer or has no workers; or, after the last of all other results, if
        some blocks ended every worker that tried them.
    InputError
        If there is no such cluster.
    RunStopped
        If blocks were in work for too long after the stop was asked for.

    Warns
    -----
    StudyWarning
        If a worker hangs.
    """
    given = blocks if stop is None else Pending(stop, blocks)
    backlog, running, patrols = Backlog(given), Attempts(), count(1)
    with open_workers(compute, len(blocks), scheduler) as workers, _bar(blocks, progress) as bar:
        try:
            while _submit(workers, backlog, running):
                # One at a time: results of the others stay where they count as running.
                ended = wait(running, PATROL_INTERVAL, FIRST_COMPLETED).done
                if not ended:
                    _patrol(workers, running, stop)
                    # To a log no more often than anything else.
                    is_due = next(patrols) % max(5, _interval() // PATROL_INTERVAL) == 0
                    bar.set_postfix_str(_state(workers, backlog, note), refresh=is_due)
                    continue
                future = min(ended, key=lambda done: running[done].number)
                block = running[future]
                try:
                    result = workers.outcome(future)
                except WorkerLost:
                    if running.lose(future):
                        backlog.lose(block)
                    continue
                running.complete(future)
                backlog.complete(block)
                _submit(workers, backlog, running)
                bar.update(block.samples)
                yield block, result
                # Not kept while the next one is waited for: it may be large.
                del ended, future, result
                bar.set_postfix_str(_state(workers, backlog, note), refresh=False)
            # The last line tells of blocks that were lost after the last result, too.
            bar.set_postfix_str(_state(workers, backlog, note), refresh=False)
        finally:
            running.cancel()
    backlog.finish()


def _submit(workers: Workers[Result], backlog: Backlog, running: Attempts) -> bool:
    """Submit as many blocks as the window holds; whether any are in work then."""
    # Work that waits for workers to come is what brings them on clusters that grow when needed.
    window = BLOCKS_PER_THREAD * max(1, workers.threads())
    while len(running) < window:
        block = backlog.take()
        if block is None:
            break
        running.add(workers.submit(block), block)
    return running.any()


def _patrol(workers: Workers[Result], running: Attempts, stop: Stop | None) -> None:
    """See to blocks of which nothing is heard."""
    hopeful = workers.threads() > 0
    if stop is not None:
        stop.check_patience(hopeful=hopeful)
    if not hopeful:
        running.wait_on()
    for future in running.overdue():
        block, age = running[future], running.age(future)
        again = workers.submit_elsewhere(future, block, age)
        if again is None:
            running.restart(future)
        else:
            running.add(again, block)


def _state(workers: Workers[Result], backlog: Backlog, note: Callable[[], str] | None) -> str:
    parts = [
        note() if note else "",
        f"{backlog.resubmitted} computed again" if backlog.resubmitted else "",
        "" if workers.threads() else "waiting for workers",
    ]
    return ", ".join(part for part in parts if part)


def _bar(blocks: Sequence[Block], shown: bool) -> "tqdm[NoReturn]":
    # Not iterated over: see `stream`.
    return tqdm(
        total=sample_count(blocks),
        unit="sample",
        unit_scale=True,
        disable=not shown,
        file=sys.stderr,
        mininterval=_interval(),
    )


def _interval() -> float:
    """Seconds between two lines of progress."""
    return 0.1 if sys.stderr.isatty() else LOG_INTERVAL

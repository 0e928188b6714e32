"""Timing several contenders fairly: in turns, in one process, on one core."""

import time
from collections.abc import Callable, Mapping


def best_times(
    contenders: Mapping[str, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.thread_time,
) -> dict[str, float]:
    """Shortest time of each contender in seconds, by default CPU time of this thread.

    All take part in every round, so that a busy moment of the machine slows them all. The first
    call, which may compile, does not count. CPU time of this thread is not charged for moments in
    which the operating system runs something else; what several threads do takes a wall clock.
    """
    for run in contenders.values():
        run()
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(rounds):
        for name, run in contenders.items():
            start = clock()
            run()
            best[name] = min(best[name], clock() - start)
    return best

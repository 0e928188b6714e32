"""Steps that release the GIL, shared out among threads once no block is computed any more."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from dask.system import CPU_COUNT

__all__ = ["CPU_COUNT", "in_threads"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_threads(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Results of all items, in their order; as many at a time as this process has cores.

    Parameters
    ----------
    work
        What to do with an item.
    items
        The items. What one of them raises is raised here.
    """
    if min(len(items), CPU_COUNT) < 2:
        return [work(item) for item in items]
    with ThreadPoolExecutor(CPU_COUNT) as threads:
        return list(threads.map(work, items))

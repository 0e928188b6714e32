"""Where blocks are computed: the scheduler of a run and its options."""

from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["Placement"]


class Placement(NamedTuple):
    """A scheduler and its options; None leaves a number to the scheduler."""

    scheduler: str
    workers: int | None = None
    threads_per_worker: int | None = None
    memory_limit: str | None = None
    cluster: Mapping[str, Any] = {}

    @property
    def is_here(self) -> bool:
        """Whether results are made in the memory of this process, and no copy is sent to it."""
        return self.scheduler in ("threads", "synchronous")

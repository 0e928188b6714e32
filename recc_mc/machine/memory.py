"""How much memory a result may take."""

import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["available_memory"]

_CGROUPS = Path("/sys/fs/cgroup")
# Assumed where the system does not say.
_UNKNOWN = 4 * 2**30


def available_memory() -> int:
    """Bytes that are free on this machine, or the limit of the control group if that is less.

    Batch systems and containers limit memory by control groups, which the machine's own figures do
    not show.
    """
    return min([*_free(), *_limits()], default=_UNKNOWN)


def _free() -> Iterator[int]:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        yield next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration):
        if "SC_PHYS_PAGES" in os.sysconf_names:
            yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _limits() -> Iterator[int]:
    """Limits of this process's control groups: version 2 at every level, version 1 at the top."""
    for file in (*_unified(), _CGROUPS / "memory" / "memory.limit_in_bytes"):
        try:
            yield int(file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            # No such limit, or the word "max".
            continue


def _unified() -> Iterator[Path]:
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()
    except OSError:
        return
    for line in lines:
        if line.startswith("0::"):
            group = _CGROUPS / line[3:].lstrip("/")
            yield from (level / "memory.max" for level in (group, *group.parents))

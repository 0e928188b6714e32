"""Progress of compiling the kernels, which the first run on a machine waits for."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def compilation_shown(quiet: bool) -> Iterator[None]:
    """Show on stderr what is compiled meanwhile, if anything, and how far that is.

    Parameters
    ----------
    quiet
        Whether to show nothing.
    """
    if quiet:
        yield
        return
    from recc_mc.kernels.watching import watched

    with watched(Line()):
        yield


class Line:
    """A line of progress for each kernel that Python calls."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._process = os.getpid()

    def __call__(self, name: str, done: int, total: int) -> None:
        """Show how far a kernel is."""
        from tqdm import tqdm

        # A copy of the process that compiles a part of it has no terminal of its own.
        if os.getpid() != self._process:
            return
        if self._bar is None:
            text = f"compiling the kernels, once per installation: {name}"
            self._bar = tqdm(
                total=total,
                desc=text,
                bar_format="{desc}, {n_fmt} of {total_fmt} functions [{elapsed}]",
                file=sys.stderr,
                mininterval=0.1 if sys.stderr.isatty() else 30.0,
            )
        self._bar.update(done - self._bar.n)
        if done == total:
            self._bar.close()
            self._bar = None

"""What every measurement is made of: rows of one kind, from functions that are registered here."""

import importlib
import importlib.util
import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from benchmarks import MODULES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Peers that some rows are about, and the modules they are imported as.
PEERS = {
    "SALib": "SALib",
    "ema_workbench": "ema_workbench",
    "jax": "jax",
    "openturns": "openturns",
    "pyDecision": "pyDecision",
    "pymcdm": "pymcdm",
    "scipy": "scipy",
}
#: What this package is called among the contenders; other ways of ours begin with it.
OURS = "recc_mc"
SKIPPED = "skipped: "
FAILED = "failed: "


class Row(NamedTuple):
    """One number, of one contender at one piece of work.

    Parameters
    ----------
    work
        What is done, as a heading: rows of the same work stand below each other.
    contender
        Who does it, and how.
    what
        What the value is, with its unit: ``"us per sample"``.
    value
        The number; None where there is none, and `note` says why.
    ratio
        The value over ours, of a peer where less is better: above 1, ours is better. None between
        our own ways.
    agreed_to
        Largest difference from ours on the same draws, as the check allows; None where nothing can
        be compared, with the reason in `note`.
    samples
        Samples, or rows, of the run that was measured.
    note
        What a reader has to know of this row.
    ahead
        Whether the contender is a peer and ahead of ours.
    more
        Further numbers, for a picture of this measurement.
    """

    work: str
    contender: str
    what: str
    value: float | None
    ratio: float | None = None
    agreed_to: float | None = None
    samples: int = 0
    note: str = ""
    ahead: bool = False
    more: dict[str, float] = {}  # noqa: RUF012  (never changed)

    def beside(self, ours: float) -> Self:
        """The same with its ratio to our value, of which less is better."""
        assert self.value is not None
        ratio = self.value / ours
        is_peer = not self.contender.startswith(OURS)
        return self._replace(ratio=ratio, ahead=is_peer and ratio < 1)

    @property
    def failed(self) -> bool:
        """Whether there should be a value and is none."""
        return self.note.startswith(FAILED)


class Measurement(NamedTuple):
    """A function that yields rows; whether they are small says if it only shows that it runs."""

    name: str
    title: str
    run: Callable[[bool], Iterator[Row]]
    #: A picture of its rows of its own, beside that of all ratios.
    draw: "Callable[[Sequence[Row]], Figure] | None"


MEASUREMENTS: dict[str, Measurement] = {}


def measurement(
    name: str, title: str, *, draw: "Callable[[Sequence[Row]], Figure] | None" = None
) -> Callable[[Callable[[bool], Iterator[Row]]], Callable[[bool], Iterator[Row]]]:
    """Register a function of `small` as the measurement of a name.

    Parameters
    ----------
    name
        One word, for ``--only`` and the file of its picture.
    title
        What is measured, in a few words.
    draw
        What draws a picture of the rows.
    """

    def register(run: Callable[[bool], Iterator[Row]]) -> Callable[[bool], Iterator[Row]]:
        MEASUREMENTS[name] = Measurement(name, title, run, draw)
        return run

    return register


def load() -> dict[str, Measurement]:
    """All measurements by name."""
    for module in MODULES:
        importlib.import_module(f"benchmarks.{module}")
    return MEASUREMENTS


def installed(peer: str) -> bool:
    """Whether a peer can be imported, by the name of its distribution."""
    return importlib.util.find_spec(PEERS[peer]) is not None


def tried(
    work: str, contender: str, run: Callable[[], Iterator[Row]], needs: Sequence[str] = ()
) -> Iterator[Row]:
    """Rows of one contender, or one row that says why there are none; the others go on.

    Parameters
    ----------
    work, contender
        What the row is called then.
    run
        What yields the rows.
    needs
        Peers that have to be installed.
    """
    if missing := [peer for peer in needs if not installed(peer)]:
        yield Row(work, contender, "", None, note=f"{SKIPPED}{', '.join(missing)} not installed")
        return
    try:
        yield from run()
    except Exception as error:
        traceback.print_exc()
        yield Row(work, contender, "", None, note=f"{FAILED}{type(error).__name__}: {error}")


def pinned(cores: int, function: Callable[..., Iterator[Row]], *arguments: Any) -> Iterator[Row]:
    """Rows that a function yields in a fresh process that has so many cores.

    Libraries that start as many threads as there are cores (XLA, OpenBLAS, numba) see no others.

    Parameters
    ----------
    cores
        How many; all there are if these are fewer, or if the system cannot say (macOS).
    function, arguments
        A function of a module, and what it is given.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send_rows, args=(theirs, function, arguments))
    with _restricted(cores):
        process.start()
    theirs.close()
    try:
        while (message := ours.recv()) is not None:
            if isinstance(message, str):
                raise RuntimeError(message)
            yield Row(*message)
    except EOFError as error:
        process.join()
        raise RuntimeError(f"its process ended with code {process.exitcode}") from error
    finally:
        process.join()


def _send_rows(
    pipe: Connection, function: Callable[..., Iterator[Row]], arguments: tuple[Any, ...]
) -> None:
    try:
        for row in function(*arguments):
            pipe.send(tuple(row))
        pipe.send(None)
    except Exception as error:
        traceback.print_exc()
        pipe.send(f"{type(error).__name__}: {error}")


@contextmanager
def _restricted(cores: int) -> Iterator[None]:
    """Let processes that are started within have so many cores."""
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)

"""Each part of a cluster says what is installed there before it is relied on."""

import asyncio
import inspect
import warnings
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, wait
from typing import Any, cast

from distributed import Client

from recc_mc.errors import RunError, StudyWarning
from recc_mc.workers import remote

__all__ = ["SILENCE", "Introductions", "check_versions", "here"]

PACKAGE = "recc-mc"
RELEVANT = ("numba", "llvmlite", "numpy", "dask", "distributed", "python")
"""Their versions may change the last bits of a result, or whether workers understand a client."""
# Parts that a message lists.
_LISTED = 3
# Seconds that a scheduler or a worker may take to answer: it may be busy with large results.
SILENCE = 30.0
_SCHEDULER = "scheduler"
# Evaluated there: functions travel by their names, which a machine without this package lacks.
_LOOK = "(exec(source, found), found['look'](packages, modules))[1]"


class Introductions:
    """What the scheduler and the workers of a cluster have installed, asked of each once.

    Parameters
    ----------
    client
        A client of the cluster.
    cluster
        What messages call the cluster.
    """

    def __init__(self, client: Client, cluster: str) -> None:
        self._client = client
        self._cluster = cluster
        self._loop: asyncio.AbstractEventLoop = cast(Any, client.loop).asyncio_loop
        self._source = inspect.getsource(remote)
        self._asked: dict[str, Future[Any]] = {}
        self._known: set[str] = set()

    def make(self, workers: Iterable[str]) -> None:
        """Ask those workers that have not answered yet, and the scheduler, and compare.

        One that hangs is waited for once. It is not taken to have answered: its answer is looked at
        when it comes.

        Parameters
        ----------
        workers
            Addresses of all workers there are.

        Raises
        ------
        RunError
            If a worker cannot import this package, or has another version of it.
        """
        parts = {_SCHEDULER, *workers}
        for gone in self._asked.keys() - parts:
            self._asked.pop(gone).cancel()
        # A worker that left and came back is another one.
        self._known &= parts
        new = {part: self._ask(part) for part in sorted(parts - self._known - self._asked.keys())}
        self._asked |= new
        wait(new.values(), timeout=SILENCE)
        self._compare()

    def repeat(self, workers: Iterable[str]) -> None:
        """Ask all again: something has just failed for want of a module."""
        self._known.clear()
        self.make(workers)

    def _ask(self, part: str) -> "Future[Any]":
        modules = () if part == _SCHEDULER else remote.NEEDED
        names = {
            "source": self._source,
            "found": {"__name__": "look"},
            "packages": RELEVANT,
            "modules": modules,
        }
        return asyncio.run_coroutine_threadsafe(self._answer(part, names), self._loop)

    async def _answer(self, part: str, names: dict[str, Any]) -> Any:
        client = cast(Any, self._client)
        if part == _SCHEDULER:
            return await client.run_on_scheduler(eval, _LOOK, names, asynchronous=True)
        # One that leaves meanwhile raises an OSError here.
        answers = await client.run(eval, _LOOK, names, workers=[part], asynchronous=True)
        return answers[part]

    def _compare(self) -> None:
        found = {}
        for part in [part for part, answer in self._asked.items() if answer.done()]:
            answer = self._asked.pop(part)
            # Asked again next time, if it is still there then.
            if not isinstance(answer.exception(), OSError | TimeoutError):
                found[part] = answer.result()
        if _SCHEDULER in found:
            # It passes on what workers compute, and needs nothing of this package for that.
            found[_SCHEDULER] = here() | {"packages": found[_SCHEDULER]["packages"]}
        named = {
            f"the {part} of {self._cluster}" if part == _SCHEDULER else f"worker {part}": said
            for part, said in found.items()
        }
        check_versions(named, self._cluster)
        self._known |= found.keys()

    def close(self) -> None:
        """Wait for no answer any longer."""
        for answer in self._asked.values():
            answer.cancel()


def here() -> dict[str, Any]:
    """What `look` finds in this process."""
    return remote.look(RELEVANT, ())


def check_versions(found: Mapping[str, Mapping[str, Any]], cluster: str) -> None:
    """Refuse parts that cannot import this package or have another, warn of the rest.

    Parameters
    ----------
    found
        What `look` finds in each part, by the part's name and address.
    cluster
        What messages call the cluster.

    Raises
    ------
    RunError
        If a part cannot import this package, or has another version of it, whose numbers may be
        others. Files that were not installed have no version: they must be the same as here.

    Warns
    -----
    StudyWarning
        If the version of something else differs, or files of the same version do.
    """
    own = here()
    name = PACKAGE if own["version"] is None else f"{PACKAGE} {own['version']}"
    remedy = f"install {name} there, the version here"
    unable = [
        f"{part} cannot import recc_mc ({there['failure']})"
        for part, there in found.items()
        if there["failure"]
    ]
    if unable:
        raise RunError(f"{_listed(unable)}: {remedy}")
    others = [
        f"{part} has {PACKAGE} {there['version'] or 'of no known version, with other code'}"
        for part, there in found.items()
        if _is_other(there, own)
    ]
    if others:
        raise RunError(f"{_listed(others)}: {remedy}")
    differing = [text for part, there in found.items() for text in _differences(part, there, own)]
    if differing:
        warnings.warn(
            f"parts of {cluster} have other versions of some packages, so that the run may fail "
            f"or its results differ in their last bits: {_listed(differing)}",
            StudyWarning,
            stacklevel=2,
        )


def _is_other(there: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    if there["version"] is None or own["version"] is None:
        return bool(there["code"] != own["code"])
    return bool(there["version"] != own["version"])


def _differences(part: str, there: Mapping[str, Any], own: Mapping[str, Any]) -> Iterable[str]:
    if there["code"] != own["code"]:
        yield f"{part} has other code of {PACKAGE} {there['version']} than is here"
    for package in RELEVANT:
        version, mine = there["packages"].get(package), own["packages"][package]
        if version != mine:
            yield f"{part} has {package} {version}, here it is {mine}"


def _listed(sentences: Iterable[str]) -> str:
    some = list(sentences)
    more = f", and {len(some) - _LISTED} more" if len(some) > _LISTED else ""
    return ", ".join(some[:_LISTED]) + more

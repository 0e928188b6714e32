"""Blocks computed by the workers of a dask cluster."""

import asyncio
import pickle
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, cast

import dask.config
from distributed import Client, KilledWorker
from distributed.deploy.spec import SpecCluster
from distributed.security import Security

from recc_mc.errors import ReccError, RunError
from recc_mc.workers import attempts
from recc_mc.workers.address import NoAnswer, ask
from recc_mc.workers.blocks import Block
from recc_mc.workers.introductions import SILENCE, Introductions
from recc_mc.workers.kinds import (
    PROTOCOL,
    WorkerLost,
    Workers,
    warn_of_hanging,
)
from recc_mc.workers.probe import version

__all__ = ["ClusterWorkers", "Found"]

Result = TypeVar("Result")

# Seconds between two questions for the number of workers.
POLL_INTERVAL = 2.0
# Seconds that a cluster may be without workers, as while they start or are started again.
PATIENCE = 60.0
# A worker hangs as a whole if it was silent for this share of the least time until a block is due.
SILENT_SHARE = 1 / 3
# Seconds after which jobs that have ended, as at their time limit, are submitted again.
RENEW_INTERVAL = 30.0


class Found(NamedTuple):
    """A cluster, running or just started.

    Parameters
    ----------
    target
        What a client connects to.
    name
        What messages call it.
    patience
        Seconds it may be without workers.
    advice
        What to do if it is so for longer.
    renew
        Called now and then, to see that there are as many workers as asked for.
    """

    target: SpecCluster | str
    name: str
    patience: float = PATIENCE
    advice: str = ""
    renew: Callable[[], None] | None = None


class OtherVersion(RunError):
    """A worker has another version of this package."""


# What workers are sent names nothing of this package: one that lacks it would end as soon as it
# unpacked that, without a word, be started again by its nanny, and end again with the next block.
_CALL = (
    "__import__('importlib').import_module('recc_mc.workers.cluster')"
    ".compute_samples(task, sender, block)"
)


def compute_samples(task: bytes, sender: str | None, block: bytes) -> Any:
    """Compute a block on a worker.

    Parameters
    ----------
    task
        What to compute of blocks, pickled. In one piece, and not as `distributed` does it, arrays
        stay writable; kernels would be compiled again for read-only ones.
    sender
        Version of this package that pickled it, None if that is not known.
    block
        The block, pickled.

    Raises
    ------
    OtherVersion
        If the version here is another one: a worker that has just come may get blocks before it
        was asked.
    """
    return _unpacked(task, sender)(pickle.loads(block))


@lru_cache(maxsize=2)
def _unpacked(task: bytes, sender: str | None) -> Any:
    """What all blocks of a run share; unpacked once on each worker."""
    there = version()
    if None not in (sender, there) and there != sender:
        raise OtherVersion(f"a worker has recc-mc {there}, here it is {sender}")
    return pickle.loads(task)


class ClusterWorkers(Workers[Result]):
    """Workers of a cluster; they may come and go.

    Parameters
    ----------
    client
        A client of the cluster.
    compute
        What the workers compute.
    found
        The cluster.
    """

    opened: ExitStack
    """What to close at the end."""

    def __init__(self, client: Client, compute: Callable[[Block], Result], found: Found) -> None:
        self._client = client
        self._found = found
        self._loop: asyncio.AbstractEventLoop = cast(Any, client.loop).asyncio_loop
        self._task = pickle.dumps(compute, PROTOCOL)
        self._sent: Any = None
        self._threads = 0
        self._introductions = Introductions(client, found.name)
        self._direct: bool | None = None
        self._able: set[str] = set()
        self._hanging: set[str] = set()
        self._keys: dict[Future[Result], str] = {}
        self._next_poll = 0.0
        self._last_seen = self._last_renewed = time.monotonic()

    def _send(self) -> Any:
        """Send the task to a first worker; the others get it from their like."""
        # A task rather than scattered data, which is lost with the workers that have it.
        key = f"recc_mc-{uuid.uuid4().hex}"
        with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 TiB"}):
            return self._client.submit(
                bytes, self._task, key=key, pure=False, workers=self._others()
            )

    def _others(self) -> list[str] | None:
        """Workers other than those that hang; None if that is all of them."""
        return sorted(self._able - self._hanging) or None if self._hanging else None

    def threads(self) -> int:
        """Threads of all workers, as of a moment ago.

        Raises
        ------
        RunError
            If the scheduler is gone, has been without workers for too long, or has some that are
            not installed as this process is.
        """
        now = time.monotonic()
        if now >= self._next_poll:
            workers = self._ask()
            able = {name for name, worker in workers.items() if worker["status"] == "running"}
            self._able = able
            # One that goes on is given blocks again.
            self._hanging &= _silent(workers)
            self._threads = sum(workers[name]["nthreads"] for name in able - self._hanging)
            self._next_poll = now + POLL_INTERVAL
            if able:
                self._last_seen = now
                self._meet(able)
            elif now - self._last_seen > self._found.patience:
                raise RunError(self._complaint(workers))
            if self._found.renew is not None and now - self._last_renewed > RENEW_INTERVAL:
                self._last_renewed = now
                self._found.renew()
        return self._threads

    def _ask(self) -> dict[str, Any]:
        """Workers as the scheduler knows them, by address."""
        reason: BaseException | None = None
        if self._client.status == "running":
            identity = cast(Any, self._client.scheduler).identity
            try:
                found = self._client.sync(identity, callback_timeout=SILENCE)
                return cast(dict[str, Any], found["workers"])
            except (OSError, TimeoutError) as error:
                reason = error
        raise RunError(
            f"the connection to {self._found.name} is lost: it has ended, or the network failed"
        ) from reason

    def _complaint(self, workers: dict[str, Any]) -> str:
        since = f"{self._found.name} has had no workers for {self._found.patience:g} s"
        if workers:
            return f"{since} that go on: all are paused, being short of memory"
        return f"{since}; {self._found.advice}"

    def _meet(self, workers: set[str]) -> None:
        """Do with workers that are new what comes before they get any block."""
        self._introductions.make(workers)
        if self._direct is None:
            self._direct = _is_reachable(min(workers), self._client.security)

    def submit(self, block: Block) -> "Future[Result]":
        """Have a block computed."""
        return self._submit(block, self._others())

    def _submit(self, block: Block, workers: list[str] | None) -> "Future[Result]":
        # Lost with the worker that was just unpacking it, or with the scheduler's memory.
        if self._sent is None or self._sent.status in ("error", "cancelled"):
            self._sent = self._send()
        key = f"compute_samples-{uuid.uuid4().hex}"
        work = self._compute(key, self._sent, block, workers)
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        self._keys[future] = key
        future.add_done_callback(lambda done: self._keys.pop(done, None))
        return future

    def submit_elsewhere(
        self, future: "Future[Result]", block: Block, seconds: float
    ) -> "Future[Result] | None":
        """Have a block computed by another worker than the one that hangs with it."""
        key = self._keys.get(future)
        holder = None if key is None else self._holder(key)
        if holder is None:
            # It waits for a worker.
            return None
        self._judge(holder, seconds)
        others = self._able - self._hanging - {holder}
        if not others and self._hanging:
            # It may itself have waited for something that one which hangs should send it.
            others = {holder} - self._hanging
        return self._submit(block, sorted(others)) if others else None

    def _judge(self, holder: str, seconds: float) -> None:
        """Decide which workers hang where one has had a block for so long, and say so."""
        name = self._found.name
        for worker in sorted(_silent(self._ask()) - self._hanging):
            self._hanging.add(worker)
            # The others may still have to get the task from it.
            self._sent = None
            self._next_poll = 0.0
            warn_of_hanging(f"worker {worker} of {name}", seconds, "its blocks are given to others")
        if not self._hanging:
            is_alone = self._able == {holder}
            remedy = "there is no other" if is_alone else "its block is given to another one too"
            warn_of_hanging(f"worker {holder} of {name}", seconds, remedy)

    def _holder(self, key: str) -> str | None:
        """Worker that has a block, or its result that does not arrive."""

        async def find() -> str | None:
            scheduler = cast(Any, self._client.scheduler)
            has = (await scheduler.who_has(keys=[key])).get(key)
            if has:
                return str(next(iter(has)))
            processing = (await scheduler.processing(workers=None)).items()
            return next((name for name, keys in processing if key in keys), None)

        try:
            return cast(str | None, self._client.sync(find, callback_timeout=SILENCE))
        except (OSError, TimeoutError):
            # The scheduler is gone or busy, which the next look at it will tell.
            return None

    async def _compute(
        self, key: str, sent: Any, block: Block, workers: list[str] | None
    ) -> Result:
        names = {"task": sent, "sender": version(), "block": pickle.dumps(block, PROTOCOL)}
        future = self._client.submit(eval, _CALL, names, key=key, pure=False, workers=workers)
        arrival = asyncio.ensure_future(
            self._client.gather(future, direct=bool(self._direct), asynchronous=True)
        )
        # Nobody else looks at how it ended if this is cancelled.
        arrival.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        try:
            # Shielded: it takes its own cancelling badly, and ends when the future is released.
            result: Result = await asyncio.shield(arrival)
            return result
        except (KilledWorker, CancelledError) as error:
            raise WorkerLost from error
        except OSError as error:
            # Either the computation's own, or a connection that failed on the way.
            if future.status == "error":
                raise
            raise WorkerLost from error
        finally:
            future.release()

    def outcome(self, future: "Future[Result]") -> Result:
        """Return the result of a block.

        Raises
        ------
        WorkerLost
            If its worker died.
        RunError
            If the workers lack a module, or have another version of this package.
        """
        try:
            return future.result()
        except WorkerLost:
            # There may be fewer workers now, or no scheduler.
            self._next_poll = 0.0
            raise
        except OtherVersion:
            self._introductions.repeat(self._ask())
            raise
        except (ReccError, CancelledError):
            raise
        except Exception as error:
            # Whatever a broken installation makes of it; the workers that have it are named.
            self._introductions.repeat(self._ask())
            if isinstance(error, ImportError):
                raise RunError(
                    f"workers of {self._found.name} cannot import {error.name}: install recc-mc "
                    "there, in the same version as here"
                ) from error
            raise

    def close(self) -> None:
        """Leave the cluster; end it if it was started here."""
        self._introductions.close()
        self.opened.close()


def _silent(workers: Mapping[str, Any]) -> set[str]:
    """Workers that have told the scheduler nothing while others have: they hang as a whole.

    Clocks of different machines are not compared: all times are the scheduler's.
    """
    seen = {name: float(known["last_seen"]) for name, known in workers.items()}
    latest = max(seen.values(), default=0.0) - SILENT_SHARE * attempts.LEAST_SECONDS
    return {name for name, time_seen in seen.items() if time_seen < latest}


def _is_reachable(worker: str, security: Security) -> bool:
    """Whether results can come from workers directly, rather than through the scheduler."""
    try:
        return ask(worker, security) == "worker"
    except NoAnswer:
        return False

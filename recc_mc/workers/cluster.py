"""Blocks computed by the workers of a dask cluster."""

import asyncio
import pickle
import time
import uuid
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar, cast

import dask.config
from distributed import Client, KilledWorker
from distributed.security import Security

from recc_mc.errors import ReccError, RunError, StudyWarning
from recc_mc.workers import backlog
from recc_mc.workers.blocks import Block
from recc_mc.workers.finding import Found, NoAnswer, ask
from recc_mc.workers.introductions import SILENCE, Introductions
from recc_mc.workers.kinds import WorkerLost, Workers
from recc_mc.workers.remote import CALL, OtherVersion, version

__all__ = ["ClusterWorkers", "silent"]

Result = TypeVar("Result")

# Of pickling for workers: keeps read-only arrays read-only and writable ones writable.
PROTOCOL = 5
# Seconds between two questions for the number of workers.
POLL_INTERVAL = 2.0
# A worker hangs as a whole if it was silent for this share of the least time until a block is due.
SILENT_SHARE = 1 / 3
# Seconds after which jobs that have ended, as at their time limit, are submitted again.
RENEW_INTERVAL = 30.0


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
            self._hanging &= self._silent(workers)
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

    def _meet_again(self) -> None:
        """Name those workers that something is wrong with, where something was."""
        self._introductions.repeat(self._ask())

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
        for worker in sorted(self._silent(self._ask()) - self._hanging):
            self._shun(worker)
            self._warn(worker, seconds, "its blocks are given to others")
        if not self._hanging:
            is_alone = self._able == {holder}
            remedy = "there is no other" if is_alone else "its block is given to another one too"
            self._warn(holder, seconds, remedy)

    def _shun(self, worker: str) -> None:
        """Give a worker no more blocks."""
        self._hanging.add(worker)
        # The others may still have to get the task from it.
        self._sent = None
        self._next_poll = 0.0

    def _warn(self, worker: str, seconds: float, remedy: str) -> None:
        warnings.warn(
            f"{self._name(worker)} has not returned a block for {seconds:.0f} s, far longer than "
            f"others took: {remedy}",
            StudyWarning,
            stacklevel=2,
        )

    def _name(self, worker: str) -> str:
        return f"worker {worker} of {self._found.name}"

    def _silent(self, workers: Mapping[str, Any]) -> set[str]:
        """Workers that have told the scheduler nothing while others have: they hang as a whole.

        Clocks of different machines are not compared: all times are the scheduler's.
        """
        return silent(workers, max((worker["last_seen"] for worker in workers.values()), default=0))

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
        future = self._client.submit(eval, CALL, names, key=key, pure=False, workers=workers)
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
        except OtherVersion as error:
            self._meet_again()
            raise RunError(str(error)) from error
        except (ReccError, CancelledError):
            raise
        except Exception as error:
            # Whatever a broken installation makes of it; the workers that have it are named.
            self._meet_again()
            if isinstance(error, ImportError):
                raise RunError(
                    f"workers of {self._found.name} cannot import {error.name}: install recc-mc "
                    "there, in the same version as here"
                ) from error
            raise

    def close(self) -> None:
        """Wait for no answer any longer."""
        self._introductions.close()


def _is_reachable(worker: str, security: Security) -> bool:
    """Whether results can come from workers directly, rather than through the scheduler."""
    try:
        return ask(worker, security) == "worker"
    except NoAnswer:
        return False


def silent(workers: Mapping[str, Any], now: float) -> set[str]:
    """Workers that have told the scheduler nothing for a while at some time, by its own clock."""
    latest = now - SILENT_SHARE * backlog.LEAST_SECONDS
    return {name for name, worker in workers.items() if worker["last_seen"] < latest}

"""Blocks computed by other processes on this machine, any of which may die.

Each process has a thread of this one to itself, which hands it a block and waits for the result or
for the end of the pipe. The pools of the standard library wait for ever where a process is killed
in the middle of writing a result: they keep the writing end of their pipe open themselves.
"""

import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, TypeVar

from recc_mc.errors import RunError
from recc_mc.machine.stopping import SIGNALS
from recc_mc.workers.blocks import Block
from recc_mc.workers.kinds import (
    PROTOCOL,
    Compute,
    WorkerLost,
    Workers,
    warn_of_hanging,
)

__all__ = ["ProcessWorkers"]

Result = TypeVar("Result")

_NEVER_STARTED = (
    "a worker process ended before it was ready: it may have run out of memory, or the calling "
    'script lacks `if __name__ == "__main__":`, which worker processes need'
)


class Reply(NamedTuple):
    """What a process answers to a block: its result, or why there is none."""

    result: Any = None
    error: Exception | None = None


class ProcessWorkers(Workers[Result]):
    """Processes on this machine, each started when there is a block for it.

    Parameters
    ----------
    number
        The most processes at a time.
    compute
        What they compute; each process unpacks it once.
    """

    def __init__(self, number: int, compute: Callable[[Block], Result]) -> None:
        self._number = number
        self._task = pickle.dumps(compute, PROTOCOL)
        self._threads = ThreadPoolExecutor(number, thread_name_prefix="recc_mc")
        self._of_thread = threading.local()
        self._processes: list[_Process] = []
        self._at_work: dict[_Process, int] = {}
        self._hanging: set[_Process] = set()
        self._was_ready = False
        self._is_closed = False

    def threads(self) -> int:
        """Number of processes."""
        return self._number

    def submit(self, block: Block) -> "Future[Result]":
        """Have a block computed by the first process that is free.

        Its future raises WorkerLost where the process dies, and RunError where none was ever ready.
        """
        return self._threads.submit(self._compute, block)

    def submit_elsewhere(
        self, future: "Future[Result]", block: Block, seconds: float
    ) -> "Future[Result] | None":
        """Have a block computed by another process than the one that hangs with it.

        Where every process hangs, this one is ended: then another one is started in its stead.
        """
        hanging = {process for process, number in self._at_work.items() if number == block.number}
        if not hanging - self._hanging:
            # It waits for a process, as all blocks do while the others are slow.
            return None
        (found,) = hanging - self._hanging
        self._hanging.add(found)
        if len(self._hanging) < self._number:
            warn_of_hanging(found.name, seconds, "its block is given to another one")
            return self.submit(block)
        warn_of_hanging(found.name, seconds, "it is ended, and another one is started")
        found.kill()
        return None

    def close(self) -> None:
        """End the processes, those at work too: nobody waits for what they compute."""
        self._is_closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            process.kill()
        self._threads.shutdown()

    def give_up(self) -> None:
        """End the processes; one that is stopped would not notice that this one has ended."""
        for process in self._processes:
            process.kill()

    def _compute(self, block: Block) -> Any:
        """Compute a block in the process of this thread."""
        try:
            process = self._process()
            self._at_work[process] = block.number
            try:
                return process.ask(block)
            finally:
                del self._at_work[process]
                self._hanging.discard(process)
        except WorkerLost as error:
            self._of_thread.process = None
            if not self._was_ready:
                raise RunError(_NEVER_STARTED) from error
            raise

    def _process(self) -> "_Process":
        process: _Process | None = getattr(self._of_thread, "process", None)
        if process is None:
            process = _Process()
            self._processes.append(process)
            if self._is_closed:
                process.kill()
            process.ask(self._task)
            self._was_ready = True
            self._of_thread.process = process
        return process


class _Process:
    """A worker process, as it is seen from here."""

    def __init__(self) -> None:
        # A forked copy of a process with threads may deadlock, so workers are always spawned.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        # Else the pipe would not end where the process does.
        theirs.close()

    def ask(self, message: Block | bytes) -> Any:
        """Send the task or a block; its result.

        Raises
        ------
        WorkerLost
            If the process is dead.
        """
        try:
            self._pipe.send_bytes(pickle.dumps(message, PROTOCOL))
            answer = self._pipe.recv_bytes()
        except (EOFError, OSError) as error:
            raise WorkerLost from error
        reply: Reply = pickle.loads(answer)
        if reply.error is not None:
            raise reply.error
        return reply.result

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"worker process {self._process.pid}"

    def kill(self) -> None:
        """End the process, whatever it does; one that is stopped, too."""
        self._process.kill()
        self._process.join()


def _serve(pipe: "Connection[bytes, bytes]") -> None:
    """Answer the task, then blocks, until the pipe ends: the life of a worker process."""
    # The main process decides what a signal means, which batch systems send to all of a job.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    compute: Compute | None = None
    while True:
        try:
            message = pickle.loads(pipe.recv_bytes())
        except EOFError:
            return
        try:
            if compute is None:
                compute = pickle.loads(message)
                reply = Reply()
            else:
                reply = Reply(compute(message))
        except Exception as error:
            error.add_note("In a worker process:\n" + traceback.format_exc())
            reply = Reply(error=error)
        pipe.send_bytes(pickle.dumps(reply, PROTOCOL))
        # Not kept while the next block is waited for: it may be large.
        del reply


def _end_with_parent() -> None:
    """End this process in the middle of a block, too, where the one that started it is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

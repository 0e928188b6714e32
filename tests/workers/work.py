"""What workers of the tests' clusters compute: importable there, and telling what they did."""

import os
import signal
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from recc_mc.errors import RunError
from recc_mc.workers.blocks import Block


def number(block: Block) -> int:
    return block.number


def process(block: Block) -> int:
    time.sleep(0.02)
    return os.getpid()


def take(results: Iterable[tuple[Block, Any]], into: list[int]) -> None:
    """Note the numbers of the blocks that come, however it ends."""
    for block, _ in results:
        into.append(block.number)


def fail(block: Block) -> NoReturn:
    raise RunError("no such sample")


@dataclass(frozen=True)
class Recorded:
    """Notes each block it computes, and each time it is unpacked, as an empty file."""

    folder: Path
    seconds: float = 0.0

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.note("unpacked")

    def __call__(self, block: Block) -> int:
        self.note(f"block-{block.number}")
        time.sleep(self.seconds)
        return block.number

    def note(self, event: str) -> None:
        (self.folder / f"{event}-{os.getpid()}-{time.monotonic_ns()}").touch()

    def count(self, event: str) -> int:
        return len(list(self.folder.glob(f"{event}-*")))


@dataclass(frozen=True)
class Deadly(Recorded):
    """Ends the worker that computes certain blocks, however often."""

    blocks: tuple[int, ...] = ()

    def __call__(self, block: Block) -> int:
        found = super().__call__(block)
        if block.number in self.blocks:
            os.kill(os.getpid(), signal.SIGKILL)
        return found


@dataclass(frozen=True)
class WritableOf:
    """Whether an array can be written to, once it has arrived at a worker."""

    array: np.ndarray

    def __call__(self, block: Block) -> bool:
        return self.array.flags.writeable


@dataclass(frozen=True)
class Failing(Recorded):
    """Cannot compute any block."""

    def __call__(self, block: Block) -> int:
        super().__call__(block)
        fail(block)


@dataclass(frozen=True)
class Process:
    """Which process computes a block, slowly."""

    seconds: float

    def __call__(self, block: Block) -> int:
        time.sleep(self.seconds)
        return os.getpid()


@dataclass(frozen=True)
class DeadWhileSending:
    """Ends its process some time after it has returned a large result."""

    delay: float

    def __call__(self, block: Block) -> np.ndarray:
        threading.Timer(self.delay, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return np.ones(30_000_000)


@dataclass(frozen=True)
class Meeting(Recorded):
    """Which process computes a block, once a number of processes are there."""

    processes: int = 2

    def __call__(self, block: Block) -> int:
        while self.count("unpacked") < self.processes:
            time.sleep(0.01)
        return os.getpid()


@dataclass(frozen=True)
class Greedy(Recorded):
    """Takes memory, and time to have that noticed, the first time it computes block 1."""

    taken: int = 0

    def __call__(self, block: Block) -> int:
        found = super().__call__(block)
        if block.number == 1 and self.count("block-1") == 1:
            array = np.ones(self.taken, np.uint8)
            time.sleep(10)
            assert array.all()
        return found


class Missing:
    """Needs a module that workers do not have."""

    def __call__(self, block: Block) -> None:
        raise AssertionError

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return import_module, ("no_such_module",)

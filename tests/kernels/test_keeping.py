"""Kernels that others call are compiled once on a machine, whoever calls them."""

import multiprocessing as mp
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from numba import float64

from recc_mc.kernels import keeping
from recc_mc.kernels.keeping import Kept, alone
from tests.kernels.test_compiling import run

# Two kernels for Python that call the same one, of numba's functions as well.
COMPILED = """
import numpy as np
from numba.core import event
from recc_mc.kernels.cells import fill_keyed_words, fill_words

class Told(event.Listener):
    def on_start(self, event):
        print(event.data["dispatcher"].py_func.__name__)

    def on_end(self, event):
        pass

words, number = np.empty((4, 64), np.uint32), np.uint64(7)
with event.install_listener("numba:compile", Told()):
    {call}
print(words.sum())
"""
PLAIN = "fill_words(2, 5, number, number, words)"
KEYED = "fill_keyed_words(2, np.arange(5.0, 69.0), 0, number, number, words)"


def compiled(call: str, folder: Path) -> list[str]:
    """Functions that a fresh process compiles for a call, and what it comes to."""
    return run(COMPILED.format(call=call), folder)


@pytest.mark.slow
def test_what_another_kernel_was_made_of_is_not_compiled_again(tmp_path: Path) -> None:
    *first, _ = compiled(PLAIN, tmp_path)
    assert first[0] == "fill_words"
    assert "philox" in first
    *others, total = compiled(KEYED, tmp_path)
    assert others[0] == "fill_keyed_words"
    assert "philox" not in others
    assert compiled(KEYED, tmp_path / "other")[-1] == total
    # What is kept of it is enough, and so is what is kept of the rest if some of it is lost.
    for file in tmp_path.glob("cache/*/*/cells.*"):
        file.unlink()
    assert compiled(KEYED, tmp_path) == ["fill_keyed_words", total]
    for file in tmp_path.glob("cache/*/*/cells.*"):
        file.unlink()
    for file in sorted(tmp_path.glob("cache/*/linked/*"))[::2]:
        file.unlink()
    assert compiled(KEYED, tmp_path)[-1] == total


def test_a_kept_kernel_is_of_one_state_of_the_sources_and_for_one_processor(tmp_path: Path) -> None:
    class Machine:
        def __init__(self, name: str) -> None:
            self.name = name

        def magic_tuple(self) -> str:
            return self.name

    def key(digest: str, name: str, kind: Any, machine: str) -> str:
        return Kept(tmp_path, digest).key(name, (kind,), Machine(machine))

    told = [("d", "f", float64, "m"), ("e", "f", float64, "m"), ("d", "g", float64, "m")]
    told += [("d", "f", float64[:], "m"), ("d", "f", float64, "n")]
    assert len({key(*one) for one in told}) == 5


def test_what_was_damaged_on_the_disk_is_not_there(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "linked", "digest")
    kept.write("key", ("state", 1))
    assert kept.read("key") == ("state", 1)
    (file,) = (tmp_path / "linked").iterdir()
    content = file.read_bytes()
    flipped = content[:40] + bytes([content[40] ^ 1]) + content[41:]
    for damaged in (b"", content[:20], content[:-1], flipped):
        file.write_bytes(damaged)
        assert kept.read("key") is None
    kept.write("key", ("state", 2))
    assert kept.read("key") == ("state", 2)


def hold(file: Path, taken: Any, done: Any) -> None:
    with alone(file):
        taken.set()
        done.wait(60)


@pytest.fixture
def held(tmp_path: Path) -> Any:
    """A file that another process has locked, and how to let it go."""
    context = mp.get_context("fork")
    taken, done, file = context.Event(), context.Event(), tmp_path / "new" / "f.lock"
    process = context.Process(target=hold, args=(file, taken, done))
    process.start()
    assert taken.wait(60)
    yield file, done
    done.set()
    process.join()


def test_who_compiles_the_same_waits(held: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    file, done = held
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        done.set()
        os.sched_yield()

    monkeypatch.setattr(keeping, "sleep", sleep)
    with alone(file):
        assert looks


def test_nobody_waits_for_ever(held: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_PATIENCE", 0.0)
    with alone(held[0]):
        assert not held[1].is_set()


@pytest.mark.parametrize("how", ["no locks", "no place"])
def test_without_locks_everybody_compiles(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError

    change: Callable[..., None] = monkeypatch.setattr
    if how == "no locks":
        change(keeping.fcntl, "flock", refuse)
    file = tmp_path / "f.lock"
    if how == "no place":
        (tmp_path / "file").touch()
        file = tmp_path / "file" / "f.lock"
    with alone(file):
        pass

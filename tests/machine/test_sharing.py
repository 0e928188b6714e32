"""Work is shared with a copy of the process where that is safe, and done in any case."""

import signal
import subprocess
import sys
import threading

import pytest

from recc_mc.machine.sharing import in_two_processes

# Each in a process of its own: one with threads, as pytest may have, is not copied.
HEAD = """
import os, signal, time
from recc_mc.machine import sharing
sharing.os.sched_getaffinity = lambda process: {0, 1}
here = os.getpid()
def work(number):
    time.sleep(0.1)
    BODY
    return number, os.getpid()
def run():
    found = sharing.in_two_processes(work, 8, own=[3, 5])
    assert [number for number, _ in found] == list(range(8))
    return [process for _, process in found]
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="no process is copied elsewhere")


def program(text: str, body: str = "pass") -> str:
    """What a program prints."""
    code = HEAD.replace("BODY", body) + text
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stderr == ""
    return done.stdout


@LINUX
def test_two_processes_take_items_and_each_can_have_its_own() -> None:
    said = program(
        "found = run()\n"
        "assert len(set(found)) == 2\n"
        "assert found[3] == found[5] == here\n"
        "try:\n    os.wait()\nexcept ChildProcessError:\n    print('none left')"
    )
    assert said == "none left\n"


@LINUX
@pytest.mark.parametrize(
    "death",
    [
        "os.getpid() == here or os._exit(0)",
        "os.getpid() == here or os.kill(os.getpid(), signal.SIGKILL)",
        "assert os.getpid() == here",
        "os.getpid() == here or exit()",
    ],
)
def test_what_a_copy_does_not_return_is_computed_here(death: str) -> None:
    program("assert set(run()) == {here}", death)


@LINUX
def test_where_there_can_be_no_other_process_everything_is_computed_here() -> None:
    program(
        "def refused():\n    raise BlockingIOError(11, 'Resource temporarily unavailable')\n"
        "sharing.os.fork = refused\n"
        "assert run() == [here] * 8"
    )


@LINUX
def test_an_error_ends_both_processes_at_once() -> None:
    program(
        "began = time.monotonic()\n"
        "try:\n    run()\nexcept ValueError:\n    pass\n"
        "assert time.monotonic() - began < 5\n"
        "try:\n    os.wait()\n    raise SystemExit('a process is left')\n"
        "except ChildProcessError:\n    pass",
        "if os.getpid() == here: raise ValueError\n    time.sleep(30)",
    )


@LINUX
def test_a_copy_ends_when_the_process_was_killed() -> None:
    # More than a pipe holds. The copy has the output of the program, which is read to its end.
    large = "if os.getpid() == here: os.kill(here, signal.SIGKILL)\n    return bytes(2**20), 1"
    code = HEAD.replace("BODY", large) + "run()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL


@LINUX
def test_a_process_with_threads_is_not_copied() -> None:
    program(
        "import threading\n"
        "threading.Thread(target=time.sleep, args=(2,), daemon=True).start()\n"
        "assert set(run()) == {here}"
    )


def test_results_are_those_of_all_items_in_their_order() -> None:
    assert in_two_processes(lambda number: number**2, 5) == [0, 1, 4, 9, 16]
    assert in_two_processes(str, 0) == []
    # More than a pipe tells apart.
    assert in_two_processes(str, 300) == [str(number) for number in range(300)]


def test_elsewhere_than_in_the_main_thread_everything_is_computed_here() -> None:
    found: list[list[int]] = []
    thread = threading.Thread(target=lambda: found.append(in_two_processes(abs, 4)))
    thread.start()
    thread.join()
    assert found == [[0, 1, 2, 3]]

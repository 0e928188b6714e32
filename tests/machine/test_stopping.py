"""Signals that stop a run."""

import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future

import pytest

from recc_mc.errors import RunError
from recc_mc.machine import stopping as module
from recc_mc.machine.stopping import (
    SIGNALS,
    STOPPED,
    RunStopped,
    Stop,
    is_work_left,
    leave,
    stopping,
)
from recc_mc.workers.blocks import Pending, cut

BLOCKS = cut(10 * 1024, 1024, 1024)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_stops_what_need_not_come_to_an_end(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    def run() -> None:
        with stopping():
            assert signal.getsignal(number) != before
            signal.raise_signal(number)

    with pytest.raises(RunStopped):
        run()
    assert signal.getsignal(number) is before


def test_while_blocks_are_computed_no_more_are_given_out(
    capfd: pytest.CaptureFixture[str],
) -> None:
    given = []

    def run() -> None:
        with stopping() as stop, stop.draining():
            for block in Pending(stop, BLOCKS):
                given.append(block)
                if len(given) == 3:
                    signal.raise_signal(signal.SIGTERM)

    with pytest.raises(RunStopped):
        run()
    assert given == list(BLOCKS[:3])
    assert capfd.readouterr().err == (
        "\nstopping when the blocks in work are done, in 4 s at the latest; the same signal again "
        "stops at once\n"
    )


def test_pending_blocks_are_as_many_as_they_were() -> None:
    # So that an iteration which ends early is seen to have.
    stop = Stop()
    pending = Pending(stop, BLOCKS)
    assert list(pending) == list(BLOCKS)
    with pytest.raises(RunStopped):
        stop.ask()
    assert list(pending) == []
    assert len(pending) == 10
    assert pending[4] == BLOCKS[4]


def test_blocks_in_work_are_waited_for_until_the_second_signal() -> None:
    stop = Stop()

    def run() -> None:
        with stop.draining():
            stop.check_patience(hopeful=True)
            stop.ask()
            stop.check_patience(hopeful=True)
            stop.ask()
            with pytest.raises(RunStopped):
                stop.check_patience(hopeful=True)

    with pytest.raises(RunStopped):
        run()


def test_blocks_that_nobody_computes_are_not_waited_for() -> None:
    stop = Stop()
    stop.check_patience(hopeful=False)

    def run() -> None:
        with stop.draining():
            stop.ask()
            stop.check_patience(hopeful=False)

    with pytest.raises(RunStopped):
        run()


def test_blocks_in_work_are_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GRACE_SECONDS", 0.0)
    stop = Stop()

    def run() -> None:
        with stop.draining():
            stop.ask()
            time.sleep(0.01)
            stop.check_patience(hopeful=True)

    with pytest.raises(RunStopped):
        run()


def test_libraries_do_not_take_a_stop_for_a_failure_of_their_own() -> None:
    assert not issubclass(RunStopped, Exception)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_program_that_does_not_come_to_its_end_is_ended(number: signal.Signals) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DEAF, str(int(number))], capture_output=True, text=True, check=False
    )
    assert done.returncode == STOPPED
    assert done.stderr == "\nerror: stopped; all is lost\n"
    assert done.stdout == "jobs are cancelled\n"


# Takes no notice of a stop, like a library that swallows every exception, or a long system call.
DEAF = """
import os, signal, sys, time
from recc_mc.machine import stopping, watchdog
stopping.LIMIT_SECONDS = watchdog.WISHES_SECONDS + 0.1
with stopping.stopping() as stop:
    stop.last_words.append(lambda: "; all is lost")
    with watchdog.last_wish(lambda: os.write(1, b"jobs are cancelled\\n")):
        while True:
            try:
                signal.raise_signal(int(sys.argv[1]))
                time.sleep(60)
            except BaseException:
                pass
"""


def test_a_connection_whose_loss_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping() as stop:
            signal.raise_signal(signal.SIGHUP)
            stop.check()
    finally:
        signal.signal(signal.SIGHUP, before)


def test_work_that_is_left_is_known_until_it_is_done() -> None:
    assert not is_work_left()
    future: Future[None] = Future()
    leave([future])
    assert is_work_left()
    future.set_result(None)
    assert not is_work_left()


def test_workers_that_die_of_the_signal_too_are_no_failure() -> None:
    stop = Stop()

    def run() -> None:
        with stop.draining():
            stop.ask()
            raise RunError("all workers died")

    with pytest.raises(RunStopped):
        run()
    with pytest.raises(RunError, match="died"), Stop().draining():
        raise RunError("all workers died")


def test_a_signal_that_python_swallowed_is_remembered() -> None:
    stop = Stop()
    stop.check()
    with pytest.raises(RunStopped):
        stop.ask()
    with pytest.raises(RunStopped):
        stop.check()


def test_other_threads_leave_signals_alone() -> None:
    before = signal.getsignal(signal.SIGTERM)
    found = []

    def run() -> None:
        with stopping() as stop:
            found.append(signal.getsignal(signal.SIGTERM))
            stop.check()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == [before]

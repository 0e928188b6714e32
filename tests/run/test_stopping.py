"""Signals that stop a run."""

import os
import signal
import threading

import pytest

from recc_mc.errors import RunError
from recc_mc.run.blocks import cut
from recc_mc.run.stopping import SIGNALS, STOPPED, RunStopped, Stop, stopping

BLOCKS = cut(10 * 1024, 1024)


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
            for block in stop.pending(BLOCKS):
                given.append(block)
                if len(given) == 3:
                    signal.raise_signal(signal.SIGTERM)

    with pytest.raises(RunStopped):
        run()
    assert given == list(BLOCKS[:3])
    assert capfd.readouterr().err == (
        "\nstopping when the blocks in work are done; the same signal again stops at once\n"
    )


def test_pending_blocks_are_as_many_as_they_were() -> None:
    # So that an iteration which ends early is seen to have.
    stop = Stop()
    pending = stop.pending(BLOCKS)
    assert list(pending) == list(BLOCKS)
    with pytest.raises(RunStopped):
        stop.ask()
    assert list(pending) == []
    assert len(pending) == 10
    assert pending[4] == BLOCKS[4]


def test_the_second_signal_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    stop = Stop()

    def run() -> None:
        with stop.draining():
            stop.ask()
            assert codes == []
            stop.ask()

    with pytest.raises(RunStopped):
        run()
    assert codes == [STOPPED]


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

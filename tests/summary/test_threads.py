"""Work that is shared out among threads."""

import threading

import pytest

from recc_mc.summary import threads
from recc_mc.summary.threads import in_threads


@pytest.mark.parametrize("cores", [1, 3])
def test_results_come_in_the_order_of_the_items(
    cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "CPU_COUNT", cores)
    assert in_threads(lambda number: number**2, range(20)) == [number**2 for number in range(20)]


def test_as_many_at_a_time_as_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "CPU_COUNT", 2)
    # Nobody passes before both are there.
    both = threading.Barrier(2, timeout=60)
    in_threads(lambda _: both.wait(), range(2))


@pytest.mark.parametrize("cores", [1, 3])
def test_what_is_raised_is_raised(cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "CPU_COUNT", cores)
    with pytest.raises(ZeroDivisionError):
        in_threads(lambda number: 1 / number, [1, 2, 0])

"""How much memory there is."""

import os
from pathlib import Path

import pytest

from recc_mc.machine import memory

PHYSICAL = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Control groups without limits."""
    monkeypatch.setattr(memory, "_CGROUPS", tmp_path)
    return tmp_path


def test_no_more_is_available_than_there_is() -> None:
    assert 2**20 < memory.available_memory() <= PHYSICAL


def test_a_limit_of_version_1_counts(groups: Path) -> None:
    (groups / "memory").mkdir()
    (groups / "memory" / "memory.limit_in_bytes").write_text("12345\n")
    assert memory.available_memory() == 12345


@pytest.mark.parametrize(("limit", "expected"), [("12345\n", 12345), ("max\n", None)])
def test_a_limit_of_version_2_counts(
    groups: Path, monkeypatch: pytest.MonkeyPatch, limit: str, expected: int | None
) -> None:
    (groups / "memory.max").write_text(limit)
    read = Path.read_text
    # The process is two levels below the group that has the limit.
    monkeypatch.setattr(
        Path,
        "read_text",
        lambda self, **k: "0::/job/step\n" if self.name == "cgroup" else read(self, **k),
    )
    available = memory.available_memory()
    assert available == expected if expected else available > 2**20


def test_without_proc_the_physical_memory_counts(
    groups: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, **_: object) -> str:
        raise FileNotFoundError(self)

    monkeypatch.setattr(Path, "read_text", refuse)
    assert memory.available_memory() == PHYSICAL

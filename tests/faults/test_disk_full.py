"""Disks that are full, and files that may not grow."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import (
    ARGUMENTS,
    BLOCKS,
    assert_complete,
    assert_nothing_looks_complete,
    write_study,
)
from tests.faults.program import run

pytestmark = pytest.mark.slow

# Bytes of a part, a little more than there are.
PART = 770_000


def limited(size: int) -> Callable[[], None]:
    """What makes a process write no file larger than this."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def test_a_result_that_may_not_grow_leaves_its_parts(
    folder: Path, undisturbed: Callable[[str], dict[str, Any]]
) -> None:
    expected = undisturbed("samples")
    # Enough for every part, and not for the result.
    code, out, err = run(*ARGUMENTS, folder=folder, preexec_fn=limited(2**21))
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert f"{BLOCKS} of {BLOCKS} blocks are kept in " in err
    assert err.endswith("--resume continues\n")
    assert assert_nothing_looks_complete(folder / "out.nc") == BLOCKS
    assert run(*ARGUMENTS, "--resume", folder=folder) == (0, "", "")
    assert_complete(folder / "out.nc", expected)


def test_a_part_that_may_not_grow_is_named(
    folder: Path, undisturbed: Callable[[str], dict[str, Any]]
) -> None:
    undisturbed("samples")
    before = sorted(folder.iterdir())
    code, out, err = run(*ARGUMENTS, folder=folder, preexec_fn=limited(2**17))
    assert (code, out) == (1, "")
    assert err.endswith(".part: could not be written: File too large\n")
    assert sorted(folder.iterdir()) == before


@pytest.fixture
def disk(text: dict[str, str], tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, with the study on it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("may not mount a file system")
    try:
        write_study(text, disk)
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def resize(disk: Path, **sizes: str | int) -> None:
    options = ",".join(["remount", *(f"{name}={size}" for name, size in sizes.items())])
    subprocess.run(["mount", "-o", options, str(disk)], check=True)


def test_a_disk_that_cannot_hold_a_run_is_not_filled(disk: Path) -> None:
    resize(disk, size=10 * PART)
    before = sorted(disk.iterdir())
    code, out, err = run(*ARGUMENTS, folder=disk)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "use --keep summary, which stores no samples" in err
    assert sorted(disk.iterdir()) == before


def test_a_run_on_a_full_disk_continues_when_there_is_space(
    disk: Path, undisturbed: Callable[[str], dict[str, Any]]
) -> None:
    expected = undisturbed("samples")
    # Room for bytes, which are counted beforehand, but not for that many files.
    files = os.statvfs(disk)
    resize(disk, nr_inodes=files.f_files - files.f_favail + 12)
    code, out, err = run(*ARGUMENTS, folder=disk)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    kept = assert_nothing_looks_complete(disk / "out.nc")
    assert 0 < kept < BLOCKS
    assert "No space left on device" in err
    assert f"{kept} of {BLOCKS} blocks are kept in " in err
    # There is still none: nothing is lost by trying.
    code, _, err = run(*ARGUMENTS, "--resume", folder=disk)
    # A failed run, or, where not even the result's lock has room, a place that cannot be used.
    assert code in (1, 2)
    assert "No space left on device" in err
    assert assert_nothing_looks_complete(disk / "out.nc") >= kept
    resize(disk, nr_inodes=1000)
    assert run(*ARGUMENTS, "--resume", folder=disk) == (0, "", "")
    assert_complete(disk / "out.nc", expected)

"""Homes and installations that cannot be written to."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import recc_mc as rm
from tests.faults.conftest import ARGUMENTS, assert_complete
from tests.faults.program import environment, run

# Not even the superuser can make a folder there.
NO_HOME = "/proc/recc_mc"


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds the package, and nothing can be written to it."""
    place = tmp_path / "installed"
    place.mkdir()
    mounted = os.geteuid() == 0
    if mounted and _mount("-t", "tmpfs", "tmpfs", place):
        pytest.skip("may not mount a file system")
    package = Path(rm.__file__).parent
    shutil.copytree(package, place / "recc_mc", ignore=shutil.ignore_patterns("__pycache__"))
    try:
        if mounted:
            # Permissions do not stop the superuser.
            assert _mount("-o", "remount,ro", place) == 0
        else:
            for folder, _, _ in os.walk(place):
                Path(folder).chmod(0o555)
        yield place
    finally:
        if mounted:
            subprocess.run(["umount", place], check=True)
        else:
            for folder, _, _ in os.walk(place):
                Path(folder).chmod(0o755)


def _mount(*arguments: str | Path) -> int:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode


@pytest.mark.slow
def test_a_run_needs_to_write_only_its_result(
    folder: Path, installed: Path, undisturbed: Callable[[str], dict[str, Any]]
) -> None:
    with pytest.raises(OSError, match=r"Read-only|denied"):
        (installed / "recc_mc" / "x").touch()
    cache = folder / "cache"
    cache.mkdir()
    bare = environment(
        HOME=NO_HOME,
        XDG_CACHE_HOME=None,
        NUMBA_CACHE_DIR=None,
        MPLCONFIGDIR=None,
        TMPDIR=str(cache),
        PYTHONPATH=str(installed),
        PYTHONDONTWRITEBYTECODE="1",
    )
    code, out, err = run(*ARGUMENTS, folder=folder, env=bare)
    assert (code, out, err) == (0, "", "")
    # What was compiled is kept where temporary files may be.
    assert list(cache.rglob("*.nbi"))
    assert_complete(folder / "out.nc", undisturbed("samples"))

"""Compilation: lazy, cached where it can be written, and never stale."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import recc_mc.kernels
from recc_mc.kernels.chain import UNIT
from recc_mc.kernels.options import LANES

PLACE = "import numba, recc_mc.kernels.options as o; print(o.CACHED, numba.config.CACHE_DIR)"
COMPILED = """
from importlib import import_module
from pathlib import Path
import recc_mc
for room in ("kernels", "summary"):
    for source in Path(recc_mc.__file__).parent.glob(f"{room}/*.py"):
        for value in vars(import_module(f"recc_mc.{room}.{source.stem}")).values():
            if hasattr(value, "signatures") and not isinstance(value, type):
                assert not value.signatures, value
                print(value.__name__)
"""


def python(program: str, **environment: str) -> str:
    """Output of a fresh interpreter; an empty variable is taken out of its environment."""
    env = {**os.environ, **environment}
    env = {name: value for name, value in env.items() if value}
    # -P leaves the working directory, which may hold a checkout, out of the path.
    command = [sys.executable, "-P", "-c", program]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return done.stdout


def test_a_unit_is_made_of_whole_tiles() -> None:
    assert UNIT % LANES == 0


def test_nothing_is_compiled_at_import() -> None:
    kernels = python(COMPILED).split()
    assert {"run_block", "add_moments"} <= set(kernels)


def is_kernel(value: object) -> bool:
    return hasattr(value, "signatures") and not isinstance(value, type)


def kernels_outside() -> Iterator[Any]:
    package = Path(recc_mc.__file__).parent
    for source in package.rglob("*.py"):
        if source.parent.name != "kernels" and "\n@kernel" in source.read_text():
            parts = source.relative_to(package.parent).with_suffix("").parts
            found = vars(import_module(".".join(parts))).values()
            yield from (value for value in found if is_kernel(value))


def test_no_kernel_elsewhere_calls_one_of_another_file() -> None:
    """Code that is cached is looked up by its own file and by those of the kernels only."""
    outside = list(kernels_outside())
    assert outside
    for kernel in outside:
        function = kernel.py_func
        for name in function.__code__.co_names:
            called = function.__globals__.get(name)
            if is_kernel(called):
                own = called.__module__ == kernel.__module__
                assert own or called.__module__.startswith("recc_mc.kernels."), (kernel, called)


@pytest.mark.parametrize("variable", ["XDG_CACHE_HOME", "HOME"])
def test_the_cache_is_the_users(variable: str, tmp_path: Path) -> None:
    base = {"XDG_CACHE_HOME": "", "HOME": "", variable: str(tmp_path)}
    cached, place = python(PLACE, NUMBA_CACHE_DIR="", **base).split()
    assert cached == "True"
    assert Path(place).is_relative_to(tmp_path)
    assert Path(place).is_dir()


def test_without_a_home_the_cache_is_temporary(tmp_path: Path) -> None:
    nowhere = "/proc/nowhere" if Path("/proc").is_dir() else "/nowhere"
    base = {"XDG_CACHE_HOME": nowhere, "HOME": nowhere, "TMPDIR": str(tmp_path)}
    cached, place = python(PLACE, NUMBA_CACHE_DIR="", **base).split()
    assert cached == "True"
    assert Path(place).is_relative_to(tmp_path)


def without_a_home(tmp_path: Path) -> Path:
    """Where a process without a home caches what it compiles."""
    base = {"XDG_CACHE_HOME": "/proc/nowhere", "HOME": "/proc/nowhere", "TMPDIR": str(tmp_path)}
    return Path(python(PLACE, NUMBA_CACHE_DIR="", **base).split()[1])


def plant_folder_for_all(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)


def plant_link(folder: Path) -> None:
    elsewhere = folder.with_name("elsewhere")
    elsewhere.mkdir(mode=0o700)
    folder.symlink_to(elsewhere)


def plant_file(folder: Path) -> None:
    folder.touch()


def plant_folder_of_another(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    try:
        os.chown(folder, 12345, 12345)
    except PermissionError:
        pytest.skip("only the superuser can give a folder away")


@pytest.mark.parametrize(
    "plant", [plant_folder_for_all, plant_link, plant_file, plant_folder_of_another]
)
def test_a_temporary_cache_that_others_can_write_to_is_not_trusted(
    plant: Callable[[Path], None], tmp_path: Path
) -> None:
    foreseen = tmp_path / f"recc_mc-{os.getuid()}"
    plant(foreseen)
    place = without_a_home(tmp_path)
    assert place.parent.parent == tmp_path
    assert place.parent.name.startswith(f"{foreseen.name}-")
    assert place.parent.stat().st_mode & 0o777 == place.stat().st_mode & 0o777 == 0o700
    # The private one is found again: nothing is compiled twice.
    assert without_a_home(tmp_path) == place
    assert not list((tmp_path / "elsewhere").glob("*"))


def test_kernels_that_others_may_have_written_are_not_run(tmp_path: Path) -> None:
    place = without_a_home(tmp_path)
    place.chmod(0o770)
    assert without_a_home(tmp_path) != place


def test_a_cache_in_a_folder_of_another_user_is_not_trusted(tmp_path: Path) -> None:
    home = tmp_path / "home"
    plant_folder_of_another(home)
    base = {"XDG_CACHE_HOME": str(home), "TMPDIR": str(tmp_path), "NUMBA_CACHE_DIR": ""}
    place = Path(python(PLACE, **base).split()[1])
    assert place.parent == tmp_path / f"recc_mc-{os.getuid()}"


def test_nothing_is_cached_where_everything_is_everybodys(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    base = {"XDG_CACHE_HOME": "/proc/nowhere", "HOME": "/proc/nowhere", "TMPDIR": str(tmp_path)}
    assert python(PLACE, NUMBA_CACHE_DIR="", **base).split() == ["False"]
    assert not list(tmp_path.glob("recc_mc-*-*"))


def test_the_users_own_choice_of_a_cache_stands(tmp_path: Path) -> None:
    _, place = python(PLACE, NUMBA_CACHE_DIR=str(tmp_path / "mine")).split()
    assert Path(place).parent == tmp_path / "mine"
    assert python(PLACE, NUMBA_CACHE_DIR=place).split()[1] == place


@pytest.mark.parametrize("own", ["", "mine"])
def test_an_edited_kernel_gets_another_cache(tmp_path: Path, own: str) -> None:
    # numba looks at the file of the function it calls, not at the files of what that calls.
    package = Path(recc_mc.kernels.__file__).parents[1]
    shutil.copytree(package, tmp_path / "recc_mc", ignore=shutil.ignore_patterns("__pycache__"))
    base = {"XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": own}
    first = python(PLACE, **base)
    assert python(PLACE, **base) == first
    with (tmp_path / "recc_mc" / "kernels" / "elementary.py").open("a") as source:
        source.write("# Another constant.\n")
    assert python(PLACE, **base) != first

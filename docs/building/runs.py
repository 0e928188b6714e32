"""Commands that pages show: where they run, and what they print. Tests run the same ones."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PREPARED = (
    "recc-mc simulate configs/rare_earth_mines.toml --samples 20_000",
    "recc-mc sensitivity configs/rare_earth_mines.toml --samples 512 --replicates 4",
)
"""What pages find done: the result that the first page makes, of fewer samples."""
FRESH = ("quickstart",)
"""Pages that find nothing done."""
_PREPARED = "prepared"
# Of these a test takes fewer samples.
_LARGE = {
    "simulate": "200",
    "scenarios": "200",
    "target": "200",
    "sensitivity": "16",
    "sweep": "100",
    "tolerance": "500",
    "assumptions": "100",
}
_BLOCK = re.compile(r"^```\{command\} ?(.*)\n((?::\w+:.*\n)*)(.*\n)*?```$", flags=re.MULTILINE)


class Command(NamedTuple):
    """A command of a page.

    Parameters
    ----------
    line
        As it is typed.
    code
        The exit code that the page says it has.
    """

    line: str
    code: int = 0


def commands_of(page: Path) -> Iterator[Command]:
    """Commands that a page runs, in its order."""
    for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        code = re.search(r"^:code: (\d+)$", found[2], flags=re.MULTILINE)
        yield Command(found[1], int(code[1]) if code else 0)


def place_of(page: str, base: Path) -> Path:
    """Folder that the commands of a page run in; made where there is none.

    Parameters
    ----------
    page
        Name of the page.
    base
        Folder of all of them, in which `prepare` has been.
    """
    place = base / page.replace("/", "-")
    if not place.exists():
        if page in FRESH:
            _checkout(place)
        else:
            shutil.copytree(base / _PREPARED, place, symlinks=True)
    return place


def _checkout(place: Path) -> None:
    """A folder with the configurations, and the examples of the pages."""
    place.mkdir(parents=True)
    for linked in (ROOT / "configs", ROOT / "docs" / "examples"):
        (place / linked.name).symlink_to(linked, target_is_directory=True)


def words_of(line: str, *, small: bool = False) -> list[str]:
    """Arguments of a command of the program.

    Parameters
    ----------
    line
        As it is typed.
    small
        Whether few samples do.
    """
    program, *words = shlex.split(line)
    if program != "recc-mc":
        raise ValueError(f"{line}: expected a command of recc-mc")
    if small and words[0] in _LARGE:
        words = [*words, "--samples", _LARGE[words[0]]]
        if words[0] == "sensitivity":
            words += ["--replicates", "2"]
    return words


def run(line: str, place: Path, *, small: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command of the program.

    Parameters
    ----------
    line
        As it is typed.
    place
        Folder to run it in.
    small
        Whether few samples do.
    """
    return subprocess.run(
        [sys.executable, "-m", "recc_mc", *words_of(line, small=small)],
        cwd=place,
        env=os.environ | {"COLUMNS": "88"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def prepare(base: Path, *, small: bool = False) -> None:
    """Have a new folder, and in it the results that pages find done.

    Parameters
    ----------
    base
        The folder.
    small
        Whether few samples do.
    """
    shutil.rmtree(base, ignore_errors=True)
    _checkout(base / _PREPARED)
    for line in PREPARED:
        done = run(line, base / _PREPARED, small=small)
        if done.returncode:
            raise RuntimeError(f"{line}: {done.stderr}")

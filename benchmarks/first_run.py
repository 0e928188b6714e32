"""What a first run takes, with nothing compiled: from a checkout, from a wheel, and after that.

Whole commands, imports and all, each in a process of its own.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numba

import recc_mc.kernels.options  # noqa: F401  (says where compiled code is kept)
from benchmarks.command import Spent, spent
from benchmarks.frame import Row, measurement

ROOT = Path(__file__).parents[1]
STUDY = ROOT / "configs" / "rare_earth_mines.toml"
WAYS = ("from a checkout", "from a wheel")


def runs(package: Path, samples: int, folder: Path, *, cache: str = "") -> dict[str, Spent]:
    """What commands take one after the other; without a cache nothing is compiled at first."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(package),
        "NUMBA_CACHE_DIR": cache or str(folder / "cache"),
        "OPENBLAS_NUM_THREADS": "1",
    }

    def run(command: str, count: int) -> Spent:
        options = ("--samples", str(count), "--seed", "1", "--force", "--quiet")
        argv = [sys.executable, "-P", "-m", "recc_mc", command, str(STUDY), *options]
        argv += ["-o", str(folder / "result.nc")]
        return spent(
            lambda: subprocess.run(argv, env=environment, check=True, stdout=subprocess.DEVNULL)
        )

    return {
        "first simulate": run("simulate", samples),
        "first sensitivity": run("sensitivity", 64),
        "next simulate": run("simulate", samples),
        "next sensitivity": run("sensitivity", 64),
    }


def as_in_a_wheel(folder: Path) -> Path:
    """A copy of the package with the kernels that a wheel made here would carry."""
    compiled = folder / "recc_mc" / "kernels" / "compiled"
    shutil.copytree(
        ROOT / "recc_mc", folder / "recc_mc", ignore=shutil.ignore_patterns("__pycache__")
    )
    compiled.mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "NUMBA_CACHE_DIR": str(folder / "cache"),
    }
    command = [sys.executable, "-P", str(ROOT / "ship_kernels.py"), str(compiled)]
    subprocess.run(command, env=environment, check=True)
    return folder


def measure(rounds: int, samples: int) -> dict[str, dict[str, Spent]]:
    """Least of both kinds of seconds of each command, by way."""
    best: dict[str, dict[str, Spent]] = {way: {} for way in WAYS}
    with tempfile.TemporaryDirectory() as name:
        wheel = as_in_a_wheel(Path(name, "wheel"))
        for number in range(rounds):
            for way in WAYS:
                folder = Path(name, f"{number} {way}")
                folder.mkdir()
                package = wheel if way == "from a wheel" else ROOT
                for command, seconds in runs(package, samples, folder).items():
                    least = best[way].get(command, seconds)
                    best[way][command] = Spent(*map(min, seconds, least))
    return best


@measurement("first_run", "The first run on a fresh machine")
def first_run(small: bool) -> Iterator[Row]:
    """Seconds on the clock, those of CPU in the note."""
    if small:
        # Compiling has no small size: what was compiled before is used.
        with tempfile.TemporaryDirectory() as name:
            cache = str(numba.config.CACHE_DIR)
            best = {WAYS[0]: runs(ROOT, 64, Path(name), cache=cache)}
    else:
        best = measure(1, 1000)
    for way, seconds in best.items():
        for command, (cpu, clock) in seconds.items():
            note = f"{cpu:.1f} s of CPU"
            yield Row(f"first run {way}", command, "s, clock", clock, note=note, more={"cpu": cpu})

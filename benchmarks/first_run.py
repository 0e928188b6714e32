"""What a first run takes, with nothing compiled: from a checkout, from a wheel, and after that.

Run ``python -m benchmarks.first_run`` from the top folder; ``--small`` only shows that it runs.
Times are CPU seconds of whole commands, imports and all, each in a process of its own; contenders
in turns. *As numba does* compiles function by function, as where numba's internals are others.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numba

import recc_mc.kernels.options  # noqa: F401  (says where compiled code is kept)

ROOT = Path(__file__).parents[1]
STUDY = ROOT / "configs" / "rare_earth_mines.toml"
# Arguments: whether kernels are compiled as numba does, then those of the command.
PROGRAM = """
import sys
if sys.argv.pop(1) == "as numba does":
    sys.modules["recc_mc.kernels.compiling"] = None
from recc_mc.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
WAYS = ("as numba does", "from a checkout", "from a wheel")


def runs(
    way: str, package: Path, samples: int, folder: Path, *, cache: str = ""
) -> dict[str, float]:
    """CPU seconds of commands one after the other; without a cache nothing is compiled at first."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(package),
        "NUMBA_CACHE_DIR": cache or str(folder / "cache"),
        "OPENBLAS_NUM_THREADS": "1",
    }

    def run(command: str, count: int) -> float:
        options = ("--samples", str(count), "--seed", "1", "--force", "--quiet")
        argv = [command, str(STUDY), *options, "-o", str(folder / "result.nc")]
        return cpu_seconds([sys.executable, "-P", "-c", PROGRAM, way, *argv], environment)

    return {
        "first simulate": run("simulate", samples),
        "first sensitivity": run("sensitivity", 64),
        "next simulate": run("simulate", samples),
        "next sensitivity": run("sensitivity", 64),
    }


def cpu_seconds(command: list[str], environment: dict[str, str]) -> float:
    """CPU seconds that a process and its threads take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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


def measure(rounds: int, samples: int) -> dict[str, dict[str, float]]:
    """Least CPU seconds of each command, by way."""
    best: dict[str, dict[str, float]] = {way: {} for way in WAYS}
    with tempfile.TemporaryDirectory() as name:
        wheel = as_in_a_wheel(Path(name, "wheel"))
        for number in range(rounds):
            for way in WAYS:
                folder = Path(name, f"{number} {way}")
                folder.mkdir()
                package = wheel if way == "from a wheel" else ROOT
                for command, seconds in runs(way, package, samples, folder).items():
                    best[way][command] = min(seconds, best[way].get(command, seconds))
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="a run too short to mean anything")
    parser.add_argument("--samples", type=int, default=1000, help="of simulate (default: 1000)")
    parser.add_argument("--rounds", type=int, default=2)
    args = parser.parse_args()
    if args.small:
        # Compiling has no small size: what was compiled before is used.
        with tempfile.TemporaryDirectory() as name:
            way, cache = "from a checkout", str(numba.config.CACHE_DIR)
            best = {way: runs(way, ROOT, 64, Path(name), cache=cache)}
    else:
        best = measure(args.rounds, args.samples)
    commands = list(next(iter(best.values())))
    print(f"{'CPU seconds':<20}" + "".join(f"{command:>20}" for command in commands))
    for way, seconds in best.items():
        print(f"{way:<20}" + "".join(f"{seconds[command]:>20.1f}" for command in commands))


if __name__ == "__main__":
    main()

"""What people wait for around the kernel: whole commands, and a call in a warm session.

Everything is compiled beforehand. Commands run in a process each, imports and all, in turns with
the kernel alone; CPU seconds of all threads, and seconds on the clock, the least of all rounds.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import recc_mc as rm
from benchmarks.frame import Row, measurement
from recc_mc.sampling.draws import compute_block
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block

ROOT = Path(__file__).parents[1]
STUDY = ROOT / "configs" / "rare_earth_mines.toml"
WARM = 8192
KERNEL = "kernel alone"


class Spent(NamedTuple):
    """Seconds of CPU, and on the clock."""

    cpu: float
    clock: float


def spent(run: Callable[[], object]) -> Spent:
    """What a call takes, with all threads and processes that end within."""
    before, start = _cpu_seconds(), time.perf_counter()
    run()
    return Spent(_cpu_seconds() - before, time.perf_counter() - start)


def _cpu_seconds() -> float:
    uses = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def python(*arguments: object) -> None:
    """Python in a process of its own, which finds the package here."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    # As it is for users: the first run, which does not count, leaves the modules compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    argv = [sys.executable, "-P", *map(str, arguments)]
    subprocess.run(argv, env=environment, check=True, stdout=subprocess.DEVNULL)


def command(*arguments: object) -> None:
    """A command of the program that writes a file."""
    python("-m", "recc_mc", *arguments, "--force", "--quiet")


def contenders(folder: Path, counts: tuple[int, ...]) -> Mapping[str, Callable[[], object]]:
    """All that is measured, by name; the report is of the last simulation."""
    study = rm.load_study(STUDY)
    model = CompiledStudy.of(study)
    runs: dict[str, Callable[[], object]] = {
        "--help": partial(python, "-m", "recc_mc", "--help"),
        "import recc_mc": partial(python, "-c", "import recc_mc"),
        "check": partial(python, "-m", "recc_mc", "check", STUDY),
    }
    for count in counts:
        result = folder / f"{count}.nc"

        def simulate(count: int = count, result: Path = result) -> None:
            # Not one that is there already, and would be looked into.
            result.unlink(missing_ok=True)
            command("simulate", STUDY, "--samples", count, "-o", result)

        runs[f"{KERNEL}, {count:,} samples"] = partial(compute_block, model, 1, Block(0, 0, count))
        runs[f"simulate, {count:,} samples"] = simulate
    runs["report"] = partial(command, "report", folder / f"{counts[-1]}.nc")
    runs[f"rm.simulate, {WARM:,} samples, warm"] = partial(rm.simulate, study, samples=WARM, seed=1)
    return runs


def measure(runs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Spent]:
    """Least of both kinds of seconds; the first call, which may compile, does not count."""
    for run in runs.values():
        run()
    best = dict.fromkeys(runs, Spent(float("inf"), float("inf")))
    for _ in range(rounds):
        for name, run in runs.items():
            best[name] = Spent(*map(min, best[name], spent(run)))
    return best


@measurement("commands", "Whole commands, everything compiled")
def commands(small: bool) -> Iterator[Row]:
    """Seconds on the clock, those of CPU in the note."""
    counts, rounds = ((64,), 1) if small else ((10_000, 100_000), 2)
    with tempfile.TemporaryDirectory() as folder:
        best = measure(contenders(Path(folder), counts), rounds)
    unit = best[f"{KERNEL}, {counts[-1]:,} samples"].cpu
    for name, (cpu, clock) in best.items():
        note = f"{cpu:.2f} s of CPU, {cpu / unit:.1f} of the {KERNEL}'s"
        yield Row("commands", name, "s, clock", clock, note=note, more={"cpu": cpu})

"""Peak memory of whole processes, by what they do and with how much."""

import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.frame import Row, measurement, pinned
from benchmarks.made_up import SEED, Shape, make_study

STUDY = Path(__file__).parents[1] / "configs" / "rare_earth_mines.toml"
CORES = 2


def peak_memory() -> int:
    """Most bytes that this process has had in memory."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux counts as `ru_maxrss` also what the parent had when it started this process.
        lines = status.read_text(encoding="ascii").splitlines()
        (line,) = (line for line in lines if line.startswith("VmHWM:"))
        return 1024 * int(line.split()[1])
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else 1024 * used


def after(work: str, name: str, run: str, samples: int, shape: Shape | None) -> Iterator[Row]:
    """Row of a process that has done one thing, for `frame.pinned`."""
    import recc_mc as rm

    study = rm.load_study(STUDY) if shape is None else make_study(shape)
    RUNS[run](study, samples)
    note = "" if shape is None else f"{shape.cells:,} values"
    yield Row(work, name, "MiB, peak", peak_memory() / 2**20, samples=samples, note=note)


def _simulate(keep: str) -> Callable[..., object]:
    def run(study: object, samples: int) -> object:
        import recc_mc as rm

        return rm.simulate(study, samples=samples, seed=SEED, keep=keep)

    return run


def _nothing(study: object, samples: int) -> object:
    return None


def _evaluate(study: object, samples: int) -> object:
    import recc_mc as rm

    return rm.evaluate(study)


def _sensitivity(study: object, samples: int) -> object:
    import recc_mc as rm

    return rm.sensitivity(study, samples=samples, seed=SEED, replicates=2)


RUNS: dict[str, Callable[..., object]] = {
    "load_study": _nothing,
    "evaluate": _evaluate,
    "simulate, summary": _simulate("summary"),
    "simulate, samples": _simulate("samples"),
    "sensitivity": _sensitivity,
}
#: Samples by what is run.
FULL = {
    "load_study": (0,),
    "evaluate": (0,),
    "simulate, summary": (10_000, 100_000, 1_000_000),
    "simulate, samples": (10_000, 100_000, 300_000),
    "sensitivity": (1024, 4096),
}
SMALL = {"simulate, summary": (256,)}
CASE = "peak memory, the case study"
PANELS = "peak memory, panels of eight years and 32 indicators, summary"


@measurement("memory", "Peak memory")
def memory(small: bool) -> Iterator[Row]:
    """A process each."""
    by_run = SMALL if small else FULL
    for run, counts in by_run.items():
        for samples in counts:
            name = f"{run}, {samples:,}" if samples else run
            yield from pinned(CORES, after, CASE, name, run, samples, None)
    samples = 64 if small else 512
    for mines in (31,) if small else (31, 300, 2800):
        shape = Shape(mines=mines)
        name = f"{mines:,} mines"
        yield from pinned(CORES, after, PANELS, name, "simulate, summary", samples, shape)

"""How runs scale: threads, a cluster, summary mode, memory, writing; all as ratios.

Run ``python -m benchmarks.scale`` from the top folder; ``--small`` only shows that it runs.
Times are wall times of whole runs, best of some rounds, contenders in turns: what the other core
of the machine does meanwhile shows, unlike in `benchmarks.kernel`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import dask.config
import numpy as np
from distributed import LocalCluster

import recc_mc as rm
from benchmarks.timing import best_times

STUDY = Path(__file__).parents[1] / "configs" / "rare_earth_mines.toml"
SEED = 1

PROBE = """
import re, sys
from pathlib import Path
import recc_mc as rm
rm.simulate(rm.load_study(sys.argv[1]), samples=int(sys.argv[2]), seed=1, keep="summary")
print(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


class Sizes(NamedTuple):
    """How much is measured."""

    samples: int  # of runs that are timed
    chunk: int  # of these runs: a block takes about a second
    memory: tuple[int, ...]  # samples of the runs whose memory is measured
    written: int  # samples that are written
    rounds: int


def time_runs(study: rm.Study, sizes: Sizes) -> dict[str, float]:
    """Seconds of the same run, done in different ways."""

    def run(scheduler: str, workers: int, keep: str = "summary") -> Callable[[], object]:
        def compute() -> object:
            with dask.config.set(num_workers=workers):
                return rm.simulate(
                    study,
                    samples=sizes.samples,
                    seed=SEED,
                    chunk=sizes.chunk,
                    scheduler=scheduler,
                    keep=keep,
                )

        return compute

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        ways = {
            "one thread, summary": run("threads", 1),
            "one thread, samples": run("threads", 1, "samples"),
            "two threads, summary": run("threads", 2),
            "cluster of two workers, summary": run(cluster.scheduler_address, 2),
        }
        return best_times(ways, sizes.rounds, time.perf_counter)


def peak_memory(samples: int) -> int:
    """Peak memory in bytes of a process that makes a summary of so many samples."""
    command = [sys.executable, "-c", PROBE, str(STUDY), str(samples)]
    return 1024 * int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def time_writing(study: rm.Study, sizes: Sizes, folder: Path) -> tuple[dict[str, float], int]:
    """Seconds to write draws as a result and to write their bytes as they are; how many bytes."""
    draws = rm.simulate(study, samples=sizes.written, seed=SEED, keep="samples")
    wide = [draws[name].values for name in draws if "sample" in draws[name].dims]
    stored = [a.astype(np.float32) if a.dtype == np.float64 else a for a in wide]

    def copy() -> None:
        with open(folder / "raw", "wb") as file:
            for array in stored:
                array.tofile(file)
            os.fsync(file.fileno())

    def write(compression: str) -> Callable[[], object]:
        return lambda: rm.save(
            folder / "result.nc", samples=draws, compression=compression, overwrite=True
        )

    ways = {"raw copy": copy, "uncompressed": write("none"), "compressed": write("zlib")}
    return best_times(ways, sizes.rounds, time.perf_counter), sum(array.nbytes for array in stored)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="a run too short to mean anything")
    small = parser.parse_args().small
    sizes = (
        Sizes(4096, 1024, (1000, 2000), 1000, 1)
        if small
        else Sizes(8 * 131_072, 131_072, (10**5, 10**6, 10**7), 100_000, 3)
    )
    study = rm.load_study(STUDY)
    seconds = time_runs(study, sizes)
    for way, time_taken in seconds.items():
        print(f"{way:<40}{1e6 * time_taken / sizes.samples:>10.2f} us/sample")
    one, samples, two, cluster = seconds.values()
    print(f"efficiency of two threads                {one / two / 2:>9.2f}")
    print(f"summary over samples                     {one / samples:>9.2f}")
    print(f"cluster over threads                     {cluster / two:>9.2f}")
    for samples in sizes.memory:
        print(
            f"peak memory, {samples:>12,} samples        {peak_memory(samples) / 2**20:>9.0f} MiB"
        )
    with tempfile.TemporaryDirectory(dir=".") as folder:
        written, size = time_writing(study, sizes, Path(folder))
    for way, time_taken in written.items():
        ratio = time_taken / written["raw copy"]
        print(f"writing, {way:<30}{size / time_taken / 2**20:>10.0f} MiB/s{ratio:>8.1f} x raw")


if __name__ == "__main__":
    main()

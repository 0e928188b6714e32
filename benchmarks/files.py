"""Writing a result and reading it back, beside a raw copy of its draws."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import xarray as xr

import recc_mc as rm
from benchmarks.frame import Row, measurement
from benchmarks.timing import best_times

STUDY = Path(__file__).parents[1] / "configs" / "rare_earth_mines.toml"
SEED = 1
COMPRESSIONS = {"uncompressed": "none", "compressed": "zlib"}


def stored(draws: xr.Dataset) -> list[np.ndarray]:
    """Arrays of draws as a result holds them."""
    wide = [draws[name].values for name in draws if "sample" in draws[name].dims]
    return [a.astype(np.float32) if a.dtype == np.float64 else a for a in wide]


def writers(draws: xr.Dataset, folder: Path) -> dict[str, Callable[[], object]]:
    """Ways to write draws to a disk."""
    arrays = stored(draws)

    def copy() -> None:
        with open(folder / "raw", "wb") as file:
            for array in arrays:
                array.tofile(file)
            os.fsync(file.fileno())

    def write(name: str) -> Callable[[], object]:
        compression = COMPRESSIONS[name]
        path = folder / f"{name}.nc"
        return lambda: rm.save(path, samples=draws, compression=compression, overwrite=True)

    return {"raw copy": copy, **{name: write(name) for name in COMPRESSIONS}}


def readers(folder: Path) -> dict[str, Callable[[], object]]:
    """Ways to read all draws of files that are there."""

    def read(name: str) -> Callable[[], object]:
        def run() -> None:
            with rm.load(folder / f"{name}.nc") as tree:
                tree["samples"].to_dataset().load()

        return run

    raw = {"raw copy": lambda: np.fromfile(folder / "raw", np.uint8)}
    return raw | {name: read(name) for name in COMPRESSIONS}


def opener(path: Path) -> Callable[[], object]:
    """Opening a result, without its numbers."""

    def run() -> None:
        with rm.load(path):
            pass

    return run


@measurement("files", "Writing results and reading them back")
def files(small: bool) -> Iterator[Row]:
    """MB/s of the draws' bytes as stored, on the clock; what is read is in the system's memory."""
    samples, rounds = (256, 1) if small else (100_000, 3)
    draws = rm.simulate(rm.load_study(STUDY), samples=samples, seed=SEED, keep="samples")
    size = sum(array.nbytes for array in stored(draws))
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name)
        for work, ways in (("writing", writers(draws, folder)), ("reading", readers(folder))):
            times = best_times(ways, rounds, time.perf_counter)
            for way, taken in times.items():
                note = f"{taken / times['raw copy']:.1f} times a raw copy"
                if way in COMPRESSIONS:
                    made = (folder / f"{way}.nc").stat().st_size
                    note += f"; {made / 1e6:,.1f} MB of {size / 1e6:,.1f}"
                value = size / taken / 1e6
                yield Row(f"{work} draws", way, "MB/s", value, samples=samples, note=note)
        ways = {name: opener(folder / f"{name}.nc") for name in COMPRESSIONS}
        for way, taken in best_times(ways, rounds, time.perf_counter).items():
            yield Row("opening a result", way, "ms", 1e3 * taken, samples=samples)

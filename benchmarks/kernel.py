"""Samples per second of the kernel and of other ways to do the same work, on one core.

Run ``python -m benchmarks.kernel`` from the top folder; ``--small`` only shows that it runs.
"""

import os

# One thread each: NumPy's linear algebra must not use a second core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

import recc_mc as rm
from benchmarks.floor import floor
from benchmarks.rivals import batched_numpy, per_sample_numpy
from benchmarks.timing import best_times
from recc_mc.kernels.options import LANES
from recc_mc.sampling.draws import empty_draws, fill_draws
from recc_mc.sampling.random import RandomDesign
from recc_mc.study import Study
from recc_mc.uncertainty.compiled import CompiledStudy

STUDY = Path(__file__).parents[1] / "configs" / "rare_earth_mines.toml"


def in_single(study: Study) -> Study:
    """The same study in single precision."""
    method = study.settings.method.model_copy(update={"precision": "single"})
    return replace(study, settings=study.settings.model_copy(update={"method": method}))


def measure(samples: int, loop_samples: int, rounds: int) -> dict[str, float]:
    """Microseconds per sample of each contender, by name."""
    study = rm.load_study(STUDY)
    model, single = CompiledStudy.of(study), CompiledStudy.of(in_single(study))
    objects, indicators = study.panel.n_objects, len(study.hierarchy.names)
    rng = np.random.Generator(np.random.SFC64(1))
    draws = empty_draws(model.plan, samples + -samples % LANES)

    def kernel(model: CompiledStudy) -> None:
        rows = RandomDesign(model.columns, 1).rows(0, samples)
        fill_draws(model, rows, draws, seed=1)

    times = best_times(
        {
            "kernel": lambda: kernel(model),
            "kernel, single precision": lambda: kernel(single),
            "batched NumPy": lambda: batched_numpy(study, samples, rng),
            "floor": lambda: floor(objects, indicators, samples),
        },
        rounds,
    )
    slow = best_times({"loop": lambda: per_sample_numpy(study, loop_samples, rng)}, 2)
    per_sample = {name: 1e6 * seconds / samples for name, seconds in times.items()}
    return per_sample | {"NumPy, one sample at a time": 1e6 * slow["loop"] / loop_samples}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a run too short to mean anything")
    small = parser.parse_args().small
    found = measure(64, 2, 1) if small else measure(4096, 100, 30)
    print(f"{'contender':<30}{'us/sample':>12}{'samples/s':>12}{'x kernel':>10}")
    for name, microseconds in found.items():
        ratio = microseconds / found["kernel"]
        print(f"{name:<30}{microseconds:>12.2f}{1e6 / microseconds:>12,.0f}{ratio:>10.2f}")
    print(f"kernel over floor: {found['kernel'] / found['floor']:.2f}")


if __name__ == "__main__":
    main()

"""SALib's methods for all outputs of the case study, against SALib's own analyses.

Run ``python -m benchmarks.methods`` from the top folder; ``--small`` only shows that it runs.

Inputs are as many as those of the case study (`configs/rare_earth_mines.toml`), with the dummies
beside them, samples 256 or, where a method needs more, as few as it takes. Outputs are sums of the
inputs with noise: what an analysis takes does not depend on their values. SALib's analysis is
measured for one output, this package's for the four of a task.
"""

import os

# One thread each: NumPy's linear algebra must not use a second core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
from typing import NamedTuple

import numpy as np
from SALib.sample import fast_sampler, latin, morris, shapley

from benchmarks import by_salib
from benchmarks.timing import best_times
from recc_mc.salib.estimators.resampling import Floats
from recc_mc.salib.forecast import OUTPUTS_PER_BLOCK
from recc_mc.salib.methods import METHODS

SAMPLES = 256
MINE_YEARS = 48
# Resamples of hdmr, of which SALib's take some seconds each; the ratio does not depend on them.
FEW = 2


class Sizes(NamedTuple):
    """How much is measured."""

    inputs: int  # columns without noise
    steps: int  # columns of morris, with noise
    factors: int
    rounds: int


class Found(NamedTuple):
    """Seconds of CPU for one output."""

    samples: int
    rows: int
    resamples: int
    salib: float
    ours: float
    outputs: int

    @property
    def ratio(self) -> float:
        """How many times longer SALib takes."""
        return self.salib / self.ours


def measure(name: str, sizes: Sizes) -> Found:
    """Time a method's analysis in both ways."""
    method = METHODS[name]
    groups = {
        "morris": tuple(k * sizes.factors // sizes.steps for k in range(sizes.steps)),
        "shapley": tuple(range(sizes.factors)),
    }.get(name, tuple(range(sizes.inputs)))
    samples = max(SAMPLES, method.fewest(sizes.inputs, sizes.inputs))
    rows = _rows(name, samples, groups)
    generator = np.random.default_rng(2)
    slopes = generator.normal(size=(OUTPUTS_PER_BLOCK, rows.shape[1]))
    noise = generator.normal(size=(OUTPUTS_PER_BLOCK, len(rows)))
    # A design of which rows belong together shares its noise.
    y = slopes @ rows.T + (noise if method.given_data else 0)
    y -= y.mean(axis=1, keepdims=True)
    rows = np.hstack([rows, generator.random((len(rows), method.dummies))])
    groups += tuple(1 + groups[-1] + k for k in range(method.dummies))
    resamples = FEW if method.joint else method.resamples
    seeds = range(OUTPUTS_PER_BLOCK)
    alone = getattr(by_salib, f"analyze_{name}")
    times = best_times(
        {
            "salib": lambda: alone(rows, y[0], groups, resamples, 0),
            "ours": lambda: method.estimate(rows, y, groups, resamples, seeds),
        },
        sizes.rounds,
    )
    outputs = MINE_YEARS * len(method.outputs)
    per_output = times["ours"] / OUTPUTS_PER_BLOCK
    return Found(samples, len(rows), resamples, times["salib"], per_output, outputs)


def _rows(name: str, samples: int, groups: tuple[int, ...]) -> Floats:
    columns = len(groups)
    names = [f"x{k}" for k in range(columns)]
    problem = {"num_vars": columns, "names": names, "bounds": [[0.0, 1.0]] * columns}
    match name:
        case "morris":
            found = morris.sample(problem | {"groups": [f"g{k}" for k in groups]}, samples, seed=1)
        case "fast":
            found = fast_sampler.sample(problem, samples, seed=1)
        case "shapley":
            found = shapley.sample(problem, samples, seed=1)
        case _:
            found = latin.sample(problem, samples, seed=1)
    return np.asarray(found, np.float64)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="a run too short to mean anything")
    small = parser.parse_args().small
    sizes = Sizes(4, 6, 4, 1) if small else Sizes(100, 138, 43, 3)
    print("CPU time of one core; SALib: one output, ours: one of four; all: of the case study")
    print(f"{'':10}{'samples':>9}{'rows':>9}{'SALib s':>10}{'ours s':>10}{'ratio':>8}{'all s':>8}")
    for name in METHODS:
        found = measure(name, sizes)
        print(
            f"{name:<10}{found.samples:>9,}{found.rows:>9,}{found.salib:>10.4f}{found.ours:>10.4f}"
            f"{found.ratio:>8,.1f}{found.outputs * found.ours:>8,.1f}"
            + (f"  ({found.resamples} resamples)" if found.resamples else ""),
            flush=True,
        )


if __name__ == "__main__":
    main()

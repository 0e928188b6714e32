"""Cost of the variance decomposition, in plain Monte Carlo runs and against the usual way.

Run ``python -m benchmarks.sensitivity`` from the top folder; ``--small`` only shows that it runs.

The usual way: rows from SALib's ``saltelli`` design, the model in batched NumPy, and SALib's
``analyze`` once for each output. Its design has one column per scalar input and takes the cells'
noise as a part of the model, so it answers less. Where all of it would take hours, rows and outputs
are measured in part: its time is design and model, in proportion to the rows, plus the number of
outputs times the time for one.
"""

import os

# One thread each: NumPy's linear algebra must not use a second core.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
from SALib.analyze import sobol as analyze
from SALib.sample import sobol as sample

import recc_mc as rm
from benchmarks.rivals import batched_numpy
from benchmarks.timing import best_times
from recc_mc.kernels.options import LANES
from recc_mc.sampling.draws import empty_draws, fill_draws
from recc_mc.sampling.random import RandomDesign
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.groups import list_groups
from recc_mc.variance.nested import Nested, compute_verdicts
from recc_mc.variance.outcomes import Subject, analysed, baseline_of
from recc_mc.variance.rows import (
    Rows,
    blocks_of,
    compute_effects,
    find_origin,
    plain_effects,
)

STUDY = Path(__file__).parents[1] / "configs" / "rare_earth_mines.toml"
OUTPUTS = 6
# Rows of a value that becomes known.
FEWEST = 128


class Sizes(NamedTuple):
    """How much is measured."""

    rows: int
    plain_rows: int
    usual_rows: int
    rounds: int


class Found(NamedTuple):
    """Seconds of CPU."""

    groups: int
    simulate: float  # `rows` samples
    sensitivity: float  # `rows` base rows
    information: float  # `rows` rows with one value of every factor known
    plain: float  # `plain_rows` base rows
    evaluations: int  # rows of the usual way's design for `usual_rows` base rows
    usual_model: float  # its design and model for them
    usual_output: float  # its analysis of one output of them
    outputs: int


def measure(sizes: Sizes) -> Found:
    """Time everything on the case study."""
    study = rm.load_study(STUDY)
    model = CompiledStudy.of(study)
    subject = Subject(model)
    origin = find_origin(subject, 1, baseline_of(study))
    rows = Rows(subject, list_groups(study), 1, sizes.rows, origin)
    few = Rows(subject, rows.groups, 1, sizes.plain_rows, origin)
    draws = empty_draws(model.plan, sizes.rows + -sizes.rows % LANES)
    (block,) = blocks_of(sizes.rows, 1, sizes.rows, rows.unit)

    def simulate() -> None:
        fill_draws(model, RandomDesign(model.columns, 1).rows(0, sizes.rows), draws, seed=1)

    nested = Nested(*analysed(study, noise=True), 1, 1, max(sizes.rows, FEWEST))
    (value,) = blocks_of(nested.inner, 1, nested.inner, nested.inner)
    times = best_times(
        {
            "simulate": simulate,
            "sensitivity": lambda: compute_effects(rows, block),
            "information": lambda: compute_verdicts(nested, value),
        },
        sizes.rounds,
    )
    slow = best_times({"plain": lambda: plain_effects(few, 0, 0)}, 2)
    groups = [g for g in rows.groups if g.kind != "class"]
    names = [f"{g.label} {k}" for g in groups for k, _ in enumerate(g.columns)]
    usual, evaluations = _usual(study, names, groups, sizes.usual_rows)
    return Found(
        len(rows.groups),
        times["simulate"],
        times["sensitivity"],
        times["information"] * sizes.rows / nested.inner,
        slow["plain"],
        evaluations,
        usual["model"],
        usual["output"],
        OUTPUTS * study.panel.n_objects,
    )


def _usual(
    study: rm.Study, names: list[str], groups: object, rows: int
) -> tuple[dict[str, float], int]:
    problem = {
        "num_vars": len(names),
        "names": names,
        "bounds": [[0.0, 1.0]] * len(names),
        "groups": [name.rsplit(" ", 1)[0] for name in names],
    }
    rng = np.random.Generator(np.random.SFC64(1))
    found = {}

    def evaluate() -> None:
        design = sample.sample(problem, rows, calc_second_order=False, seed=1)
        u = np.clip(design.T, 2.0**-31, 1 - 2.0**-31)
        found["recc"] = batched_numpy(study, u.shape[1], rng, u=np.ascontiguousarray(u))["recc"]

    def analyze_one() -> None:
        y = found["recc"][0, 0]
        analyze.analyze(problem, y, calc_second_order=False, num_resamples=2, seed=1)

    times = best_times({"model": evaluate, "output": analyze_one}, 2)
    return times, found["recc"].shape[-1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="a run too short to mean anything")
    small = parser.parse_args().small
    sizes = Sizes(64, 64, 16, 1) if small else Sizes(4096, 256, 1024, 15)
    found = measure(sizes)
    per_row = found.sensitivity / sizes.rows
    plain = found.plain / sizes.plain_rows
    model = found.usual_model / sizes.usual_rows
    output = found.usual_output / sizes.usual_rows
    usual = model + found.outputs * output
    print(f"{found.groups} groups, {found.outputs} outputs; us per base row on one core")
    for name, seconds in {
        "simulate, one sample": found.simulate / sizes.rows,
        "sensitivity": per_row,
        "value of information, a value of every factor": found.information / sizes.rows,
        "every exchange evaluated in full": plain,
        "the usual way: design and model": model,
        "the usual way: one output (measured)": output,
        f"the usual way: {found.outputs} outputs (extrapolated)": usual,
    }.items():
        print(f"{name:<48}{1e6 * seconds:>12,.1f}{seconds / per_row:>10.2f} x sensitivity")
    print(f"sensitivity over simulate: {found.sensitivity / found.simulate:.2f}")
    each = found.information / found.groups / found.simulate
    print(f"value of information: {each:.3f} samples for a factor's row")
    print(f"the usual way over sensitivity: {usual / per_row:,.0f}")
    print(f"({found.evaluations:,} evaluations of {sizes.usual_rows:,} base rows in the usual way)")


if __name__ == "__main__":
    main()

"""What a value costs in panels of different sizes, in both ways to keep draws.

Run ``python -m benchmarks.panels`` from the top folder; ``--small`` only shows that it runs.

A value is a cell (mine, year, indicator) in a sample. Studies are made up: every indicator with its
own and a systematic error, all judgments uncertain and repaired, as in the case study. *samples*:
the kernel into arrays that are there already; *summary*: kernel and tally of a block, and its part
in the total. CPU time of one thread, all sizes in turns. A model t = a + b cells + c matrix entries
is fitted to the relative errors of each way.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls

import recc_mc as rm
from benchmarks.timing import best_times
from recc_mc.sampling.draws import empty_draws, fill_draws, fit_chunk
from recc_mc.sampling.random import RandomDesign
from recc_mc.study.panel import GIVEN, Panel
from recc_mc.summary.family import baseline_of
from recc_mc.summary.quantiles import find_edges
from recc_mc.summary.ranking import is_compared
from recc_mc.summary.tally import add_block, compute_tally
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block

SEED = 1
FILE = """
[study]
panel = "panel.csv"
indicators = "indicators.csv"
judgments = "judgments.toml"
[uncertainty.judgments]
distribution = "lognormal"
sigma = 0.2
consistency = "repair"
[uncertainty.data]
distribution = "lognormal"
cv = 0.05
systematic_cv = 0.05
[uncertainty.method]
ahp_share = { low = 0.3, high = 0.7 }
goalposts = ["reestimated", "frozen"]
"""


class Shape(NamedTuple):
    """Size of a study."""

    mines: int
    years: int
    indicators: int  # half of them of each system
    items: int = 5  # indicators of a criterion, the size of its judgment matrix

    @property
    def objects(self) -> int:
        """Mines in all years."""
        return self.mines * self.years

    @property
    def cells(self) -> int:
        """Values of a sample."""
        return self.objects * self.indicators


SHAPES = (
    Shape(6, 8, 32),
    Shape(6, 8, 32, items=8),
    Shape(6, 8, 80),
    Shape(30, 8, 32),
    Shape(100, 10, 40),
    Shape(200, 10, 40),
    Shape(600, 10, 40),
    Shape(1000, 10, 40),
    Shape(2000, 10, 40),
    Shape(1000, 20, 20),
)


def make_study(shape: Shape) -> rm.Study:
    """A study of the size, all values lognormal.

    Parameters
    ----------
    shape
        Its size.
    """
    names = {
        system: [f"{system} {k}" for k in range(shape.indicators // 2)]
        for system in ("support", "pressure")
    }
    criteria = {
        f"{system} criterion {k // shape.items}": members[k : k + shape.items]
        for system, members in names.items()
        for k in range(0, len(members), shape.items)
    }
    rows = [
        f"{name},{criterion.split()[0]},{criterion},1,1,{name}"
        for criterion, members in criteria.items()
        for name in members
    ]
    nodes = {system: [c for c in criteria if c.startswith(system)] for system in names} | criteria
    matrices = [
        f'[[matrix]]\nname = "{node}"\nitems = {items}\n'
        f"upper = {[[1 + j % 3 for j in range(len(items) - i - 1)] for i in range(len(items) - 1)]}"
        for node, items in nodes.items()
    ]
    every = [name for members in names.values() for name in members]
    few = [f"A,2000,{','.join(map(str, range(1, 1 + len(every))))}"]
    few.append(f"B,2000,{','.join(map(str, range(2, 2 + len(every))))}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "study.toml").write_text(FILE)
        (folder / "indicators.csv").write_text(
            "\n".join(["indicator,system,criterion,direction,units,long_name", *rows])
        )
        (folder / "judgments.toml").write_text("\n".join(matrices).replace("'", '"'))
        (folder / "panel.csv").write_text("\n".join([f"mine,year,{','.join(every)}", *few]))
        study = rm.load_study(folder / "study.toml")
    return replace(study, panel=_panel(shape, study.panel.indicators))


def _panel(shape: Shape, indicators: tuple[str, ...]) -> Panel:
    sizes = shape.mines, shape.years, len(indicators)
    values = np.random.default_rng(SEED).lognormal(3.0, 0.5, sizes)
    mines = tuple(f"mine {k}" for k in range(shape.mines))
    years = tuple(range(2000, 2000 + shape.years))
    return Panel(mines, years, indicators, values, np.full(sizes, GIVEN, np.int8))


class Contender(NamedTuple):
    """A study, and how much of it is drawn at a time."""

    shape: Shape
    samples: dict[str, int]  # by way
    ways: dict[str, Callable[[], object]]


def contender(shape: Shape, least: int, block: int) -> Contender:
    """Both ways to draw samples of a study.

    Parameters
    ----------
    shape
        Size of the study.
    least
        Fewest values to draw at a time.
    block
        Most samples of a block.
    """
    study = make_study(shape)
    model = CompiledStudy.of(study)
    unit = model.plan.options.unit
    samples = unit * max(1, least // (unit * shape.cells))
    draws = empty_draws(model.plan, samples)
    base = rm.evaluate(study)
    known = baseline_of(base["recc"].values, base["rank"].values)
    edges = find_edges(model, SEED, samples)
    compared = is_compared(shape.mines, None)
    # As many as a run would have in a block: tallies of large panels are large themselves.
    units = max(samples, fit_chunk(model.plan, block) // unit * unit)
    total = compute_tally(model, SEED, edges, known, compared, Block(0, 0, units))

    def keep() -> None:
        rows = RandomDesign(model.columns, SEED).rows(0, samples)
        fill_draws(model, rows, draws, seed=SEED)

    def summarize() -> None:
        part = compute_tally(model, SEED, edges, known, compared, Block(0, 0, units))
        add_block(total, part)

    sizes = {"samples": samples, "summary": units}
    return Contender(shape, sizes, {"samples": keep, "summary": summarize})


def measure(shapes: Sequence[Shape], least: int, block: int, rounds: int) -> dict[str, list[float]]:
    """Seconds a sample by way, in the order of the shapes."""
    all_of_them = [contender(shape, least, block) for shape in shapes]
    times = best_times(
        {f"{way} {k}": run for k, one in enumerate(all_of_them) for way, run in one.ways.items()},
        rounds,
    )
    return {
        way: [times[f"{way} {k}"] / one.samples[way] for k, one in enumerate(all_of_them)]
        for way in ("samples", "summary")
    }


def fit(shapes: Sequence[Shape], seconds: Sequence[float]) -> tuple[float, float, float]:
    """Seconds a sample: fixed, of a cell, of an entry of the criteria's judgment matrices."""
    terms = np.array([(1, s.cells, s.indicators * (s.items - 1) / 2) for s in shapes], float)
    weight = 1 / np.array(seconds)
    fixed, cell, entry = nnls(terms * weight[:, None], np.ones(len(shapes)))[0]
    return fixed, cell, entry


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="a run too short to mean anything")
    small = parser.parse_args().small
    shapes = SHAPES[:2] if small else SHAPES
    found = measure(shapes, *((1, 1, 1) if small else (2**21, 2**14, 3)))
    print("mines years indicators matrix objects | ns a cell: samples, summary | x the best, ratio")
    best = {way: min(t / s.cells for t, s in zip(found[way], shapes, strict=True)) for way in found}
    for k, shape in enumerate(shapes):
        cost = {way: seconds[k] / shape.cells for way, seconds in found.items()}
        print(
            f"{shape.mines:>5,} {shape.years:>5} {shape.indicators:>10} {shape.items:>6} "
            f"{shape.objects:>7,} | "
            + "".join(f"{1e9 * each:>8.2f}" for each in cost.values())
            + " | "
            + "".join(f"{each / best[way]:>6.2f}" for way, each in cost.items())
            + f"{cost['summary'] / cost['samples']:>6.2f}"
        )
    for way, seconds in found.items():
        fixed, cell, entry = fit(shapes, seconds)
        print(
            f"{way}: {1e6 * fixed:.2f} us + {1e9 * cell:.2f} ns a cell + {1e9 * entry:.0f} ns a "
            "matrix entry"
        )


if __name__ == "__main__":
    main()

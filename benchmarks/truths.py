"""True values that have no closed form, from long runs, in ``truths.json``.

Run ``python -m benchmarks.truths`` from the top folder to make the file again (minutes); with
``--small`` it only shows that it runs, and writes nothing.

Of delta and PAWN the error is the difference between the run and one of half its size. What is true
of the case study is of this package's kernel; NumPy's own evaluation, with other random
numbers, stands beside it.
"""

import argparse
import json
from collections.abc import Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import qmc

from benchmarks import ways
from benchmarks.functions import FUNCTIONS, Floats, Function
from recc_mc.salib.estimators import pawn
from recc_mc.salib.estimators.morris import LEVELS

__all__ = ["delta_of", "elementary_effects_of", "known", "pawn_of"]

FILE = Path(__file__).with_name("truths.json")
# Values of an input that are known, for delta.
OUTER = 64
# Independent runs that what is true of the case study is the mean of, with seeds of their own.
RUNS, FIRST_SEED = 16, 1_000_000


@cache
def known() -> dict[str, Any]:
    """The file's contents."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def elementary_effects_of(function: Function) -> Floats:
    """Mean size of the effects (column,) over all steps of a Morris design.

    Levels are the medians of four intervals; a step is two of them, over the width of the grid. Of
    a class half the sum over the indicators of its classes, as every change shows in two of them.
    """
    columns, half = function.columns, LEVELS // 2
    levels = (np.arange(LEVELS) + 0.5) / LEVELS
    rows = np.array(list(product(levels, repeat=columns))).T
    y = function.model(rows).reshape((LEVELS,) * columns)
    parts = (
        np.stack([y == k for k in range(function.classes)]) * 0.5 if function.classes else y[None]
    )
    found = []
    for column in range(columns):
        values = np.moveaxis(parts, column + 1, 1)
        effects = np.abs(values[:, half:] - values[:, :half]) * (LEVELS - 1) / half
        found.append(effects.reshape(len(parts), -1).mean(axis=1).sum())
    return np.array(found)


def pawn_of(function: Function, rows: int) -> Floats:
    """Median distance (column,) over ten intervals, of a long Sobol' sequence."""
    u = _sequence(function.columns, rows)
    groups = tuple(range(function.columns))
    found = pawn(np.ascontiguousarray(u.T), function.model(u)[None], groups, 0, [0])
    return np.asarray(found["pawn_median"][0])


def delta_of(function: Function, rows: int, bins: int) -> Floats:
    """Half the area (column,) between the densities with and without one input known.

    Densities are shares of intervals of equal probability, which no kernel has made smooth.
    """
    u = _sequence(function.columns, rows)
    y = function.model(u)
    borders = np.quantile(y, np.linspace(0, 1, bins + 1)[1:-1])

    def shares(values: Floats) -> Floats:
        places = np.searchsorted(borders, values, side="right")
        return np.bincount(places, minlength=bins) / rows

    whole, found = shares(y), np.zeros(function.columns)
    for column, value in product(range(function.columns), (np.arange(OUTER) + 0.5) / OUTER):
        given = u.copy()
        given[column] = value
        found[column] += np.abs(shares(function.model(given)) - whole).sum() / 2 / OUTER
    return found


def _sequence(columns: int, rows: int) -> Floats:
    sequence = qmc.Sobol(columns, rng=np.random.default_rng(1)).random(rows).T
    return np.clip(sequence, 2.0**-31, 1 - 2.0**-31)


def of_function(function: Function, scale: int) -> dict[str, Any]:
    """What is true of a function of numbers, each with its error (column,)."""
    bins = max(8, scale // 2**12)
    runs = {
        "pawn": (pawn_of(function, scale), pawn_of(function, scale // 2)),
        "delta": (
            delta_of(function, scale // 2, bins),
            delta_of(function, scale // 4, bins // 2),
        ),
    }
    return {
        name: {"value": whole.round(6).tolist(), "error": np.abs(whole - half).round(6).tolist()}
        for name, (whole, half) in runs.items()
    }


def of_case(scale: int) -> dict[str, Any]:
    """What is true of the case study: value, standard error and samples, ours and NumPy's."""
    draws, orders = ("mean", "probability"), ("total",)
    ours = _averaged(ways.summarised, draws, scale)
    ours += _averaged(ways.decomposed, orders, scale // 8)
    theirs = _averaged(ways.drawn, draws, scale // 16)
    theirs += _averaged(ways.alone, orders, scale // 64)
    names = (*draws, *orders)
    return {n: {"ours": a, "numpy": b} for n, a, b in zip(names, ours, theirs, strict=True)}


def _averaged(way: ways.Way, quantities: Sequence[str], size: int) -> list[dict[str, float]]:
    """Means of independent runs of a way, with the standard errors that their spread gives."""
    runs = [way(size // RUNS, seed) for seed in range(FIRST_SEED, FIRST_SEED + RUNS)]
    found = []
    for quantity in quantities:
        values = np.array([run[quantity] for run in runs])
        error = float(values.std(ddof=1) / np.sqrt(RUNS))
        found.append({"value": float(values.mean()), "error": error, "samples": size})
    return found


def main() -> None:
    """Compute, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="a run too short to mean anything")
    small = parser.parse_args().small
    found = {
        "functions": {
            f.name: of_function(f, 2**11 if small else 2**19) for f in FUNCTIONS if not f.classes
        },
        "case": of_case(2**15 if small else 2**22),
    }
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    print(text, end="")
    if not small:
        FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

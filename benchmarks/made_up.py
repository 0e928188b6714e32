"""Studies of any size, depth and matrix, to measure how costs grow."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

import recc_mc as rm
from recc_mc.study.panel import GIVEN, Panel

SEED = 1
FILE = """
[study]
panel = "panel.csv"
indicators = "indicators.csv"
judgments = "judgments.toml"
[method]
random_index = "simulated"
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

    mines: int = 6
    years: int = 8
    indicators: int = 32  # half of them of each system
    items: int = 4  # indicators of a criterion, the size of its judgment matrix
    depth: int = 1  # levels of criteria, all but the last of two each

    @property
    def objects(self) -> int:
        """Mines in all years."""
        return self.mines * self.years

    @property
    def cells(self) -> int:
        """Values of a sample."""
        return self.objects * self.indicators


def make_study(shape: Shape) -> rm.Study:
    """A study of the size, all values lognormal, all judgments uncertain and repaired.

    Parameters
    ----------
    shape
        Its size.
    """
    criteria = {}
    for system in ("support", "pressure"):
        names = [f"{system} {k}" for k in range(shape.indicators // 2)]
        groups = range(0, len(names), shape.items)
        for k, start in enumerate(groups):
            path = _path(system, k, len(groups), shape.depth)
            criteria[path] = names[start : start + shape.items]
    rows = [
        f"{name},{criterion.split()[0]},{criterion},1,1,{name}"
        for criterion, members in criteria.items()
        for name in members
    ]
    matrices = [
        f'[[matrix]]\nname = "{node}"\nitems = {items}\n'
        f"upper = {[[1 + j % 3 for j in range(len(items) - i - 1)] for i in range(len(items) - 1)]}"
        for node, items in _nodes(criteria).items()
    ]
    every = [name for members in criteria.values() for name in members]
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


def _path(system: str, number: int, groups: int, depth: int) -> str:
    """Name of a criterion: above the last level each has two below it."""
    steps, size = [], groups
    for _ in range(depth - 1):
        size //= 2
        steps.append(number // size % 2)
    return f"{system} criterion {'/'.join(map(str, [*steps, number % size]))}"


def _nodes(criteria: dict[str, list[str]]) -> dict[str, list[str]]:
    """What every matrix compares, by its name."""
    nodes: dict[str, list[str]] = {"support": [], "pressure": []}
    for criterion in criteria:
        steps = criterion.split("/")
        for level, step in enumerate(steps):
            above = "/".join(steps[:level]) or criterion.split()[0]
            items = nodes.setdefault(above, [])
            if step not in items:
                items.append(step)
    return nodes | criteria


def _panel(shape: Shape, indicators: tuple[str, ...]) -> Panel:
    sizes = shape.mines, shape.years, len(indicators)
    values = np.random.default_rng(SEED).lognormal(3.0, 0.5, sizes)
    mines = tuple(f"mine {k}" for k in range(shape.mines))
    years = tuple(range(2000, 2000 + shape.years))
    return Panel(mines, years, indicators, values, np.full(sizes, GIVEN, np.int8))

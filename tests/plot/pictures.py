"""Every picture with its table, as functions of a result."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from recc_mc import plot
from tests.plot.results import Result


@dataclass(frozen=True)
class Picture:
    """A picture: its name, the groups it is given, and the name and number of its axes."""

    name: str
    groups: tuple[str, ...]
    axes: str = "ax"
    has_year: bool = True
    count: int = 3

    def draw(self, result: Result, **options: Any) -> Figure:
        return self._call(plot, result, options)

    def table(self, result: Result, **options: Any) -> pd.DataFrame:
        return self._call(plot.tables, result, options)

    def _call(self, home: Any, result: Result, options: dict[str, Any]) -> Any:
        function: Callable[..., Any] = getattr(home, self.name)
        if self.name == "plane":
            return function(result.baseline, samples=result.samples, **options)
        return function(*(getattr(result, group) for group in self.groups), **options)


PICTURES = (
    Picture("plane", ("baseline", "samples")),
    Picture("ribbons", ("summary",), "axes", has_year=False),
    Picture("rank_acceptability", ("summary",)),
    Picture("rank_intervals", ("summary",)),
    Picture("class_probabilities", ("summary",), "axes", has_year=False),
    Picture("obstacles", ("summary",)),
    Picture("weights", ("summary",), has_year=False),
    Picture("trends", ("summary",), has_year=False),
    Picture("sensitivity_bars", ("sensitivity",)),
    Picture("sensitivity_map", ("sensitivity",)),
    Picture("variance_split", ("sensitivity",), "axes", has_year=False),
    Picture("convergence", ("samples",)),
    Picture("density_by_factors", ("samples", "sensitivity"), "axes"),
    Picture("sweep_curves", ("sweep",), "axes"),
    Picture("contributions", ("baseline",), "axes", count=2),
    Picture("scenario_changes", ("scenarios",), "axes"),
    Picture("scenario_overload", ("scenarios",), "axes"),
    Picture("scenario_paths", ("scenarios",), "axes", has_year=False),
    Picture("target_curves", ("target",), "axes", has_year=False),
    Picture("target_levers", ("target",), has_year=False),
    Picture("information_value", ("sensitivity",)),
    Picture("information_map", ("sensitivity",)),
    Picture("coordination", ("summary",), has_year=False),
    Picture("criterion_scores", ("summary",)),
    Picture("fuzzy_grades", ("summary",), "axes", has_year=False),
)

"""Small results to draw: real runs, with the statistics of interest replaced by made-up ones.

Made-up numbers are recognisable and do not depend on how a statistic is computed.
"""

from dataclasses import dataclass, fields

import numpy as np
import xarray as xr

import recc_mc as rm
from tests.kernels.cases import with_limits
from tests.plot.questions import made_up_targets, with_information
from tests.plot.scenarios import made_up_scenarios
from tests.strategies import small_study

UNCERTAINTY = {
    "judgments": {"sigma": 0.3},
    "data": {"cv": 0.1},
    "method": {"ahp_share": {"low": 0.3, "high": 0.7}},
}
BESIDE = {"coupling": {}, "output": {"criterion_scores": True}}
INDICES = ("support", "pressure", "recc")


@dataclass(frozen=True)
class Result:
    """Groups of a result."""

    baseline: xr.Dataset
    samples: xr.Dataset
    summary: xr.Dataset
    sensitivity: xr.Dataset
    sweep: xr.Dataset
    scenarios: xr.Dataset
    target: xr.Dataset

    def groups(self) -> tuple[xr.Dataset, ...]:
        return tuple(getattr(self, field.name) for field in fields(self))

    def copy(self) -> "Result":
        return Result(*(group.copy(deep=True) for group in self.groups()))

    def renamed(self, mines: list[str]) -> "Result":
        targets = self.target.assign_coords(target=mines, target_mine=("target", mines))
        with_mines = [g.assign_coords(mine=mines) for g in self.groups() if "mine" in g.dims]
        return Result(*with_mines, targets)

    def without_cell(self, mine: int, year: int) -> "Result":
        """The result, with every float of a mine and year undefined."""
        other = self.copy()
        for group in other.groups():
            for array in group.data_vars.values():
                if {"mine", "year"} <= set(array.dims) and array.dtype.kind == "f":
                    array[{"mine": mine, "year": year}] = np.nan
        return other


def small_result(mines: int = 3, years: int = 3, **tables: object) -> Result:
    files = small_study(mines=mines, years=years, uncertainty=UNCERTAINTY, **tables)
    study = with_limits(files).with_tables(**BESIDE).load()
    baseline = rm.evaluate(study)
    samples = rm.simulate(study, samples=300, seed=1)
    summary = complete(rm.summarize(samples), baseline)
    sensitivity = rm.sensitivity(study, samples=16, replicates=2, seed=1)
    sensitivity = with_information(sensitivity)
    vary = {"uncertainty.data.cv": [0.0, 0.1], "method.aggregation": ["linear", "geometric"]}
    sweep = rm.sweep(study, vary, samples=100, seed=1)
    scenarios = made_up_scenarios(baseline, horizon=2 if years > 1 else 0)
    return Result(
        baseline, samples, summary, sensitivity, sweep, scenarios, made_up_targets(baseline)
    )


def complete(summary: xr.Dataset, baseline: xr.Dataset) -> xr.Dataset:
    """Summary with made-up values of the variables that the pictures need beyond the moments."""
    rng = np.random.default_rng(0)
    levels = summary["quantile"]

    def spread(centre: xr.DataArray, width: float) -> xr.DataArray:
        return (centre + width * (levels - 0.5)).transpose(..., "quantile")

    made: dict[str, xr.DataArray] = {}
    for name in INDICES:
        made[f"{name}_baseline"] = baseline[name]
        change = baseline[name].isel(year=-1, drop=True) - baseline[name].isel(year=0, drop=True)
        made[f"{name}_change_baseline"] = change
        made[f"{name}_change_mean"] = change + 0.01
        made[f"{name}_change_quantile"] = spread(change + 0.01, 0.2)
        rise = change.copy(data=rng.uniform(0, 1, change.shape))
        made[f"{name}_increase_probability"] = rise
        made[f"{name}_increase_probability_error"] = np.sqrt(rise * (1 - rise) / 300)
    for name in ("zone", "grade", "rank"):
        made[f"{name}_baseline"] = baseline[name]
    made["rank_mean"] = baseline["rank"] + 0.25
    made["rank_quantile"] = np.ceil(spread(baseline["rank"].astype(float), 1.5))
    made["support_pressure_correlation"] = 0.5 * xr.ones_like(baseline["recc"])
    made["obstacle_quantile"] = spread(summary["obstacle_mean"], 0.1)
    for name in ("weight", "weight_ahp", "weight_entropy"):
        made[f"{name}_baseline"] = baseline[name]
        made[f"{name}_mean"] = 1.01 * baseline[name]
        made[f"{name}_quantile"] = spread(1.02 * baseline[name], 0.02)
    return summary.assign(made)

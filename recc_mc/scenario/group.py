"""The labelled group ``scenarios`` of a result."""

from collections.abc import Mapping
from typing import Any

import xarray as xr

from recc_mc.labels.dataset import labelled
from recc_mc.scenario.statistics import kept_statistics, tally_statistics
from recc_mc.scenario.tally import ScenarioTally
from recc_mc.scenario.variables import SCENARIOS
from recc_mc.study import Study
from recc_mc.study.scenario_tables import REFERENCE
from recc_mc.summary.ranking import LEFT_OUT
from recc_mc.uncertainty.plan import criterion_members
from recc_mc.uncertainty.scenarios import CompiledScenarios

__all__ = ["scenarios_group"]


def scenarios_group(
    study: Study,
    scenarios: CompiledScenarios,
    total: ScenarioTally,
    *,
    seed: int,
    kept: Mapping[str, Any] | None = None,
) -> xr.Dataset:
    """The group ``scenarios`` of a result.

    Parameters
    ----------
    study, scenarios
        The study and those of its scenarios that were run.
    total
        The tally of all samples.
    seed
        Seed of the run.
    kept
        S, P and C of all samples (row, sample) by name, NumPy or dask arrays, if they are kept.

    Returns
    -------
    xarray.Dataset
        Statistics (scenario, mine, year, ...), "reference" first; with samples if they are kept.
    """
    levels = study.settings.simulation.quantiles
    members = criterion_members(study.hierarchy)
    arrays: dict[str, Any] = dict(tally_statistics(total, scenarios, levels, members))
    if kept is not None:
        arrays |= kept_statistics(kept, scenarios, levels)
    coords: dict[str, Any] = {
        "scenario": [REFERENCE, *scenarios.names],
        "year": scenarios.years,
    }
    if scenarios.draws:
        coords["draw"] = scenarios.draws
        arrays["effect_quantile"] = scenarios.quantiles(levels)
    by_name = {item.name: item for item in study.scenarios.items}
    items = [by_name[name] for name in scenarios.names]
    coords["scenario_title"] = ["the study as it is", *(item.title for item in items)]
    coords["scenario_source"] = ["", *(item.source for item in items)]
    shape = scenarios.shape
    ranked = bool(total.counts.rank.size)
    return labelled(
        "scenarios",
        SCENARIOS,
        study,
        arrays,
        coords=coords,
        seed=seed,
        samples=total.samples,
        anchor=study.scenarios.anchor,
        continuation=study.scenarios.continuation if shape.ahead else None,
        last_year=study.panel.years[-1],
        horizon=scenarios.years[-1] if shape.ahead else None,
        left_out=None if ranked else study.nouns.recorded(LEFT_OUT),
    )

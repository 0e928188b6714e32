"""The public function `evaluate`: the deterministic index, as it is or under a scenario."""

from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.labels.dataset import labelled
from recc_mc.labels.declaration import INDICES
from recc_mc.labels.index import BASELINE
from recc_mc.sampling import evaluate as unchanged
from recc_mc.scenario.draws import draw_scenarios
from recc_mc.study import Study
from recc_mc.study.changed_values import changed_cells
from recc_mc.study.kinds import check_study
from recc_mc.study.panel import HELD, Panel
from recc_mc.study.scenarios import Scenario, chosen_scenarios
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.scenarios import CompiledScenarios

__all__ = ["changed_study", "evaluate"]

_CLASSES = ("zone", "grade", "rank")
# What the changed values do not move where goalposts and weights are the reference's.
_KEPT = (
    *("weight", "weight_ahp", "weight_objective", "weight_entropy", "criterion_weight"),
    *("consistency_ratio", "lambda_max", "expert_consistency_ratio"),
)
_LEFT_OUT = (
    "scores of the criteria, coupling and fuzzy evaluation, under a scenario whose goalposts and "
    "weights are the reference's"
)


def evaluate(study: Study, *, scenario: str | None = None) -> xr.Dataset:
    """Evaluate the index without uncertainty.

    The numbers come from the kernels that draw the samples, so a simulation in which nothing
    varies gives them back bit for bit.

    Parameters
    ----------
    study
        The study.
    scenario
        Name of a scenario of the study, whose changes are made with the medians of what they draw;
        None for the study as it is. With ``anchor = "reference"`` goalposts and weights are those
        of the study as it is, with ``"recomputed"`` the changed panel is evaluated. Years of the
        horizon are appended.

    Returns
    -------
    xarray.Dataset
        The group ``baseline`` of a result: indices S, P and C, zone, grade and rank (mine, year);
        normalised values and obstacle degrees (mine, year, indicator); weights (indicator);
        scores of the criteria (mine, year, criterion); consistency of the judgment matrices
        (matrix) and of each expert (matrix, expert); how values were filled (mine, year,
        indicator); goalposts (year, indicator), in the units of the indicator; trends; if asked
        for, coupling and coordination (mine, year) and the fuzzy evaluation (system, mine, year).
        Dimensionless where nothing else is said. Of one mine there are no ranks; of one system
        there is its index, by which mines are ranked, and neither C nor zones and grades: the
        attribute ``outputs_comment`` says so. Under a scenario the attributes ``scenario`` and
        ``anchor`` tell which; what ``left_out`` names is then not there.

    Raises
    ------
    RunError
        If the goalposts are fixed and a normalised value is negative, or a change makes a value
        that its error cannot carry.
    InputError
        If the method gives the indicators of a system no weight, there is no such scenario, or the
        study was changed in Python to what no study file can say.

    Examples
    --------
    >>> import recc_mc as rm
    >>> baseline = rm.evaluate(rm.load_study("configs/rare_earth_mines.toml"))
    >>> round(baseline["recc"].sel(mine="Bayan Obo", year=2019).item(), 4)
    1.2543
    """
    if scenario is None:
        return unchanged.evaluate(study)
    check_study(study)
    (item,) = chosen_scenarios(study, [scenario], "scenario").items
    found = study.scenarios
    changed = changed_study(study, item)
    if found.anchor == "reference":
        arrays = _anchored(study, item, changed)
    else:
        baseline = unchanged.evaluate(changed)
        arrays = {str(name): array.values for name, array in baseline.data_vars.items()}
    return labelled(
        "baseline",
        BASELINE,
        study,
        arrays,
        coords={"year": changed.panel.years},
        scenario=item.name,
        anchor=found.anchor,
        left_out=_LEFT_OUT if found.anchor == "reference" else None,
    )


def changed_study(study: Study, scenario: Scenario) -> Study:
    """Study whose panel a scenario has changed, the years of the horizon appended.

    Parameters
    ----------
    study
        The study.
    scenario
        One of its scenarios; what its changes draw is at the median.
    """
    found, panel = study.scenarios, study.panel
    years = (*panel.years, *found.horizon)
    values = np.concatenate([panel.values, _continued(study)], axis=1)
    bounds = [study.natural_bounds(name) for name in panel.indicators]
    for change in scenario.changes:
        cells = np.ix_(change.mines, change.years, change.indicators)
        after = changed_cells(change, values[cells], change.number.median, years)
        own = [bounds[j] for j in change.indicators]
        values[cells] = np.clip(after, [b.lower for b in own], [b.upper for b in own])
    ahead = np.full((len(panel.mines), len(found.horizon), len(panel.indicators)), HELD, np.int8)
    filled = np.concatenate([panel.filled, ahead], axis=1)
    whole = Panel(panel.mines, years, panel.indicators, values, filled)
    # Its own scenarios would act on the changed values once more.
    none = study.settings.model_copy(update={"scenarios": None, "scenario": ()})
    return replace(study, panel=whole, settings=none)


def _continued(study: Study) -> Floats:
    """Values (mine, year, indicator) of the reference in the years of the horizon."""
    found, panel = study.scenarios, study.panel
    held = np.repeat(panel.values[:, -1:], len(found.horizon), axis=1)
    if found.continuation == "hold" or not found.horizon:
        return held
    changes = CompiledScenarios.of(study, CompiledStudy.of(study).plan).changes
    return np.clip(held + changes.trend.transpose(1, 2, 0), *changes.bound)


def _anchored(study: Study, item: Scenario, changed: Study) -> dict[str, NDArray[Any]]:
    """Variables of the group ``baseline`` with the reference's goalposts and weights."""
    reference = unchanged.evaluate(study)
    model = CompiledStudy.of(study, uncertain=False)
    compiled = CompiledScenarios.of(study, model.plan, [item.name])
    uniforms = np.full((len(compiled.draws), 1), 0.5)
    levels = draw_scenarios(model, compiled, np.empty((model.columns, 1)), uniforms)
    rows = compiled.shape.table[1]
    arrays: dict[str, NDArray[Any]] = {
        name: getattr(levels, name)[rows, 0] for name in (*INDICES, *_CLASSES)
    }
    for name in INDICES:
        arrays |= unchanged.trends(name, arrays[name], changed.panel.years)
    arrays |= {name: reference[name].values for name in _KEPT if name in reference}
    degrees = np.where(levels.obstacle_defined[0] > 0, levels.obstacle_mean[0], np.nan)
    # Of a system that nothing changes there are those of the reference alone.
    before, after = (degrees[table] for table in compiled.shape.table)
    obstacle = np.where(compiled.moved_systems(0), after, before)
    posts = [_until_the_end(reference[f"goalpost_{end}"].values, changed) for end in _ENDS]
    return arrays | {
        "normalized": unchanged.normalized(changed, *posts),
        **{f"goalpost_{end}": array for end, array in zip(_ENDS, posts, strict=True)},
        "filled": changed.panel.filled,
        "obstacle": obstacle,
        "obstacle_criterion": unchanged.by_criterion(obstacle, study.hierarchy),
    }


_ENDS = ("lower", "upper")


def _until_the_end(posts: Floats, changed: Study) -> Floats:
    """Goalposts (year, indicator): in the years of the horizon those of the last one before."""
    more = len(changed.panel.years) - len(posts)
    return np.concatenate([posts, np.repeat(posts[-1:], more, axis=0)])

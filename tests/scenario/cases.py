"""Studies with scenarios, and their draws by the kernels and by the twin."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from recc_mc.errors import StudyWarning
from recc_mc.kernels.anchored import Levels
from recc_mc.sampling.random import RandomDesign
from recc_mc.scenario.draws import draw_scenarios
from recc_mc.scenario.group import scenarios_group
from recc_mc.scenario.tally import add_tally
from recc_mc.scenario.work import ScenarioWork
from recc_mc.study import Study, load_study
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.scenarios import CompiledScenarios
from recc_mc.workers.blocks import cut
from tests import reference
from tests.kernels import harness
from tests.scenario import twin
from tests.strategies import StudyFiles

SEED = 1


def with_scenarios(folder: Path, files: StudyFiles, text: str) -> Study:
    """Study of files, with tables of scenarios."""
    path = files.write(folder)
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StudyWarning)
        return load_study(path)


def drawn(study: Study, samples: int) -> tuple[Levels, CompiledScenarios]:
    """Draws by the kernels."""
    model = CompiledStudy.of(study)
    scenarios = CompiledScenarios.of(study, model.plan)
    rows = RandomDesign(model.columns, SEED).rows(0, samples)
    uniforms = scenarios.uniforms(SEED, 0, samples)
    return draw_scenarios(model, scenarios, rows, uniforms, seed=SEED), scenarios


def by_the_twin(study: Study, samples: int) -> list[list[dict[str, Any]]]:
    """Outputs of the reference and of each scenario, of each sample."""
    rows = harness.reference_rows(study, samples, seed=SEED)
    compiled = CompiledScenarios.of(study, CompiledStudy.of(study).plan)
    u = compiled.uniforms(SEED, 0, samples)
    found = []
    for s, row in enumerate(rows):
        given, named = row["values"], dict(zip(compiled.draws, u[:, s], strict=True))
        before = twin.continued(study, given)
        each = [twin.anchored(study, given, before, row)]
        for scenario in study.scenarios.items:
            values, touched, held = twin.changed(study, before, scenario, named)
            if study.scenarios.anchor == "reference":
                made = twin.anchored(study, given, values, row)
            else:
                matrices = row["matrices"]
                made = reference.index(study, values, matrices, row["choices"])
            each.append(made | {"touched": touched, "held": held})
        found.append(each)
    return found


def gathered(levels: Levels, scenarios: CompiledScenarios, name: str) -> npt.NDArray[Any]:
    """Draws (sample, scenario, mine, year)."""
    return np.moveaxis(getattr(levels, name)[scenarios.shape.table], -1, 0)


def stacked(found: list[list[dict[str, Any]]], name: str) -> npt.NDArray[Any]:
    """The same of the twin."""
    return np.array([[one[name] for one in each] for each in found])


def group(
    study: Study, samples: int, *, chunk: int = 1024, keep: bool = False, only: Any = None
) -> Any:
    """The labelled group of a run in one process."""
    work = ScenarioWork.of(study, seed=SEED, samples=samples, keep=keep, only=only)
    total, parts = None, []
    for block in cut(samples, chunk, work.scenarios.shape.unit):
        part = work.compute(block)
        total = add_tally(total, part.tally)
        parts.append(part)
    assert total is not None
    names = ("support", "pressure", "recc")
    kept = {n: np.concatenate([getattr(p, n) for p in parts], axis=1) for n in names}
    return scenarios_group(study, work.scenarios, total, seed=SEED, kept=kept if keep else None)

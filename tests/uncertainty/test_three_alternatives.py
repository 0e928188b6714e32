"""Three alternatives of a choice: every design draws each in its share, as the reference does.

A choice of any number of alternatives is made to be of three here, the last of which is the first
once more: what the study's text cannot say, the kernels' plan and the reference can.
"""

from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

import recc_mc as rm
from recc_mc.kernels.records import Plan
from recc_mc.salib.methods import METHODS
from recc_mc.sampling.draws import run_samples
from recc_mc.sampling.sobol import SobolDesign
from recc_mc.study import Alternatives, Study
from recc_mc.study.choices import LISTED
from recc_mc.uncertainty import build_plan, list_factors
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.uncertainty.groups import exchange_rows, list_groups
from recc_mc.uncertainty.layout import build_layout, is_linear
from recc_mc.variance.outcomes import Subject, baseline_of
from recc_mc.variance.rows import Rows, fast_effects, find_origin
from recc_mc.variance.sums import number_sums
from tests import reference
from tests.kernels.cases import made_of_four
from tests.kernels.harness import uniforms
from tests.kernels.test_pickfreeze import assert_same

FloatArray = npt.NDArray[np.float64]

CHANCES = (0.25, 0.5, 0.25)
NAMES = {
    "prioritization": ("geometric_mean", "eigenvector", "geometric_mean"),
    "objective": ("critic", "entropy", "critic"),
    "combination": ("game_theory", "linear", "game_theory"),
    "goalposts": ("frozen", "reestimated", "frozen"),
    "scope": ("yearly", "pooled", "yearly"),
    "aggregation": ("geometric", "linear", "geometric"),
}
SEED, SAMPLES = 5, 256
#: Samples of a design, as its method counts them; what it counts is in `METHODS`.
SIZES = {"morris": 32, "shapley": 64, "fast": 65}


class Three(NamedTuple):
    """A study of one choice, and what makes it one of three alternatives."""

    choice: str
    study: Study  # has two of them
    told: Study  # has three, for the reference
    column: int

    @property
    def names(self) -> tuple[str, ...]:
        return NAMES[self.choice]

    def plan(self, study: Study, *, uncertain: bool = True, noise: bool = False) -> Plan:
        """The study's plan with the three."""
        plan = build_plan(study, uncertain=uncertain, noise=noise)
        return self.taking(plan, self.names, CHANCES) if uncertain else plan

    def taking(self, plan: Plan, names: tuple[str, ...], chances: tuple[float, ...]) -> Plan:
        """A plan in which some alternatives are drawn."""
        table = plan.choices.copy()
        (row,) = (k for k, choice in enumerate(LISTED) if choice.name == self.choice)
        table["count"][row] = len(names)
        table["code"][row, : len(names)] = [LISTED[row].names.index(name) for name in names]
        table["threshold"][row, : len(names)] = np.cumsum(chances)
        return plan._replace(choices=table)

    def recc(self, rows: FloatArray, name: str) -> FloatArray:
        """C of some rows, one alternative being held."""
        model = CompiledStudy.of(self.study)
        held = replace(model, plan=self.taking(model.plan, (name,), (1.0,)))
        return run_samples(held, rows.T).recc


def three_of(choice: str) -> Three:
    """A study in which the choice, one matrix and one indicator are uncertain."""
    first, second, _ = NAMES[choice]
    certain = dict.fromkeys(("support", "water", "soil", "pressure", "air"), 0.0)
    study = made_of_four(
        uncertainty_judgments={"sigma": {**certain, "noise": 0.3}, "consistency": "keep"},
        uncertainty_data={"indicators": {"water 1": {"systematic_cv": 0.2, "mine_cv": 0.2}}},
        uncertainty_method={choice: {first: 0.5, second: 0.5}},
        output={"dtype": "float64"},
    ).load()
    method = study.settings.uncertainty.method
    assert method is not None
    drawn = method.model_copy(update={choice: Alternatives(NAMES[choice], CHANCES)})
    uncertainty = study.settings.uncertainty.model_copy(update={"method": drawn})
    told = replace(study, settings=study.settings.model_copy(update={"uncertainty": uncertainty}))
    (factor,) = (f for f in list_factors(study) if f.kind == "method")
    return Three(choice, study, told, factor.column("choice"))


@pytest.fixture(params=NAMES)
def three(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Three:
    """A study of each choice, whose model has the three alternatives wherever one is made."""
    found = three_of(request.param)
    monkeypatch.setattr("recc_mc.uncertainty.compiled.build_plan", found.plan)
    return found


def still(three: Three) -> FloatArray:
    """Variates of cells without noise."""
    return np.zeros(three.study.panel.values.shape)


def rows_of(study: Study, design: str) -> tuple[FloatArray, Any]:
    """Rows (row, column) of a design, and C of each (mine, year, row)."""
    if design == "simulate":
        draws = rm.simulate(
            study, samples=SAMPLES, seed=SEED, keep="samples", scheduler="synchronous"
        )
        return uniforms(study, SAMPLES, seed=SEED)[:, :SAMPLES].T, draws["recc"].values
    evaluate = partial(rm.evaluate_rows, study, outputs=["recc"], scheduler="synchronous")
    if design == "sobol":
        a, b = SobolDesign(len(uniforms(study, 1)), SEED).rows(0, 0, SAMPLES)
        rows = np.concatenate([a.T, b.T])
        return rows, evaluate(rows)["recc"].values
    made = METHODS[design].sample(study, SIZES.get(design, SAMPLES), SEED, grouped=True)
    return made.rows, evaluate(made.rows, shared=made.shared)["recc"].values


@pytest.mark.parametrize("design", ["simulate", "sobol", *METHODS])
def test_every_design_draws_each_alternative_in_its_share(three: Three, design: str) -> None:
    rows, recc = rows_of(three.study, design)
    u = rows[:, three.column]
    level = np.searchsorted(np.cumsum(CHANCES)[:-1], u, side="right")
    shares = np.bincount(level, minlength=3) / len(u)
    # Four standard deviations of independent rows; Sobol' rows are balanced.
    independent = SIZES[design] if design in ("morris", "shapley") else len(u)
    allowed = 0.0 if design == "sobol" else 4 * np.sqrt(0.25 / independent)
    np.testing.assert_allclose(shares, CHANCES, rtol=0, atol=allowed)
    got = recc.reshape(-1, len(rows))
    by_name = {name: three.recc(rows, name) for name in three.names[:2]}
    first, second = by_name.values()
    assert (first != second).any(axis=0).all()
    np.testing.assert_array_equal(got, np.where(level == 1, second, first))
    for row in np.linspace(0, len(rows) - 1, 12).astype(int):
        expected = reference.evaluate_row(three.told, rows[row], still(three))
        assert getattr(expected["choices"], three.choice) == three.names[level[row]]
        np.testing.assert_allclose(recc[..., row], expected["recc"], rtol=1e-11)


WHOLE = ["objective", "combination", "aggregation"]


@pytest.mark.parametrize("three", WHOLE, indirect=True)
def test_exchanges_are_put_together_only_if_no_alternative_forbids_it(three: Three) -> None:
    plan = CompiledStudy.of(three.study).plan
    assert not is_linear(plan)
    whole, single, _ = three.names
    assert not is_linear(three.taking(plan, (single, whole), (0.5, 0.5)))
    assert is_linear(three.taking(plan, (single,), (1.0,)))


LINEAR = [name for name in NAMES if name not in WHOLE]


@pytest.mark.parametrize("three", LINEAR, indirect=True)
def test_pick_freeze_exchanges_a_factor_of_three_levels(three: Three) -> None:
    model, groups = CompiledStudy.of(three.study), list_groups(three.study)
    assert is_linear(model.plan)
    subject = Subject(model)
    origin = find_origin(subject, SEED, baseline_of(three.study))
    rows = Rows(subject, groups, SEED, 16, origin)
    a, b = SobolDesign(model.columns, SEED).rows(0, 0, rows.number)
    found = fast_effects(rows, build_layout(model.plan, groups), 0, 0)
    exchanged = np.stack([_numbers(three, exchange_rows(group, a, b)) for group in groups])
    expected = number_sums(_numbers(three, a), _numbers(three, b), exchanged, origin=origin.numbers)
    assert_same(found, found._replace(numbers=expected), origin.numbers, classes=False)
    (own,) = (k for k, group in enumerate(groups) if group.label == f"method:{three.choice}")
    assert (found.numbers.change_squared[own, 2] > 0).all()


def _numbers(three: Three, u: FloatArray) -> FloatArray:
    """What the reference makes of rows (column, row): S, P, C and rank (output, object, row)."""
    found = [reference.evaluate_row(three.told, row, still(three)) for row in u.T]
    names = ("support", "pressure", "recc", "rank")
    return np.stack([[one[name].ravel() for one in found] for name in names]).transpose(0, 2, 1)

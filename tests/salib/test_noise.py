"""Noise of cells, and redraws, as inputs of the methods that exchange inputs."""

import warnings
from typing import Any

import numpy as np
import pytest
import xarray as xr
from SALib.analyze import sobol as sobol_indices
from SALib.sample import sobol

import recc_mc as rm
from recc_mc.results.measures import outside_sentence
from recc_mc.salib import evaluate_rows, run_salib, salib_problem
from recc_mc.salib.designs import morris_design, shapley_design
from recc_mc.salib.methods import METHODS
from recc_mc.salib.outside import outside_parts
from recc_mc.study import Study
from tests import reference
from tests.kernels.harness import cell_variates, redraws_of
from tests.salib.toys import ALL, ALL_SCALARS, FloatArray
from tests.strategies import small_study

OUTPUTS = ("support", "pressure", "recc", "rank", "zone", "grade")
EXCHANGING = [name for name, method in METHODS.items() if method.noise]
#: Errors so large that many matrices of three items contradict themselves and are drawn again.
REJECTING: dict[str, Any] = {
    **ALL,
    "uncertainty_judgments": {"sigma": 0.6, "consistency": "reject"},
    "uncertainty_data": {
        "cv": 0.1,
        "systematic_cv": 0.05,
        "criteria": {"air": {"distribution": "uniform", "cv": 0.2, "lower": 0.0}},
    },
}


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return small_study(**ALL).load()


@pytest.fixture(scope="module")
def rejecting() -> rm.Study:
    return small_study(years=2, **REJECTING).load()


def is_noise(study: Study) -> FloatArray:
    """Which columns select noise, by their names."""
    names = salib_problem(study, noise=True)["names"]
    return np.array([name.endswith((":cells", ":redraws")) for name in names])


def random_rows(study: Study, count: int, seed: int = 0) -> FloatArray:
    columns = salib_problem(study, noise=True)["num_vars"]
    return np.random.default_rng(seed).uniform(0.01, 0.99, (count, columns))


def reference_row(study: Study, row: FloatArray, seed: int) -> dict[str, Any]:
    """Outputs of a row whose noise is that of the samples numbered by the bits of its columns."""
    names = salib_problem(study, noise=True)["names"]
    bits = dict(zip(names, row.view(np.int64).tolist(), strict=True))
    xi = np.zeros(study.panel.values.shape)
    for j, name in enumerate(study.panel.indicators):
        number = bits.get(f"data:{name}:cells")
        if number is not None:
            xi[..., j] = cell_variates(study, 1, seed=seed, sample=number)[0, ..., j]

    def redraw(name: str, attempt: int) -> tuple[FloatArray, FloatArray]:
        number = bits[f"judgment:{name}:redraws"]
        return redraws_of(study, number, seed=seed, stream=0)(name, attempt)

    return reference.evaluate_row(study, row[~is_noise(study)], xi, redraw)


# --- the model ------------------------------------------------------------------------------------


def test_rows_with_noise_are_evaluated_as_by_the_reference(rejecting: rm.Study) -> None:
    rows = random_rows(rejecting, 12)
    found = evaluate_rows(rejecting, rows, seed=5, outputs=(*OUTPUTS, "redraws"))
    assert int(found["redraws"].sum()) > 3
    for k, row in enumerate(rows):
        expected = reference_row(rejecting, row, seed=5)
        for name in found.data_vars:
            np.testing.assert_allclose(
                found[name].isel(sample=k), expected[str(name)], rtol=1e-11, err_msg=str(name)
            )


def test_rows_of_one_noise_have_the_same_wherever_they_are(
    rejecting: rm.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = random_rows(rejecting, 2500)
    whole = evaluate_rows(rejecting, rows, scheduler="synchronous")
    order = np.random.default_rng(1).permutation(len(rows))
    monkeypatch.setattr("recc_mc.salib.rows.CHUNK", 1)
    shuffled = evaluate_rows(rejecting, rows[order], scheduler="threads")
    for name in OUTPUTS:
        np.testing.assert_array_equal(shuffled[name], whole[name].values[..., order])
    other = evaluate_rows(rejecting, rows[:5], seed=1)
    assert (other["recc"] != whole["recc"].isel(sample=slice(5))).all()


@pytest.mark.parametrize("system", ["support", "pressure"])
def test_another_number_is_another_noise_of_that_indicator_alone(
    study: rm.Study, system: str
) -> None:
    names = salib_problem(study, noise=True)["names"]
    rows = np.repeat(random_rows(study, 1), 2, axis=0)
    (indicator, *_) = (i.name for i in study.hierarchy.indicators if i.system == system)
    column = names.index(f"data:{indicator}:cells")
    rows[1, column] = np.nextafter(rows[0, column], 1)
    found = evaluate_rows(study, rows)
    for name in ("support", "pressure"):
        moved = found[name].isel(sample=0) != found[name].isel(sample=1)
        assert bool(moved.all() if name == system else not moved.any())


def test_noise_of_columns_is_distributed_as_that_of_samples() -> None:
    study = small_study(uncertainty_data={"indicators": {"water 1": {"cv": 0.2}}}).load()
    count = 8192
    found = evaluate_rows(study, random_rows(study, count))["support"]
    draws = rm.simulate(study, samples=count, seed=3)["support"]
    gap = np.abs(found.mean("sample") - draws.mean("sample"))
    assert (gap < 5 * draws.std("sample") * (2 / count) ** 0.5).all()
    np.testing.assert_allclose(found.std("sample"), draws.std("sample"), rtol=0.06)


# --- the problem ----------------------------------------------------------------------------------


def test_noise_is_an_input_if_asked_for(rejecting: rm.Study) -> None:
    problem, plain = salib_problem(rejecting, noise=True), salib_problem(rejecting)
    names, noise = np.array(problem["names"]), is_noise(rejecting)
    assert names[~noise].tolist() == plain["names"]
    cells = [f"data:{name}:cells" for name in rejecting.hierarchy.names]
    # Matrices of two items never contradict themselves.
    redraws = [f"judgment:{m.name}:redraws" for m in rejecting.judgments.matrices if m.size > 2]
    assert 0 < len(redraws) < len(rejecting.judgments.matrices)
    assert names[noise].tolist() == redraws + cells
    for name, group in zip(names, problem["groups"], strict=True):
        assert name == group or name.startswith(f"{group}:")
    # A factor's columns follow each other.
    assert list(dict.fromkeys(problem["groups"])) == list(dict.fromkeys(plain["groups"]))


@pytest.mark.parametrize(
    ("tables", "noise"),
    [
        (ALL_SCALARS, []),
        ({"uncertainty_judgments": {"sigma": 0.2}}, []),
        ({"uncertainty_data": {"indicators": {"soil 0": {"cv": 0.1}}}}, ["data:soil 0:cells"]),
    ],
)
def test_what_does_not_vary_has_no_column(tables: dict[str, Any], noise: list[str]) -> None:
    names = salib_problem(small_study(**tables).load(), noise=True)["names"]
    assert [name for name in names if name.endswith((":cells", ":redraws"))] == noise


def test_a_study_of_noise_alone_has_no_other_input() -> None:
    study = small_study(uncertainty_data={"cv": 0.1}).load()
    count = salib_problem(study, noise=True)["num_vars"]
    with pytest.raises(
        rm.InputError, match=rf"no scalar input.*with columns of noise \(rows, {count}"
    ):
        evaluate_rows(study, np.full((2, count + 1), 0.5))
    assert evaluate_rows(study, random_rows(study, 2)).sizes["sample"] == 2
    with pytest.raises(rm.InputError, match=r"no cell, judgment, .* no input to vary"):
        salib_problem(small_study().load(), noise=True)


def test_rows_of_a_wrong_width_are_told_both(study: rm.Study) -> None:
    plain, full = (salib_problem(study, noise=noise)["num_vars"] for noise in (False, True))
    problem = (
        rf"shape \(rows, {plain}\), got \(2, {full - 1}\); with columns of noise \(rows, {full}\)"
    )
    with pytest.raises(rm.InputError, match=problem):
        evaluate_rows(study, np.full((2, full - 1), 0.5))


def test_indices_of_another_sampler_are_those_of_the_package() -> None:
    tables = {"uncertainty_data": {"cv": 0.1, "systematic_cv": 0.1}}
    study = small_study(mines=2, years=1, **{**ALL, **tables}).load()
    problem = salib_problem(study, noise=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = sobol.sample(problem, 2048, calc_second_order=False, seed=1)
        y = evaluate_rows(study, rows)["support"].values[0, 0]
        found = sobol_indices.analyze(problem, y, calc_second_order=False, seed=1)
    ours = rm.sensitivity(study, samples=2048, replicates=8, seed=1)
    labels = list(dict.fromkeys(problem["groups"]))
    expected = ours["total_order"].sel(output="support", factor=labels)[:, 0, 0]
    np.testing.assert_allclose(found["ST"], expected, atol=0.05)
    assert float(expected.max()) > 0.15


# --- the designs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("design", [morris_design, shapley_design])
@pytest.mark.parametrize("grouped", [True, False])
def test_each_trajectory_has_two_draws_of_each_noise_of_its_own(
    rejecting: rm.Study, design: Any, grouped: bool
) -> None:
    made, noise = design(rejecting, 7, 0, grouped), is_noise(rejecting)
    steps = made.rows.reshape(7, len(made.factors) + 1, -1)[:, :, noise]
    changes = steps[:, 1:] != steps[:, :-1]
    assert (changes.sum(axis=1) == 1).all()
    # Not one number of a column stands in two trajectories.
    for column in np.moveaxis(steps, 2, 0):
        assert len(np.unique(column)) == 2 * 7
    assert ((made.rows > 0) & (made.rows < 1)).all()


def test_the_analysis_sees_levels_where_the_model_sees_draws(rejecting: rm.Study) -> None:
    made, noise = morris_design(rejecting, 9, 0, True), is_noise(rejecting)
    assert made.inputs is not None
    np.testing.assert_array_equal(made.rows[:, ~noise], made.inputs[:, ~noise])
    assert np.unique(made.inputs.round(12)).tolist() == [0.125, 0.375, 0.625, 0.875]


# --- the methods ----------------------------------------------------------------------------------


def quiet(study: Study, method: str, samples: int, **arguments: Any) -> xr.Dataset:
    """Run that must not warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return run_salib(study, method, samples=samples, seed=1, **arguments)


def test_methods_that_exchange_inputs() -> None:
    assert EXCHANGING == ["morris", "shapley"]


@pytest.mark.parametrize("method", EXCHANGING)
def test_nothing_is_outside(rejecting: rm.Study, method: str) -> None:
    found = quiet(rejecting, method, 20)
    for name in ("variance_outside", "variance_outside_aggregate"):
        assert (found[name] == 0).all()
        assert (found[f"{name}_error"] == 0).all()
    assert "outside" not in found.attrs
    assert outside_sentence(found) == ""
    assert outside_parts(rejecting)
    by_input = quiet(rejecting, method, 20, outputs=["recc"], grouped=False)
    assert by_input["factor"].values.tolist() == salib_problem(rejecting, noise=True)["names"]
    main = by_input[METHODS[method].main].sel(output="recc")
    for name in ("data:air 0:cells", "judgment:noise:redraws"):
        assert (main.sel(factor=name) != 0).any()


@pytest.mark.parametrize("method", EXCHANGING)
def test_noise_without_effect_has_exactly_none(study: rm.Study, method: str) -> None:
    found = quiet(study, method, 40, outputs=["support", "pressure"])[METHODS[method].main]
    for indicator in study.hierarchy.indicators:
        other = "pressure" if indicator.system == "support" else "support"
        values = found.sel(factor=f"data:{indicator.name}")
        assert (values.sel(output=other) == 0).all()
        assert (values.sel(output=indicator.system) != 0).any()


@pytest.mark.parametrize("consistency", ["reject", "repair"])
def test_shapley_effects_are_the_whole_variance(consistency: str) -> None:
    judgments = {"sigma": 0.6, "consistency": consistency}
    tables = {**REJECTING, "uncertainty_judgments": judgments}
    study = small_study(years=1, **tables).load()
    found = quiet(study, "shapley", 3000, outputs=["support", "recc"])
    draws = rm.simulate(study, samples=20000, seed=2)
    for name in ("support", "recc"):
        parts = found.sel(output=name)
        np.testing.assert_allclose(parts["shapley_normalized"].sum("factor"), 1, atol=1e-12)
        whole = draws[name].var("sample")
        np.testing.assert_allclose(parts["shapley"].sum("factor") / whole, 1, atol=0.2)
        np.testing.assert_allclose(parts["variance"] / whole, 1, atol=0.2)


@pytest.mark.parametrize("factors", ["one", "all"])
def test_noise_that_is_everything_gets_everything(factors: str) -> None:
    # S depends on one indicator's cells alone; others that vary, if any, are of P.
    others = {"criteria": {"air": {"cv": 0.3}, "noise": {"systematic_cv": 0.3}}}
    tables = {"indicators": {"water 1": {"cv": 0.2}}} | (others if factors == "all" else {})
    study = small_study(uncertainty_data=tables).load()
    shapley = quiet(study, "shapley", 300, outputs=["support"]).squeeze("output")
    of_noise = {"factor": "data:water 1"}
    np.testing.assert_allclose(shapley["shapley_normalized"].sel(of_noise), 1, atol=1e-12)
    whole = rm.simulate(study, samples=20000, seed=2)["support"].var("sample")
    np.testing.assert_allclose(shapley["shapley"].sel(of_noise) / whole, 1, atol=0.35)
    morris = quiet(study, "morris", 30, outputs=["support"]).squeeze("output")
    assert (morris["mu_star"].sel(of_noise) > 0).all()
    assert (morris["mu_star"].drop_sel(of_noise) == 0).all()
    assert morris.sizes["factor"] == shapley.sizes["factor"] == (1 if factors == "one" else 6)


def test_morris_ranks_noise_by_its_size() -> None:
    # Of the cells of one indicator one by one, or of all cells of another one at once.
    errors = {"soil 0": {"systematic_cv": 0.02}, "water 0": {"cv": 0.2}}
    tables = {"method": {"goalposts": "fixed", "ahp_share": 1.0}}
    study = small_study(**tables, uncertainty_data={"indicators": errors}).load()
    found = quiet(study, "morris", 30, outputs=["support"])["mu_star"]
    assert (found.sel(factor="data:water 0") > 2 * found.sel(factor="data:soil 0")).all()


@pytest.mark.parametrize("method", EXCHANGING)
def test_no_scheduler_changes_a_bit(rejecting: rm.Study, method: str) -> None:
    def run(scheduler: str) -> xr.Dataset:
        return quiet(rejecting, method, 20, outputs=["recc", "zone"], scheduler=scheduler)

    xr.testing.assert_identical(run("threads"), run("synchronous"))

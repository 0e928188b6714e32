"""Every method, from the study to the labelled dataset."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.salib import run_salib, salib_problem
from recc_mc.salib.designs import fast_design, latin_design, morris_design, shapley_design
from recc_mc.salib.methods import METHODS
from tests.salib.toys import ALL, ALL_SCALARS, linear_study, slopes
from tests.strategies import small_study

# Of the noise that these methods leave out tells tests/salib/test_outside.py.
pytestmark = pytest.mark.filterwarnings("ignore:.* cannot attribute:recc_mc.StudyWarning")

SAMPLES = {
    "morris": 10,
    "fast": 513,
    "rbd_fast": 1500,
    "delta": 200,
    "pawn": 300,
    "hdmr": 600,
    "shapley": 400,
}


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return linear_study()


@pytest.fixture(scope="module")
def noisy() -> rm.Study:
    return small_study(years=1, **ALL).load()


def shares(study: rm.Study, system: str = "support") -> Any:
    squares = slopes(study, system) ** 2
    return squares / squares.sum()


# --- known answers ------------------------------------------------------------------------------


def test_morris_of_a_linear_study(study: rm.Study) -> None:
    found = run_salib(study, "morris", samples=6, seed=0, outputs=["support", "pressure"])
    assert found["factor"].values.tolist() == list(dict.fromkeys(salib_problem(study)["groups"]))
    for system in ("support", "pressure"):
        # From the first level, 1/8, to the last, 7/8.
        expected = 0.75 * slopes(study, system)
        effects = found.sel(output=system)
        for m, y in np.ndindex(3, 3):
            cell = effects.isel(mine=m, year=y)
            np.testing.assert_allclose(cell["mu"], expected, atol=1e-12)
            np.testing.assert_allclose(cell["mu_star"], np.abs(expected), atol=1e-12)
            np.testing.assert_allclose(cell["sigma"], 0, atol=1e-12)
            assert (cell["mu_star"].values[expected == 0] == 0).all()
    assert "variance" not in found


@pytest.mark.parametrize(
    ("method", "measure", "error"),
    [("fast", "S1", 0.02), ("rbd_fast", "S1", 0.05), ("hdmr", "S", 0.08)],
)
def test_shares_of_an_additive_study(
    study: rm.Study, method: str, measure: str, error: float
) -> None:
    found = run_salib(
        study, method, samples=SAMPLES[method], seed=0, outputs=["support"], years=[2013]
    )
    values = found[measure].sel(output="support").isel(year=0)
    np.testing.assert_allclose(
        values, np.repeat(shares(study)[:, None], 3, axis=1), atol=error, err_msg=method
    )
    assert values.sum("factor").values == pytest.approx(1, abs=5 * error)
    variance = (slopes(study, "support") ** 2).sum() / 12
    np.testing.assert_allclose(found["variance"], variance, rtol=0.1)


def test_shapley_effects_of_an_additive_study(study: rm.Study) -> None:
    found = run_salib(study, "shapley", samples=400, seed=0, outputs=["support"], years=[2013])
    effects = found.isel(output=0, mine=0, year=0)
    expected = shares(study)
    error = np.abs(effects["shapley_normalized"] - expected)
    assert (error <= 2 * effects["shapley_normalized_conf"]).all()
    assert (effects["shapley"].values[expected == 0] == 0).all()
    assert float(effects["shapley_normalized"].sum()) == pytest.approx(1)


def test_the_one_uncertain_factor_has_it_all() -> None:
    study = small_study(uncertainty_method={"ahp_share": {"low": 0.3, "high": 0.7}}).load()
    for method, measure, error in (
        ("fast", "S1", 0.02),
        ("rbd_fast", "S1", 0.01),
        ("shapley", "shapley_normalized", 1e-12),
    ):
        found = run_salib(study, method, samples=500, seed=0, outputs=["support"])
        np.testing.assert_allclose(found[measure], 1, atol=error)


def test_cell_noise_makes_no_effect_of_its_own(noisy: rm.Study) -> None:
    # The support system does not depend on what is uncertain in the pressure system.
    for method, measure in (("morris", "mu_star"), ("shapley", "shapley")):
        found = run_salib(noisy, method, samples=20, seed=0, outputs=["support"])
        for factor in ("judgment:noise", "judgment:pressure", "data:air 0"):
            assert (found[measure].sel(factor=factor) == 0).all()
        assert (found[measure].sel(factor="data:water 0") > 0).all()


# --- the dataset --------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_every_method_labels_its_measures(study: rm.Study, method: str, tmp_path: Path) -> None:
    found = run_salib(
        study,
        method,
        samples=SAMPLES[method],
        seed=0,
        years=[2014],
        resamples=2 if METHODS[method].resamples else None,
    )
    expected = METHODS[method]
    there = [name for name in expected.outputs if name != "coordination"]
    assert found["output"].values.tolist() == there
    assert found["year"].values.tolist() == [2014]
    for name in expected.classes:
        assert found[name].dims == ("output", "factor", "mine", "year")
        assert found[name].attrs["units"] == "1"
    assert found.attrs["seed"] == 0
    assert found.attrs["method"] == method
    defined = found["undefined"] == 0
    main = found[expected.main]
    assert (main.notnull().all("factor") == defined).all()
    assert (main.notnull().any("factor") == defined).all()
    assert defined.sel(output="recc").all()
    rm.save(tmp_path / "result.nc", sensitivity=found)
    with rm.load(tmp_path / "result.nc") as tree:
        xr.testing.assert_equal(tree["sensitivity"].to_dataset(), found)


def test_a_constant_output_is_not_0(study: rm.Study) -> None:
    found = run_salib(study, "morris", samples=10, seed=0)
    constant = found["undefined"] == 1
    assert constant.any()
    assert found["mu_star"].isnull().all("factor").where(constant, True).all()


def test_undefined_draws_are_not_0() -> None:
    # All support indicators at their lower goalposts: S = 0 and C is undefined.
    study = linear_study(
        uncertainty_data={
            "distribution": "uniform",
            "systematic_sd": 1.0,
            "lower": -100.0,
            "criteria": {},
        }
    )
    draws = rm.simulate(study, samples=300, seed=0)
    draws["recc"].values[0, 0, 5] = np.nan
    draws["rank"].values[1, 0, 7] = -1
    found = run_salib(study, "pawn", draws=draws)
    assert found["undefined"].sel(output="recc").values[0, 0] == 3
    assert found["undefined"].sel(output="rank").values[1, 0] == 3
    assert found["pawn_median"].sel(output="recc").isel(mine=0, year=0).isnull().all()
    assert found["undefined"].sel(output="support").values.tolist() == [[0] * 3] * 3


@pytest.mark.parametrize(
    "scheduler", ["threads", pytest.param("processes", marks=pytest.mark.slow)]
)
def test_no_scheduler_changes_a_bit(noisy: rm.Study, scheduler: str) -> None:
    def run(scheduler: str) -> xr.Dataset:
        return run_salib(
            noisy, "rbd_fast", samples=200, seed=0, outputs=["recc", "zone"], scheduler=scheduler
        )

    xr.testing.assert_identical(run(scheduler), run("synchronous"))


def test_seed_0_is_a_seed(noisy: rm.Study) -> None:
    for method in ("morris", "shapley", "pawn"):
        zero, again, one = (
            run_salib(noisy, method, samples=100, seed=seed, outputs=["recc"]) for seed in (0, 0, 1)
        )
        xr.testing.assert_identical(zero, again)
        main = METHODS[method].main
        assert not np.array_equal(zero[main], one[main])


def test_samples_and_seed_of_the_study() -> None:
    tables = {"simulation": {"seed": 0}, "sensitivity": {"method": "morris", "samples": 16}}
    study = linear_study(**tables)
    one = run_salib(study, "morris", outputs=["recc"])
    assert (one.attrs["seed"], one.attrs["samples"]) == (0, 16)
    xr.testing.assert_identical(
        one, run_salib(study, "morris", samples=16, seed=0, outputs=["recc"])
    )


# --- groups -------------------------------------------------------------------------------------


def test_factors_move_as_groups(noisy: rm.Study) -> None:
    for design in (morris_design, shapley_design):
        made = design(noisy, 5, 0, True)
        problem = salib_problem(noisy, noise=True)
        rows = made.rows.reshape(5, len(made.factors) + 1, -1)
        moved = rows[:, 1:] != rows[:, :-1]
        for trajectory in moved:
            owners = [{problem["groups"][k] for k in np.flatnonzero(step)} for step in trajectory]
            assert all(len(owner) == 1 for owner in owners)
            assert {name for owner in owners for name in owner} == set(made.factors)


def test_measures_of_groups(noisy: rm.Study) -> None:
    found = run_salib(noisy, "morris", samples=10, seed=0, outputs=["recc"]).isel(output=0)
    assert found["mu"].sel(factor="judgment:water").isnull().all()
    assert found["mu"].sel(factor="method:ahp_share").notnull().all()
    by_input = run_salib(noisy, "morris", samples=10, seed=0, outputs=["recc"], grouped=False)
    assert by_input["factor"].values.tolist() == salib_problem(noisy, noise=True)["names"]
    assert by_input["mu"].notnull().all()
    pawn = run_salib(noisy, "pawn", samples=200, seed=0, outputs=["recc"], grouped=True)
    assert "judgment:water" in pawn["factor"].values


def test_a_latin_hypercube_is_one(noisy: rm.Study) -> None:
    rows = latin_design(noisy, 50, 0, True).rows
    assert (np.sort((rows * 50).astype(int), axis=0) == np.arange(50)[:, None]).all()
    # Columns of a factor are independent.
    assert len(np.unique(rows[0])) == rows.shape[1]


def test_every_input_of_a_search_curve_has_its_own_frequency(noisy: rm.Study) -> None:
    columns = salib_problem(noisy)["num_vars"]
    fewest = METHODS["fast"].fewest(columns, columns)
    for samples, distinct in ((fewest, True), (fewest - 64, False)):
        curve = fast_design(noisy, samples, 0, False).rows[:samples]
        correlation = np.corrcoef(curve, rowvar=False) - np.eye(columns)
        assert (np.abs(correlation).max() < 0.5) == distinct


# --- draws that are there already -----------------------------------------------------------------


def test_draws_of_a_file(noisy: rm.Study, tmp_path: Path) -> None:
    draws = rm.simulate(noisy, samples=1200, seed=0)
    rm.save(tmp_path / "draws.nc", samples=draws, dtype="float64")
    from_memory = run_salib(noisy, "pawn", draws=draws)
    xr.testing.assert_identical(from_memory, run_salib(noisy, "pawn", draws=tmp_path / "draws.nc"))
    assert from_memory.attrs["samples"] == 1200
    some = run_salib(noisy, "pawn", draws=draws, samples=500)
    xr.testing.assert_identical(some, run_salib(noisy, "pawn", draws=draws.isel(sample=slice(500))))


def test_inputs_of_draws_are_found_again(study: rm.Study) -> None:
    draws = rm.simulate(study, samples=3000, seed=5)
    found = run_salib(study, "rbd_fast", draws=draws, outputs=["support"], years=[2012])
    np.testing.assert_allclose(found["S1"].isel(output=0, year=0, mine=0), shares(study), atol=0.06)
    assert found.attrs["seed"] == 5


def test_draws_of_another_study_are_refused(study: rm.Study, noisy: rm.Study) -> None:
    draws = rm.simulate(study, samples=300, seed=5)
    with pytest.raises(rm.InputError, match="draws: are of another study"):
        run_salib(noisy, "pawn", draws=draws)
    del draws.attrs["seed"]
    with pytest.raises(rm.InputError, match="draws: are of another study"):
        run_salib(study, "pawn", draws=draws)
    with pytest.raises(rm.InputError, match=r"draws: are no samples, support, .* missing"):
        run_salib(study, "pawn", draws=rm.evaluate(study).drop_vars("support"))


@pytest.mark.parametrize("method", ["morris", "fast", "shapley"])
def test_a_method_with_a_design_takes_no_draws(study: rm.Study, method: str) -> None:
    with pytest.raises(rm.InputError, match=f"draws: {method} needs a design of its own"):
        run_salib(study, method, draws=rm.simulate(study, samples=10, seed=0))


def test_a_file_without_samples(study: rm.Study, tmp_path: Path) -> None:
    rm.save(tmp_path / "base.nc", baseline=rm.evaluate(study))
    with pytest.raises(rm.InputError, match="has no group samples"):
        run_salib(study, "pawn", draws=tmp_path / "base.nc")


# --- wrong arguments ------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_too_few_samples(study: rm.Study, method: str) -> None:
    columns = salib_problem(study)["num_vars"]
    fewest = METHODS[method].fewest(columns, columns)
    with pytest.raises(
        rm.InputError, match=f"{method} needs at least {fewest} .* got {fewest - 1}"
    ):
        run_salib(study, method, samples=fewest - 1, seed=0)
    found = run_salib(
        study,
        method,
        samples=fewest,
        seed=0,
        outputs=["support"],
        years=[2012],
        resamples=2 if METHODS[method].resamples else None,
    )
    assert (found["undefined"] == 0).all()


@pytest.mark.parametrize(
    ("method", "arguments", "problem"),
    [
        ("sobol", {}, 'method: must be one of morris, .*, got "sobol"'),
        ("morris", {"samples": 0}, "samples: must be >= 1, got 0"),
        ("morris", {"seed": -1}, "seed: must be >= 0, got -1"),
        ("morris", {"resamples": 1}, "resamples: must be >= 2, got 1"),
        ("morris", {"outputs": []}, "outputs: must name at least one"),
        ("morris", {"years": [1999]}, "years: must be among 2012, 2013, 2014, got 1999"),
        (
            "delta",
            {"outputs": ["zone"]},
            'outputs: must be among support, pressure, recc, got "zone"',
        ),
        ("fast", {"grouped": True}, "grouped: fast has no groups of inputs"),
        ("pawn", {"samples": 10**12}, "take .* GiB, more than"),
    ],
)
def test_wrong_arguments(
    study: rm.Study, method: str, arguments: dict[str, Any], problem: str
) -> None:
    with pytest.raises(rm.InputError, match=problem):
        run_salib(study, method, **arguments)


def test_hdmr_needs_two_inputs() -> None:
    study = small_study(uncertainty_method={"ahp_share": {"low": 0.3, "high": 0.7}}).load()
    with pytest.raises(rm.InputError, match="hdmr needs at least 2 inputs, the study has 1"):
        run_salib(study, "hdmr", samples=300)


def test_rows_of_all_scalars_are_within_the_cube() -> None:
    study = small_study(**ALL_SCALARS).load()
    for name, method in METHODS.items():
        rows = method.sample(study, 70, 0, bool(method.grouped)).rows
        assert ((rows > 0) & (rows < 1)).all(), name

from typing import Any

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.salib import evaluate_rows, salib_problem
from recc_mc.sampling.random import RandomDesign
from tests import reference
from tests.salib.toys import ALL, ALL_SCALARS
from tests.strategies import small_study

NAMES = ("support", "pressure", "recc", "rank", "zone", "grade")


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return small_study(**ALL).load()


def random_rows(study: rm.Study, count: int, seed: int = 0) -> Any:
    columns = salib_problem(study)["num_vars"]
    return np.random.default_rng(seed).uniform(0.01, 0.99, (count, columns))


def test_rows_are_evaluated_as_by_the_reference() -> None:
    study = small_study(**ALL_SCALARS).load()
    rows = random_rows(study, 6)
    found = evaluate_rows(study, rows)
    assert tuple(found.data_vars) == NAMES
    nothing = np.zeros(study.panel.values.shape)
    for k, row in enumerate(rows):
        expected = reference.evaluate_row(study, row, nothing)
        for name in NAMES:
            np.testing.assert_allclose(
                found[name].isel(sample=k), expected[name], rtol=1e-11, err_msg=name
            )


def test_rows_of_a_simulation_give_its_draws(study: rm.Study) -> None:
    draws = rm.simulate(study, samples=1300, seed=0)
    rows = RandomDesign(salib_problem(study)["num_vars"], 0).rows(0, 1300).T
    found = evaluate_rows(study, rows, outputs=(*NAMES, "weight", "repair"))
    for name in found.data_vars:
        xr.testing.assert_equal(found[name], draws[name])


def test_the_seed_is_that_of_the_cell_noise(study: rm.Study) -> None:
    rows = random_rows(study, 5)
    zero, again, one = (evaluate_rows(study, rows, seed=seed) for seed in (0, 0, 1))
    xr.testing.assert_identical(zero, again)
    assert (zero["recc"] != one["recc"]).all()


def test_rows_of_a_trajectory_share_their_noise(study: rm.Study) -> None:
    rows = random_rows(study, 5)
    repeated = evaluate_rows(study, np.repeat(rows, 3, axis=0), shared=3, seed=7)
    plain = evaluate_rows(study, rows, seed=7)
    for name in NAMES:
        np.testing.assert_array_equal(repeated[name], np.repeat(plain[name].values, 3, axis=-1))


def test_results_come_in_the_order_of_the_rows(
    study: rm.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = random_rows(study, 3000)
    whole = evaluate_rows(study, rows, scheduler="synchronous")
    monkeypatch.setattr("recc_mc.salib.rows.CHUNK", 1)
    xr.testing.assert_identical(evaluate_rows(study, rows, scheduler="threads"), whole)
    order = np.random.default_rng(1).permutation(3000)
    quiet = small_study(**ALL_SCALARS).load()
    rows = random_rows(quiet, 3000)
    shuffled = evaluate_rows(quiet, rows[order])["recc"].values
    np.testing.assert_array_equal(shuffled, evaluate_rows(quiet, rows)["recc"].values[..., order])


def test_rows_are_not_changed(study: rm.Study) -> None:
    rows = random_rows(study, 5)
    before = rows.copy()
    evaluate_rows(study, rows)
    np.testing.assert_array_equal(rows, before)


def wrong(study: rm.Study, value: float) -> Any:
    rows = random_rows(study, 3)
    rows[1, 2] = value
    return rows


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (0.0, "the first of them 0 in row 1, column 2; for a Morris design use"),
        (1.0, "the first of them 1 in row 1, column 2; for a Morris design use"),
        (1.5, "the first of them 1.5 in row 1, column 2$"),
        (-0.1, "the first of them -0.1 in row 1, column 2$"),
        (np.nan, "the first of them nan in row 1, column 2$"),
    ],
)
def test_rows_lie_within_the_unit_cube(study: rm.Study, value: float, problem: str) -> None:
    with pytest.raises(rm.InputError, match=problem):
        evaluate_rows(study, wrong(study, value))


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (np.full(30, 0.5), r"rows: must have the shape \(rows, \d+\), got \(30,\)"),
        (np.full((3, 2), 0.5), r"rows: must have the shape \(rows, \d+\), got \(3, 2\)"),
        ("text", "rows: must be an array of numbers"),
    ],
)
def test_rows_have_a_column_per_input(study: rm.Study, rows: Any, problem: str) -> None:
    with pytest.raises(rm.InputError, match=problem):
        evaluate_rows(study, rows)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"seed": -1}, "seed: must be >= 0, got -1"),
        ({"seed": 1.5}, "seed: must be a whole number, got 1.5"),
        ({"shared": 0}, "shared: must be >= 1, got 0"),
        ({"shared": 2}, "shared: must divide the number of rows, 3, got 2"),
        ({"outputs": ("rec",)}, 'outputs: must be among .*, got "rec"; did you mean "recc"?'),
    ],
)
def test_wrong_arguments(study: rm.Study, arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(rm.InputError, match=problem):
        evaluate_rows(study, random_rows(study, 3), **arguments)

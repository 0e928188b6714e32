"""Errors that indicators share, in what follows from them: known answers, exchanges, methods."""

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.report import render_report
from tests import reference
from tests.kernels.harness import shared_variates
from tests.strategies import IndicatorSpec, MatrixSpec, StudyFiles, shared_table, small_study

pytestmark = pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")

LOSSES = ["P1-1", "P1-2", "P1-3", "P1-4"]
# sd of C in 2019 with independent and with shared errors of 20 %, by NumPy code of its own.
SPREAD = {
    "Bayan Obo": (0.0179, 0.0354),
    "Longnan": (0.0653, 0.1287),
    "Mianning": (0.0073, 0.0142),
    "Pingyuan": (0.0196, 0.0386),
    "Weishan": (0.0065, 0.0125),
    "Chongzuo": (0.0044, 0.0087),
}


def toy(**tables):
    """C = p / s of two mines, 1.2 and 0.25."""
    specs = (
        IndicatorSpec("s", "support", "a", 1, 0.0, 10.0),
        IndicatorSpec("p", "pressure", "b", 1, 0.0, 10.0),
    )
    values = (((5.0, 6.0),), ((8.0, 2.0),))
    files = StudyFiles(specs, (MatrixSpec("support", ("a",), ()),), ("A", "B"), (2020,), values)
    return files.with_tables(method={"goalposts": "fixed"}, **tables).load()


def both(by, cv=0.1):
    return shared_table(both=(by, cv, ("s", "p")))


@pytest.mark.parametrize("kind", [0, 1], ids=["independent", "shared"])
def test_the_spread_of_the_case_study_is_known(case_study, kind):
    tables = [
        {f'uncertainty.data.indicators."{name}".cv': 0.2 for name in LOSSES},
        {"uncertainty.shared": [{"name": "area", "indicators": LOSSES, "cv": 0.2}]},
    ]
    certain = dict.fromkeys(f"uncertainty.{table}" for table in ("judgments", "data", "method"))
    study = case_study.replace(certain).replace(tables[kind])
    recc = rm.simulate(study, samples=20_000, seed=1)["recc"].sel(year=2019)
    for mine, spread in SPREAD.items():
        # Three times the relative error of a standard deviation, and rounding of the digits.
        found = float(recc.sel(mine=mine).std())
        assert found == pytest.approx(spread[kind], rel=3 / np.sqrt(20_000), abs=6e-5)
    overload = float((recc.sel(mine="Longnan") >= 1).mean())
    assert overload == pytest.approx((0.0, 0.064)[kind], abs=0.006)


@pytest.mark.parametrize("by", ["cell", "mine", "all"])
def test_what_both_systems_share_cancels_in_their_ratio(by):
    draws = rm.simulate(toy(**both(by, 0.3)), samples=500, seed=3)
    np.testing.assert_allclose(draws["recc"].sel(mine="A"), 1.2, rtol=1e-14)
    np.testing.assert_allclose(draws["recc"].sel(mine="B"), 0.25, rtol=1e-14)
    assert float(draws["support"].std()) > 0.1


@pytest.mark.parametrize(("by", "alike"), [("cell", False), ("mine", False), ("all", True)])
def test_mines_share_what_there_is_one_of_for_all(by, alike):
    draws = rm.simulate(toy(**both(by)), samples=4000, seed=5)
    one, two = draws["support"].values[:, 0] / np.array([[0.5], [0.8]])
    assert np.allclose(one, two) is alike
    assert one.mean() == pytest.approx(1, abs=0.005)
    assert one.std() == pytest.approx(0.1, abs=0.004)


def test_a_mine_shares_its_number_over_the_years():
    table = shared_table(one=("mine", 0.2, ("water 0", "air 0")))
    study = small_study(**table).load()
    drawn = rm.inputs(study, samples=6, seed=2)["shared_error"]
    assert drawn.dims == ("shared", "mine", "sample")
    assert drawn["shared_factor"].values.tolist() == ["shared:one"]
    assert float(drawn.std("mine").min()) > 0
    every = small_study(**shared_table(one=("all", 0.2, ("water 0", "air 0")))).load()
    assert float(rm.inputs(every, samples=6, seed=2)["shared_error"].std("mine").max()) == 0


def test_numbers_of_cells_are_those_of_the_seed_and_of_the_error_alone():
    table = shared_table(
        one=("cell", 0.2, ("water 0", "air 0")), two=("cell", 0.2, ("water 1", "air 1"))
    )
    study = small_study(**table).load()
    first = shared_variates(study, 8, seed=4)
    assert abs(np.corrcoef(first.reshape(-1, 2).T)[0, 1]) < 0.4
    only = small_study(**shared_table(one=("cell", 0.2, ("water 0", "air 0")))).load()
    np.testing.assert_array_equal(shared_variates(only, 8, seed=4)[..., 0], first[..., 0])


@pytest.mark.parametrize("by", ["cell", "mine", "all"])
def test_its_sobol_index_is_known_and_that_of_the_ratio_is_0(by):
    study = toy(**both(by), uncertainty_data={"cv": 0.1})
    parts = rm.sensitivity(study, samples=2048, replicates=4, seed=1).sel(mine="A", year=2020)
    assert parts["factor"].values.tolist() == ["data:s", "data:p", "shared:both", "data"]
    assert parts["factor_kind"].values.tolist() == ["data", "data", "data", "class"]
    shared = parts.sel(factor="shared:both")
    expected = 0.1**2 / (1.01**2 - 1)
    assert float(shared["first_order"].sel(output="support")) == pytest.approx(expected, abs=0.03)
    assert float(shared["total_order"].sel(output="recc")) == pytest.approx(0, abs=1e-12)
    assert float(parts["total_order"].sel(factor="data", output="recc")) == pytest.approx(
        1, abs=0.05
    )


@pytest.mark.parametrize("by", ["cell", "mine", "all"])
@pytest.mark.parametrize("method", ["morris", "rbd_fast"])
def test_methods_of_salib_know_it(method, by):
    study = toy(**both(by), uncertainty_data={"systematic_cv": 0.1})
    parts = rm.sensitivity(study, method=method, samples=100, seed=1)
    outside = method == "rbd_fast" and by == "cell"
    known = any(name.startswith("shared:both") for name in parts["factor"].values)
    assert known is not outside
    assert set(parts["factor_kind"].values) == {"data"}
    assert float(parts["variance_outside"].sel(output="support").max()) == pytest.approx(
        0.5 if outside else 0, abs=0.15
    )


def test_it_is_in_the_report():
    study = toy(**both("mine"), uncertainty_judgments={"sigma": 0.2})
    summary = rm.simulate(study, samples=50, seed=1, keep="summary")
    page = render_report(xr.DataTree.from_dict({"summary": summary}))
    assert "The drawn values of s and p are multiplied by one lognormal number" in page
    assert "relative standard deviation 0.1 for each mine: the shared error both." in page


def test_the_twin_of_a_sample_is_multiplied_alike():
    table = shared_table(one=("all", 0.2, ("water 0", "air 0")))
    study = small_study(**table).load()
    values = reference.data_draw(
        study, {("shared:one", "all"): np.array([0.5])}, np.zeros((3, 3, 9))
    )
    factor = np.exp(-np.log(1.04) / 2)
    np.testing.assert_allclose(values[..., 0], study.panel.values[..., 0] * factor)
    np.testing.assert_array_equal(values[..., 1], study.panel.values[..., 1])

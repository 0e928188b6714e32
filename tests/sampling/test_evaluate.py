"""The deterministic index: published figures, the reference, and the identities of its parts."""

import csv
import warnings
from importlib import resources
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings

import recc_mc as rm
from recc_mc.results.variables import ZONES
from tests import reference, strategies
from tests.declared import always
from tests.strategies import small_study

close: dict[str, Any] = {"rtol": 1e-12, "atol": 1e-12}


@pytest.fixture(scope="module")
def case_baseline(case_study: rm.Study) -> xr.Dataset:
    return rm.evaluate(case_study)


def figures() -> list[Any]:
    """One case per published figure, named by what it is."""
    table = resources.files("recc_mc.study") / "builtin" / "rare_earth_mines" / "published.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return [pytest.param(row, id="-".join(filter(None, list(row.values())[:4]))) for row in rows]


@pytest.mark.parametrize("row", figures())
def test_published_figure(case_baseline: xr.Dataset, row: dict[str, str]) -> None:
    values = case_baseline[row["quantity"]]
    if row["mine"]:
        values = values.sel(mine=row["mine"], year=int(row["year"]))
    if row["item"]:
        values = values.sel({values.dims[0]: row["item"]})
    value = values.item()
    assert row["value"] == (ZONES[value] if row["quantity"] == "zone" else f"{value:.4f}")


@settings(max_examples=40)
@given(strategies.studies(uncertain=False))
def test_the_baseline_is_that_of_the_reference(study: rm.Study) -> None:
    expected, baseline = reference.baseline(study), rm.evaluate(study)
    for name in expected.keys() & set(baseline) - {"zone", "grade", "rank"}:
        np.testing.assert_allclose(baseline[name], expected[name], err_msg=name, **close)
    # S and P of the best mine are 1 but for rounding, and there all zones meet.
    support, pressure = baseline["support"].values, baseline["pressure"].values
    for cell in np.ndindex(support.shape):
        one = float(support[cell]), float(pressure[cell])
        assert baseline["zone"].values[cell] == reference.zone(*one)
        cuts = study.settings.method.grade_cuts
        assert baseline["grade"].values[cell] == reference.grade(*one, cuts)
    np.testing.assert_array_equal(baseline["rank"], reference.ranks(baseline["recc"].values))
    members = [i.criterion for i in study.hierarchy.indicators]
    weight = baseline["weight"].values
    for name in study.hierarchy.all_criteria:
        total = weight[[f"{member}/".startswith(f"{name}/") for member in members]].sum()
        np.testing.assert_allclose(baseline["criterion_weight"].sel(criterion=name), total, **close)


@settings(max_examples=20)
@given(strategies.studies(uncertain=True))
def test_uncertainty_does_not_touch_the_baseline(study: rm.Study) -> None:
    expected, baseline = reference.baseline(study), rm.evaluate(study)
    for name in ("recc", "weight", "normalized", "consistency_ratio"):
        np.testing.assert_allclose(baseline[name], expected[name], err_msg=name, **close)


def test_the_reference_knows_almost_every_variable(case_study: rm.Study) -> None:
    known = {*reference.baseline(case_study), "criterion_weight", "criterion_score"}
    trends = {f"{x}_{t}" for x in ("support", "pressure", "recc") for t in ("change", "peak_year")}
    trends |= {f"{x}_mine_mean" for x in ("support", "pressure", "recc")}
    # Trends and goalposts have tests of their own below; what is read is tested where it is read.
    read = {"filled", "expert_consistency_ratio"}
    bounds = {"goalpost_lower", "goalpost_upper"}
    assert always("baseline") - known == trends | bounds | read


def test_trends(case_study: rm.Study, case_baseline: xr.Dataset) -> None:
    for name in ("support", "pressure", "recc"):
        expected = reference.trends(case_baseline[name].values, case_study.panel.years)
        np.testing.assert_array_equal(case_baseline[f"{name}_change"], expected["change"])
        np.testing.assert_array_equal(case_baseline[f"{name}_peak_year"], expected["peak_year"])
        mean = expected["mean_over_mines"]
        np.testing.assert_array_equal(case_baseline[f"{name}_mine_mean"], mean)


def test_trends_of_undefined_values() -> None:
    # The smallest value of an indicator makes S = 0 under geometric aggregation.
    study = small_study(method={"aggregation": "geometric"}).load()
    baseline = rm.evaluate(study)
    recc = baseline["recc"].values
    undefined = np.isnan(recc)
    assert undefined.any()
    np.testing.assert_array_equal(np.isnan(baseline["recc_mine_mean"]), undefined.any(axis=0))
    for mine, row in enumerate(recc):
        year = study.panel.years[int(np.nanargmax(row))] if not undefined[mine].all() else -1
        assert baseline["recc_peak_year"][mine].item() == year
    assert (baseline["rank"].values[undefined] == -1).all()


@pytest.mark.parametrize("scope", ["pooled", "yearly", "fixed"])
def test_values_at_the_goalposts_are_0_and_1(scope: str) -> None:
    study = small_study(method={"goalposts": scope}).load()
    baseline = rm.evaluate(study)
    lower, upper = (baseline[f"goalpost_{side}"].values for side in ("lower", "upper"))
    values = study.panel.values
    direction = baseline["indicator_direction"].values
    share = (values - lower) / (upper - lower)
    expected = np.where(direction > 0, share, 1 - share)
    np.testing.assert_allclose(baseline["normalized"], expected, **close)
    if scope == "fixed":
        assert (lower == 0).all()
        assert (upper == 120).all()
        return
    axes = 0 if scope == "yearly" else (0, 1)
    bounds = (values.min(axes), values.max(axes))
    np.testing.assert_array_equal(lower, np.broadcast_to(bounds[0], lower.shape))
    np.testing.assert_array_equal(upper, np.broadcast_to(bounds[1], upper.shape))
    assert baseline["normalized"].min() == 0
    assert baseline["normalized"].max() == 1


def test_clipped_values_stay_within_fixed_goalposts() -> None:
    files = small_study(method={"goalposts": "fixed", "clip": True})
    indicators = tuple(
        type(i)(**{**vars(i), "lower": 50.0, "upper": 70.0}) for i in files.indicators
    )
    study = type(files)(**{**vars(files), "indicators": indicators}).load()
    r = rm.evaluate(study)["normalized"].values
    np.testing.assert_allclose(r, reference.baseline(study)["normalized"], **close)
    assert (r.min(), r.max()) == (0, 1)
    assert not np.signbit(r).any()


def test_a_constant_indicator_counts_for_nothing() -> None:
    files = small_study()
    values = np.array(files.values)
    values[:, :, 0] = 50.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rm.StudyWarning)
        study = strategies.with_values(files.load(), values)
    baseline = rm.evaluate(study)
    assert (baseline["normalized"].isel(indicator=0) == 0).all()
    assert baseline["weight_entropy"][0] == 0
    assert baseline["weight"][0] == 0.5 * baseline["weight_ahp"][0]


def test_weights_are_shares_of_their_system(case_baseline: xr.Dataset) -> None:
    for name in ("weight", "weight_ahp", "weight_entropy"):
        totals = case_baseline[name].groupby("indicator_system").sum()
        np.testing.assert_allclose(totals, 1, **close)
    mean = (case_baseline["weight_ahp"] + case_baseline["weight_entropy"]) / 2
    np.testing.assert_allclose(case_baseline["weight"], mean, **close)


def test_a_study_is_not_changed(case_study: rm.Study) -> None:
    before = case_study.panel.values.copy()
    first = rm.evaluate(case_study)
    second = rm.evaluate(case_study)
    xr.testing.assert_identical(first, second)
    np.testing.assert_array_equal(case_study.panel.values, before)

"""The tables hold the numbers of the result."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.plot import tables
from recc_mc.summary.probability import probability
from tests.plot.results import Result


def array(table: pd.DataFrame, value: str, *dims: str) -> xr.DataArray:
    """A column as an array, to be compared with a variable whatever the order of rows."""
    return table.set_index(list(dims))[value].to_xarray()


def assert_same(table: pd.DataFrame, value: str, variable: xr.DataArray) -> None:
    dims = [str(dim) for dim in variable.dims]
    found = array(table, value, *dims)
    wanted = variable.reset_coords(drop=True)
    found = found.sel({dim: wanted[dim].values for dim in dims})
    np.testing.assert_array_equal(found.transpose(*dims).values, wanted.values)


def test_plane_of_samples(result: Result) -> None:
    table = tables.plane(result.baseline, samples=result.samples)
    draws = result.samples.isel(year=-1)
    assert_same(table, "support", result.baseline["support"].isel(year=-1))
    np.testing.assert_allclose(table["pressure_std"], draws["pressure"].std("sample"))
    for k, correlation in enumerate(table["correlation"]):
        pair = np.corrcoef(draws["support"].values[k], draws["pressure"].values[k])
        assert correlation == pytest.approx(pair[0, 1])


def test_plane_of_a_summary(result: Result) -> None:
    table = tables.plane(result.baseline, result.summary)
    assert_same(table, "support_mean", result.summary["support_mean"].isel(year=-1))
    assert (table["correlation"] == 0.5).all()


@pytest.mark.parametrize("variable", ["support", "pressure", "recc"])
def test_ribbons(result: Result, variable: str) -> None:
    table = tables.ribbons(result.summary, variable=variable)
    quantile = result.summary[f"{variable}_quantile"]
    assert_same(table, "baseline", result.summary[f"{variable}_baseline"])
    for column, level in {
        "median": 0.5, "lower_50": 0.25, "upper_50": 0.75, "lower_95": 0.025, "upper_95": 0.975
    }.items():  # fmt: skip
        assert_same(table, column, quantile.sel(quantile=level))


def test_intervals_take_the_levels_that_are_there(result: Result) -> None:
    few = result.summary.sel(quantile=[0.05, 0.95])
    table = tables.ribbons(few)
    assert list(table) == ["mine", "year", "baseline", "mean", "lower_90", "upper_90"]
    assert_same(table, "mean", few["recc_mean"])
    with pytest.raises(rm.InputError, match=r"two levels q and 1 - q, got 0.05, 0.5"):
        tables.ribbons(result.summary.sel(quantile=[0.05, 0.5]))


def test_rank_acceptability(result: Result) -> None:
    table = tables.rank_acceptability(result.summary).rename(columns={"rank": "rank_position"})
    last = result.summary.isel(year=-1)
    assert_same(table, "probability", last["rank_probability"])
    assert_same(table, "standard_error", last["rank_probability_error"])
    expected = (table["probability"] * table["rank_position"]).groupby(table["mine"]).sum()
    assert expected[table["mine"].unique()].is_monotonic_increasing


def test_rank_intervals(result: Result) -> None:
    table = tables.rank_intervals(result.summary)
    last = result.summary.isel(year=-1)
    assert_same(table, "upper_95", last["rank_quantile"].sel(quantile=0.975))
    assert_same(table, "baseline", last["rank_baseline"])
    assert table["baseline"].is_monotonic_increasing


def test_undefined_ranks_are_not_numbers(result: Result) -> None:
    summary = result.summary.copy(deep=True)
    summary["rank_baseline"][1, -1] = -1
    assert np.isnan(tables.rank_intervals(summary)["baseline"].iloc[1])


@pytest.mark.parametrize(("variable", "first"), [("zone", "high_value_surplus"), ("grade", "I")])
def test_class_probabilities(result: Result, variable: str, first: str) -> None:
    table = tables.class_probabilities(result.summary, variable=variable)
    assert_same(table, "probability", result.summary[f"{variable}_probability"])
    assert_same(table, "standard_error", result.summary[f"{variable}_probability_error"])
    assert table["name"].iloc[0] == first


def test_obstacles(result: Result) -> None:
    table = tables.obstacles(result.summary)
    last = result.summary.isel(year=-1)
    support = last.isel(indicator=last["indicator_system"].values == "support")
    assert_same(table, "mean", support["obstacle_mean"])
    assert_same(table, "lower_95", support["obstacle_quantile"].sel(quantile=0.025))
    assert set(table["criterion"]) == {"water", "soil"}
    with pytest.raises(rm.InputError, match='obstacle = "both" makes them'):
        tables.obstacles(result.summary, system="pressure")


def test_weights(result: Result) -> None:
    table = tables.weights(result.summary)
    for kind, name in (
        ("combined", "weight"),
        ("AHP", "weight_ahp"),
        ("entropy", "weight_entropy"),
    ):
        rows = table[table["kind"] == kind]
        assert_same(rows, "baseline", result.summary[f"{name}_baseline"])
        assert_same(rows, "upper_95", result.summary[f"{name}_quantile"].sel(quantile=0.975))
    assert table.groupby(["system", "kind"])["baseline"].sum().to_numpy() == pytest.approx(1)


def test_trends(result: Result) -> None:
    table = tables.trends(result.summary, variable="support")
    summary = result.summary
    assert_same(table, "median", summary["support_change_quantile"].sel(quantile=0.5))
    assert_same(table, "increase_probability", summary["support_increase_probability"])
    assert set(table["first_year"]) == {2012}
    assert set(table["last_year"]) == {2014}


def test_sensitivity_bars(result: Result) -> None:
    parts = result.sensitivity
    table = tables.sensitivity_bars(parts, order="first")
    assert "class" not in set(table["kind"])
    assert table["index"].is_monotonic_decreasing
    aggregate = parts.sel(output="recc", factor=table["factor"].to_numpy())
    assert_same(table, "index", aggregate["first_order_aggregate"])
    assert_same(table, "half_width", aggregate["first_order_aggregate_error"])
    one = tables.sensitivity_bars(parts, output="zone", mine="Mine 1", year=2013)
    cell = parts.sel(output="zone", mine="Mine 1", year=2013, factor=one["factor"].to_numpy())
    assert_same(one, "index", cell["total_order"])
    with pytest.raises(rm.InputError, match=r"mine: must be one of .*; did you mean 'Mine 1'\?"):
        tables.sensitivity_bars(parts, mine="Mine1")


def test_sensitivity_map(result: Result) -> None:
    table = tables.sensitivity_map(result.sensitivity)
    cells = result.sensitivity.sel(output="recc").isel(year=-1)
    assert_same(table, "index", cells["total_order"].sel(factor=table["factor"].unique()))
    largest = table.groupby("factor", sort=False)["index"].max()
    assert largest.is_monotonic_decreasing


def test_variance_split(result: Result) -> None:
    table = tables.variance_split(result.sensitivity)
    assert table["part"].unique().tolist() == ["judgment", "data", "method", "interactions"]
    classes = result.sensitivity.sel(output="recc", factor=["judgment", "data", "method"])
    found = table.rename(columns={"part": "factor"})
    assert_same(
        found[found["factor"] != "interactions"], "share",
        classes["first_order"].transpose("mine", "year", "factor"),
    )  # fmt: skip
    assert table.groupby(["mine", "year"])["share"].sum().to_numpy() == pytest.approx(1)
    assert (table["drawn"] == table["share"].clip(lower=0)).all()


@pytest.mark.parametrize("statistic", ["overload", "support", "recc", "rank"])
def test_convergence_ends_at_the_statistic_of_all_samples(result: Result, statistic: str) -> None:
    table = tables.convergence(result.samples, statistic=statistic)
    draws = result.samples.isel(year=-1)
    values = draws["recc"] >= 1 if statistic == "overload" else draws[statistic]
    end = table[table["samples"] == 300].set_index("mine").loc[draws["mine"].values]
    np.testing.assert_allclose(end["estimate"], values.mean("sample"))
    error = values.astype(float).std("sample") / np.sqrt(300)
    if statistic == "overload":
        _, error = probability(values.sum("sample"), 300)
    np.testing.assert_allclose(end["standard_error"], error, atol=1e-15)
    early = table[table["samples"] == 10].set_index("mine").loc[draws["mine"].values]
    np.testing.assert_allclose(early["estimate"], values[:, :10].mean("sample"))


def test_convergence_counts_defined_samples_only(result: Result) -> None:
    samples = result.samples.copy(deep=True)
    samples["recc"][0, -1, ::2] = np.nan
    table = tables.convergence(samples)
    end = table[table["samples"] == 300].iloc[0]
    assert end["defined"] == 150
    assert end["estimate"] == (samples["recc"].values[0, -1, 1::2] >= 1).mean()


@pytest.mark.parametrize("statistic", ["overload", "recc"])
def test_the_convergence_of_single_draws_has_no_error(result: Result, statistic: str) -> None:
    one = result.samples.isel(sample=slice(1))
    table = tables.convergence(one, statistic=statistic)
    assert table["estimate"].notna().all()
    assert table[["standard_error", "lower_95", "upper_95"]].isna().all(axis=None)
    samples = result.samples.copy(deep=True)
    samples["recc"][0, -1, 1:-1] = np.nan
    table = tables.convergence(samples, statistic=statistic)
    first = table[table["mine"] == table["mine"].iloc[0]]
    assert (first["standard_error"].isna() == (first["defined"] < 2)).all()
    assert first["standard_error"].notna().tolist()[-1]


def test_what_no_draw_or_every_draw_does_has_the_error_of_the_summary(result: Result) -> None:
    samples = result.samples.copy(deep=True)
    samples["recc"][0], samples["recc"][1] = 0.5, 1.5
    table = tables.convergence(samples)
    for mine in samples["mine"].values[:2]:
        rows = table[table["mine"] == mine]
        wanted = np.minimum(3 / rows["samples"], 1)
        np.testing.assert_allclose(rows["standard_error"], wanted)
        assert (rows["upper_95"] > rows["lower_95"]).all()


@pytest.mark.parametrize("spelling", ["Mine\u00a0A", " Mine  A ", "Mi\u200bne A"])
def test_names_given_to_a_picture_match_as_those_of_tables(result: Result, spelling: str) -> None:
    named = result.sensitivity.assign_coords(
        mine=["Mine A", *result.sensitivity["mine"].values[1:]]
    )
    wanted = tables.sensitivity_bars(named, mine="Mine A", year=None)
    found = tables.sensitivity_bars(named, mine=spelling)
    pd.testing.assert_frame_equal(found, wanted)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: tables.ribbons(r.summary, variable="C"), "variable: must be one of support"),
        (lambda r: tables.class_probabilities(r.summary, variable="rank"), "one of zone, grade"),
        (lambda r: tables.trends(r.summary, variable="rank"), "one of support, pressure, recc"),
        (lambda r: tables.obstacles(r.summary, system="suport"), "did you mean 'support'"),
        (lambda r: tables.sensitivity_bars(r.sensitivity, order="second"), "one of first, total"),
        (lambda r: tables.sensitivity_map(r.sensitivity, output="C"), "one of support, pressure"),
        (lambda r: tables.variance_split(r.sensitivity, output="C"), "one of support, pressure"),
        (lambda r: tables.convergence(r.samples, statistic="zone"), "one of overload, support"),
    ],
)
def test_wrong_arguments(result: Result, call: object, message: str) -> None:
    with pytest.raises(rm.InputError, match=message):
        call(result)  # type: ignore[operator]


def test_why_tables_of_pairs_are_left_out(result: Result) -> None:
    summary = result.summary.drop_vars("rank_probability").assign_attrs(left_out="too many mines")
    with pytest.raises(rm.InputError, match=r"summary has no rank_probability; too many mines"):
        tables.rank_acceptability(summary)


def test_coordination_tells_the_most_probable_class(result: Result) -> None:
    table, summary = tables.coordination(result.summary), result.summary
    assert_same(table, "mean", summary["coordination_mean"])
    assert_same(table, "lower_95", summary["coordination_quantile"].sel(quantile=0.025))
    share = summary["coordination_probability"]
    assert_same(table, "probability", share.max("coordination_class"))
    likely = share.argmax("coordination_class") + 1
    assert_same(table, "class", likely)


def test_criterion_scores_are_those_of_a_year(result: Result) -> None:
    table, summary = tables.criterion_scores(result.summary, year=2013), result.summary
    assert_same(table, "mean", summary["criterion_score_mean"].sel(year=2013))
    quantile = summary["criterion_score_quantile"].sel(year=2013)
    assert_same(table, "upper_95", quantile.sel(quantile=0.975))
    assert table["system"].tolist()[0] == "support"


@pytest.mark.parametrize("system", ["support", "pressure"])
def test_fuzzy_grades_are_those_of_a_system(result: Result, system: str) -> None:
    table = tables.fuzzy_grades(result.summary, of=system)
    share = result.summary["fuzzy_grade_probability"].sel(system=system)
    found = array(table, "probability", "mine", "year", "grade").transpose("mine", "year", "grade")
    np.testing.assert_array_equal(found.values, share.values)
    assert table["name"].tolist()[:3] == ["first", "second", "third"]

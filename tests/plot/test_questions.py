"""Pictures of scenarios, targets and the value of information: their tables, and what is marked."""

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc import plot
from recc_mc.plot import tables
from tests.plot.results import Result


def test_changes_are_those_of_all_but_the_reference(result: Result) -> None:
    table = tables.scenario_changes(result.scenarios)
    assert table["scenario"].unique().tolist() == ["more", "less", "none"]
    more = table[(table["scenario"] == "more") & (table["mine"] == "Mine 0")].iloc[0]
    assert more[["median", "lower_90", "upper_90"]].tolist() == pytest.approx([0.2, 0.155, 0.245])
    assert (table["year"] == result.scenarios["year"].values[-1]).all()


def test_overload_stands_beside_that_of_the_reference(result: Result) -> None:
    scenarios = result.scenarios
    table = tables.scenario_overload(scenarios).set_index(["scenario", "mine"])
    last = scenarios["overload_probability"].isel(year=-1)
    for (name, mine), row in table.iterrows():
        assert row["before"] == last.sel(scenario="reference", mine=mine)
        assert row["probability"] == last.sel(scenario=name, mine=mine)
        assert row["probability_lower"] <= row["probability"] <= row["probability_upper"]


def test_what_a_scenario_leaves_as_it_is_has_no_line_of_its_own(result: Result) -> None:
    first, *_, last = plot.scenario_paths(result.scenarios).axes
    # The load is a line, too; "none" changes no mine, and no scenario changes the third.
    assert (len(first.lines), len(last.lines)) == (4, 2)
    table = tables.scenario_paths(result.scenarios)
    years = result.baseline["year"].values
    assert table.loc[table["beyond"], "year"].min() == years[-1] + 1


def test_more_scenarios_than_colours_are_not_drawn_over_each_other(result: Result) -> None:
    names = [f"{k}" for k in range(9)]
    many = xr.concat([result.scenarios.isel(scenario=1)] * 9, xr.DataArray(names, dims="scenario"))
    with pytest.raises(rm.InputError, match=r"plot.scenario_paths: scenario: at most 8 lines"):
        plot.scenario_paths(many)


def test_contributions_of_a_system_add_up_to_its_index(result: Result) -> None:
    table = tables.contributions(result.baseline)
    sums = table.groupby(["system", "mine"])["contribution"].sum()
    for (system, mine), total in sums.items():
        expected = result.baseline[system].sel(mine=mine).isel(year=-1)
        assert total == pytest.approx(float(expected), rel=1e-12)


def test_a_scenario_stands_below_the_reference(result: Result) -> None:
    changed = result.baseline.copy(deep=True).assign_attrs(scenario="less")
    for name in ("normalized", "support", "pressure"):
        changed[name] *= 0.5
    table = tables.contributions(result.baseline, changed=changed)
    pairs = table.pivot(index=["indicator", "mine"], columns="scenario", values="contribution")
    np.testing.assert_allclose(pairs["less"], 0.5 * pairs["reference"])
    panel, _ = plot.contributions(result.baseline, changed=changed).axes
    bars = [label.get_text() for label in panel.get_yticklabels()]
    assert bars[:3] == ["Mine 0, reference", "less", "Mine 1, reference"]
    with pytest.raises(rm.InputError, match="changed: is of other mines"):
        plot.contributions(result.baseline, changed=changed.isel(mine=[1, 0, 2]))


def test_what_does_not_add_up_is_not_stacked(result: Result) -> None:
    other = result.baseline.assign(support=0.9 * result.baseline["support"])
    with pytest.raises(rm.InputError, match=r"only by method.aggregation = "):
        plot.contributions(other)


def test_curves_and_levers_are_those_of_the_targets(result: Result) -> None:
    target = result.target
    curves = tables.target_curves(target)
    expected = target["probability_curve"].values.ravel()
    np.testing.assert_array_equal(curves["probability"], expected)
    levers = tables.target_levers(target)
    assert target["target"].values[2] not in set(levers["target"])
    first = levers[levers["target"] == target["target"].values[0]].set_index("indicator")["change"]
    assert first["all together"] == 0.465
    assert first.iloc[-1] == 0.8
    # The two of pressure, one of support, and all together.
    assert first.size == 4
    texts = [text.get_text() for ax in plot.target_curves(target).axes for text in ax.texts]
    assert texts == ["not within 100 %"]


def test_classes_stand_above_the_factors(result: Result) -> None:
    for table in (
        tables.information_value(result.sensitivity),
        tables.information_map(result.sensitivity).drop_duplicates("factor"),
    ):
        kinds = (table["kind"] == "class").tolist()
        assert kinds == sorted(kinds, reverse=True)
        assert sum(kinds) == 3
    table = tables.information_value(result.sensitivity)
    values = table.loc[table["kind"] != "class", "value"]
    assert values.is_monotonic_decreasing
    assert len(values) == 15

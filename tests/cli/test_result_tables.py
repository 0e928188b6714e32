"""The tables show the numbers of the datasets they are given."""

import re

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.cli.result_tables import evaluation_table, simulation_table
from recc_mc.results.variables import ZONES
from tests.results.made_up import results
from tests.strategies import small_study

Groups = dict[str, xr.Dataset]


@pytest.fixture
def groups() -> Groups:
    found = results(small_study().load())
    found["summary"].attrs["samples"] = 12_345
    return found


def section(text: str, title: str) -> dict[str, list[str]]:
    """Cells of a section's table by the first cell of the row; columns are two blanks apart."""
    part = next(part for part in text.split("\n\n") if title in part.splitlines()[0])
    lines = [re.split(r" {2,}", line.strip()) for line in part.splitlines()[2:]]
    assert {len(line) for line in lines} == {len(lines[0])}
    return {first: rest for first, *rest in lines}


def four(value: xr.DataArray) -> str:
    return f"{value.item():.4f}" if value.notnull() else "-"


def test_c_is_shown_by_mine_and_year(groups: Groups) -> None:
    baseline = groups["baseline"]
    rows = section(evaluation_table(baseline), "Carrying capacity index")
    assert rows.pop("mine") == ["2012", "2013", "2014"]
    assert rows == {
        mine: [four(value) for value in baseline["recc"].sel(mine=mine)]
        for mine in ("Mine 0", "Mine 1", "Mine 2")
    }


def test_the_latest_year_is_shown_in_detail(groups: Groups) -> None:
    baseline = groups["baseline"]
    baseline["zone"][:, -1] = [3, 0, -1]
    baseline["grade"][:, -1] = [9, 1, -1]
    baseline["rank"][:, -1] = [1, 2, -1]
    rows = section(evaluation_table(baseline), "2014: S, P and C")
    last = baseline.isel(year=-1)
    for mine, tail in (
        ("Mine 0", ["1", "IX", "high-value load"]),
        ("Mine 1", ["2", "I", "high-value surplus"]),
        ("Mine 2", ["-", "-", "-"]),
    ):
        one = last.sel(mine=mine)
        numbers = [four(one[name]) for name in ("support", "pressure", "recc")]
        assert rows[mine] == [*numbers, *tail]


def test_the_largest_weights_and_obstacles_are_shown_in_order(groups: Groups) -> None:
    baseline = groups["baseline"]
    names = baseline["indicator"].values.tolist()
    assert names[:4] == ["water 0", "water 1", "water 2", "soil 0"]
    baseline["weight"][:] = [0.1, 0.4, 0.2, 0.3, 0.5, 0.1, 0.1, 0.1, 0.2]
    baseline["obstacle"][:, -1, :] = 0.9
    baseline["obstacle"][0, -1, :4] = [0.5, np.nan, 0.2, 0.3]
    text = evaluation_table(baseline)
    weights = section(text, "Largest weights")
    assert weights["support"] == ["water 1 0.4000, soil 0 0.3000, water 2 0.2000, water 0 0.1000"]
    # Equal weights stay in the order of the file; five are enough.
    assert weights["pressure"][0].startswith("air 0 0.5000, noise 2 0.2000, air 1 0.1000")
    obstacles = section(text, "2014: largest obstacles")
    assert obstacles["Mine 0"] == ["water 0 0.5000, soil 0 0.3000, water 2 0.2000"]


def test_no_more_than_five_indicators_are_listed() -> None:
    study = small_study().load()
    baseline = results(study)["baseline"]
    baseline["indicator_system"][:] = "support"
    baseline["obstacle"][:] = 0.1
    obstacles = section(evaluation_table(baseline), "largest obstacles")
    assert obstacles["Mine 0"][0].count(",") == 4


def test_the_consistency_of_the_matrices_is_shown(groups: Groups) -> None:
    rows = section(evaluation_table(groups["baseline"]), "Judgment matrices")
    baseline = groups["baseline"].sel(matrix="water")
    assert rows["water"] == ["3", four(baseline["lambda_max"]), four(baseline["consistency_ratio"])]
    assert len(rows) == 1 + groups["baseline"].sizes["matrix"]


def simulated(groups: Groups) -> str:
    return simulation_table(groups["baseline"], groups["summary"])


def test_the_statistics_of_c_are_those_of_the_latest_year(groups: Groups) -> None:
    rows = section(simulated(groups), "2014: carrying capacity index")
    names = ["baseline", "mean", "bias", "sd", "2.5 %", "97.5 %", "P(C >= 1)"]
    assert rows.pop("mine") == names
    summary = groups["summary"].sel(mine="Mine 1", year=2014).fillna(0.5)
    groups["summary"] = groups["summary"].fillna(0.5)
    found = section(simulated(groups), "2014: carrying capacity index")["Mine 1"]
    assert found == [
        four(groups["baseline"]["recc"].sel(mine="Mine 1", year=2014)),
        four(summary["recc_mean"]),
        f"{summary['recc_bias'].item():+.4f}",
        four(summary["recc_std"]),
        four(summary["recc_quantile"].sel(quantile=0.025)),
        four(summary["recc_quantile"].sel(quantile=0.975)),
        f"{summary['overload_probability'].item():.3f}",
    ]


def test_the_most_probable_classes_are_shown_with_their_probabilities(groups: Groups) -> None:
    summary = groups["summary"]
    for name, size in (("rank", 3), ("grade", 9), ("zone", 4)):
        values = np.full((3, 3, size), 0.01)
        values[0, -1, 2] = 0.75
        values[1, -1] = np.nan
        values[2, -1] = 0.0
        summary[f"{name}_probability"][:] = values
    rows = section(simulated(groups), "2014: most probable")
    zone = ZONES[2].replace("_value_", "-value ")
    assert rows["Mine 0"] == ["3", "0.750", "III", "0.750", zone, "0.750"]
    assert rows["Mine 1"] == rows["Mine 2"] == ["-", "-"] * 3


def test_the_ledger_shows_what_became_of_the_drawn_matrices(groups: Groups) -> None:
    summary = groups["summary"]
    for name, share in (("accepted", 0.25), ("repaired", 0.75), ("redrawn", 0.0)):
        summary[f"share_{name}"][:] = share
    rows = section(simulated(groups), "Judgment matrices as drawn")
    ratio = four(groups["baseline"]["consistency_ratio"].sel(matrix="noise"))
    assert rows["noise"] == ["3", ratio, "25.0%", "75.0%", "0.0%"]


def test_the_run_and_its_precision_are_stated(groups: Groups) -> None:
    summary = groups["summary"]
    for name in [name for name in summary if str(name).endswith("_probability_error")]:
        summary[name][:] = 0.001
    summary["zone_probability_error"][0, 0, 0] = 0.0123
    text = simulated(groups)
    assert text.splitlines()[1] == f"12,345 samples, seed {2**40}"
    assert "Monte Carlo standard error of every probability: at most 0.0123" in text


def test_undefined_draws_are_counted(groups: Groups) -> None:
    groups["summary"]["recc_undefined"][:] = 0
    assert "undefined" not in simulated(groups)
    groups["summary"]["recc_undefined"][0, :2] = [1_000, 2]
    assert "C is undefined (S below 1e-9) in 1,002 draws of 2 mine-years." in simulated(groups)


def test_a_single_quantile_is_shown_once(groups: Groups) -> None:
    groups["summary"] = groups["summary"].sel(quantile=[0.5])
    assert section(simulated(groups), "carrying capacity index")["mine"].count("50 %") == 1


def test_what_does_not_fit_on_a_screen_is_left_to_the_file() -> None:
    groups = results(small_study(mines=45, years=12).load())
    groups["summary"].attrs["samples"] = 50
    text = evaluation_table(groups["baseline"])
    rows = section(text, "Carrying capacity index")
    assert len(rows) == 1 + 40
    assert rows["mine"] == [str(year) for year in range(2014, 2024)]
    note = "Shown: 40 of 45 mines and 10 of 12 years; the file holds all."
    assert text.endswith(note)
    assert simulated(groups).endswith(note)


def test_tables_of_reconstructed_data_say_so(groups: Groups) -> None:
    plain = [evaluation_table(groups["baseline"]), simulated(groups)]
    assert [text.splitlines()[0] for text in plain] == ["A test's study"] * 2
    comment = "The input data are a calibrated reconstruction"
    for name, data in groups.items():
        groups[name] = data.assign_attrs(comment=comment)
    for text in (evaluation_table(groups["baseline"]), simulated(groups)):
        assert text.splitlines()[0] == "A test's study (calibrated reconstruction)"


def test_tables_do_not_change_what_they_show(groups: Groups) -> None:
    untouched = {name: data.copy(deep=True) for name, data in groups.items()}
    evaluation_table(groups["baseline"])
    simulated(groups)
    for name, data in groups.items():
        xr.testing.assert_identical(data, untouched[name])


@pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")
def test_where_mines_are_not_compared_their_mean_rank_is_shown() -> None:
    study = small_study(years=1, simulation={"compare_mines": False}).load()
    summary = rm.simulate(study, samples=200, seed=1, keep="summary")
    text = simulation_table(rm.evaluate(study), summary)
    rows = section(text, "mean rank, most probable grade and zone")
    assert rows.pop("mine") == ["mean rank", "grade", "P(grade)", "zone", "P(zone)"]
    means = summary["rank_mean"].isel(year=-1)
    assert [row[0] for row in rows.values()] == [f"{mean:.1f}" for mean in means.values]
    assert "Left out: rank_probability, rank_quantile, outranks_probability" in text

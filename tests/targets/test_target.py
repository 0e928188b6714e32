"""What it would take for a mine to reach a goal."""

import csv
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.results.variables.target import STATES
from recc_mc.study.template import write_template
from recc_mc.targets.levers import changed_value
from recc_mc.targets.words import target_sentence
from tests import reference
from tests.kernels.cases import made_of_four
from tests.kernels.harness import reference_rows
from tests.strategies import IndicatorSpec, of_system, small_study
from tests.sweeps import toys
from tests.targets.slow import changed_indices, moved, smallest_change

#: Smallest changes of the toy study at 0.9, from the lognormal distribution of C = p / s.
TOY = {("p",): 0.30448984, ("s",): 0.43779352, ("p", "s"): 0.17958597}
#: Changes that the index of Bayan Obo in 2019 needs, computed once by other code.
ONCE = {
    ("P2-1", "P2-2", "P2-3"): 0.371131,
    ("P2-1", "P2-2", "P2-3", "P3-6"): 0.291481,
    ("P2-1", "P2-2", "P2-3", "P3-6", "P2-4"): 0.229152,
    ("P2-2",): 0.847273,
    ("S3-4", "P2-2"): 0.604370,
}
#: The same of 40,000 draws of other code, with a lognormal error of each cell of cv 0.05.
DRAWN = {
    ("P2-1", "P2-2", "P2-3"): (0.4645, 0.4792),
    ("P2-1", "P2-2", "P2-3", "P3-6"): (0.3655, 0.3767),
    ("S3-4", "P2-2"): (0.7675, 0.7966),
}


@pytest.fixture(scope="module")
def toy() -> rm.Study:
    return toys.load(uncertainty={"data": {"cv": 0.1}}, simulation={"seed": 1})


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> rm.Study:
    """The case study with lognormal errors of its cells alone, even of its percentages."""
    folder = tmp_path_factory.mktemp("plain")
    file = write_template(folder)[0]
    table = folder / "indicators.csv"
    with table.open(newline="", encoding="utf-8") as lines:
        head, *rows = csv.reader(lines)
    with table.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows([[*head, "min", "max"], *([*r, "none", "none"] for r in rows)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rm.StudyWarning)
        study = rm.load_study(file)
        changes = {"uncertainty.judgments": None, "uncertainty.method": None}
        return study.replace({**changes, "uncertainty.data": {"cv": 0.05}})


@pytest.fixture(scope="module")
def four() -> rm.Study:
    """A study of all aggregations, whose goalposts are drawn or frozen, pooled or yearly."""
    choices = {
        "aggregation": ["linear", "geometric", "topsis"],
        "goalposts": ["reestimated", "frozen"],
        "scope": ["pooled", "yearly"],
        "ahp_share": {"low": 0.3, "high": 0.7},
    }
    data = {"cv": 0.1, "systematic_cv": 0.1, "mine_cv": 0.1}
    return made_of_four(uncertainty_method=choices, uncertainty_data=data).load()


@pytest.mark.parametrize("indicators", TOY)
def test_the_change_of_a_lognormal_ratio_is_that_of_the_closed_form(
    toy: rm.Study, indicators: tuple[str, ...]
) -> None:
    found = rm.target(toy, mine="A", indicators=indicators, samples=40_000, extrapolate=True)
    low, high = found["required_change_interval"].values[0]
    # 95 % intervals, of which three are looked at: as wide again on either side.
    margin = (high - low) / 2
    assert low - margin < TOY[indicators] < high + margin
    assert low < found["required_change"] < high
    assert high - low < 0.01
    assert found["reached"] == STATES.index("reached")


def test_a_best_value_that_is_not_reached_makes_no_difference(toy: rm.Study) -> None:
    run = {"mine": "A", "indicators": "s", "samples": 2000}
    held, beyond = rm.target(toy, **run), rm.target(toy, **run, extrapolate=True)
    xr.testing.assert_equal(held["required_change"], beyond["required_change"])
    run |= {"below": 0.7, "max": 3.0}
    held, beyond = rm.target(toy, **run), rm.target(toy, **run, extrapolate=True)
    # S is 1 at the most, and P(p / 10 >= 0.7) is 0.0554.
    assert held["impossible_share"].item() == pytest.approx(0.0554, abs=0.015)
    assert beyond["impossible_share"] == 0
    assert beyond.attrs["extrapolated"] == "A 2020"
    assert "extrapolated" not in held.attrs


@pytest.mark.parametrize("indicators", ONCE)
def test_the_index_computed_once_needs_what_other_code_found(
    plain: rm.Study, case_study: rm.Study, indicators: tuple[str, ...]
) -> None:
    for study in (plain, case_study):
        found = rm.target(study, mine="Bayan Obo", indicators=indicators, samples=2, seed=1)
        once = found["required_change_deterministic"].item()
        assert once == pytest.approx(ONCE[indicators], abs=6e-7)


def test_what_is_not_enough_is_said_with_the_largest_probability(plain: rm.Study) -> None:
    found = rm.target(plain, mine="Bayan Obo", indicators=["S3-4"], samples=4000, seed=1)
    assert found["reached"] == STATES.index("not_within_max")
    for name in ("required_change", "required_change_deterministic", "value_after"):
        assert found[name].isnull().all()
    curve = found["probability_curve"].values[0]
    assert curve[0] == 0
    assert curve[-1] == pytest.approx(1 - found["impossible_share"].item())
    assert 0 < curve[-1] < 0.001
    assert found["required_change_interval"].values.tolist() == [[np.inf, np.inf]]


def test_the_best_value_observed_is_what_support_is_held_at(plain: rm.Study) -> None:
    # With S3-4 at r = 1, a change of 1.316, C is still 1.0824.
    run = {"mine": "Bayan Obo", "indicators": ["S3-4"], "samples": 2, "seed": 1, "max": 3.0}
    for below, change in ((1.0825, 1.316), (1.0823, np.nan), (1.1193, 1.0)):
        found = rm.target(plain, below=below, **run)
        once = found["required_change_deterministic"].item()
        assert once == pytest.approx(change, abs=2e-3, nan_ok=True)
    found = rm.target(plain, extrapolate=True, **run)
    assert found["required_change_deterministic"].item() > 1.5


@pytest.mark.parametrize("indicators", DRAWN)
def test_draws_of_the_case_study_need_what_other_code_s_draws_do(
    plain: rm.Study, indicators: tuple[str, ...]
) -> None:
    judged = plain.replace(
        {
            "uncertainty.judgments": {"sigma": 0.2, "consistency": "keep"},
            "method.prioritization": "geometric_mean",
        }
    )
    for study, expected in zip((plain, judged), DRAWN[indicators], strict=True):
        run = {"mine": "Bayan Obo", "indicators": indicators, "samples": 8000, "seed": 2}
        found = rm.target(study, **run)
        low, high = found["required_change_interval"].values[0]
        assert low - (high - low) / 2 < expected < high + (high - low) / 2
    if indicators == ("P2-1", "P2-2", "P2-3"):
        once = rm.target(plain, **run)
        share = once["deterministic_change_probability"].item()
        assert share == pytest.approx(0.290, abs=3 * np.hypot(0.0051, 0.0023))


def test_a_scenario_of_the_same_change_says_the_same(plain: rm.Study) -> None:
    names, run = ["P2-1", "P2-2", "P2-3"], {"samples": 4096, "seed": 1}
    change = {"indicators": names, "mines": ["Bayan Obo"], "years": [2019], "multiply": 0.8}
    study = plain.replace({"scenario": [{"name": "less", "change": [change]}]})
    paired = rm.scenarios(study, **run).sel(scenario="less", mine="Bayan Obo", year=2019)
    found = rm.target(plain, mine="Bayan Obo", indicators=names, **run)
    reached = found["probability_curve"].sel(change=0.2).item()
    assert reached == 1 - paired["overload_probability"].item() > 0
    # Other code's draws, whose differences have an sd of 0.0052 and unpaired ones of 0.0616.
    assert paired["recc_change_mean"].item() == pytest.approx(-0.1415, abs=4e-4)
    assert paired["recc_change_std"].item() == pytest.approx(0.0052, abs=2e-4)


def test_without_uncertainty_all_draws_need_what_the_index_needs() -> None:
    study = toys.load(simulation={"seed": 1})
    found = rm.target(study, mine="A", indicators=["p"], samples=50, keep=True)
    once = found["required_change_deterministic"].item()
    assert once == pytest.approx(1 / 6, rel=1e-14)
    assert (found["draw_change"] == once).all()
    assert found["required_change"] == once
    assert found["deterministic_change_probability"] == 1
    at = {"below": 1.2, "mine": "A", "indicators": ["p"], "samples": 50}
    # C is the limit itself: it takes a change, however small.
    border = rm.target(study, **at)
    assert border["reached"] == STATES.index("reached")
    assert 0 < border["required_change"] < 1e-15
    assert border["probability_curve"].values[0, :2].tolist() == [0, 1]


def test_every_draw_agrees_with_plain_numpy(four: rm.Study) -> None:
    samples, levers = 24, ("water 0", "air 0", "air 1", "noise 2")
    rows = reference_rows(four, samples, seed=5)
    assert len({row["choices"].aggregation for row in rows}) == 3
    numbers = [four.hierarchy.names.index(name) for name in levers]
    for mine in range(2):
        place = mine, 1
        reached = {
            "below": lambda s, p: bool(p < 0.8 * s),
            "zone": lambda s, p: reference.zone(s, p) <= 1,
            "grade": lambda s, p: reference.grade(s, p) <= 2,
        }
        for name, value in {"below": 0.8, "zone": "low_value_surplus", "grade": "II"}.items():
            run = {"mine": f"Mine {mine}", "year": 2013, "indicators": levers, name: value}
            found = rm.target(four, samples=samples, seed=5, keep=True, **run)
            expected = [
                smallest_change(
                    lambda t, row=row, at=place: changed_indices(four, row, at, numbers, t),
                    reached[name],
                )
                for row in rows
            ]
            np.testing.assert_allclose(found["draw_change"][0], expected, atol=1e-10, rtol=0)
            assert np.isfinite(expected).any()


def test_a_rank_is_that_of_the_other_mines_of_the_same_draw(four: rm.Study) -> None:
    samples, levers = 24, ("water 0", "air 0", "air 1", "noise 2")
    rows = reference_rows(four, samples, seed=5)
    numbers = [four.hierarchy.names.index(name) for name in levers]
    mine = int(np.argmax(reference.baseline(four)["recc"][:, -1]))
    for rank in (2, 3):
        run = {"mine": f"Mine {mine}", "indicators": levers, "rank": rank}
        found = rm.target(four, samples=samples, seed=5, keep=True, **run)
        expected = []
        for row in rows:
            others = np.nan_to_num(np.delete(row["recc"][:, -1], mine), nan=-1.0)
            load = np.sort(others)[1 - rank]
            expected.append(
                smallest_change(
                    lambda t, row=row: changed_indices(four, row, (mine, 2), numbers, t),
                    lambda s, p, c=load: bool(p < c * s),
                )
            )
        np.testing.assert_allclose(found["draw_change"][0], expected, atol=1e-10, rtol=0)
        now = np.mean([row["rank"][mine, -1] >= rank for row in rows])
        assert found["probability_curve"][0, 0] == now


def ranged_and_bounded(shift: float = 0.0) -> rm.Study:
    """A study of which an indicator is best within a range, and another has a largest value."""
    files = small_study(uncertainty_data={"cv": 0.2, "distribution": "normal"})
    first = IndicatorSpec("water 0", "support", "water", 0, optimum=(55.0, 60.0))
    second = IndicatorSpec("water 1", "support", "water", 1, maximum=101.0)
    rest = [IndicatorSpec(i.name, i.system, i.criterion, i.direction) for i in files.indicators[2:]]
    values = tuple(
        tuple((*row[:2], *(value - shift for value in row[2:])) for row in mine)
        for mine in files.values
    )
    return replace(files, indicators=(first, second, *rest), values=values).load()


@pytest.mark.parametrize(
    ("levers", "shift"),
    [(["water 0"], 0.0), (["water 1"], 0.0), (["air 0"], 60.0)],
    ids=["a range is not left", "a bound is not passed", "a decrease ends at nothing"],
)
def test_changes_end_where_values_do(levers: list[str], shift: float) -> None:
    study = ranged_and_bounded(shift)
    numbers = list(map(study.hierarchy.names.index, levers))
    rows, all_changes = reference_rows(study, 40, seed=3), []
    for mine in range(3):
        s, p = (reference.baseline(study)[name][mine, -1] for name in ("support", "pressure"))
        below = 0.95 * p / s
        run = {"mine": f"Mine {mine}", "indicators": levers, "below": below, "max": 2.0}
        found = rm.target(study, samples=40, seed=3, keep=True, extrapolate=True, **run)
        expected = [
            smallest_change(
                lambda t, row=row, m=mine: changed_indices(
                    study, row, (m, 2), numbers, t, extrapolate=True
                ),
                lambda s, p, c=below: bool(p < c * s),
                2.0,
            )
            for row in rows
        ]
        np.testing.assert_allclose(found["draw_change"][0], expected, atol=1e-10, rtol=0)
        all_changes += expected
        for j in numbers:
            value = study.panel.values[mine, -1, j]
            for t in (0.0, 0.3, 1.0, 2.0):
                assert changed_value(study, j, value, t) == pytest.approx(moved(study, j, value, t))
    # Some draws end before they reach the goal, some reach it.
    assert 0 < np.isinf(all_changes).sum() < np.isfinite(all_changes).sum() < 120


def test_the_draws_are_those_of_simulate(four: rm.Study) -> None:
    found = rm.target(four, mine="all", samples=500, seed=4)
    recc = rm.simulate(four, samples=500, seed=4)["recc"].isel(year=-1)
    # Without support there is no C that could be below 1.
    below = (recc < 1).mean("sample")
    np.testing.assert_array_equal(found["probability_curve"][:, 0], below)
    np.testing.assert_array_equal(found["undefined_share"], recc.isnull().mean("sample"))
    assert found["target"].values.tolist() == [f"Mine {m} 2014" for m in range(3)]


def test_chunks_and_schedulers_change_no_bit(four: rm.Study) -> None:
    run = {"mine": ["Mine 1", "Mine 0"], "samples": 3000, "seed": 4, "keep": True}
    whole = rm.target(four, scheduler="synchronous", **run)
    for options in ({"chunk": 1}, {"chunk": 1024, "scheduler": "threads"}):
        xr.testing.assert_identical(rm.target(four, **run, **options), whole)


def test_the_numbers_are_those_of_the_draws(four: rm.Study) -> None:
    run = {"samples": 2000, "seed": 4, "keep": True, "probability": 0.6, "below": 0.7}
    one = rm.target(four, mine="Mine 0", **run).isel(target=0)
    draws = np.sort(one["draw_change"].values)
    assert one["required_change"] == draws[1199]
    assert one["required_change_interval"].values.tolist() == [draws[1156], draws[1243]]
    change = one["change"].values
    assert change.tolist() == np.linspace(0, 1, 101).tolist()
    shares = (draws[:, None] <= change).mean(axis=0)
    np.testing.assert_array_equal(one["probability_curve"], shares)
    assert one["impossible_share"] == np.isinf(draws).mean()
    once = one["required_change_deterministic"].item()
    assert one["deterministic_change_probability"] == (draws <= once).mean()
    levels = one["quantile"].values
    np.testing.assert_array_equal(
        one["required_change_quantile"], draws[np.ceil(levels * 2000).astype(int) - 1]
    )
    changed = one["changed"].values != 0
    alone = one["single_indicator_change"].values
    assert np.isnan(alone[~changed]).all()
    assert not (alone < one["required_change"].item()).any()
    for j in np.flatnonzero(changed):
        own = rm.target(four, mine="Mine 0", indicators=[four.hierarchy.names[j]], **run)
        np.testing.assert_array_equal(own["required_change"], alone[[j]])


def test_indicators_are_the_largest_contributions_and_obstacles(four: rm.Study) -> None:
    found = rm.target(four, mine="Mine 0", samples=10, seed=1)
    row = reference.baseline(four)
    r, weight = row["normalized"][0, -1], row["weight"]
    support = reference.system_mask(four, "support")
    size = np.where(support, weight * (1 - r), weight * r)
    for mask in (support, ~support):
        own = np.flatnonzero(mask & (size > 0))
        largest = own[np.argsort(-size[own])][:5]
        changed = np.flatnonzero(mask & (found["changed"].values[0] != 0))
        assert sorted(largest) == changed.tolist()
    before, after = found["value_before"].values[0], found["value_after"].values[0]
    np.testing.assert_array_equal(before[changed], four.panel.values[0, -1, changed])
    ways = found["changed"].values[0]
    assert (np.sign(after - before)[~np.isnan(after)] == ways[~np.isnan(after)]).all()


def test_a_goal_that_is_met_takes_no_change(toy: rm.Study) -> None:
    found = rm.target(toy, mine="B", samples=100)
    assert found["reached"] == STATES.index("already_met")
    assert found["required_change"] == 0
    assert found["required_change_deterministic"] == 0
    np.testing.assert_array_equal(found["value_after"], found["value_before"])


def test_draws_without_support_are_counted() -> None:
    # One of two objects is the worst: without weight of the other system's, S = 0 there.
    study = toys.toy(uncertainty={"data": {"cv": 0.1}}).with_tables(
        method={"goalposts": "pooled", "aggregation": "geometric"}
    ).load()  # fmt: skip
    found = rm.target(study, mine="A", indicators=["p"], samples=200, seed=1)
    assert found["undefined_share"] > 0.9
    assert found["reached"] == STATES.index("not_within_max")
    support = rm.target(study, mine="A", indicators=["s"], samples=200, seed=1, max=5.0)
    assert support["undefined_share"] == found["undefined_share"]
    share = f"{100 * found['undefined_share'].item():.3g}"
    assert f" C is undefined now in {share} % of the draws." in target_sentence(
        found.isel(target=0)
    )


def test_a_grade_that_more_support_leaves_again_is_told_where_it_is_held(four: rm.Study) -> None:
    run = {"samples": 400, "seed": 4, "keep": True, "grade": "IV", "extrapolate": True}
    found = [
        rm.target(four, mine=mine, indicators=["water 0", "water 1"], max=4.0, **run)
        for mine in four.panel.mines
    ]
    falls = [(np.diff(one["probability_curve"].values[0]) < 0).any() for one in found]
    assert any(falls)
    for one in found:
        first = (one["draw_change"].values[0][:, None] <= one["change"].values).mean(axis=0)
        assert (one["probability_curve"].values[0] <= first).all()


@pytest.mark.slow
def test_single_precision_needs_nearly_the_same() -> None:
    files = small_study(uncertainty_data={"cv": 0.1})
    changes = [
        files.with_tables(method={"precision": name}).load() for name in ("single", "double")
    ]
    single, double = (
        rm.target(study, mine="Mine 0", below=0.7, samples=500, seed=1)["required_change"].item()
        for study in changes
    )
    assert single == pytest.approx(double, abs=1e-5)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"mine": None}, "mine: is required: the study has no table [[target]]"),
        ({"mine": None, "below": 2.0}, "below: needs a mine: without one the tables [[target]]"),
        ({"mine": "Bayan"}, 'mine: unknown mine "Bayan"; known: A, B'),
        ({"mine": []}, "mine: must name one or more, got none"),
        ({"year": 1066}, "year: must be a year of 2020 to 2020, got 1066"),
        ({"below": 0.0}, "below: must be > 0, got 0.0"),
        ({"probability": 1}, "probability: must be > 0 and < 1, got 1"),
        ({"max": -1}, "max: must be > 0, got -1"),
        ({"indicators": ["P"]}, 'indicators[1]: unknown indicator "P"; did you mean "p"?'),
        ({"indicators": ["p", "p"]}, 'indicators[2]: "p" is given twice'),
        ({"indicators": []}, "indicators: must name one or more, got none"),
        ({"zone": "surplus", "grade": "I"}, "zone, grade: give one of below, zone, grade and rank"),
        ({"grade": "X"}, 'grade: there is no grade "X"'),
        ({"rank": 3}, "rank: must be <= 2, got 3"),
        ({"rank": 1}, "rank: must be >= 2, got 1"),
        ({"rank": 2.5}, "rank: must be a whole number, got 2.5"),
        ({"below": "one"}, 'below: must be > 0, got "one"'),
        ({"samples": 0}, "samples: must be >= 1, got 0"),
        ({"samples": 2**50}, "samples: the changes of 1,125,899,906,842,624 draws take "),
    ],
)
def test_bad_input_is_told_by_place_and_value(
    toy: rm.Study, arguments: dict[str, Any], problem: str
) -> None:
    with pytest.raises(rm.InputError) as error:
        rm.target(toy, **{"mine": "A", **arguments})
    assert str(error.value).startswith(problem)


def asked(study: rm.Study, *tables: dict[str, Any]) -> rm.Study:
    return study.replace({"target": list(tables)})


def test_a_study_asks_by_tables_of_its_own(toy: rm.Study) -> None:
    study = asked(
        toy,
        {"name": "end", "mine": "A", "indicators": ["p"], "probability": 0.8, "max": 0.5},
        {"name": "second", "mine": "A", "rank": 2},
        {"name": "low", "mine": "B", "grade": "III", "extrapolate": True},
    )
    found = rm.target(study, samples=500, seed=1)
    assert found["target"].values.tolist() == ["end", "second", "low"]
    assert found["target_goal"].values.tolist() == [
        "C < 1",
        "rank 2 or below",
        "grade III or lower",
    ]
    assert found.attrs["extrapolated"] == "low"
    alone = rm.target(
        toy, mine="A", indicators=["p"], probability=0.8, max=0.5, samples=500, seed=1
    )
    for name in ("required_change", "required_change_interval", "value_after"):
        np.testing.assert_array_equal(found[name][:1], alone[name])
    # Beyond its own largest change the curve of a target is not told.
    curve = found["probability_curve"]
    assert curve[0].notnull().values.tolist() == (found["change"] <= 0.5).values.tolist()
    assert curve[1:].notnull().all()


def test_levers_are_those_that_the_table_of_indicators_says(four: rm.Study) -> None:
    levers = {"water 0": True, "air 1": True, "water 1": False}
    indicators = tuple(replace(i, lever=levers.get(i.name)) for i in four.hierarchy.indicators)
    study = replace(four, hierarchy=replace(four.hierarchy, indicators=indicators))
    found = rm.target(study, mine="Mine 0", year=2013, samples=10, seed=1)
    changed = found["indicator"].values[found["changed"].values[0] != 0]
    assert changed.tolist() == ["water 0", "air 1"]
    with pytest.warns(rm.StudyWarning, match='indicators: "water 1" is no lever'):
        rm.target(study, mine="Mine 0", indicators=["water 1"], samples=10, seed=1)


def test_a_study_of_one_system_has_no_load_to_end() -> None:
    study = of_system(small_study(), "support").load()
    with pytest.raises(rm.InputError, match="a study of one system has no index C"):
        rm.target(study, mine="Mine 0")


def test_arguments_are_not_changed_and_the_file_of_a_result_keeps_it(
    toy: rm.Study, tmp_path: Path
) -> None:
    found = rm.target(toy, mine="A", samples=100, seed=1, keep=True)
    rm.save(tmp_path / "a.nc", target=found)
    with rm.load(tmp_path / "a.nc") as tree:
        back = tree["target"].to_dataset().load()
    assert set(back) == set(found)
    xr.testing.assert_equal(back.drop_vars("draw_change"), found.drop_vars("draw_change"))

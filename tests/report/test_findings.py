"""Sentences say what the numbers say."""

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.language.numbers import percent, signed
from recc_mc.report.contents import Result
from recc_mc.report.findings import OPEN, PRECISION, SURE, summarise
from recc_mc.report.findings.verdict import DRIVERS, is_sure, surely_not
from recc_mc.report.words import chance, count, estimate, sentence_list
from recc_mc.summary.probability import probability
from tests.strategies import small_study

MINES = ["A", "B", "C"]


def result(**shares: object) -> Result:
    """Summary of three mines in two years, of 10,000 draws; each probability with its error."""
    dims = {
        "overload_probability": ("mine",),
        "recc_increase_probability": ("mine",),
        "rank_probability": ("mine", "rank_position"),
        "outranks_probability": ("mine", "other_mine"),
    }
    variables = {}
    for name, values in shares.items():
        array = np.asarray(values, float)
        if name.endswith("_probability"):
            where = dims[name] if name.startswith("recc") else (*dims[name], "year")
            array = array if name.startswith("recc") else np.stack([array] * 2, axis=-1)
            variables[name] = (where, array)
            variables[f"{name}_error"] = (where, np.sqrt(array * (1 - array) / 10_000))
        elif name == "rank_baseline":
            variables[name] = (("mine", "year"), np.stack([array] * 2, axis=-1).astype(int))
        else:
            variables[name] = (("mine",), array)
    coords = {"mine": MINES, "year": [2018, 2019], "other_mine": MINES, "rank_position": [1, 2, 3]}
    summary = xr.Dataset(variables, coords=coords, attrs={"samples": 10_000})
    return Result({"summary": summary}, summary.attrs)


def texts(found: Result, heading: str) -> str:
    text = " ".join(finding.text for finding in summarise(found).get(heading, ()))
    return text.replace("\u00a0", " ")


def test_all_of_the_interval_must_be_above_the_level() -> None:
    assert is_sure([0.95, 0.96, 1.0], [0.001, 0.004, 0.0]).tolist() == [False, True, True]
    assert surely_not([0.05, 0.04, 0.0], [0.001, 0.004, 0.0]).tolist() == [False, True, True]


@pytest.mark.parametrize(("draws", "sure"), [(10, False), (72, False), (73, True), (10_000, True)])
def test_what_holds_in_all_of_few_draws_is_not_sure(draws: int, sure: bool) -> None:
    # The error of a probability of 1 is the bound 3/n.
    assert bool(is_sure(1.0, 3 / draws)) is sure
    assert bool(surely_not(0.0, 3 / draws)) is sure


def test_overload_is_sure_either_way_or_undecided() -> None:
    found = result(overload_probability=[0.999, 0.4, 0.0])
    assert "Overloaded (C ≥ 1) in 2019: A (99.9 % [99.8, 99.9])." in texts(found, SURE)
    assert "Not overloaded in 2019: C (0 %);" in texts(found, SURE)
    assert "undecided for B (40.0 % [39.0, 41.0])." in texts(found, OPEN)
    assert "in 4 of 6 mine-years" in texts(found, OPEN)


def test_undefined_mines_are_not_decided() -> None:
    found = result(overload_probability=[np.nan, 1.0, 1.0])
    assert "A" not in texts(found, SURE).replace("All", "")
    assert texts(found, OPEN) == ""
    assert "in 4 of 4 mine-years" in texts(found, SURE)


def test_the_ends_of_the_ranking_are_named_or_open() -> None:
    table = [[0.6, 0.4, 0.0], [0.38, 0.6, 0.02], [0.02, 0.0, 0.98]]
    found = result(rank_probability=table)
    assert "The least loaded mine of 2019 is C (98.0 % [97.7, 98.3])." in texts(found, SURE)
    text = (
        "Which mine is the most loaded of 2019 is open: "
        "A (60.0 % [59.0, 61.0]) and B (38.0 % [37.1, 39.0])."
    )
    assert text in texts(found, OPEN)


def test_neighbours_are_those_of_the_baseline() -> None:
    pairs = [[0.0, 0.999, 0.7], [0.001, 0.0, 0.2], [0.3, 0.8, 0.0]]
    found = result(outranks_probability=pairs, rank_baseline=[1, 3, 2])
    # A before C holds in 0.7 of the draws, C before B in 0.8.
    text = texts(found, OPEN)
    assert "The order of 2 pairs of neighbours in the ranking of 2019 is in doubt" in text
    assert (
        "A before C (holds in 70.0 % [69.1, 70.9]) and C before B (holds in 80.0 % [79.2, 80.8])"
        in text
    )
    assert "keep their order" not in texts(found, SURE)


def test_directions_of_change() -> None:
    found = result(
        recc_increase_probability=[1.0, 0.0, 0.5], recc_change_baseline=[0.1, -0.2, 0.01]
    )
    assert "C is larger in 2019 than in 2018 for A (+0.100)" in texts(found, SURE)
    assert "C is smaller in 2019 than in 2018 for B (−0.200)" in texts(found, SURE)
    assert "is open for C (larger in 50.0 % [49.0, 51.0])" in texts(found, OPEN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (percent(0.99999), "more than 99.9 %"),
        (percent(1e-9), "less than 0.1 %"),
        (percent(1.0), "100 %"),
        (percent(0.0), "0 %"),
        (percent(np.nan), "undefined"),
        (chance(0.5, 0.012), "50.0 % [47.7, 52.3]"),
        (chance(1.0, 0.0), "100 %"),
        (estimate(0.17, 0.001), "0.17 ± <0.01"),
        (signed(-0.5, 1), "−0.5"),
        (count(1, "{count} matrix", "{count} matrices"), "1 matrix"),
        (count(2000, "{count} matrix", "{count} matrices"), "2,000 matrices"),
        (sentence_list(["A"]), "A"),
        (sentence_list(list("ABCDE"), 3), "A, B and 3 more"),
    ],
)
def test_numbers_in_words(text: str, expected: str) -> None:
    assert text.replace("\u00a0", " ") == expected


def first_years(first: list[list[float]], never: list[float]) -> Result:
    """Summary of the first years of overload, of 10,000 draws."""
    values = {"overload_first_probability": np.array(first), "overload_never_probability": never}
    variables = {}
    for name, share in values.items():
        array = np.asarray(share, float)
        where = ("mine", "year")[: array.ndim]
        variables[name] = (where, array)
        variables[f"{name}_error"] = (where, probability(10_000 * array, 10_000)[1])
    coords = {"mine": MINES, "year": [2018, 2019]}
    return Result({"summary": xr.Dataset(variables, coords=coords)}, {})


def test_the_first_year_of_overload_is_sure_or_open() -> None:
    found = first_years([[0.999, 0.001], [0.315, 0.6], [0.0, 0.0]], [0.0, 0.085, 1.0])
    sure = texts(found, SURE)
    # What hardly ever happens is no part of what is sure.
    assert "is sure: A in 2018 (99.9 % [99.8, 99.9]); C never (100 %" in sure
    assert texts(found, OPEN) == (
        "In which year C first reaches 1 is open: B in 2019 (60.0 % [59.0, 61.0]), in 2018 "
        "(31.5 % [30.6, 32.4]) and never (8.5 % [8.0, 9.1])."
    )


def test_what_always_happens_is_said_with_its_bound() -> None:
    assert chance(0.0, 3 / 10_000).replace("\u00a0", " ") == "0 % (< 0.030 %)"
    assert chance(1.0, 3 / 10_000).replace("\u00a0", " ") == "100 % (> 99.970 %)"
    assert chance(1.0, 1.0).replace("\u00a0", " ") == "100 % (> 0 %)"
    # The bound is one of 95 % already; of a single draw nothing is sure.
    assert is_sure([1.0, 1.0, 1.0], [0.04, 0.06, np.nan]).tolist() == [True, False, False]
    assert surely_not([0.0, 0.0, 0.0], [0.04, 0.06, np.nan]).tolist() == [True, False, False]


def test_where_nothing_was_varied_nothing_is_called_robust() -> None:
    found = result(overload_probability=[1.0, 1.0, 0.0])
    assert SURE in summarise(found)
    found.groups["summary"].attrs["varied"] = "nothing"
    found.groups["summary"].attrs["held_fixed"] = "all data"
    assert list(summarise(found)) == [PRECISION]
    assert "Nothing is uncertain: all draws are the same" in texts(found, PRECISION)


def test_draws_without_any_spread_are_nothing_varied_either() -> None:
    found = result(
        overload_probability=[1.0, 1.0, 0.0], support_std=[0, 0, 0], pressure_std=[0] * 3
    )
    assert list(summarise(found)) == [PRECISION]


def test_a_baseline_outside_the_draws_is_told() -> None:
    found = result(overload_probability=[1.0, 1.0, 0.0])
    found.groups["summary"].attrs["baseline_outside"] = "the share"
    assert "The draws do not lie around the baseline: the share." in texts(found, PRECISION)


def test_a_ranking_that_changes_too_rarely_has_a_reason() -> None:
    study = small_study(years=1, uncertainty_judgments={"sigma": 0.2}).load()
    parts = rm.sensitivity(study, samples=16, replicates=2, seed=1).copy(deep=True)
    for code, said in ((5, True), (0, False)):
        parts["rank_shift_undefined_aggregate"][...] = code
        words = texts(Result({"sensitivity": parts}, parts.attrs), DRIVERS)
        assert ("ranking is not told: undefined (too few changes)" in words) is said

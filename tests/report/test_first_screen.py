"""The first screen: its verdict in every case, its words, and one picture for each mine."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.language import speaking
from recc_mc.report import render_report
from recc_mc.report.contents import Result, opened
from recc_mc.report.first_screen import FirstScreen, first_screen
from recc_mc.report.first_screen.ridge import axis_of
from recc_mc.report.first_screen.varied import brief
from tests.report.conftest import uncertain
from tests.report.page import Page
from tests.shapes import one_system
from tests.strategies import small_study

MINES = ["A", "B", "C"]


def made(first: list[float], over: list[float]) -> Result:
    """A result of 10,000 draws, of mines with these chances of the first rank and of overload."""
    names = MINES[: len(over)]
    share = xr.DataArray([[[p, 1 - p]] for p in first], dims=("mine", "year", "rank_position"))
    cell = ("mine", "year")
    data = xr.Dataset(
        {
            "overload_probability": (cell, np.array(over)[:, None]),
            "overload_probability_error": (cell, _errors(over)[:, None]),
            "rank_probability": share,
            "rank_probability_error": share.copy(data=_errors(share.values)),
            "rank_baseline": (cell, np.arange(1, len(names) + 1)[:, None]),
            "support_std": (cell, np.ones((len(names), 1))),
            "recc_quantile": ((*cell, "quantile"), np.tile([0.8, 1.0, 1.2], (len(names), 1, 1))),
        },
        coords={
            "mine": names, "year": [2019], "rank_position": [1, 2], "quantile": [0.025, 0.5, 0.975],
        },
        attrs={"outputs": "support pressure recc"},
    )  # fmt: skip
    return Result({"summary": data}, {})


def _errors(share: list[float] | np.ndarray) -> np.ndarray:
    p = np.asarray(share)
    return np.where((p == 0) | (p == 1), 3e-4, np.sqrt(p * (1 - p) / 10_000))


def bare(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("first", "over", "sentence"),
    [
        (
            [0.998, 0.002, 0],
            [0.997, 0.01, 0],
            "A is the most loaded of 3 mines in 2019 in 99.8 % of the draws, and overloaded (C ≥ 1)"
            " in 99.7 %; of the others none is.",
        ),
        (
            [0.6, 0.39, 0.01],
            [0.99, 0.98, 0.4],
            "Which of 3 mines is the most loaded in 2019 is open: A (60.0 %) and B (39.0 %). "
            "Overloaded (C ≥ 1): A (99.0 %) and B (98.0 %). Whether C ≥ 1 is open for C (40.0 %).",
        ),
        (
            [0.94, 0.03, 0.03],
            [0.02, 0.01, 0],
            "A is probably the most loaded of 3 mines in 2019: in 94.0 % of the draws. No mine is "
            "overloaded; C ≥ 1 is likeliest for A, in 2.0 % of the draws.",
        ),
        (
            [1, 0, 0],
            [1, 0.98, 0.97],
            "A is the most loaded of 3 mines in 2019 in 100 % of the draws. All of them are "
            "overloaded (C ≥ 1), each in at least 97.0 % of the draws.",
        ),
        (
            [1, 0, 0],
            [1, 1, np.nan],
            "A is the most loaded of 3 mines in 2019 in 100 % of the draws. Overloaded (C ≥ 1): A "
            "(100 %) and B (100 %). C is undefined for C.",
        ),
        (
            [0.99, 0.01],
            [0.98, 0.02],
            "A is the more loaded of two mines in 2019 in 99.0 % of the draws, and overloaded (C ≥ "
            "1) in 98.0 %; the other is not.",
        ),
        ([1], [0.98], "A is overloaded in 2019: C ≥ 1 in 98.0 % of the draws."),
        ([1], [0.02], "A is not overloaded in 2019: C ≥ 1 in 2.0 % of the draws."),
        ([1], [0.5], "Whether A is overloaded in 2019 is open: C ≥ 1 in 50.0 % of the draws."),
    ],
)
def test_the_verdict_says_who_is_the_most_loaded_and_who_is_overloaded(
    first: list[float], over: list[float], sentence: str
) -> None:
    found = first_screen(made(first, over))
    assert bare(found.verdict) == sentence
    assert found.places is not None
    assert [place.mine for place in found.places.shown] == MINES[: len(over)]


def of(**groups: xr.Dataset) -> FirstScreen:
    with opened(xr.DataTree.from_dict(groups)) as result:
        return first_screen(result)


def test_a_file_without_draws_says_that_it_does_not_tell_how_sure_it_is() -> None:
    study = uncertain().load()
    found = of(baseline=rm.evaluate(study))
    assert re.fullmatch(
        r"As computed once, Mine \d is the most loaded of 3 mines in 2014\. .*: it holds no draws.",
        found.verdict,
    )
    assert found.varied == ""
    assert found.places is not None
    assert "overload" not in found.places.titles


@pytest.mark.filterwarnings("ignore:uncertainty")
def test_nothing_uncertain_is_no_certainty() -> None:
    study = small_study(mines=3, years=2).load()
    found = of(summary=rm.simulate(study, samples=50, seed=1, keep="summary"))
    assert found.verdict.startswith("As computed once, ")
    assert found.verdict.endswith(
        "Nothing was taken as uncertain: how robust that is, this file does not tell."
    )
    assert found.varied == "nothing"
    assert "100" not in found.verdict


def test_a_sensitivity_analysis_alone_has_no_state_of_the_mines() -> None:
    found = of(sensitivity=rm.sensitivity(uncertain().load(), samples=16, replicates=2, seed=1))
    assert found.verdict.startswith("This file tells where uncertainty comes from")
    assert found.places is None


@pytest.mark.parametrize("system", ["support", "pressure"])
def test_one_system_has_a_largest_index_and_no_overload(system: str) -> None:
    study = one_system(system).load()
    found = of(summary=rm.simulate(study, samples=100, seed=1, keep="summary"))
    assert f"the largest {system[0].upper()}" in found.verdict
    assert "overload" not in found.verdict
    assert found.places is not None
    assert "limit" not in found.places.shown[0].picture


def test_the_words_are_those_of_the_study(small_result: Path) -> None:
    with opened(small_result) as result:
        named = replace(result, attrs={**result.attrs, "noun": "county"})
        assert "counties" in first_screen(named).verdict
        with speaking("zh") as missing:
            spoken = first_screen(result)
    assert not missing
    assert re.search(r"[\u4e00-\u9fff]", spoken.verdict + spoken.varied + spoken.held_fixed)


def test_a_picture_stands_for_each_mine_and_says_what_it_shows(small_result: Path) -> None:
    page = Page(render_report(small_result))
    with opened(small_result) as result:
        found = first_screen(result)
    assert found.places is not None
    labels = page.attributes("svg", "aria-label")
    assert len(labels) == len(found.places.shown) == 3
    for label, place in zip(labels, found.places.shown, strict=True):
        assert place.mine in label
        assert place.value in label
    # A line through C = 1 in each.
    assert page.attributes("line", "class") == ["limit"] * 3


def test_of_many_mines_those_in_front_are_the_most_loaded_and_the_others_are_folded() -> None:
    study = uncertain(mines=14, years=1).load()
    found = of(baseline=rm.evaluate(study))
    assert found.places is not None
    assert (len(found.places.shown), len(found.places.folded)) == (12, 2)
    values = [float(place.value) for place in [*found.places.shown, *found.places.folded]]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "judgments of 2 matrices (experts resampled in 2); data of 1 indicator (normal, cv 0.1)"
            "; 1 shared error (map cv 0.2 for each mine and year)",
            "the experts' judgments, the data of 1 indicator and errors that data share",
        ),
        (
            "judgments of 3 of 9 matrices (a, b, c), data of 4 of 6 indicators (x, y, z, w), "
            "ahp_share 0.5, goalposts fixed",
            "3 of 9 judgment matrices, the data of 4 of 6 indicators, the weight of judgments "
            "against data and re-estimated goalposts",
        ),
        (
            "2 method choices (goalposts reestimated or frozen (alike: no data vary); "
            "objective entropy or critic)",
            "re-estimated goalposts and the method of data weights",
        ),
        ("given weights (dirichlet, concentration 40)", "the given weights"),
        ("nothing", "nothing"),
    ],
)
def test_what_was_varied_is_told_without_names_of_keys(text: str, expected: str) -> None:
    assert brief(text) == expected


@pytest.mark.parametrize(("low", "high"), [(0.07, 1.49), (1.0, 1.02), (0, 0), (-3, 400), (5, 5)])
def test_an_axis_holds_its_values_and_has_few_round_ticks(low: float, high: float) -> None:
    axis = axis_of(low, high)
    assert axis.low <= low <= high <= axis.high
    assert axis.low < axis.high
    assert 2 <= len(axis.ticks) <= 9

"""The command tolerance, and its table."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.cli.tolerance import tolerance_table
from recc_mc.sweeps.words import tolerance_sentences, tolerance_text
from tests.cli.conftest import Command


def test_all_conclusions_are_told_of(study_file: Path, command: Command) -> None:
    run = ("--samples", "200", "--seed", "3", "--scheduler", "synchronous", "-o", "out.nc")
    code, out, err = command("tolerance", study_file, *run)
    assert code == 0, err
    found = rm.tolerance(rm.load_study(study_file), samples=200, seed=3)
    assert out == f"{tolerance_table(found)}\n\nresult: out.nc\n"
    for conclusion in found["conclusion"].values:
        assert f"\n  {conclusion} " in out
    with rm.load("out.nc") as tree:
        assert set(tree.children) == {"baseline", "tolerance"}
        assert tree["tolerance"].to_dataset().equals(found)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--level", "most"], '--level: must be a number, got "most"'),
        (["--year", "last"], '--year: must be a whole number, got "last"'),
        (["--year", "1066"], "year: must be a year of 2012 to 2014, got 1066"),
        (["--level", "2"], "level: must be a number with 0 < level < 1, got 2.0"),
        (["--samples", "10"], "samples: must be >= 73, got 10"),
    ],
)
def test_bad_input_is_one_sentence(
    study_file: Path, command: Command, arguments: list[str], problem: str
) -> None:
    code, out, err = command("tolerance", study_file, *arguments)
    assert (code, out, err) == (2, "", f"error: {problem}\n")


def made_up(state: int, value: float, lower: float, upper: float, source: str) -> xr.Dataset:
    return xr.Dataset(
        {
            "tolerance": value,
            "tolerance_lower": lower,
            "tolerance_upper": upper,
            "tolerance_state": state,
            "error_size": ("step", [0.01, 0.1, 0.6]),
        },
        coords={"error_source": source},
    )


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (made_up(0, 0.412, 0.391, 0.434, "judgment"), "0.41 [0.39, 0.43]"),
        (made_up(0, 0.181, 0.172, 0.191, "data"), "18 % [17, 19]"),
        (made_up(0, 0.119, 0.1177, 0.1206, "data"), "11.9 % [11.8, 12.1]"),
        (made_up(0, 0.55, 0.5, np.inf, "judgment"), "0.55 [0.50, > 0.6]"),
        (made_up(0, 0.012, 0.0, 0.013, "data"), "1 % [0, 1]"),
        (made_up(1, np.nan, 0.6, np.inf, "data"), "> 60 %"),
        (made_up(1, np.nan, 0.6, np.inf, "judgment"), "> 0.6"),
        (made_up(2, np.nan, 0.0, 0.01, "judgment"), "< 0.01"),
    ],
)
def test_a_tolerance_has_the_digits_that_it_is_known_to(one: xr.Dataset, text: str) -> None:
    assert tolerance_text(one) == text


def sentences(kind: str, text: str, *parts: xr.Dataset) -> list[str]:
    one = xr.concat(parts, "error_source").expand_dims("conclusion")
    names = {"conclusion": text, "conclusion_kind": kind, "conclusion_mine": "This is Bayan Obo"}
    coords = {name: ("conclusion", [value]) for name, value in names.items()}
    return list(tolerance_sentences(one.assign_coords(coords).assign_attrs(level=0.95)))


def test_the_sentence_is_the_one_that_a_reviewer_asks_for() -> None:
    judged = made_up(0, 0.412, 0.391, 0.434, "judgment")
    data = made_up(0, 0.181, 0.172, 0.191, "data")
    assert sentences("top_rank", "This is Bayan Obo is the most loaded mine", judged, data) == [
        "This is Bayan Obo stays the most loaded mine in 95 % of the draws up to a judgment error "
        "of sigma = 0.41 [0.39, 0.43] and up to a data error of 18 % [17, 19]."
    ]
    assert sentences("overload", "This is Bayan Obo is overloaded (C >= 1)", data) == [
        "This is Bayan Obo stays overloaded (C >= 1) in 95 % of the draws up to a data error of "
        "18 % [17, 19]."
    ]
    assert sentences("zone", "This is Bayan Obo is in the zone low-value load", data) == []


def test_the_sentence_says_where_there_is_no_number() -> None:
    judged, data = made_up(1, np.nan, 0.6, np.inf, "judgment"), made_up(2, np.nan, 0, 0.01, "data")
    assert sentences("top_rank", "This is Bayan Obo has the largest S", judged, data) == [
        "This is Bayan Obo keeps the largest S in 95 % of the draws even at a judgment error of "
        "sigma = 0.6, the largest tried, and not even at a data error of 1 %, the smallest tried."
    ]

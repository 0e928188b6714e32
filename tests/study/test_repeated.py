"""One mistake made in many rows is one sentence."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import xarray as xr

from recc_mc.errors import InputError
from recc_mc.study.panel_file import read_panel
from recc_mc.study.repeated import grouped
from tests.study.project import PANEL, Project

ROWS = PANEL.splitlines()


def long_panel(years: range, change: str = "") -> str:
    """A panel of two mines; every row of North has its name or value replaced."""
    lines = [ROWS[0]]
    for year in years:
        lines.append(f"North{change},{year},1,{year},5,7")
        lines.append(f"South,{year},2,{year % 7},6,{year % 5}")
    return "\n".join(lines) + "\n"


def test_one_bad_name_on_many_rows_is_one_sentence(project: Project) -> None:
    project.write("panel.csv", long_panel(range(1000, 1700), "\x07x"))
    (problem,) = project.problems()
    assert problem.startswith("panel.csv:2: mine: ")
    assert problem.endswith("(and 699 more rows)")


def test_two_bad_names_are_two_sentences(project: Project) -> None:
    text = long_panel(range(1000, 1100), "\x07x").replace("South", "So\x08uth")
    project.write("panel.csv", text)
    assert len(project.problems()) == 2


def test_words_in_a_column_of_numbers_are_one_sentence_however_they_differ(
    project: Project,
) -> None:
    lines = [ROWS[0], *(f"North,{1000 + k},about {k},1,2,3" for k in range(50))]
    lines += [f"South,{1000 + k},2,{k},6,{k % 5}" for k in range(50)]
    project.write("panel.csv", "\n".join(lines))
    assert project.problems() == [
        'panel.csv:2: rain: "about 0": expected a number (and 49 more rows)'
    ]


def test_few_different_mistakes_are_each_told() -> None:
    given = [f'a.csv:{k}: x: "{k}b": expected a number' for k in range(3)]
    assert grouped("a.csv", given) == given


def test_columns_and_files_are_kept_apart() -> None:
    given = [f'a.csv:{k}: S{k % 2}-1: "{k}b": expected a number' for k in range(20)]
    other = [f'b.csv:{k}: S0-1: "b": expected a number' for k in range(5)]
    assert grouped("a.csv", given + other) == [
        'a.csv:0: S0-1: "0b": expected a number (and 9 more rows)',
        'a.csv:1: S1-1: "1b": expected a number (and 9 more rows)',
        *other,
    ]


@pytest.mark.parametrize("key", ["panel", "indicators", "judgments"])
def test_control_characters_in_file_names_are_named_with_the_line(
    project: Project, key: str
) -> None:
    line = ["", "panel", "indicators", "judgments"].index(key) + 1
    file = {"judgments": "judgments.toml"}.get(key, f"{key}.csv")
    project.change("study.toml", f'"{file}"', f'"a\\u0007{file}"')
    (problem,) = project.problems()
    assert problem.startswith(f"study.toml:{line}: study.{key}: ")
    assert "U+0007" in problem
    assert "\x07" not in problem


def test_control_characters_in_judgments_are_named_with_the_line(project: Project) -> None:
    project.change("judgments.toml", '"rain", "lake"', '"rain", "l\\bake"')
    assert any(p.startswith("judgments.toml:8: ") and "U+0008" in p for p in project.problems())


def test_a_triangle_with_its_diagonal_is_one_sentence(project: Project) -> None:
    project.change("judgments.toml", "upper = [[2]]", "upper = [[1, 2], [1]]")
    assert project.problems() == [
        'judgments.toml: matrix 1 "support": upper: holds the diagonal, rows of 2, 1: expected '
        "only the judgments above it, rows of 1"
    ]


FILES = ("study.toml", "panel.csv", "indicators.csv", "judgments.toml")


@pytest.mark.parametrize("name", FILES)
def test_no_message_is_long_whatever_is_in_a_file(project: Project, name: str) -> None:
    rng = np.random.default_rng(FILES.index(name))
    text = (project.folder / name).read_text()
    if name == "panel.csv":
        text = long_panel(range(1900, 1940))
    pieces = [
        "x" * 5000,
        "\x1b[2J" * 300,
        "\u202e" * 400,
        '"',
        ",,,",
        "\n" * 3,
        "9" * 400,
        "=",
        "[[",
    ]
    refused = 0
    for _ in range(60):
        mutated = text
        for _ in range(int(rng.integers(1, 30))):
            at = int(rng.integers(len(mutated)))
            piece = pieces[int(rng.integers(len(pieces)))]
            mutated = mutated[:at] + piece + mutated[at + int(rng.integers(3)) :]
        project.write(name, mutated)
        try:
            project.load()
        except InputError as error:
            refused += 1
            lines = str(error).split("\n")
            assert len(lines) <= 20
            for line in lines:
                assert len(line) <= 1000
                assert line.isprintable()
                assert sum(map(len, re.findall(r'"((?:[^"\\]|\\.)*)"', line))) <= 200
                assert max(map(len, line.split(" "))) <= 203
    assert refused > 30


def panel_problems(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_panel(path, path.name, ("rain", "dust"), "error")
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (lambda k: f"about {k}", '"about 0": expected a number'),
        (lambda k: datetime(2012, 1 + k % 12, 1 + k // 12), "2012-01-01 00:00:00: expected a"),
        (lambda k: 1e200 * 1.7**k, "1e+200: expected a finite number, of at most 1e+100 in"),
        (lambda k: None, 'is blank (mine "North", year 1000, indicator "rain"), expected a number'),
    ],
)
def test_spreadsheets_are_told_as_text_files_are(
    tmp_path: Path, found: Callable[[int], object], sentence: str
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["mine", "year", "rain", "dust"])
    for k in range(50):
        book.active.append(["North", 1000 + k, found(k), k])
        book.active.append(["South", 1000 + k, k, k % 7])
    book.save(tmp_path / "p.xlsx")
    (problem,) = panel_problems(tmp_path / "p.xlsx")
    assert problem.startswith(f"p.xlsx:Sheet!C2: rain: {sentence}")
    assert problem.endswith("(and 49 more rows)")


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (np.full(50, np.inf), "inf: expected a finite number, of at most 1e+100 in magnitude"),
        (1e200 * 1.7 ** np.arange(50), "1e+200: expected a finite number, of at most 1e+100 in"),
        (np.full(50, np.nan), 'is blank (mine "North, 1", year 1000, indicator "rain"), expected'),
    ],
)
def test_netcdf_panels_are_told_by_variable(
    tmp_path: Path, found: np.ndarray[Any, Any], sentence: str
) -> None:
    dims = ("mine", "year")
    data = xr.Dataset(
        {"rain": (dims, np.ones((2, 50))), "dust": (dims, np.arange(100.0).reshape(2, 50))},
        {"mine": ["North, 1", "South [2]"], "year": np.arange(1000, 1050)},
    )
    data["rain"][0] = found
    data["dust"][1, :2] = found[:2]
    data.to_netcdf(tmp_path / "p.nc")
    problems = panel_problems(tmp_path / "p.nc")
    assert problems[0].startswith(f"p.nc: rain[North, 1, 1000]: {sentence}")
    assert problems[0].endswith("(and 49 more values)")
    assert all(problem.startswith("p.nc: dust[South [2], 100") for problem in problems[1:])
    assert len(problems) in (2, 3)

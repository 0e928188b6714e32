"""The tables of the report as files: those of the report, with all their digits, whole or none."""

import os
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.report import exporting
from recc_mc.report.contents import Result
from recc_mc.report.table_book import book_of
from tests.report.page import Page


@pytest.fixture(scope="module")
def folder(small_result: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All tables of a result with every group."""
    folder = tmp_path_factory.mktemp("export") / "tables"
    written = rm.export(small_result, folder)
    assert sorted(written) == sorted(folder.iterdir())
    assert written[0].name == "contents.csv"
    return folder


def downloads(page: Page) -> list[str]:
    return page.attributes("a", "download")


def test_the_tables_are_those_of_the_report(folder: Path, page: Page) -> None:
    contents = pd.read_csv(folder / "contents.csv")
    assert contents["table"].tolist() == downloads(page)
    for name, rows in zip(contents["table"], contents["rows"], strict=True):
        shown, found = page.frame(name), pd.read_csv(folder / name)
        assert len(found) == rows
        # A zone has its code in the page's file where a column beside it has the words.
        texts = {"name", "zone"} & set(found)
        pd.testing.assert_frame_equal(found.drop(columns=texts), shown.drop(columns=texts))


def test_texts_are_words_and_what_is_undefined_is_empty_with_a_reason(folder: Path) -> None:
    zones = pd.read_csv(folder / "class-probabilities-zone.csv")
    assert set(zones["name"]) == {
        "high-value surplus", "low-value surplus", "low-value load", "high-value load",
    }  # fmt: skip
    contents = pd.read_csv(folder / "contents.csv", keep_default_na=False, index_col="table")
    for name, row in contents.iterrows():
        table = pd.read_csv(folder / str(name))
        numbers = table.select_dtypes("number")
        assert row["empty cells"] == numbers.isna().to_numpy().sum()
        assert bool(row["why they are empty"]) == bool(row["empty cells"])
    # No mine is compared with itself.
    assert contents.loc["pairs.csv", "empty cells"] == 3


def test_a_workbook_holds_the_same_numbers_to_the_last_digit(
    folder: Path, small_result: Path, tmp_path: Path
) -> None:
    (path,) = rm.export(small_result, tmp_path / "new", format="xlsx")
    assert path == tmp_path / "new" / "tables.xlsx"
    sheets = pd.read_excel(path, sheet_name=None)
    contents = sheets.pop("contents")
    assert list(sheets) == contents["table"].tolist()
    for name, found in sheets.items():
        expected = pd.read_csv(folder / f"{name}.csv")
        pd.testing.assert_frame_equal(found, expected, check_exact=True, check_dtype=False)


def test_only_the_tables_of_a_group_are_written_on_request(
    small_result: Path, tmp_path: Path
) -> None:
    written = rm.export(small_result, tmp_path / "some", groups=["sensitivity"])
    contents = pd.read_csv(written[0])
    assert set(contents["group"]) == {"/sensitivity"}
    assert "sensitivity-bars.csv" in contents["table"].tolist()
    with pytest.raises(rm.InputError, match=r"^group: must be one of baseline, .*, got 'sweep'$"):
        rm.export(small_result, tmp_path / "none", groups=["sweep"])
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("format", exporting.KINDS)
def test_what_is_there_is_replaced_only_on_request(
    quick_result: Path, tmp_path: Path, format: str
) -> None:
    target = tmp_path / "tables"
    target.mkdir()
    first = rm.export(quick_result, target, format=format)
    (target / "mine.txt").write_text("mine")
    first[0].write_text("old")
    with pytest.raises(rm.InputError, match="exists already"):
        rm.export(quick_result, target, format=format)
    assert first[0].read_text() == "old"
    assert rm.export(quick_result, target, format=format, overwrite=True) == first
    assert first[0].stat().st_size > 100
    assert (target / "mine.txt").read_text() == "mine"
    assert os.listdir(tmp_path) == ["tables"]


@pytest.mark.parametrize("format", exporting.KINDS)
def test_nothing_is_left_of_an_export_that_fails(
    quick_result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    def full(*what: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("recc_mc.machine.disk.flush", full)
    with pytest.raises(rm.RunError, match="could not be written: No space left"):
        rm.export(quick_result, tmp_path / "tables", format=format)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_named(quick_result: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for to, options, problem in (
        ("file", {}, "file: is a file, expected a folder"),
        ("nowhere/tables", {}, "there is no folder"),
        ("nowhere/tables", {"format": "xlsx"}, "there is no folder"),
        ("nowhere/a.xlsx", {"format": "xlsx"}, "there is no folder"),
        ("a", {"format": "ods"}, "format: must be one of csv, xlsx, got 'ods'"),
    ):
        with pytest.raises(rm.InputError, match=problem):
            rm.export(quick_result, tmp_path / to, **options)
    assert os.listdir(tmp_path) == ["file"]


def test_texts_in_a_workbook_are_no_formulas_and_zeros_have_no_sign(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"=1+1": ["=2+2", "白云鄂博", "a\x07b"], "x": [-0.0, 0.1 + 0.2, float("nan")]}
    )
    path = tmp_path / "a.xlsx"
    path.write_bytes(book_of({"contents": frame[["x"]].iloc[:0], "t": frame}))
    sheet = openpyxl.load_workbook(path)["t"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["=1+1", "x"], ["=2+2", 0], ["白云鄂博", 0.1 + 0.2], ["a\\x07b", None],
    ]  # fmt: skip
    assert {cell.data_type for cell in sheet["A"]} == {"s"}


def test_why_numbers_are_undefined_is_said_by_flags_alone() -> None:
    attrs = {"flag_values": [0, 1], "flag_meanings": "defined constant_output"}
    flag = xr.DataArray(np.array([0, 1], np.int8), dims="output", attrs=attrs)
    groups = {
        "sensitivity": xr.Dataset({"undefined": flag}),
        "target": xr.Dataset({"undefined_share": ("target", [0.25])}),
    }
    found = [exporting._why_empty(Result(groups, {}), group) for group in groups]
    assert found == ["constant output; or no interval is estimated", exporting._UNDEFINED]


def test_names_of_sheets_are_short_and_differ() -> None:
    taken = {"contents"}
    long = "a" * 40
    names = [exporting._free_name(name, taken) for name in (long, long, "Contents", "x/y")]
    assert names == ["a" * 31, "a" * 29 + "-2", "Contents-2", "x-y"]

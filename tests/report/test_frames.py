"""Tables of the report: no downloaded name is a formula, and no zero has a sign or is none."""

import base64
import io

import numpy as np
import pandas as pd
import pytest

from recc_mc.report.frames import neutral, page_table

ACTIVE = [
    "=1+1",
    "+A1",
    "-A1",
    "@SUM(1)",
    "\tx",
    "\rx",
    "\nx",
    "'quoted",
    "\uff1d1",
    "=cmd|' /C'!A0",
]
HARMLESS = ["Bayan Obo", "-0.5", "+1e-3", "2019", "", "a=b", "白云鄂博"]


def downloaded(frame: pd.DataFrame) -> pd.DataFrame:
    content = base64.b64decode(page_table(frame).csv.partition("base64,")[2])
    text = content.decode("utf-8-sig")
    return pd.read_csv(io.StringIO(text, newline=""), dtype=str, keep_default_na=False)


@pytest.mark.parametrize("name", ACTIVE)
def test_a_name_that_a_spreadsheet_would_compute_is_a_text(name: str) -> None:
    frame = pd.DataFrame({"mine": [name, "other"], name: [-1.5, 2.0]})
    found = neutral(frame)
    assert found["mine"].tolist() == [f"'{name}", "other"]
    assert list(found.columns) == ["mine", f"'{name}"]
    assert frame["mine"].tolist() == [name, "other"]
    if "\r" in name:
        # Studies hold no such name; whether a reader takes it for a line's end is the reader's.
        return
    read = downloaded(frame)
    assert [cell.removeprefix("'") for cell in read["mine"]] == [name, "other"]
    assert read.iloc[:, 1].tolist() == ["-1.5", "2.0"]


def test_other_texts_and_numbers_stay_as_they_are() -> None:
    frame = pd.DataFrame({"mine": HARMLESS, "value": range(len(HARMLESS))})
    pd.testing.assert_frame_equal(neutral(frame), frame)
    assert downloaded(frame)["mine"].tolist() == HARMLESS


def test_columns_of_one_name_are_kept_apart() -> None:
    frame = pd.DataFrame([["=a", 1.0, "-b"]], columns=["x", "x", "x"])
    assert neutral(frame).values.tolist() == [["'=a", 1.0, "'-b"]]


def csv_of(frame: pd.DataFrame) -> str:
    return base64.b64decode(page_table(frame).csv.split(",", 1)[1]).decode("utf-8-sig")


def test_zeros_have_no_sign_in_cells_and_files() -> None:
    frame = pd.DataFrame({"mine": ["A", "B", "C"], "value": [-0.0, -3e-19, np.nan], "n": [1, 2, 3]})
    assert "-0.0" not in csv_of(frame)
    assert csv_of(frame).splitlines()[1:] == ["A,0.0,1", "B,-3e-19,2", "C,,3"]
    assert [row[1] for row in page_table(frame).rows] == ["0.0000", "0.0000", "–"]


def test_what_is_not_zero_does_not_look_like_zero() -> None:
    frame = pd.DataFrame({"value": [0.0, 2e-5, 0.25, -4e-6]})
    assert [row[0] for row in page_table(frame).rows] == ["0.0000", "2e-05", "0.2500", "-4e-06"]


def test_two_columns_of_one_name_stay_two() -> None:
    frame = pd.DataFrame([["x", -0.0, 1.0]], columns=["mine", "mine", "mine"])
    assert csv_of(frame).splitlines() == ["mine,mine,mine", "x,0.0,1.0"]


def test_only_what_is_so_in_all_draws_is_printed_as_0_or_1() -> None:
    shares = [0.0, -0.0, 1.0, 0.99997, 2e-5, 0.25, np.nan]
    frame = pd.DataFrame({"mine": list("ABCDEFG"), "probability": shares, "error": shares})
    page = page_table(frame)
    expected = ["0", "0", "1", ">0.9999", "2e-05", "0.2500", "–"]
    assert [row[1] for row in page.rows] == expected
    assert [row[1] for row in page.shades] == [0.0, 0.0, 1.0, 0.99997, 2e-5, 0.25, None]
    assert {row[0] for row in page.shades} == {row[2] for row in page.shades} == {None}
    assert page_table(frame, shares=["error"]).rows[2][2] == "1"

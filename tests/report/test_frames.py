"""Cells and files of tables never show a zero that is none, nor one with a sign."""

import base64

import numpy as np
import pandas as pd

from recc_mc.report.frames import page_table


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

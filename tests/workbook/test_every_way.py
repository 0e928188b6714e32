"""A study in a workbook, with holes of every kind, goes every way that one in files goes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

import recc_mc as rm
from recc_mc.cli.main import main
from recc_mc.errors import InputError
from recc_mc.study import Study, load_study
from recc_mc.study.loading import read_study
from recc_mc.study.record import settings_given
from recc_mc.workbook import write_study_book
from tests.results.made_up import results
from tests.study.test_saving import HARD_INDICATORS, hard
from tests.workbook.test_study_book import INDICATORS, JUDGMENTS, PANEL, STUDY, cell_of

__all__ = ["HARD_INDICATORS", "hard"]

pytestmark = pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")

# Experts leave out different pairs, list the items in different orders, and use no whole numbers.
HOLED = JUDGMENTS.replace('[["1/3", 2], [0.143]]', '[["1/3", ""], [0.143]]').replace(
    'items = ["S2", "S 1", "S3"]\nupper = [[1, 2.5], [9]]',
    'items = ["S3", "S2", "S 1"]\nupper = [[0.7, 2.3], [""]]',
)
# With judgments left out, none can be uncertain.
UNCERTAIN = '[uncertainty.judgments]\nsigma = { res = 0.2, "a b" = "gci" }\n'


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    folder = tmp_path / "files"
    folder.mkdir()
    texts = {"study.toml": STUDY.replace(UNCERTAIN, ""), "panel.csv": PANEL}
    texts |= {"indicators.csv": INDICATORS, "judgments.toml": HOLED}
    for name, text in texts.items():
        (folder / name).write_text(text)
    return load_study(folder / "study.toml")


@pytest.fixture
def book(study: Study, tmp_path: Path) -> Path:
    return write_study_book(study, tmp_path / "study.xlsx")


def test_a_workbook_with_holes_is_the_study_of_the_files(study: Study, book: Path) -> None:
    again = load_study(book)
    assert again.digest == study.digest
    assert again.panel.holes.sum() == 2
    matrix = again.judgments["res"]
    assert matrix.missing is not None
    assert matrix.missing.sum(axis=(1, 2)).tolist() == [2, 2]
    assert again.judgments.estimated == study.judgments.estimated
    assert len(again.judgments.estimated) == 2


def test_judgments_that_nobody_gave_are_told_of_in_check_result_and_report(
    book: Path, tmp_path: Path
) -> None:
    study = load_study(book)
    sentence = 'matrix "res" of expert "Ann": nobody judged "S 1" against "S3", estimated as '
    assert f"    {sentence}" in str(study)
    rm.save(tmp_path / "r.nc", baseline=rm.evaluate(study))
    with rm.load(tmp_path / "r.nc") as tree:
        assert sentence in tree.attrs["estimated_judgments"]
    rm.write_report(tmp_path / "r.nc", tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Judgments that nobody gave are estimated" in text


def test_a_workbook_saved_as_files_is_the_same_study(book: Path, tmp_path: Path) -> None:
    study = load_study(book)
    again = load_study(study.save(tmp_path / "saved"))
    assert again.digest == study.digest
    assert again.title == study.title
    assert again.judgments.estimated == study.judgments.estimated
    assert again.settings.study.panel_sheet is None


def test_files_of_a_workbook_become_the_same_workbook(book: Path, tmp_path: Path) -> None:
    saved = load_study(load_study(book).save(tmp_path / "saved"))
    again = load_study(write_study_book(saved, tmp_path / "again.xlsx"))
    assert again.digest == load_study(book).digest


def test_a_result_of_a_workbook_gives_it_back_without_the_workbook(
    book: Path, tmp_path: Path
) -> None:
    study = load_study(book)
    rm.save(tmp_path / "r.nc", baseline=results(study)["baseline"])
    book.unlink()
    again = load_study(tmp_path / "r.nc")
    assert again.digest == study.digest
    assert again.table_texts == study.table_texts
    assert again.judgments.estimated == study.judgments.estimated
    assert load_study(again.save(tmp_path / "saved")).digest == study.digest
    assert load_study(write_study_book(again, tmp_path / "b.xlsx")).digest == study.digest


def test_replace_keeps_the_tables_of_a_workbook(book: Path) -> None:
    study = load_study(book)
    book.unlink()
    other = study.replace({"method.ahp_share": 0.25})
    assert other.settings.method.ahp_share == 0.25
    assert other.panel is study.panel
    assert other.judgments is study.judgments
    assert other.replace({"method.ahp_share": None}).digest == study.digest
    with pytest.raises(InputError, match=r"method\.ahp_share: must be <= 1"):
        study.replace({"method.ahp_share": 2})


def test_replace_reads_another_sheet_and_other_codes_from_the_workbook(book: Path) -> None:
    found = openpyxl.load_workbook(book)
    other = found.copy_worksheet(found["panel"])
    other.title = "later"
    other["C2"] = 1000
    other["D2"] = "n.d."
    found.save(book)
    study = load_study(book)
    changes = {"study.panel_sheet": "later", "study.missing_values": ["..", "-", "n.d."]}
    again = study.replace(changes)
    assert again.panel.values[0, 0, 0] == 1000
    assert again.panel.holes.sum() == 3
    assert again.digest == read_study(book, changes).study.digest
    with pytest.raises(InputError, match=r'later!D2: S2: "n.d.": expected a number'):
        study.replace({"study.panel_sheet": "later"})


def test_a_changed_setting_of_a_workbook_is_that_of_the_files(study: Study, book: Path) -> None:
    changes = {"method.ahp_share": 0.25, 'uncertainty.data.indicators."S 1".cv': 0.2}
    assert read_study(book, changes).study.digest == study.replace(changes).digest


def test_set_on_the_command_line_changes_a_workbook(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(book), "--set", "method.ahp_share=0.25", "-o", "r.nc"]) == 0
    kept = load_study("r.nc")
    assert kept.settings.method.ahp_share == 0.25
    assert kept.digest == load_study(book).replace({"method.ahp_share": 0.25}).digest
    assert "# changed: method.ahp_share = 0.25" in kept.text


def test_a_bad_change_is_in_no_cell_and_a_bad_cell_is(book: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_study(book, {"method.missing": "guess"})
    (problem,) = caught.value.problems
    assert problem.startswith(f"{book}: method.missing: ")
    place = cell_of(book, "method.missing")
    found = openpyxl.load_workbook(book)
    found["study"][place] = "guess"
    found.save(book)
    with pytest.raises(InputError, match=rf"study\.xlsx:study!{place}: method\.missing: "):
        read_study(book, {"method.ahp_share": 0.25})


def frame(text: str) -> pd.DataFrame:
    head, *rows = (line.split(",") for line in text.splitlines())
    return pd.DataFrame(rows, columns=head)


def test_tables_in_memory_may_have_codes_and_blank_judgments(book: Path, tmp_path: Path) -> None:
    expected = load_study(book)
    tables = settings_given(expected.settings)
    tables["study"] = {"title": "2012", "missing_values": ["..", "-"]}
    nan = np.nan
    ann = pd.DataFrame([[1, 1 / 3, nan], [nan, nan, 1 / 7], [nan, nan, nan]])
    bob = pd.DataFrame([[nan, nan, 1 / 2.3], [nan, nan, 1 / 0.7], [2.3, 0.7, nan]])
    made = rm.make_study(
        frame(PANEL),
        frame(INDICATORS),
        {"res": {"Ann": ann, "Bob": bob}, "a b": {"Bob": [4]}},
        expert_weights={"Ann": 0.7, "Bob": 0.4},
        **tables,
    )
    assert made.panel.holes.tolist() == expected.panel.holes.tolist()
    given = ~made.judgments["res"].blanks
    np.testing.assert_array_equal(made.judgments["res"].blanks, expected.judgments["res"].blanks)
    np.testing.assert_allclose(
        made.judgments["res"].stack[given], expected.judgments["res"].stack[given], rtol=1e-15
    )
    assert load_study(made.save(tmp_path / "saved")).digest == made.digest
    assert load_study(write_study_book(made, tmp_path / "made.xlsx")).digest == made.digest


def test_sheets_are_named_for_files_only() -> None:
    with pytest.raises(InputError, match=r"study\.panel_sheet: is not allowed: make_study is"):
        rm.make_study(frame(PANEL), frame(INDICATORS), {}, study={"panel_sheet": "panel"})


def test_hard_names_numbers_and_weights_go_through_a_workbook(hard: Study, tmp_path: Path) -> None:
    # A spreadsheet knows no -0.
    panel = replace(hard.panel, values=hard.panel.values + 0.0)
    study = replace(hard, panel=panel)
    again = load_study(write_study_book(study, tmp_path / "hard.xlsx"))
    assert again.digest == study.digest
    assert again.judgments.expert_weights == study.judgments.expert_weights

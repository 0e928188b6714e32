"""A study is the same study as TOML with CSV files and as one workbook."""

import datetime
from pathlib import Path

import openpyxl
import pytest

from recc_mc.cli.main import main
from recc_mc.errors import InputError
from recc_mc.study import Study, load_study
from recc_mc.workbook import write_study_book, write_template_book

pytestmark = pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")
CONFIGS = sorted(Path("configs").glob("*.toml"))

STUDY = """\
[study]
title = "2012"
panel = "panel.csv"
indicators = "indicators.csv"
judgments = "judgments.toml"
missing_values = ["..", "-"]

[method]
missing = "interpolate"
grade_cuts = [0.3, 0.7]

[uncertainty.judgments]
sigma = { res = 0.2, "a b" = "gci" }

[uncertainty.data]

[uncertainty.data.indicators."S 1"]
cv = 0.1

[uncertainty.method]
aggregation = { linear = 0.8, geometric = 0.2 }

[run]
scheduler = "synchronous"
"""
INDICATORS = """\
indicator,system,criterion,direction,units,long_name,min
S 1,support,res,1,mm,Rain,0
S2,support,res,-1,%,Loss,none
S3,support,res,1,1,Share,
P1,pressure,a b,1,t,Dust,
P2,pressure,a b,1,t,Dirt,
"""
PANEL = """\
mine,year,S 1,S2,S3,P1,P2
A,2012,1,5,0.1,4,3
A,2013,2,6,..,5,2
B,2012,3,7,0.30000000000000004,6,1
B,2013,4,8,-,7,0.5
"""
JUDGMENTS = """\
[expert_weights]
Ann = 0.7
Bob = 0.4
[[matrix]]
name = "res"
expert = "Ann"
items = ["S 1", "S2", "S3"]
upper = [["1/3", 2], [0.143]]
[[matrix]]
name = "res"
expert = "Bob"
items = ["S2", "S 1", "S3"]
upper = [[1, 2.5], [9]]
[[matrix]]
name = "a b"
expert = "Bob"
items = ["P1", "P2"]
upper = [[4]]
"""


@pytest.fixture
def study(tmp_path: Path) -> Study:
    folder = tmp_path / "files"
    folder.mkdir()
    texts = {"study.toml": STUDY, "panel.csv": PANEL}
    texts |= {"indicators.csv": INDICATORS, "judgments.toml": JUDGMENTS}
    for name, text in texts.items():
        (folder / name).write_text(text)
    return load_study(folder / "study.toml")


@pytest.fixture
def book(study: Study, tmp_path: Path) -> Path:
    return write_study_book(study, tmp_path / "study.xlsx")


@pytest.fixture
def problems(book: Path):
    """What is wrong with the workbook after changes of cells, by sheet and cell."""

    def problems(**changes: object) -> list[str]:
        found = openpyxl.load_workbook(book)
        for place, value in changes.items():
            sheet, _, cell = place.rpartition("_")
            found[sheet][cell] = value
        found.save(book)
        with pytest.raises(InputError) as caught:
            load_study(book)
        return [problem.removeprefix(f"{book}:") for problem in caught.value.problems]

    return problems


def cell_of(book: Path, key: str) -> str:
    sheet = openpyxl.load_workbook(book)["study"]
    (line,) = [row[0].row for row in sheet.iter_rows() if row[0].value == key]
    return f"B{line}"


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_every_shipped_study_is_the_same_as_a_workbook(config: Path, tmp_path: Path) -> None:
    study = load_study(config)
    again = load_study(write_study_book(study, tmp_path / "study.xlsx"))
    assert again.digest == study.digest
    assert again.title == study.title


def test_experts_weights_missing_values_and_tables_are_kept(study: Study, book: Path) -> None:
    again = load_study(book)
    assert again.digest == study.digest
    assert again.title == "2012"
    assert again.judgments.experts == ("Ann", "Bob")
    assert again.settings.study.missing_values == ("..", "-")
    assert again.settings.run.scheduler == "synchronous"
    assert again.settings.uncertainty == study.settings.uncertainty


def test_what_a_result_says_of_a_workbook_is_a_study_file_beside_it(book: Path) -> None:
    study = load_study(book)
    beside = book.with_name("again.toml")
    beside.write_text(study.record.text)
    assert study.record.comment is None
    assert load_study(beside).digest == study.digest


def test_settings_are_told_with_their_cell(book: Path, problems) -> None:
    share, cuts = cell_of(book, "method.ahp_share"), cell_of(book, "method.grade_cuts")
    assert problems(**{f"study_{share}": 1.5}) == [
        f"study!{share}: method.ahp_share: must be <= 1, got 1.5"
    ]
    assert problems(**{f"study_{share}": 0.5, f"study_{cuts}": "[0.7, 0.3]"}) == [
        f"study!{cuts}: method.grade_cuts: must be two numbers with 0 < first < second < 1, "
        "got [0.7, 0.3]"
    ]


def test_rows_that_are_no_keys_are_told_with_their_cell(book: Path, problems) -> None:
    share = cell_of(book, "method.ahp_share")
    found = problems(
        **{
            f"study_{share}": 1,
            "study_A90": "my key",
            "study_B90": 1,
            "study_A91": "method.ahp_share",
            "study_B91": 1,
        }
    )
    assert found == [
        "study!B90: my key: expected a key such as method.ahp_share",
        f"study!B91: method.ahp_share: is given twice, first in study!{share}",
    ]


def test_cells_of_the_tables_are_told_with_their_cell(problems) -> None:
    assert problems(panel_C3="n/a", indicators_D2=2) == [
        "indicators!D2: direction: 2: expected 1, -1, or 0 (best within a range)",
    ]
    assert problems(indicators_D2=1)[0].startswith('panel!C3: S 1: "n/a": expected a number')


def test_judgments_are_told_with_their_cell(problems) -> None:
    found = problems(
        **{
            "res (Ann)_C9": datetime.date(2024, 3, 1),
            "res (Ann)_D9": 12,
            "res (Bob)_B10": 3,
            "res (Bob)_D11": 2,
            "a b (Bob)_A9": "P9",
        }
    )
    assert found == [
        "'res (Bob)'!B10: 3: expected 1, the reciprocal of 1 in C9",
        "'res (Bob)'!D11: 2: expected 1 on the diagonal",
        '\'a b (Bob)\'!B8: "P1": expected "P9", the items in the order of the rows',
        "'res (Ann)'!C9: must be a judgment from \"1/9\" to 9, got 2024-03-01 00:00:00; a fraction "
        "is =1/3 in a spreadsheet",
        "'res (Ann)'!D9: must be a judgment from \"1/9\" to 9, got 12",
        '\'a b (Bob)\'!A9: "P9" is not in "a b"; known: P1, P2',
        "'a b (Bob)'!B1: items: \"P1\" is missing",
    ]


def test_a_judgment_below_the_diagonal_counts_turned_round(book: Path) -> None:
    found = openpyxl.load_workbook(book)
    sheet = found["a b (Bob)"]
    sheet["C9"], sheet["B10"] = None, 0.25
    found.save(book)
    assert load_study(book).judgments["a b"].values.tolist() == [[1.0, 4.0], [0.25, 1.0]]


def test_weights_of_an_expert_agree_on_all_sheets(problems) -> None:
    assert problems(**{"a b (Bob)_B3": 3})[0] == (
        "'a b (Bob)'!B3: 3: expected 0.4 as in 'res (Bob)'!B3, one weight for each expert"
    )


def test_a_workbook_of_another_kind_is_one_sentence(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "x.xlsx")
    with pytest.raises(InputError, match='no sheet "study": expected a workbook') as caught:
        load_study(tmp_path / "x.xlsx")
    assert "recc-mc import" in str(caught.value)


def test_choices_are_offered_as_lists(book: Path) -> None:
    found = openpyxl.load_workbook(book)
    offers = {str(o.sqref): o.formula1 for o in found["study"].data_validations.dataValidation}
    assert offers[cell_of(book, "method.missing")] == '"error,interpolate"'
    assert offers[cell_of(book, "method.aggregation")] == '"linear,geometric,topsis"'
    lists = {o.formula1 for o in found["indicators"].data_validations.dataValidation}
    assert lists == {'"support,pressure"', '"1,-1,0"', '"yes,no"'}


def test_every_key_of_the_commented_study_has_its_meaning(tmp_path: Path) -> None:
    book = write_template_book(tmp_path / "new")
    rows = list(openpyxl.load_workbook(book)["study"].iter_rows(values_only=True))
    keys = {row[0]: row[2] for row in rows if row[0]}
    assert keys["study.missing_values"] == "what stands in cells of the panel that have no value"
    assert keys["uncertainty.data.mine_cv"] == "shared by all years of a mine"
    assert "from the matrix's own inconsistency" in keys["uncertainty.judgments.sigma"]
    with pytest.raises(InputError, match="exists already and is not overwritten"):
        write_template_book(tmp_path / "new")


def test_commands_take_a_workbook(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", "new", "--workbook"]) == 0
    assert "recc-mc check new/study.xlsx" in capsys.readouterr().out
    assert main(["check", "new/study.xlsx"]) == 0
    assert "48 mine-years" in capsys.readouterr().out
    assert main(["evaluate", "new/study.xlsx", "-o", "new/study.xlsx.nc"]) == 0
    assert main(["evaluate", "new/study.xlsx", "-o", "new/study.xlsx", "--force"]) == 2

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recc_mc as rm
from recc_mc.errors import InputError, StudyWarning
from recc_mc.study import load_study
from recc_mc.study.hierarchy import Hierarchy
from recc_mc.study.judgments import Judgments
from recc_mc.study.judgments_file import judgments_of, parse_judgments
from recc_mc.study.panel import Panel
from recc_mc.study.panel_file import panel_of, sheet_cells
from recc_mc.study.sheets import csv_sheet
from recc_mc.study.written import judgments_text, panel_text
from tests.study.project import Project
from tests.study.test_make import LONG, WIDE, made

CONFIGS = (
    *("counties", "data_errors", "expert_steps", "minimal"),
    *("province", "rare_earth_mines", "worked_case"),
)

HARD_INDICATORS = '''\
indicator,system,criterion,direction,units,long_name,lower,upper,min,max,optimum_lower,optimum_upper
"rain, mean",support,"Eau ""douce""",0,mm,Precipitation,0,1e3,none,,0.1,0.30000000000000004
value,support,"Eau ""douce""",-1,1,value,,,,inf,,
indicator,support,"Eau ""douce""",1,%,Share,0.1,99.5,0,100,,
dust,pressure,air = 1,1,t,Dust,,,,,,
'''
HARD_PANEL = """\
mine,year,indicator,value
"白云, 鄂博",2013,"rain, mean",0.1
"白云, 鄂博",2012,"rain, mean",
"白云, 鄂博",2012,value,-0.0
"白云, 鄂博",2013,value,1e-7
"白云, 鄂博",2012,indicator,33.333333333333336
"白云, 鄂博",2013,indicator,
"白云, 鄂博",2012,dust,1e22
"白云, 鄂博",2013,dust,2
7,2012,"rain, mean",3
7,2013,"rain, mean",4
7,2012,value,5
7,2013,value,6
7,2012,indicator,7
7,2013,indicator,8
7,2012,dust,9
7,2013,dust,10
"""
HARD_JUDGMENTS = """\
[[matrix]]
name = 'Eau "douce"'
expert = "Née"
items = ["indicator", "rain, mean", "value"]
upper = [[1.7, 0.33], [6.999]]
[[matrix]]
name = 'Eau "douce"'
expert = "B # 2"
items = ["value", "indicator", "rain, mean"]
upper = [["1/7", 2.3], [9]]
[[matrix]]
name = "air = 1"
expert = "Née"
items = ["dust"]
[expert_weights]
"Née" = 0.3
"B # 2" = 1
"""


@pytest.fixture
def hard(project):
    project.write("indicators.csv", HARD_INDICATORS)
    project.write("panel.csv", HARD_PANEL)
    project.write("judgments.toml", HARD_JUDGMENTS)
    project.add(
        "[method]\nmissing = 'interpolate'\n"
        "[uncertainty.data.indicators]\n'rain, mean' = {cv = 0.1}\n"
        "[uncertainty.data.criteria.'Eau \"douce\"']\ninterpolated_cv = 0.2\n"
        "distribution = 'normal'\n"
        "[uncertainty.judgments]\nsigma = {'Eau \"douce\"' = 0.3}\nresample_experts = true\n"
    )
    with pytest.warns(StudyWarning, match="consistency ratio of the experts"):
        return project.load()


@pytest.mark.parametrize("config", CONFIGS)
def test_every_config_comes_back_from_its_files(root, tmp_path, config):
    study = load_study(root / "configs" / f"{config}.toml")
    path = study.save(tmp_path / "new" / "folder")
    again = load_study(path)
    assert path == tmp_path / "new" / "folder" / "study.toml"
    assert (again.digest, again.title) == (study.digest, study.title)
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "indicators.csv", "judgments.toml", "panel.csv", "study.toml",
    ]  # fmt: skip


@pytest.mark.filterwarnings("ignore::recc_mc.errors.StudyWarning")
def test_a_study_of_hard_names_and_numbers_comes_back_to_the_bit(hard, tmp_path):
    again = load_study(hard.save(tmp_path / "saved"))
    assert again.digest == hard.digest
    assert again.panel.values.tobytes() == hard.panel.values.tobytes()
    assert np.array_equal(again.panel.filled, hard.panel.filled)
    assert repr(again.hierarchy) == repr(hard.hierarchy)
    assert again.judgments.expert_weights == hard.judgments.expert_weights
    # Saved once more it is the same text.
    twice = again.save(tmp_path / "twice")
    for file in twice.parent.iterdir():
        assert file.read_bytes() == (tmp_path / "saved" / file.name).read_bytes()


def test_a_replaced_and_a_made_study_are_written_too(tmp_path):
    study = made(study={"title": "Ours"}).replace({"uncertainty.data.cv": 0.05})
    again = load_study(study.save(tmp_path))
    assert (again.digest, again.title) == (study.digest, "Ours")
    assert load_study(made(LONG).save(tmp_path / "b")).title == "study"


def test_the_files_are_what_people_write(project, tmp_path):
    folder = made(WIDE).save(tmp_path / "s").parent
    assert (folder / "panel.csv").read_text() == (project.folder / "panel.csv").read_text()
    assert (folder / "indicators.csv").read_text() == (
        project.folder / "indicators.csv"
    ).read_text()
    assert (folder / "judgments.toml").read_text() == (
        project.folder / "judgments.toml"
    ).read_text()


def test_files_that_are_there_are_not_overwritten(tmp_path):
    (tmp_path / "panel.csv").write_text("mine")
    with pytest.raises(InputError, match=r"panel.csv: exists already and is not overwritten"):
        made().save(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["panel.csv"]
    with pytest.raises(InputError, match="directory: must be the name of a file"):
        made().save(3)


@pytest.mark.parametrize("part", ["panel", "judgments"])
def test_what_files_cannot_say_is_not_written(tmp_path, part):
    study = made()
    if part == "panel":
        other = replace(study.panel, values=study.panel.values * 1e200)
    else:
        first, *rest = study.judgments.matrices
        other = Judgments((replace(first, stack=np.array([[[1, 2], [0.4, 1]]])), *rest))
    with pytest.raises(InputError, match="changed in Python to what no files can say"):
        replace(study, **{part: other}).save(tmp_path / "s")
    assert not (tmp_path / "s").exists()


FINITE = st.floats(-1e100, 1e100)
JUDGMENT = st.floats(1 / 9, 9) | st.sampled_from([float(Fraction(1, k)) for k in range(1, 10)])


@given(values=st.lists(FINITE, min_size=8, max_size=8))
def test_any_panel_comes_back_from_its_text(values):
    names = ("a", "b")
    cube = np.array(values).reshape(2, 2, 2)
    panel = Panel(("N", "S"), (-5, 2012), names, cube, np.zeros(cube.shape, np.int8))
    again = panel_of(sheet_cells(csv_sheet(panel_text(panel), "p"), names), names, "error").panel
    assert again.values.tobytes() == cube.tobytes()
    assert (again.mines, again.years) == (panel.mines, panel.years)


@given(order=st.permutations("abcd"), upper=st.lists(JUDGMENT, min_size=6, max_size=6))
def test_any_judgments_in_any_order_come_back_from_their_text(case_study, order, upper):
    items = [replace(case_study.hierarchy.indicators[0], name=name) for name in "abcd"]
    last = replace(items[0], name="p", system="pressure", criterion="q")
    hierarchy = Hierarchy((*items, last))
    cells = iter(upper)
    rows = [[next(cells) for _ in range(n)] for n in (3, 2, 1)]
    entry = {"name": items[0].criterion, "items": list(order), "upper": rows}
    judgments = judgments_of({"matrix": [entry]}, "j", hierarchy)
    again = parse_judgments(judgments_text(judgments), "j", hierarchy)
    for matrix in judgments.matrices:
        assert again[matrix.name].stack.tobytes() == matrix.stack.tobytes()


def test_the_study_file_names_its_tables_and_no_others(root, tmp_path):
    path = load_study(root / "configs" / "minimal.toml").save(tmp_path)
    assert Path(path).read_text() == (
        '[study]\ntitle = "minimal"\npanel = "panel.csv"\nindicators = "indicators.csv"\n'
        'judgments = "judgments.toml"\n'
    )


def test_decimals_that_were_read_as_fractions_are_told_of_ever_after(
    project: Project, tmp_path: Path
) -> None:
    project.change("judgments.toml", '"1/3"', "0.33")
    study = project.load()
    assert study.judgments.snapped == ("water row 1 col 2: 0.33 -> 1/3",)
    saved = load_study(study.save(tmp_path / "saved"))
    rm.save(tmp_path / "result.nc", baseline=rm.evaluate(study))
    for other in (saved, load_study(tmp_path / "result.nc"), study.replace({"study.noun": "lake"})):
        assert other.judgments.snapped == study.judgments.snapped
        assert other.digest == study.digest
    text = (tmp_path / "saved" / "judgments.toml").read_text()
    project.write("judgments.toml", text.replace('["water row 1 col 2: 0.33 -> 1/3"]', "[3]"))
    assert "judgments.toml: snapped: must be a list of texts in quotes" in project.problems()[0]

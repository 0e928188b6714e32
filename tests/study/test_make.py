import numpy as np
import pandas as pd
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.errors import InputError, StudyWarning
from recc_mc.study.sources import MADE

INDICATORS = pd.DataFrame(
    {
        "indicator": ["rain", "lake", "soil", "dust"],
        "system": ["support"] * 3 + ["pressure"],
        "criterion": ["water", "water", "land", "air"],
        "direction": [1, 1, 1, 1],
        "units": ["mm", "km2", "%", "t"],
        "long_name": ["Precipitation", "Area of lakes", "Share of good soil", "Dust"],
    }
)
WIDE = pd.DataFrame(
    {
        "mine": ["North", "North", "South", "South"],
        "year": [2012, 2013, 2012, 2013],
        "rain": [100, 110, 120, 130],
        "lake": [1, 2, 3, 4],
        "soil": [50, 51, 52, 53],
        "dust": [7, 8, 9, 6],
    }
)
LONG = WIDE.melt(["mine", "year"], var_name="indicator", value_name="value")
CUBE = LONG.set_index(["mine", "year", "indicator"])["value"].to_xarray()
JUDGED = {"support": [[2]], "water": [["1/3"]]}


def made(panel=WIDE, judgments=JUDGED, indicators=INDICATORS, **tables):
    return rm.make_study(panel, indicators, judgments, **tables)


def problems_of(**given):
    with pytest.raises(InputError) as caught:
        made(**given)
    return list(caught.value.problems)


@pytest.mark.parametrize(
    "panel",
    [
        WIDE,
        WIDE.set_index(["mine", "year"]),
        WIDE.to_dict("list"),
        LONG,
        LONG.set_index(["mine", "year", "indicator"]),
        WIDE.set_index(["mine", "year"]).to_xarray(),
        CUBE,
        CUBE.transpose("indicator", "year", "mine").to_dataset(name="value"),
    ],
    ids=["wide", "indexed", "columns", "long", "series", "dataset", "array", "value"],
)
def test_a_panel_in_any_form_is_the_study_of_the_files(project, panel):
    assert made(panel).digest == project.load().digest


FULL = np.array([[1, 2], [0.5, 1]])
MISLABELLED = pd.DataFrame(FULL, ["water", "land"], ["water", "lnd"])


@pytest.mark.parametrize(
    "support",
    [
        FULL,
        FULL.tolist(),
        np.array([[1, 2], [np.nan, np.nan]]),
        np.array([2.0]),
        [2],
        [["", ""], ["1/2", ""]],
        pd.DataFrame(FULL.T, ["land", "water"], ["land", "water"]),
        pd.DataFrame(FULL, ["water", "land"], ["water", "land"])[["land", "water"]],
        pd.DataFrame(FULL),
        xr.DataArray(FULL, {"item": ["water", "land"], "other": ["water", "land"]}),
    ],
)
def test_a_matrix_in_any_form_is_the_study_of_the_files(project, support):
    assert made(judgments={**JUDGED, "support": support}).digest == project.load().digest


def test_experts_have_matrices_of_their_own_and_weights(project):
    project.change("judgments.toml", 'name = "support"', 'name = "support"\nexpert = "A"')
    text = project.change(
        "judgments.toml",
        '[[matrix]]\nname = "water"',
        '[[matrix]]\nname = "support"\nexpert = "B"\nitems = ["land", "water"]\nupper = [[3]]\n'
        '[[matrix]]\nname = "water"',
    ).read_text()
    project.write("judgments.toml", f"{text}\n[expert_weights]\nA = 2\nB = 1\n")
    frame = pd.DataFrame([[1, 3], ["1/3", 1]], ["land", "water"], ["land", "water"])
    judgments = {"support": {"A": [[2]], "B": frame}, "water": ["1/3"]}
    study = made(judgments=judgments, expert_weights={"A": 2, "B": np.int64(1)})
    assert study.digest == project.load().digest


def test_nodes_of_a_single_item_need_no_judgments():
    panel, indicators = WIDE[["mine", "year", "rain", "dust"]], INDICATORS.iloc[[0, 3]]
    assert rm.make_study(panel, indicators).judgments.names == (
        "support", "water", "pressure", "air",
    )  # fmt: skip


def test_tables_of_the_study_file_are_arguments():
    study = made(study={"title": "Ours"}, uncertainty={"data": {"cv": 0.05}}, run={"chunk": 1})
    assert (study.title, study.error_model("rain").cv) == ("Ours", 0.05)
    assert made().title == str(MADE) == "study made in Python"
    assert study.replace({"method.ahp_share": 0.3}).settings.method.ahp_share == 0.3


def test_missing_cells_are_filled_as_those_of_files_are():
    holed = WIDE.astype({"rain": float})
    holed.loc[1, "rain"] = np.nan
    assert made(holed, method={"missing": "interpolate"}).panel.holes.sum() == 1
    sentence = 'expected a number (or method.missing = "interpolate")'
    assert problems_of(panel=holed) == [
        f'panel:2: rain: is blank (mine "North", year 2013, indicator "rain"), {sentence}'
    ]
    study = made(holed, method={"missing": "interpolate"})
    with pytest.raises(InputError, match=r"^panel:3: rain: is blank"):
        study.replace({"method.missing": "error"})


@pytest.mark.parametrize(
    ("given", "sentences"),
    [
        ({"uncertainty": {"data": {"cv": -0.1}}}, ["uncertainty.data.cv: must be >= 0, got -0.1"]),
        ({"uncertanty": {}}, ['uncertanty: unknown key; did you mean "uncertainty"?']),
        ({"method": 3}, ["method: must be a table, got 3"]),
        ({"study": {"panel": "p.csv"}},
         ["study.panel: is not allowed: make_study is given the tables themselves"]),
        ({"study": "Title"}, ['study: must be a table of keys, got the str "Title"']),
        ({"panel": WIDE.assign(year=["2012-01-01", "2013-01-01"] * 2)},
         ['panel:1: year: "2012-01-01": expected a whole year such as 2012, not a date '
          "(and 1 more row)", "panel:2"]),
        ({"panel": WIDE.assign(rain="x")}, ['panel:1: rain: "x": expected a number (and 3 more '
         "rows)"]),
        ({"panel": WIDE.rename(columns={"mine": "mina"})},
         ['panel:0: column "mina": unknown; did you mean "mine"?']),
        ({"panel": WIDE.to_numpy()}, ["panel: an array has no names of mines, years and "
         "indicators: expected a DataFrame or an xarray object"]),
        ({"panel": 3}, ["panel: must be a DataFrame, or columns by name, got the int 3"]),
        ({"panel": {"mine": ["A"], "year": 3}}, ["panel: must be a DataFrame, or columns by name: "
         "'int' object is not iterable"]),
        ({"panel": CUBE.isel(mine=0)}, ["panel: mine: is missing, expected a dimension with "
         "coordinates"]),
        ({"indicators": INDICATORS.assign(direction=2)},
         ["indicators:1: direction: 2: expected 1, -1, or 0 (best within a range) (and 3 more "
          "rows)"]),
        ({"indicators": pd.concat({"a": INDICATORS}, axis=1)},
         ["indicators: has 2 levels of columns: expected one"]),
        ({"judgments": {"support": [[2]]}},
         ['judgments: no matrix "water": expected one over rain, lake']),
        ({"judgments": {**JUDGED, "watre": np.ones((2, 2))}},
         ['judgments: matrix 3 "watre": name: neither a system nor a criterion; did you mean '
          '"water"?']),
        ({"judgments": {**JUDGED, "support": [[1, 2], [3, 1]]}},
         ['judgments: matrix 1 "support": full[1][0]: 3: expected 1/2, the reciprocal of 2 '
          "in full[0][1]"]),
        ({"judgments": {**JUDGED, "support": [[2, 2], ["", 1]]}},
         ['judgments: matrix 1 "support": full[0][0]: 2: expected 1 on the diagonal']),
        ({"judgments": {**JUDGED, "support": [[1, 12], ["", 1]]}},
         ['judgments: matrix 1 "support": full[0][1]: must be a judgment from "1/9" to 9, got 12']),
        ({"judgments": {**JUDGED, "support": [[1, 2, 3]]}},
         ['judgments: matrix 1 "support": upper[0]: 3 judgments, expected 1']),
        ({"judgments": {**JUDGED, "support": 2}},
         ['judgments: matrix 1 "support": upper: is required, a list of rows']),
        ({"judgments": {**JUDGED, "support": MISLABELLED}},
         ['judgments: matrix "support": columns water, lnd: expected those of its rows, water, '
          "land"]),
        ({"judgments": [1]}, ["judgments: must be matrices by the name of their node, got list"]),
        ({"expert_weights": {"A": 1}},
         ["judgments: expert_weights.A: unknown expert"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_as_of_files(given, sentences):
    assert [p.startswith(s) for p, s in zip(problems_of(**given), sentences, strict=True)] == [
        True for _ in sentences
    ], problems_of(**given)


def test_problems_of_panel_and_judgments_come_together():
    problems = problems_of(panel=WIDE.assign(rain="x"), judgments={"support": [[12]]})
    assert [problem.split(":")[0] for problem in problems] == ["panel", "judgments", "judgments"]


def test_warnings_point_at_the_call():
    with pytest.warns(StudyWarning, match="panel: indicator .* constant") as caught:
        made(WIDE.assign(lake=2))
    assert caught[0].filename == __file__


def test_results_tell_that_the_study_was_made_in_python():
    attrs = rm.evaluate(made()).attrs
    assert attrs["study_comment"].startswith("study made in Python")
    assert attrs["study"].startswith(f"# {attrs['study_comment']}\n[study]\n")


def test_nothing_that_is_given_is_changed():
    panel, judgments = WIDE.copy(), {"support": FULL.copy(), "water": [["1/3"]]}
    made(panel, judgments)
    assert panel.equals(WIDE)
    assert np.array_equal(judgments["support"], FULL)

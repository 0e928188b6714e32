"""Hierarchies of more than two levels: how they are read, and what of them goes wrong."""

import pickle

import pytest

from recc_mc.study import Hierarchy, Indicator, load_study
from recc_mc.study.description import describe

INDICATORS = """\
indicator,system,criterion,direction,units,long_name
rain,support,environment/water,1,mm,Precipitation
lake,support,environment/water,1,km2,Area of lakes
soil,support,environment/land,1,%,Share of good soil
jobs,support,society,1,1,Jobs
calm,support,environment,1,1,Calm
dust,pressure,air,1,t,Dust
"""
PANEL = """\
mine,year,rain,lake,soil,jobs,calm,dust
North,2012,100,1,50,3,4,7
North,2013,110,2,51,5,2,8
South,2012,120,3,52,4,7,9
South,2013,130,4,53,9,1,6
"""
JUDGMENTS = """\
[[matrix]]
name = "support"
items = ["environment", "society"]
upper = [[3]]
[[matrix]]
name = "environment"
items = ["environment/land", "calm", "water"]
upper = [[2, 4], [2]]
[[matrix]]
name = "environment / water"
items = ["rain", "environment/water/lake"]
upper = [["1/3"]]
"""


@pytest.fixture
def deep(project):
    """A study of three levels; one criterion has both criteria and an indicator."""
    project.write("indicators.csv", INDICATORS)
    project.write("panel.csv", PANEL)
    project.write("judgments.toml", JUDGMENTS)
    return project


def test_a_matrix_compares_what_is_right_below_its_node(deep):
    hierarchy = deep.load().hierarchy
    assert dict(hierarchy.nodes) == {
        "support": ("environment", "society"),
        "environment": ("water", "land", "calm"),
        "environment/water": ("rain", "lake"),
        "environment/land": ("soil",),
        "society": ("jobs",),
        "pressure": ("air",),
        "air": ("dust",),
    }
    assert list(hierarchy.nodes)[:3] == ["support", "environment", "environment/water"]
    assert hierarchy.criteria("support") == ("environment", "society")
    assert hierarchy.all_criteria == (*tuple(hierarchy.nodes)[1:5], "air")
    assert hierarchy.members("environment") == ("rain", "lake", "soil", "calm")
    assert hierarchy.system_of("environment") == "support"
    assert pickle.loads(pickle.dumps(hierarchy)).nodes == hierarchy.nodes


def test_items_are_named_by_their_own_names_or_by_paths(deep):
    judgments = deep.load().judgments
    assert judgments.names == tuple(deep.load().hierarchy.nodes)
    # water, land, calm: land is 2 calm and 4 water, calm is 2 water.
    assert judgments["environment"].values.tolist() == [[1, 1 / 4, 1 / 2], [4, 1, 2], [2, 1 / 2, 1]]


@pytest.mark.parametrize("paths", [("a/b", "a/c", "d"), ("d", "a/c", "a/b"), ("a/b/e", "a", "d")])
def test_every_indicator_is_once_in_each_level(paths):
    found = [Indicator(str(k), "support", path, 1, "1", "") for k, path in enumerate(paths)]
    hierarchy = Hierarchy(tuple(found))
    top = [name for criterion in hierarchy.criteria("support") for name in
           hierarchy.members(criterion)]  # fmt: skip
    assert sorted(top) == sorted(hierarchy.names)
    for indicator in found:
        for matrix, item in hierarchy.way(indicator):
            assert item in hierarchy.nodes[matrix]


def test_the_description_shows_the_levels(deep):
    tree = """\
support
|-- environment
|   |-- water
|   |   |-- rain (+) Precipitation [mm]
|   |   `-- lake (+) Area of lakes [km2]
|   |-- land
|   |   `-- soil (+) Share of good soil [%]
|   `-- calm (+) Calm
`-- society
    `-- jobs (+) Jobs
pressure
`-- air
    `-- dust (+) Dust [t]
"""
    assert tree in describe(deep.load()) + "\n"
    assert "\n  environment/water" in describe(deep.load())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("environment/water,1,mm", path + ",1,mm",
         [f'indicators.csv:2: criterion: "{path}": expected names joined by "/", as in '
          '"environment/water", none of them empty'])
        for path in ("environment//water", "/water", "environment/", "environment/ /water")
    ] + [
        ("pressure,air", "pressure,environment/air", [
            'indicators.csv:7: criterion: "environment": is in system "pressure", but in '
            '"support" in line 2: expected one system']),
        ("environment/land", "Environment/land", [
            'indicators.csv:4: criterion: "Environment": differs from "environment" '
            "(indicators.csv:2: criterion) only in case, width or kind of hyphen: expected one "
            "spelling"]),
        ("calm,", "water,", [
            'indicators.csv:6: indicator: "water": is the name of a criterion of "environment", '
            "too: expected another name"]),
        ("pressure,air", "pressure,support/air", [
            'indicators.csv:7: criterion: "support": is the name of a system, expected another '
            "name"]),
        ("system,criterion", "system,sub criterion", [
            'indicators.csv:1: column "sub criterion": unknown; a further level stands in '
            'criterion, as in "environment/water"',
            'indicators.csv:1: column "criterion": is missing, expected indicator, system, '
            "criterion, direction, units, long_name"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_levels(deep, old, new, expected):
    deep.change("indicators.csv", old, new)
    assert deep.problems() == expected


def test_names_of_indicators_may_hold_a_slash(deep):
    for name in ("indicators.csv", "panel.csv", "judgments.toml"):
        text = (deep.folder / name).read_text()
        deep.write(name, text.replace("lake", "a/b"))
    hierarchy = deep.load().hierarchy
    assert hierarchy.nodes["environment/water"] == ("rain", "a/b")
    assert list(hierarchy.way(hierarchy["a/b"]))[-1] == ("environment/water", "a/b")


def test_matrices_of_nodes_with_several_items_are_needed(deep):
    deep.write("judgments.toml", JUDGMENTS.split('[[matrix]]\nname = "environment"')[0])
    assert deep.problems() == [
        'judgments.toml: no matrix "environment": expected one over water, land, calm',
        'judgments.toml: no matrix "environment/water": expected one over rain, lake',
    ]


def test_the_nearest_override_of_a_criterion_wins(deep):
    deep.add(
        "[uncertainty.data]\ncv = 0.1\n[uncertainty.data.criteria.environment]\ncv = 0.2\n"
        '[uncertainty.data.criteria."environment / water"]\nmine_cv = 0.3\n'
        '[uncertainty.data.criteria."environment/land"]\ncv = 0.4\n'
    )
    study = deep.load()
    sizes = {name: study.error_model(name).cv for name in study.hierarchy.names}
    assert sizes == {
        "rain": 0.2, "lake": 0.2, "soil": 0.4, "jobs": 0.1, "calm": 0.2, "dust": 0.1
    }  # fmt: skip
    assert study.error_model("lake").mine_cv == 0.3
    assert study.error_model("calm").mine_cv == 0


def test_paths_that_there_are_not_are_told_of(deep):
    deep.add(
        '[uncertainty.data.criteria."environment/watr"]\ncv = 0.2\n'
        '[uncertainty.judgments]\nsigma = { "environment/land" = 0.1, "land" = 0.2 }\n'
    )
    assert deep.problems() == [
        "study.toml: uncertainty.judgments.sigma.land: no such matrix; known: support, "
        "environment, environment/water, environment/land, society, pressure, air",
        'study.toml: uncertainty.data.criteria."environment/watr": no such criterion; did you '
        'mean "environment/water"?',
    ]


def test_levels_go_every_way_and_back(deep, tmp_path):
    from recc_mc.workbook import write_study_book

    deep.add(
        '[uncertainty.judgments]\nsigma = { "environment / water" = 0.1 }\n'
        '[uncertainty.data]\ncriteria."environment/water".cv = 0.2\n'
    )
    study = deep.load()
    again = load_study(study.save(tmp_path / "saved"))
    assert again.digest == study.digest
    book = load_study(write_study_book(study, tmp_path / "study.xlsx"))
    assert book.digest == study.digest


def test_an_import_tells_matrices_of_the_same_items_apart(deep, tmp_path):
    from recc_mc.workbook import import_study, write_study_book

    text = INDICATORS.replace("jobs,support,society", "jobs,support,society/water")
    deep.write("indicators.csv", text + "home,support,society/land,1,1,Homes\n")
    header, *rows = PANEL.splitlines()
    lines = [f"{header},home", *(f"{row},{k}" for k, row in enumerate(rows, 1))]
    deep.write("panel.csv", "\n".join(lines))
    names = ("environment", "society")
    more = "".join(
        f'[[matrix]]\nname = "{name}"\nitems = ["water", "land"]\nupper = [[{k}]]\n'
        for k, name in enumerate(names, 2)
    )
    text = (deep.folder / "indicators.csv").read_text()
    deep.write(
        "indicators.csv", text.replace("support,environment,1,1,Calm", "support,calm,1,1,Calm")
    )
    deep.write(
        "judgments.toml",
        '[[matrix]]\nname = "support"\nitems = ["environment", "society", "calm"]\n'
        "upper = [[3, 4], [2]]\n" + more + JUDGMENTS[JUDGMENTS.index("[[matrix]]", 150) :],
    )
    study = deep.load()
    book = write_study_book(study, tmp_path / "one.xlsx")
    found = import_study([book], tmp_path / "again")
    assert not [line for line in found.left if "matrix" in line]
    again = load_study(found.path).judgments
    for name in names:
        assert (again[name].values == study.judgments[name].values).all()

import pytest

from recc_mc.errors import InputError
from recc_mc.study import Hierarchy, Indicator
from recc_mc.study.judgments_file import read_judgments

HIERARCHY = Hierarchy(
    tuple(
        Indicator(name, system, criterion, 1, "1", name)
        for name, system, criterion in (
            ("rain", "support", "water"),
            ("lake", "support", "water"),
            ("river", "support", "water"),
            ("soil", "support", "land"),
            ("dust", "pressure", "air"),
        )
    )
)

SUPPORT = """
[[matrix]]
name = "support"
items = ["water", "land"]
upper = [[2]]
"""

WATER = """
[[matrix]]
name = "water"
items = ["rain", "lake", "river"]
upper = [[2, "1/4"], ["3 / 5"]]
"""


@pytest.fixture
def read(tmp_path):
    def read(text):
        (tmp_path / "j.toml").write_text(text, encoding="utf-8")
        return read_judgments(tmp_path / "j.toml", "j.toml", HIERARCHY)

    return read


@pytest.fixture
def problems(read):
    def problems(text):
        with pytest.raises(InputError) as caught:
            read(text)
        return list(caught.value.problems)

    return problems


def test_matrices_come_in_the_order_of_the_nodes_and_single_items_are_implied(read):
    judgments = read(WATER + SUPPORT)
    assert judgments.names == ("support", "water", "land", "pressure", "air")
    assert judgments["land"].items == ("soil",)
    assert judgments["land"].values.tolist() == [[1.0]]
    assert judgments["support"].values.tolist() == [[1, 2], [0.5, 1]]
    assert judgments["water"].values.tolist() == [
        [1, 2, 0.25], [0.5, 1, 0.6], [4, 1 / 0.6, 1],
    ]  # fmt: skip


def test_a_single_item_may_be_written_out(read):
    text = SUPPORT + WATER + '[[matrix]]\nname = "land"\nitems = ["soil"]\nupper = []\n'
    assert read(text)["land"].values.tolist() == [[1.0]]


def test_items_are_put_in_the_order_of_the_hierarchy(read):
    text = WATER.replace('["rain", "lake", "river"]', '["river", "rain", "lake"]')
    matrix = read(SUPPORT + text)["water"]
    assert matrix.items == ("rain", "lake", "river")
    # river : rain = 2, river : lake = 1/4, rain : lake = 3/5
    assert matrix.values.tolist() == [[1, 0.6, 0.5], [1 / 0.6, 1, 4], [2, 0.25, 1]]


@pytest.mark.parametrize("cell", ['"1/9"', "9", '"9"', "9.0", "1.7", '"0.5"', '"9/1"', '" 1 / 3 "'])
def test_judgments_on_and_between_the_steps_of_the_scale(read, cell):
    value = read(SUPPORT.replace("[[2]]", f"[[{cell}]]") + WATER)["support"].values[0, 1]
    number = cell.strip('"').split("/")
    assert value == pytest.approx(float(number[0]) / float(number[-1] if len(number) > 1 else 1))


def of_experts(*cells):
    return WATER + "".join(
        SUPPORT.replace("[[2]]", f"[[{cell}]]") + f'expert = "{name}"\n'
        for name, cell in zip("ABC", cells, strict=False)
    )


def test_experts_have_equal_weights_by_default(read):
    matrix = read(of_experts(2, 8))["support"]
    assert matrix.experts == ("A", "B")
    assert matrix.shares.tolist() == [0.5, 0.5]
    assert matrix.stack[:, 0, 1].tolist() == [2, 8]
    assert matrix.values[0, 1] == pytest.approx(4)


def test_expert_weights(read):
    matrix = read(of_experts(2, 8) + "[expert_weights]\nA = 3\nB = 1.0\n")["support"]
    assert matrix.shares.tolist() == [0.75, 0.25]
    assert matrix.values[0, 1] == pytest.approx(2**0.75 * 8**0.25)


def test_weights_hold_within_the_experts_of_each_matrix(read):
    other = WATER + 'expert = "C"\n' + WATER + 'expert = "A"\n'
    text = of_experts(2, 8).replace(WATER, "") + other
    judgments = read(text + "[expert_weights]\nA = 3\nB = 1\nC = 9\n")
    assert judgments["support"].shares.tolist() == [0.75, 0.25]
    assert judgments["water"].experts == ("C", "A")
    assert judgments["water"].shares.tolist() == [0.75, 0.25]


SCALE = 'must be a judgment from "1/9" to 9, got'


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[[2]]", "[[0]]", [f'matrix 1 "support": upper[0][0]: {SCALE} 0']),
        ("[[2]]", "[[-3]]", [f'matrix 1 "support": upper[0][0]: {SCALE} -3']),
        ("[[2]]", "[[12]]", [f'matrix 1 "support": upper[0][0]: {SCALE} 12']),
        ("[[2]]", '[["1/12"]]', [f'matrix 1 "support": upper[0][0]: {SCALE} "1/12"']),
        ("[[2]]", '[["1/0"]]', [f'matrix 1 "support": upper[0][0]: {SCALE} "1/0"']),
        ("[[2]]", '[["two"]]', [f'matrix 1 "support": upper[0][0]: {SCALE} "two"']),
        ("[[2]]", '[["1,5"]]', [f'matrix 1 "support": upper[0][0]: {SCALE} "1,5"']),
        ("[[2]]", "[[true]]", [f'matrix 1 "support": upper[0][0]: {SCALE} true']),
        ("[[2]]", "[[nan]]", [f'matrix 1 "support": upper[0][0]: {SCALE} nan']),
        ("[[2]]", "[[inf]]", [f'matrix 1 "support": upper[0][0]: {SCALE} inf']),
        ("[[2]]", f"[[1{'0' * 400}]]", [
            f'matrix 1 "support": upper[0][0]: {SCALE} 1{"0" * 59}...',
        ]),
        ("[[2]]", "[[2, 3]]", ['matrix 1 "support": upper[0]: 2 judgments, expected 1']),
        ("[[2]]", "[[2], []]", ['matrix 1 "support": upper: 2 rows, expected 1 for 2 items']),
        ("[[2]]", "[2]", ['matrix 1 "support": upper: is required, a list of rows']),
        ("upper = [[2]]", "", ['matrix 1 "support": upper: is required, a list of rows']),
        ("upper = [[2]]", "upper = [[2]]\nuper = 1", [
            'matrix 1 "support": unknown key "uper"; did you mean "upper"?',
        ]),
        ('items = ["water", "land"]', "", [
            'matrix 1 "support": items: is required, a list of names',
        ]),
        ('"water", "land"]\nupper = [[2]]', '"water", 3]\nupper = [[2]]', [
            'matrix 1 "support": items[1]: must be a name in quotes, got 3',
            'matrix 1 "support": items[1]: "3" is not in "support"; known: water, land',
            'matrix 1 "support": items: "land" is missing',
        ]),
        ('["water", "land"]\nupper = [[2]]', '["water"]\nupper = []', [
            'matrix 1 "support": items: "land" is missing',
        ]),
        ('["water", "land"]\nupper = [[2]]', '["water", "land", "water"]\nupper = [[2, 1], [1]]', [
            'matrix 1 "support": items[2]: "water" is listed twice',
        ]),
        ('["water", "land"]', '["water", "lamd"]', [
            'matrix 1 "support": items[1]: "lamd" is not in "support"; did you mean "land"?',
            'matrix 1 "support": items: "land" is missing',
        ]),
        ('name = "support"', 'name = "suport"', [
            'matrix 1 "suport": name: neither a system nor a criterion; did you mean "support"?',
            'no matrix "support": expected one over water, land',
        ]),
        ('name = "support"', "", [
            "matrix 1: name: is required, a text in quotes",
            'no matrix "support": expected one over water, land',
        ]),
        (SUPPORT, "", ['no matrix "support": expected one over water, land']),
        (SUPPORT, "\n".join([SUPPORT, SUPPORT]), [
            'matrix 2 "support": is given twice, first as matrix 1 "support"; several experts '
            "each need an expert = name",
        ]),
        ("upper = [[2]]", 'upper = [[2]]\nexpert = ""', [
            'matrix 1 "support": expert: must be a name in quotes, got ""',
        ]),
        (SUPPORT, "matrices = 3\n" + SUPPORT, [
            'unknown key "matrices"; did you mean "matrix"?',
        ]),
        (SUPPORT + WATER, "matrix = 3", ["matrix: must be tables, each headed [[matrix]]"]),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file(problems, old, new, expected):
    text = SUPPORT + WATER
    assert old in text
    assert problems(text.replace(old, new, 1)) == [f"j.toml: {sentence}" for sentence in expected]


@pytest.mark.parametrize(
    ("addition", "expected"),
    [
        (SUPPORT + 'expert = "A"\n', [
            'matrix 4 "support": is given twice of expert "A", first as matrix 2 "support"',
        ]),
        (SUPPORT, [
            'matrix 4 "support": expert: is required, as other entries of this matrix have one',
        ]),
        ("[expert_weights]\nA = 1\nB = 0\n", [
            "expert_weights.B: must be a number > 0, got 0",
        ]),
        ('[expert_weights]\nA = 1\nB = "2"\n', [
            'expert_weights.B: must be a number > 0, got "2"',
        ]),
        ("[expert_weights]\nA = 1\n", [
            "expert_weights.B: is required, as other experts have a weight",
        ]),
        ("[expert_weights]\nA = 1\nB = 2\nZ = 1\n", [
            "expert_weights.Z: unknown expert; known: A, B",
        ]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_experts(problems, addition, expected):
    assert problems(of_experts(2, 8) + addition) == [f"j.toml: {part}" for part in expected]


def test_everything_wrong_is_reported_at_once(problems):
    support = SUPPORT.replace("[[2]]", "[[0]]")
    assert problems(support + WATER.replace('[[2, "1/4"], ["3 / 5"]]', "[[12, -1]]")) == [
        f'j.toml: matrix 1 "support": upper[0][0]: {SCALE} 0',
        'j.toml: matrix 2 "water": upper: 1 rows, expected 2 for 3 items',
    ]
    assert len(problems(support + WATER.replace('[2, "1/4"]', "[12, -1]"))) == 3


def test_a_blank_judgment_is_estimated_and_said(project):
    project.change("indicators.csv", "soil,support,land", "soil,support,water")
    project.write(
        "judgments.toml",
        '[[matrix]]\nname = "water"\nitems = ["rain", "lake", "soil"]\nupper = [[2, 4], [""]]\n',
    )
    study = project.load_quietly()
    water = study.judgments["water"]
    assert water.values[1, 2] == pytest.approx(2.0, rel=1e-6)
    assert water.unjudged == 1
    assert study.judgments.estimated == (
        'matrix "water": nobody judged "lake" against "soil", estimated as 2',
    )


def test_judgments_that_connect_nothing_are_refused(project):
    project.change("judgments.toml", 'upper = [["1/3"]]', 'upper = [[""]]')
    (problem,) = project.problems()
    assert "holds no judgment, expected one for each pair" in problem
    project.change("indicators.csv", "soil,support,land", "soil,support,water")
    project.write(
        "judgments.toml",
        '[[matrix]]\nname = "water"\nitems = ["rain", "lake", "soil"]\nupper = [[2, ""], [""]]\n',
    )
    (problem,) = project.problems()
    assert "no judgment connects items[2] to items[0]" in problem


def test_a_whole_table_gives_the_judgments_above_its_diagonal(project):
    expected = project.load().digest
    project.change("judgments.toml", "upper = [[2]]", 'full = [[1, ""], ["1/2", 1]]')
    project.change("judgments.toml", 'upper = [["1/3"]]', 'full = [["", "1/3"], [3.0, 1]]')
    assert project.load().digest == expected


def test_a_whole_table_that_contradicts_itself_is_refused(project):
    project.change("judgments.toml", "upper = [[2]]", "full = [[2, 2], [2, 1]]")
    project.change("judgments.toml", 'upper = [["1/3"]]', "full = [[1, 2]]\nupper = [[2]]")
    assert project.problems() == [
        'judgments.toml: matrix 1 "support": full[0][0]: 2: expected 1 on the diagonal',
        'judgments.toml: matrix 1 "support": full[1][0]: 2: expected 1/2, the reciprocal of 2 in '
        "full[0][1]",
        'judgments.toml: matrix 2 "water": full: is not allowed beside upper',
    ]
    project.change("judgments.toml", "\nupper = [[2]]", "")
    assert project.problems()[-1] == (
        'judgments.toml: matrix 2 "water": full: must be 2 rows of 2 judgments'
    )

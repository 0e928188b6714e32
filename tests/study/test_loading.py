import pickle
import random
import subprocess
import sys

import numpy as np
import pytest

from recc_mc.errors import InputError
from recc_mc.study import load_study
from recc_mc.study.consistency import consistency_ratio, sigma_from_gci
from tests.test_synthetic import SYNTHETIC

CONFIGS = ("data_errors", "expert_steps", "minimal", "policy", "rare_earth_mines", "worked_case")


@pytest.fixture(params=CONFIGS)
def config(request, root):
    return root / "configs" / f"{request.param}.toml"


@pytest.mark.parametrize("name", SYNTHETIC)
def test_every_synthetic_config_loads_without_a_warning(root, name):
    assert not load_study(root / "configs" / f"{name}.toml").is_builtin


def test_every_config_of_the_mines_loads_without_a_warning(config):
    study = load_study(config)
    assert study.is_builtin
    assert study.panel.values.shape == (6, 8, 31)


def test_no_config_is_left_out(root):
    assert {path.stem for path in (root / "configs").glob("*.toml")} == {*CONFIGS, *SYNTHETIC}


def test_the_case_study(case_study):
    assert case_study.title == "RECC of six rare earth mining areas, 2012-2019"
    assert case_study.panel.mines[0] == "Bayan Obo"
    assert case_study.panel.years == tuple(range(2012, 2020))
    assert len(case_study.judgments.matrices) == 9
    assert all(consistency_ratio(m.values) < 0.09 for m in case_study.judgments.matrices)
    assert case_study.error_model("P2-4").cv == 0.10
    assert case_study.error_model("P2-3").cv == 0.05
    assert case_study.settings.simulation.seed == 20220428


def test_the_files_of_a_project(project):
    study = project.load()
    assert study.title == "study"
    assert not study.is_builtin
    assert study.hierarchy.names == study.panel.indicators == ("rain", "lake", "soil", "dust")
    assert study.judgments.names == tuple(study.hierarchy.nodes)
    assert study.panel.values[1, 0].tolist() == [120, 3, 52, 9]
    assert study.text == (project.folder / "study.toml").read_text()


def test_paths_are_relative_to_the_study_file(project, monkeypatch):
    folder = project.folder / "data"
    folder.mkdir()
    (project.folder / "panel.csv").rename(folder / "panel.csv")
    project.change("study.toml", '"panel.csv"', '"data/panel.csv"')
    monkeypatch.chdir(folder)
    assert load_study("../study.toml").panel.n_objects == 4


def test_names_with_spaces_and_non_ascii_letters(project):
    for name in ("indicators.csv", "panel.csv"):
        project.change(name, "rain", "Précipitation annuelle")
    project.change("indicators.csv", "water", "Eau & air")
    project.change("judgments.toml", '"water", "land"', '"Eau & air", "land"')
    project.change("judgments.toml", 'name = "water"', 'name = "Eau & air"')
    # The same letter in two characters, as some systems write it.
    project.change("judgments.toml", '"rain"', '"Pre\u0301cipitation annuelle"')
    project.change("panel.csv", "North", "白云鄂博")
    project.add(
        "[uncertainty.data.indicators.'Pre\u0301cipitation annuelle']\ncv = 0.3\n"
        "[uncertainty.judgments]\nsigma = {'Eau & air' = 0.3}\n"
    )
    study = project.load()
    assert study.error_model("Précipitation annuelle").cv == 0.3
    assert study.judgment_sigma("Eau & air") == 0.3
    assert study.panel.mines[0] == "白云鄂博"


@pytest.mark.parametrize(
    ("table", "sigmas"),
    [
        ("", [0.0, 0.0]),
        ("[uncertainty.judgments]\n", [0.2, 0.2]),
        ("[uncertainty.judgments]\nsigma = 0.5\n", [0.5, 0.5]),
        ("[uncertainty.judgments]\nsigma = {water = 0.5}\n", [0.2, 0.5]),
        ("[uncertainty.judgments]\ndistribution = 'saaty_steps'\nsteps = 1\n", [0.0, 0.0]),
    ],
)
def test_sigma_of_a_matrix(project, table, sigmas):
    project.add(table)
    study = project.load()
    assert [study.judgment_sigma(name) for name in ("support", "water")] == sigmas
    with pytest.raises(KeyError):
        study.judgment_sigma("fire")


def test_sigma_from_gci_is_that_of_the_matrix(case_study):
    for matrix in case_study.judgments.matrices:
        assert case_study.judgment_sigma(matrix.name) == sigma_from_gci(matrix.values)


@pytest.mark.parametrize("name", ["panel.csv", "indicators.csv", "judgments.toml", "study.toml"])
def test_missing_files(project, name):
    (project.folder / name).unlink()
    assert project.problems() == [f"{name}: no such file"]


def test_all_missing_files_are_named_at_once(project):
    for name in ("panel.csv", "judgments.toml"):
        (project.folder / name).unlink()
    assert len(project.problems()) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "study.toml: is empty"),
        (b"[study]\ntitle = '\xe9'", "study.toml:2: byte 0xe9: is not UTF-8, save the file as "
         "UTF-8"),
        ("[study\n", "study.toml:1: not valid TOML: Expected ']' at the end of a table "
         "declaration"),
    ],
)  # fmt: skip
def test_a_study_file_that_cannot_be_read(project, content, sentence):
    project.write("study.toml", content)
    assert project.problems() == [sentence]


def test_a_directory_as_study_file(tmp_path):
    with pytest.raises(InputError, match="is a directory, expected a file"):
        load_study(tmp_path)


def test_problems_of_settings_panel_and_judgments_come_together(project):
    project.add("[uncertainty.data.indicators.snow]\ncv = 1\n")
    project.change("panel.csv", "130", "n/a")
    project.change("judgments.toml", "[[2]]", "[[12]]")
    assert [problem.split(":")[0] for problem in project.problems()] == [
        "study.toml", "panel.csv", "judgments.toml",
    ]  # fmt: skip


def test_warnings_point_at_the_call(project):
    project.change("panel.csv", "South,2013,130,4,53,6", "South,2013,110,4,53,6")
    project.add("[method]\ngoalposts = 'yearly'\n")
    with pytest.warns(match="constant") as caught:
        load_study(project.folder / "study.toml")
    assert caught[0].filename == __file__


def digest(project, table=""):
    project.add(table)
    return project.load().digest


def test_the_digest_ignores_what_decides_no_number(project):
    first = digest(project)
    assert len(first) == 64
    (project.folder / "panel.csv").rename(project.folder / "other.csv")
    project.change("study.toml", "panel.csv", "other.csv")
    project.change("study.toml", "[study]", '[study]\ntitle = "Another"')
    assert project.load().digest == first
    (project.folder / "other.csv").rename(project.folder / "panel.csv")
    assert digest(project, "[run]\nchunk = 1\n[output]\ndtype = 'float64'\n") == first
    assert digest(project, "[method]\nahp_share = 0.5\n") == first


def test_the_digest_sees_the_precision(project):
    single = digest(project, "[method]\nprecision = 'single'\n")
    assert digest(project, "[method]\nprecision = 'double'\n") == digest(project) != single


def test_the_digest_sees_what_does(project):
    digests = [
        digest(project),
        digest(project, "[method]\nahp_share = 0.6\n"),
        digest(project, "[uncertainty.data]\n"),
        digest(project, "[uncertainty.data]\ncv = 0.1\n"),
        digest(project, "[uncertainty.method]\nscope = {pooled = 0.5, yearly = 0.5}\n"),
        digest(project, "[uncertainty.method]\nscope = {pooled = 0.6, yearly = 0.4}\n"),
    ]
    for name, old, new in (
        ("panel.csv", "130", "131"),
        ("panel.csv", "North", "Nord"),
        ("panel.csv", "2013", "2014"),
        ("indicators.csv", "lake,support,water,1", "lake,support,water,-1"),
        ("judgments.toml", "[[2]]", "[[3]]"),
    ):
        project.change(name, old, new)
        digests.append(digest(project))
    assert len(set(digests)) == len(digests)


def test_a_study_survives_pickling(case_study):
    copy = pickle.loads(pickle.dumps(case_study))
    assert copy.digest == case_study.digest
    assert np.array_equal(copy.panel.values, case_study.panel.values)
    assert copy.settings == case_study.settings


def test_loading_csv_files_imports_nothing_heavy(root):
    code = (
        "import sys; from recc_mc.study import load_study; load_study('configs/minimal.toml'); "
        "print([m for m in ('dask', 'netCDF4', 'numba', 'openpyxl', 'pandas', 'scipy', 'xarray') "
        "if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


FRAGMENTS = (
    "", "0", "-1", "nan", "1e400", "true", "[]", "{}", "\"", ",", ";", "\n", "\r", "=", "[", "]",
    ".", "1/0", "é", "\x00", "9" * 30, "[[matrix]]", "support", "rain", "#", "2012",
)  # fmt: skip


@pytest.mark.filterwarnings("ignore::recc_mc.errors.StudyWarning")
@pytest.mark.parametrize("name", ["study.toml", "indicators.csv", "panel.csv", "judgments.toml"])
def test_a_file_damaged_anywhere_is_read_or_refused_in_words(project, name):
    project.add("[uncertainty.judgments]\nsigma = {water = 1}\n[uncertainty.data]\ncv = 0.1\n")
    whole = (project.folder / name).read_text()
    rng = random.Random(name)
    refused = []
    for _ in range(150):
        start = rng.randrange(len(whole))
        end = start + rng.choice((0, 1, 2, 4, 10))
        project.write(name, whole[:start] + rng.choice(FRAGMENTS) + whole[end:])
        try:
            assert np.isfinite(project.load().panel.values).all()
        except InputError as error:
            refused.append(error)
    assert len(refused) > 50
    assert all(str(project.folder) in problem for error in refused for problem in error.problems)

"""The command evidence: what a person sees of studies that are pooled."""

import pytest

import recc_mc as rm
from recc_mc.cli.main import main
from tests.evidence import bcg


@pytest.fixture
def trials(tmp_path):
    table = bcg.table()
    path = tmp_path / "bcg trials.csv"
    rows = zip(table["study"], table["effect"], table["se"], strict=True)
    text = "".join(f"{name},{effect!r},{se!r}\n" for name, effect, se in rows)
    path.write_text("study,effect,se\n" + text.replace("np.float64(", "").replace(")", ""))
    return path


def test_the_table_tells_studies_mean_and_heterogeneity(trials, capsys):
    assert main(["evidence", str(trials), "--measure", "effect"]) == 0
    shown = capsys.readouterr().out
    for part in ("Aronson 1948", "mean effect", "-0.7145", "tau2 = 0.3132", "I2 = 92.22 %"):
        assert part in shown


def test_all_numbers_go_to_a_file_under_the_name_of_the_table(trials, tmp_path, capsys):
    path = tmp_path / "evidence.nc"
    asked = ["evidence", str(trials), "--measure", "effect", "-o", str(path)]
    assert main(asked) == 0
    with rm.load(path) as tree:
        assert float(tree["evidence/bcg_trials/tau2"]) == pytest.approx(0.3132, abs=6e-5)
    assert main(asked) == 2
    assert "exists already" in capsys.readouterr().err
    assert main([*asked, "--force"]) == 0


def test_bad_options_and_tables_are_one_line(trials, capsys):
    assert main(["evidence", str(trials), "--measure", "effects"]) == 2
    assert 'measure: must be "mean_difference"' in capsys.readouterr().err
    assert main(["evidence", str(trials.parent / "none.csv")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


STUDY = """
[evidence.vaccine]
data = "builtin:bcg_vaccine"
measure = "effect"

[evidence.others]
file = "bcg trials.csv"
measure = "effect"
estimator = "dl"
"""


@pytest.fixture
def study(trials):
    path = trials.parent / "study.toml"
    path.write_text('[study]\ndata = "builtin:rare_earth_mines"\n' + STUDY)
    return path


def test_all_evidence_of_a_study_is_shown_and_added_to_its_result(study, capsys):
    result = study.with_name("result.nc")
    assert main(["evaluate", str(study), "-o", str(result), "--quiet"]) == 0
    assert main(["evidence", str(study), "-o", str(result)]) == 0
    shown = capsys.readouterr().out
    assert "vaccine: effect of 13 studies" in shown
    assert "others: effect of 13 studies" in shown
    with rm.load(result) as tree:
        assert set(tree.children) == {"baseline", "evidence"}
        assert float(tree["evidence/vaccine/tau2"]) == pytest.approx(0.3132, abs=6e-5)
        assert float(tree["evidence/others/tau2"]) == pytest.approx(0.3088, abs=6e-5)
    assert main(["evidence", str(study), "-o", str(result), "--quiet"]) == 2
    assert "exists already" in capsys.readouterr().err
    # The result holds the studies, too.
    study.with_name("bcg trials.csv").unlink()
    assert main(["evidence", str(result)]) == 0
    assert main(["evidence", str(result), "-o", str(study.with_name("bcg trials.csv"))]) == 2


def test_a_study_says_how_its_evidence_is_pooled_and_may_have_none(study, capsys):
    assert main(["evidence", str(study), "--estimator", "dl"]) == 2
    assert "--estimator: is for a table of studies; a study says it in" in capsys.readouterr().err
    study.write_text('[study]\ndata = "builtin:rare_earth_mines"\n')
    assert main(["evidence", str(study)]) == 2
    assert "holds no evidence; add a table [evidence.NAME]" in capsys.readouterr().err


def test_evidence_that_comes_with_the_package_is_shown(capsys):
    assert main(["evidence", "builtin:bcg_vaccine", "--measure", "effect"]) == 0
    assert "-0.7145" in capsys.readouterr().out
    assert main(["evidence", "builtin:sustainable_management"]) == 2
    assert 'no evidence "sustainable_management" comes with the package; known: bcg_vaccine' in (
        capsys.readouterr().err
    )

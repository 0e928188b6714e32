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

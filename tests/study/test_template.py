import pytest

from recc_mc.errors import InputError
from recc_mc.study import load_study
from recc_mc.study.template import write_template

NAMES = ["study.toml", "panel.csv", "indicators.csv", "judgments.toml", "README.md"]


def test_the_template_is_the_case_study(tmp_path, case_study):
    written = write_template(tmp_path / "new" / "study")
    assert [path.name for path in written] == NAMES
    study = load_study(written[0])
    assert study.digest == case_study.digest
    assert not study.is_builtin


def test_the_template_and_the_config_explain_the_same_keys(tmp_path, root):
    template = write_template(tmp_path)[0].read_text(encoding="utf-8")
    config = (root / "configs" / "rare_earth_mines.toml").read_text(encoding="utf-8")
    assert template.partition("\n[method]\n")[2] == config.partition("\n[method]\n")[2] != ""


def test_files_that_exist_are_not_overwritten(tmp_path):
    for name in ("panel.csv", "README.md"):
        (tmp_path / name).write_text("mine")
    with pytest.raises(InputError) as caught:
        write_template(tmp_path)
    assert [problem.removeprefix(f"{tmp_path}/") for problem in caught.value.problems] == [
        "panel.csv: exists already and is not overwritten",
        "README.md: exists already and is not overwritten",
    ]
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "panel.csv": "mine", "README.md": "mine",
    }  # fmt: skip


def test_other_files_in_the_folder_do_not_matter(tmp_path):
    (tmp_path / "notes.txt").write_text("keep")
    write_template(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "keep"


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "x").write_text("")
    for folder in (tmp_path / "x", tmp_path / "x" / "y"):
        with pytest.raises(InputError, match=r"x: is a file|cannot be made: Not a directory"):
            write_template(folder)


@pytest.mark.parametrize("folder", ["new/deep", "."])
def test_a_failing_write_leaves_nothing(tmp_path, monkeypatch, folder):
    path = type(tmp_path)
    real = path.open

    def full_disk(self, *arguments, **options):
        if self.name == "indicators.csv" and arguments == ("xb",):
            raise OSError(28, "No space left on device")
        return real(self, *arguments, **options)

    monkeypatch.setattr(path, "open", full_disk)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        write_template(tmp_path / folder)
    assert list(tmp_path.iterdir()) == []


def test_the_questions_of_the_template_are_valid_where_they_are_asked(tmp_path):
    study = write_template(tmp_path)[0]
    lines = study.read_text(encoding="utf-8").splitlines()
    start, end = (next(n for n, line in enumerate(lines) if line.startswith(word))
                  for word in ("# [scenarios]", "[output]"))  # fmt: skip
    asked = [line.removeprefix("# ") for line in lines[start:end]]
    study.write_text("\n".join([*lines[:start], *asked, *lines[end:]]), encoding="utf-8")
    rows = "".join(f"{name},20,3.{k},1,20,2,1\n" for k, name in enumerate("abcd"))
    (tmp_path / "studies.csv").write_text(f"study,n1,mean1,sd1,n2,mean2,sd2\n{rows}")
    found = load_study(study)
    assert found.scenarios.draws == ("smelting", "quota.2")
    assert [target.name for target in found.targets] == ["end_overload"]

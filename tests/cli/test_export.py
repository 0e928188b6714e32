"""``recc-mc export``."""

from pathlib import Path

import pytest

import recc_mc as rm
from tests.cli.conftest import Command
from tests.strategies import small_study


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("results") / "result.nc"
    rm.save(path, baseline=rm.evaluate(small_study().load()))
    return path


def test_the_tables_stand_beside_the_result(command: Command, result: Path) -> None:
    folder, book = result.with_name("result-tables"), result.with_name("result-tables.xlsx")
    assert command("export", result) == (0, f"tables: {folder}\n", "")
    assert (folder / "contents.csv").read_bytes().startswith(b"\xef\xbb\xbftable,section,title")
    assert command("export", result, "--format", "xlsx") == (0, f"tables: {book}\n", "")
    code, out, err = command("export", result)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "exists already and is not empty; use --force" in err
    assert command("export", result, "--force", "--quiet") == (0, "", "")


def test_bad_input_is_one_message(command: Command, result: Path, tmp_path: Path) -> None:
    for arguments, problem in (
        (("--to", tmp_path / "a", "--group", "summary"), "group: must be one of baseline"),
        (("--to", result, "--format", "xlsx", "--force"), "is read by this command"),
        (("--to", tmp_path / "a", "--format", "ods"), "format: must be one of csv, xlsx"),
    ):
        code, out, err = command("export", result, *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert problem in err
    assert list(tmp_path.iterdir()) == []

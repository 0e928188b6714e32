"""``recc-mc init --synthetic``."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command


def test_init_writes_one_that_check_accepts(command: Command, tmp_path: Path) -> None:
    code, out, _ = command("init", "--synthetic", "province", "--seed", "3", tmp_path / "made")
    assert code == 0
    assert f"written: {tmp_path / 'made' / 'panel.csv'}" in out
    code, out, err = command("check", tmp_path / "made" / "study.toml")
    assert (code, err) == (0, "")
    assert out.startswith("Synthetic: 31 provinces, 2011-2020 (seed 3)")


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--synthetic", "planet"], "--synthetic: must be province or county or nation, got pl"),
        (["--synthetic", "province", "--seed", "-1"], "--seed: must be >= 0, got -1"),
        (["--seed", "1"], "--seed: is of a synthetic study: expected --synthetic beside it"),
        (["--workbook", "--synthetic", "province"], "not allowed with argument"),
    ],
)
def test_init_refuses_what_is_no_study(
    command: Command,
    tmp_path: Path,
    options: list[str],
    problem: str,
) -> None:
    code, out, err = command("init", *options, tmp_path / "made")
    assert (code, out) == (2, "")
    assert problem in err
    assert not (tmp_path / "made").exists()

"""Every command on one mine over many years, and on one system."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.shapes import SHAPES

NOTES = {
    "one mine": "there is one mine: ranks between mines",
    "support alone": "the support index S stands alone, and C, zones, grades and overload are left",
    "pressure alone": "the pressure index P stands alone, and C, zones, grades and overload are",
    "support of one mine": "the support index S stands alone",
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_every_command_works_and_says_once_what_is_left_out(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    monkeypatch.chdir(tmp_path)
    SHAPES[shape][0].write(tmp_path)
    for arguments in (
        ("check", "study.toml"),
        ("evaluate", "study.toml"),
        ("simulate", "study.toml"),
        ("simulate", "study.toml", "--keep", "summary", "-o", "two.nc"),
    ):
        code, out, _ = command(*arguments)
        assert (code, out.count(NOTES[shape])) == (0, 1), arguments
    for method in ("sobol", "rbd_fast"):
        code, out, _ = command(
            "sensitivity",
            "study.toml",
            "--method",
            method,
            "--samples",
            "128",
            "-o",
            f"{method}.nc",
        )
        assert code == 0
    assert command("compare", "results/study.nc", "two.nc")[0] == 0
    assert command("report", "results/study.nc", "sobol.nc", "-o", "report.html")[0] == 0
    page = Path("report.html").read_text(encoding="utf-8")
    assert page.count(NOTES[shape]) >= 1
    assert page.count("Left out by the shape") == 1

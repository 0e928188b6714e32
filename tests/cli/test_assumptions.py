"""The command assumptions, and its table."""

from pathlib import Path

import pytest

import recc_mc as rm
from recc_mc.cli.assumptions import assumptions_table
from recc_mc.report import render_report
from tests.cli.conftest import Command
from tests.report.conftest import uncertain
from tests.report.page import Page


@pytest.mark.slow
def test_effects_are_told_and_stand_in_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    monkeypatch.chdir(tmp_path)
    uncertain().write(tmp_path)
    run = ("--samples", "200", "--seed", "3", "--scheduler", "synchronous", "-o", "out.nc")
    code, out, err = command("assumptions", "study.toml", *run)
    assert code == 0, err
    assert "once per installation" in err
    found = rm.assumptions(rm.load_study("study.toml"), samples=200, seed=3)
    assert out == f"{assumptions_table(found)}\n\nresult: out.nc\n"
    with rm.load("out.nc") as tree:
        assert set(tree.children) == {"assumptions", "baseline"}
        assert tree["assumptions"].to_dataset().equals(found)
    page = Page(render_report("out.nc"))
    assert "Assumptions that carry this result" in page.text
    assert "Weights of the judgments alone" in page.text
    assert len(page.frame("assumptions.csv")) == 3 * int((found["assumption_problem"] == "").sum())
    assert "recc-mc assumptions makes it" not in page.text

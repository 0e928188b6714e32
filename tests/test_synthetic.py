"""The synthetic studies of configs/ are what their script makes, and run through every command."""

import runpy
from pathlib import Path

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.report import render_report
from recc_mc.study.hierarchy import lineage
from tests.cli.conftest import Command, command  # noqa: F401

SYNTHETIC = ("counties", "province")
RUN = ("--samples", "64", "--seed", "1")


@pytest.fixture(params=SYNTHETIC)
def config(request: pytest.FixtureRequest, root: Path) -> Path:
    return root / "configs" / f"{request.param}.toml"


def test_their_data_are_made_by_their_script(root: Path) -> None:
    made = runpy.run_path(str(root / "configs" / "synthetic.py"))["panels"]()
    for folder, text in made.items():
        assert (root / "configs" / folder / "panel.csv").read_text("utf-8") == text


def test_they_are_called_synthetic_everywhere(config: Path) -> None:
    study = rm.load_study(config)
    assert study.title.startswith("Synthetic: ")
    assert "synthetic" in study.text.partition("[study]")[0]
    assert not study.is_builtin


def test_counties_use_what_the_mines_do_not(root: Path) -> None:
    study = rm.load_study(root / "configs" / "counties.toml")
    assert study.panel.values.shape == (12, 15, 18)
    assert study.nouns == ("county", "counties")
    assert max(len(lineage(i.criterion)) for i in study.hierarchy.indicators) == 2
    assert [i.name for i in study.hierarchy.indicators if i.is_ranged] == ["soil_ph", "urban"]
    assert int(study.panel.holes.sum()) == 8
    assert study.judgment_sigma("resources/water") == 0.3


@pytest.mark.slow
def test_every_command_takes_them(
    command: Command,  # noqa: F811
    config: Path,
    tmp_path: Path,
) -> None:
    names = ("draws", "tally", "parts", "swept")
    draws, tally, parts, swept = (tmp_path / f"{name}.nc" for name in names)
    sobol = ("--samples", "16", "--replicates", "2", "--seed", "1")
    for arguments in (
        ("check", config),
        ("evaluate", config, "-o", tmp_path / "base.nc"),
        ("simulate", config, *RUN, "-o", draws),
        ("simulate", config, *RUN, "--keep", "summary", "-o", tally),
        ("sensitivity", config, *sobol, "-o", parts),
        ("sweep", config, *RUN, "--vary", "uncertainty.data.cv=0.05,0.1", "-o", swept),
        ("compare", draws, tally),
        ("report", draws, parts, swept, "-o", tmp_path / "report.html"),
    ):
        code, out, err = command(*arguments)
        assert (code, "error" in err) == (0, False), err
        assert "Synthetic: " in out or arguments[0] in ("report", "sweep")
    with rm.load(draws) as kept, rm.load(tally) as counted:
        for name in ("overload_probability", "zone_probability", "obstacle_mean"):
            np.testing.assert_array_equal(kept["summary"][name], counted["summary"][name])
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Synthetic: " in page
    assert "Left out: " not in page


def test_first_years_of_overload_are_those_of_all_years(
    command: Command,  # noqa: F811
    root: Path,
    tmp_path: Path,
) -> None:
    config = root / "configs" / "counties.toml"
    code, out, _ = command("simulate", config, *RUN, "-o", tmp_path / "draws.nc")
    assert code == 0
    (line,) = (line for line in out.splitlines() if line.startswith("  Ashby") and " 2008 " in line)
    assert "2008 1 (> 0.9" in line


def test_one_province_is_told_of_year_by_year(
    command: Command,  # noqa: F811
    root: Path,
    tmp_path: Path,
) -> None:
    config, result = root / "configs" / "province.toml", tmp_path / "draws.nc"
    code, out, _ = command("simulate", config, *RUN, "-o", result)
    assert code == 0
    table = out.partition("Northvale: carrying capacity index C = P / S\n")[2].splitlines()
    assert table[1].split()[:3] == ["year", "baseline", "mean"]
    assert [line.split()[0] for line in table[2:22]] == [str(y) for y in range(2003, 2023)]
    assert "there is one province: ranks between provinces and what is made of them" in out
    page = render_report(result)
    assert "Overload is decided, one way or the other, in " in page
    assert "province-years: open are " in page
    assert "over all years, the mean of C" in page
    assert "of 1 province" not in page


def test_the_experts_of_the_province_are_weighed_and_drawn(root: Path) -> None:
    study = rm.load_study(root / "configs" / "province.toml")
    assert study.panel.values.shape == (1, 20, 13)
    assert study.judgments.experts == ("Arden", "Blake", "Castle")
    assert study.judgments["support"].shares.tolist() == [0.25, 0.5, 0.25]
    assert study.settings.uncertainty.judgments.resample_experts

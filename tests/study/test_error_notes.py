"""What check says of the size of errors: against ranges, bounds, and what cannot be."""

import numpy as np
import pytest

from recc_mc.cli.main import main
from recc_mc.study.error_notes import error_notes, error_rows
from recc_mc.study.impossible import impossible_findings, share_below, share_of_impossible

NORMAL = "[uncertainty.data]\ndistribution = '{}'\n{}\n"
BOUNDS = """\
indicator,system,criterion,direction,units,long_name,min,max
rain,support,water,1,mm,Precipitation,{rain},
lake,support,water,1,km2,Area of lakes,,
soil,support,land,1,%,Share of good soil,,{soil}
dust,pressure,air,1,t,Dust,,
"""


def test_sizes_against_ranges(project):
    project.add("[uncertainty.data.indicators.soil]\ndistribution = 'normal'\nsd = 2\n")
    header, row = error_rows(project.load())
    assert header[0] == "indicator"
    assert row == ("soil", "0 to 100, from units %", "50 to 53", "2", "0.67", "none")


def test_nothing_uncertain_makes_no_table(project):
    assert error_rows(project.load()) == []
    assert error_notes(project.load()) == []


def test_a_value_at_its_bound_is_named(project):
    project.change("panel.csv", "130,4,53", "130,4,100")
    project.add("[uncertainty.data.indicators.soil]\ncv = 0.1\n")
    assert error_notes(project.load()) == [
        "soil: 1 of 4 values is at a bound and without error, as no law on one side of it has it "
        "as its mean: South, 2013"
    ]


def test_an_sd_that_is_held_is_named_with_what_is_possible(project):
    project.change("panel.csv", "130,4,53", "130,4,99")
    project.add("[uncertainty.data.indicators.soil]\ncv = 0.1\n")
    assert error_notes(project.load()) == [
        "soil: 1 of 4 values is too near a bound for the sd stated, which is held at the largest "
        "that keeps one peak; the most in South, 2013: value 99, sd 9.9 stated, 2.04 drawn"
    ]


@pytest.mark.parametrize("distribution", ["normal", "uniform", "triangular"])
def test_the_share_of_impossible_draws_is_that_of_draws(project, distribution):
    project.add(NORMAL.format(distribution, "sd = 2\nsystematic_sd = 1.5\nmine_sd = 0.5"))
    study = project.load()
    law = study.error_law("lake")
    values = study.panel.values[:, :, 1]
    rng = np.random.default_rng(4)
    half = {"normal": None, "uniform": 3**0.5, "triangular": 6**0.5}[distribution]
    if distribution == "normal":
        xi = rng.standard_normal((3, 400_000))
    elif distribution == "uniform":
        xi = rng.uniform(-half, half, (3, 400_000))
    else:
        xi = rng.triangular(-half, 0, half, (3, 400_000))
    error = np.array([2, 1.5, 0.5]) @ xi
    expected = np.vectorize(lambda value: (value + error < 0).mean())(values)
    assert share_below(0.0, values, law, distribution) == pytest.approx(expected, abs=3e-3)
    assert share_of_impossible(study, "lake") == pytest.approx(expected.mean(), abs=3e-3)


def test_more_than_one_in_a_hundred_is_warned_of(project, capsys):
    project.add(NORMAL.format("normal", "cv = 0.5"))
    findings = impossible_findings(project.load())
    # P(N(0, 1) < -2) = 2.3 % of each indicator without bounds.
    assert [finding.split(":")[0] for finding in findings] == [
        f'indicator "{name}"' for name in ("rain", "lake", "dust")
    ]
    assert "2.3 % of its draws are below 0" in findings[0]
    assert main(["check", str(project.folder / "study.toml")]) == 0
    out, err = capsys.readouterr()
    assert err.count("warning: ") == 3
    assert "2.3 % below 0" in out


@pytest.mark.parametrize("rain", ["0", "none"])
def test_a_bound_or_its_absence_settles_it(project, rain):
    project.write("indicators.csv", BOUNDS.format(rain=rain, soil=""))
    project.add(NORMAL.format("normal", "cv = 0.5"))
    assert share_of_impossible(project.load(), "rain") == 0


def test_negative_values_show_that_nothing_is_impossible(project):
    project.change("panel.csv", "North,2013,110", "North,2013,-110")
    project.add(NORMAL.format("normal", "cv = 0.5"))
    assert share_of_impossible(project.load(), "rain") == 0


@pytest.mark.parametrize("table", ["cv = 0.5", "cv = 0.5\ndistribution = 'normal'"])
def test_shares_above_the_whole_are_counted_where_they_are_allowed(project, table):
    project.write("indicators.csv", BOUNDS.format(rain="", soil="none"))
    project.add(f"[uncertainty.data.indicators.soil]\n{table}\n")
    study = project.load()
    (row,) = error_rows(study)[1:]
    assert row[1] == ">= 0, from units %"
    assert row[-1].endswith(" above 100, as allowed")
    law = study.error_law("soil")
    z = np.random.default_rng(1).standard_normal(400_000)
    values = study.panel.values[:, :, 2]
    above = [
        (v * np.exp(s * z - s**2 / 2) > 100).mean()
        for v, s in zip(values.flat, law.cell.flat, strict=True)
    ]
    assert float(row[-1].split()[0]) == pytest.approx(100 * np.mean(above), abs=0.2)
    assert impossible_findings(study) == []

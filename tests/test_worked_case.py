"""The figures of the worked case are those that its commands find."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm

SAMPLES = 20_000
ORDER = ["Bayan Obo", "Longnan", "Mianning", "Pingyuan", "Weishan", "Chongzuo"]


@pytest.fixture(scope="module")
def study(root: Path) -> rm.Study:
    return rm.load_study(root / "configs" / "worked_case.toml")


@pytest.fixture(scope="module")
def draws(study: rm.Study) -> xr.Dataset:
    return rm.simulate(study, samples=SAMPLES)


@pytest.fixture(scope="module")
def last(draws: xr.Dataset) -> xr.Dataset:
    return rm.summarize(draws).sel(year=2019)


@pytest.fixture(scope="module")
def section(root: Path) -> str:
    text = (root / "docs" / "case_study.md").read_text(encoding="utf-8")
    part = text.partition("## A worked case")[2].partition("\n## ")[0]
    return " ".join(part.split())


def assert_says(section: str, sentence: str, share: float, found: float) -> None:
    """The page has the sentence, and its share is found but for sampling."""
    assert sentence in section
    error = np.sqrt(max(share * (1 - share), 1 / SAMPLES) / SAMPLES)
    assert found == pytest.approx(share, abs=5 * error + 5e-4)


def test_the_order(section: str, last: xr.Dataset) -> None:
    assert_says(section, "| 89.2 %; only", 0.892, last.ranking_unchanged_probability)
    above = last.outranks_probability
    pairs = {(a, b): above.sel(mine=a, other_mine=b) for a, b in pairwise(ORDER)}
    doubtful = pairs.pop(("Pingyuan", "Weishan"))
    assert_says(section, "in doubt (89.7 %)", 0.897, doubtful)
    assert_says(section, "in 99.4 % or more", 0.994, min(pairs.values()))


def test_overload(section: str, draws: xr.Dataset, last: xr.Dataset) -> None:
    over = draws.recc.sel(year=2019) >= 1
    alone = (over == (over.mine == "Bayan Obo")).all("mine").mean()
    assert_says(section, "| 97.3 %; Bayan Obo in all but 3 draws", 0.973, alone)
    assert_says(section, "Longnan in 2.7 %", 0.027, last.overload_probability.sel(mine="Longnan"))
    assert float(last.overload_probability.sel(mine="Bayan Obo")) > 0.999


def test_the_first_year_of_overload(section: str, draws: xr.Dataset) -> None:
    over = draws.recc.sel(mine="Bayan Obo") >= 1
    assert_says(section, "in 2016 in 45.5 % of the draws", 0.455, over.sel(year=2016).mean())
    assert_says(section, "and in 2017 in 87.4 %", 0.874, over.sel(year=2017).mean())
    first = over.year[over.argmax("year")].where(over.any("year"))
    for words, year, share in (
        ("the first such year is 2017 in 34.6 %", 2017, 0.346),
        ("2014 in 23.3 %", 2014, 0.233),
        ("2015 in 19.2 %", 2015, 0.192),
        ("2018 in 12.2 %", 2018, 0.122),
        ("and 2016 in 10.4 %", 2016, 0.104),
    ):
        assert_says(section, words, share, (first == year).mean())


def test_closeness(section: str, last: xr.Dataset) -> None:
    interval = last.recc_quantile.sel(quantile=[0.025, 0.975])
    assert "0.76 to 1.00, just reaches 1" in section
    assert interval.sel(mine="Longnan").values == pytest.approx([0.76, 1.00], abs=0.01)
    assert "Mianning is not: 0.53 to 0.76" in section
    assert interval.sel(mine="Mianning").values == pytest.approx([0.53, 0.76], abs=0.01)


def test_trends(section: str, draws: xr.Dataset) -> None:
    mean = draws[["support", "pressure", "recc"]].mean("mine")
    change = mean.recc.sel(year=2019) - mean.recc.sel(year=2012)
    assert_says(section, "| all draws; by 0.139, and 0.106 to 0.170", 1.0, (change > 0).mean())
    found = [change.mean(), *change.quantile([0.025, 0.975])]
    assert np.asarray(found) == pytest.approx([0.139, 0.106, 0.170], abs=0.002)
    peak = {name: mean[name].idxmax("year") for name in ("support", "pressure")}
    inner = {name: ((year > 2012) & (year < 2019)).mean() for name, year in peak.items()}
    assert_says(section, "period, P: 99.9 %", 0.999, inner["pressure"])
    assert_says(section, "(2016 in 95.0 %)", 0.950, (peak["pressure"] == 2016).mean())
    assert_says(section, "S: 80.5 %", 0.805, inner["support"])
    assert_says(section, "after, P: 54.0 %", 0.540, rises_then_falls(mean["pressure"]).mean())
    assert_says(section, "S: 0.7 %", 0.007, rises_then_falls(mean["support"]).mean())


def rises_then_falls(index: xr.DataArray) -> xr.DataArray:
    """Draws in which every year up to an inner one brings more, and every later one less."""
    rises = index.diff("year") > 0
    turns = rises.isel(year=slice(None, -1)) != rises.shift(year=-1).isel(year=slice(None, -1))
    return rises.isel(year=0) & ~rises.isel(year=-1) & (turns.sum("year") == 1)


def test_obstacles(section: str, last: xr.Dataset) -> None:
    top = last.obstacle_top5_probability
    s34 = top.sel(indicator="S3-4")
    assert_says(section, "in 45.9 % for Mianning", 0.459, s34.sel(mine="Mianning"))
    assert "in 95 % or more for five mines" in section
    assert (s34.drop_sel(mine="Mianning") > 0.945).all()
    common = (top > 0.5).sum("mine").sel(indicator=["S3-4", "S2-4", "S4-3"])
    assert common.values.tolist() == [5, 5, 5]


def test_weights(section: str, study: rm.Study, draws: xr.Dataset) -> None:
    weights = {}
    for criterion in study.hierarchy.all_criteria:
        members = list(study.hierarchy.members(criterion))
        weights[criterion] = draws.weight.sel(indicator=members).sum("indicator")
    pressure, support = (
        xr.concat([weights[name] for name in study.hierarchy.criteria(system)], "criterion")
        for system in ("pressure", "support")
    )
    damage, social = weights["ecological_damage"], weights["social_pressure"]
    assert_says(section, "| 66.7 % (else", 0.667, (damage == pressure.max("criterion")).mean())
    assert (social == pressure.min("criterion")).all()
    climate, resources = weights["climate"], weights["resources"]
    assert_says(
        section, "resources most (93.8 %)", 0.938, (resources == support.max("criterion")).mean()
    )
    assert_says(
        section, "climate least (98.7 %)", 0.987, (climate == support.min("criterion")).mean()
    )


def test_where_the_uncertainty_comes_from(section: str, study: rm.Study, draws: xr.Dataset) -> None:
    parts = rm.sensitivity(study, samples=1024, replicates=4)
    first = parts.first_order_aggregate.sel(output="recc")
    total = parts.total_order_aggregate.sel(output="recc")
    assert "71 % comes from judgments" in section
    assert float(first.sel(factor="judgment")) == pytest.approx(0.71, abs=0.03)
    assert "and 28 % from data" in section
    assert float(first.sel(factor="data")) == pytest.approx(0.28, abs=0.03)
    assert "(total order 0.54)" in section
    assert float(total.sel(factor="judgment:pressure")) == pytest.approx(0.54, abs=0.02)
    assert "of C by +0.009" in section
    bias = draws.recc.mean("sample") - draws.recc_baseline
    assert float(bias.mean()) == pytest.approx(0.009, abs=0.001)
    assert "up to 0.032 in one" in section
    assert float(abs(bias).max()) == pytest.approx(0.032, abs=0.003)

"""The figures of the README's worked case are those that its commands find."""

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
    text = (root / "README.md").read_text(encoding="utf-8")
    part = text.partition("## A worked case")[2].partition("\n## ")[0]
    return " ".join(part.split())


def assert_says(section: str, sentence: str, share: float, found: float) -> None:
    """The README has the sentence, and its share is found but for sampling."""
    assert sentence in section
    error = np.sqrt(max(share * (1 - share), 1 / SAMPLES) / SAMPLES)
    assert found == pytest.approx(share, abs=5 * error + 5e-4)


def test_the_order(section: str, last: xr.Dataset) -> None:
    assert_says(section, "| 86.7 %; only", 0.867, last.ranking_unchanged_probability)
    above = last.outranks_probability
    pairs = {(a, b): above.sel(mine=a, other_mine=b) for a, b in pairwise(ORDER)}
    doubtful = pairs.pop(("Pingyuan", "Weishan"))
    assert_says(section, "in doubt (87.2 %)", 0.872, doubtful)
    assert_says(section, "in 99.3 % or more", 0.993, min(pairs.values()))


def test_overload(section: str, draws: xr.Dataset, last: xr.Dataset) -> None:
    over = draws.recc.sel(year=2019) >= 1
    alone = (over == (over.mine == "Bayan Obo")).all("mine").mean()
    assert_says(section, "| 93.8 %; Bayan Obo in all draws", 0.938, alone)
    assert_says(section, "Longnan in 6.2 %", 0.062, last.overload_probability.sel(mine="Longnan"))
    years = (draws.recc.sel(mine="Bayan Obo") >= 1).mean("sample")
    assert_says(section, "in 2017 (91.7 %)", 0.917, years.sel(year=2017))
    assert_says(section, "(53.3 %)", 0.533, years.sel(year=2016))


def test_closeness(section: str, last: xr.Dataset) -> None:
    interval = last.recc_quantile.sel(quantile=[0.025, 0.975])
    assert "0.77 to 1.02, contains 1" in section
    assert interval.sel(mine="Longnan").values == pytest.approx([0.77, 1.02], abs=0.01)
    assert "Mianning is not: 0.54 to 0.78" in section
    assert interval.sel(mine="Mianning").values == pytest.approx([0.54, 0.78], abs=0.01)


def test_trends(section: str, draws: xr.Dataset) -> None:
    mean = draws[["support", "pressure", "recc"]].mean("mine")
    change = mean.recc.sel(year=2019) - mean.recc.sel(year=2012)
    assert_says(section, "| all draws; by 0.146, and 0.114 to 0.178", 1.0, (change > 0).mean())
    found = [change.mean(), *change.quantile([0.025, 0.975])]
    assert np.asarray(found) == pytest.approx([0.146, 0.114, 0.178], abs=0.002)
    peak = {name: mean[name].idxmax("year") for name in ("support", "pressure")}
    inner = {name: ((year > 2012) & (year < 2019)).mean() for name, year in peak.items()}
    assert_says(section, "P: 99.9 %", 0.999, inner["pressure"])
    assert_says(section, "2016 in 95.0 %", 0.950, (peak["pressure"] == 2016).mean())
    assert_says(section, "S: 88.0 %", 0.880, inner["support"])


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
        section, "resources most (93.7 %)", 0.937, (resources == support.max("criterion")).mean()
    )
    assert_says(
        section, "climate least (98.8 %)", 0.988, (climate == support.min("criterion")).mean()
    )


def test_where_the_uncertainty_comes_from(section: str, study: rm.Study, draws: xr.Dataset) -> None:
    parts = rm.sensitivity(study, samples=1024, replicates=4)
    first = parts.first_order_aggregate.sel(output="recc")
    total = parts.total_order_aggregate.sel(output="recc")
    assert "71 % comes from judgments" in section
    assert float(first.sel(factor="judgment")) == pytest.approx(0.71, abs=0.03)
    assert "and 28 % from data" in section
    assert float(first.sel(factor="data")) == pytest.approx(0.28, abs=0.03)
    assert "(total order 0.53)" in section
    assert float(total.sel(factor="judgment:pressure")) == pytest.approx(0.53, abs=0.02)
    assert "of C by +0.020" in section
    bias = draws.recc.mean("sample") - draws.recc_baseline
    assert float(bias.mean()) == pytest.approx(0.020, abs=0.001)

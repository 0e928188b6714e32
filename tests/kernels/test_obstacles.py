"""Obstacle degrees: their sums, when they exist, and which are the largest."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import recc_mc as rm
from recc_mc.kernels import chain
from recc_mc.study import Study, load_study
from recc_mc.uncertainty import build_plan
from tests import reference, strategies
from tests.kernels.cases import of_sizes, with_bounds, with_column
from tests.kernels.harness import Run, assert_agrees, run
from tests.strategies import MatrixSpec, StudyFiles, small_study

FloatArray = npt.NDArray[np.float64]


def baseline(study: Study, samples: int = 1) -> Run:
    """The deterministic index."""
    plan = build_plan(study, uncertain=False)
    return run(study, samples, plan=plan, u=np.empty((0, samples)))


def cells(study: Study, counts: Any) -> npt.NDArray[Any]:
    """An output (object, indicator) as (mine, year, indicator)."""
    return np.asarray(counts).reshape(study.panel.values.shape)


@pytest.mark.parametrize("obstacle", ["support", "both"])
def test_degrees_are_summed_over_samples(obstacle: str) -> None:
    study = small_study(method={"obstacle": obstacle}).load()
    samples = chain.UNIT + 5
    got = baseline(study, samples)
    degree = reference.baseline(study)["obstacle"]
    for unit, count in enumerate((chain.UNIT, 5)):
        mean = cells(study, got.draws.obstacle_mean[unit])
        np.testing.assert_allclose(mean, np.nan_to_num(degree), rtol=1e-12)
        assert (got.draws.obstacle_squares[unit] == 0).all()
        defined = cells(study, got.draws.obstacle_defined[unit])
        np.testing.assert_array_equal(defined, np.where(np.isnan(degree), 0, count))


def test_degrees_of_a_system_sum_to_one() -> None:
    study = small_study(method={"obstacle": "both"}, uncertainty_data={"cv": 0.2}).load()
    draws = run(study, 100).draws
    for system in reference.SYSTEMS:
        mask = reference.system_mask(study, system)
        total = draws.obstacle_mean[0][:, mask].sum(axis=1)
        np.testing.assert_allclose(total, 1, rtol=1e-12)
        assert (draws.obstacle_defined[0][:, mask] == 100).all()


def test_single_degrees_and_weights_are_kept_where_asked_for() -> None:
    study = small_study(uncertainty_data={"cv": 0.2}, uncertainty_judgments={"sigma": 0.3}).load()
    samples = chain.UNIT + 70
    plain, kept = (run(study, samples, kept=kept).draws for kept in (False, True))
    for name in ("support", "weight"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(plain, name))
    assert plain.obstacle.size == plain.weight_ahp.size == plain.weight_objective.size == 0
    support = reference.system_mask(study, "support")
    degrees = kept.obstacle[:, support, :samples]
    np.testing.assert_allclose(degrees.sum(axis=1), 1, rtol=1e-12)
    for unit, part in enumerate(np.split(degrees, [chain.UNIT], axis=-1)):
        np.testing.assert_allclose(kept.obstacle_mean[unit][:, support], part.mean(-1), rtol=1e-12)
        squares = part.var(axis=-1) * part.shape[-1]
        np.testing.assert_allclose(kept.obstacle_squares[unit][:, support], squares, rtol=1e-9)
    assert (kept.obstacle[:, ~support] == -7).all()
    # The fixed share of one half.
    mean = (kept.weight_ahp[:, :samples] + kept.weight_objective[:, :samples]) / 2
    np.testing.assert_allclose(kept.weight, mean, rtol=1e-12)
    for system in reference.SYSTEMS:
        mask = reference.system_mask(study, system)
        for weight in (kept.weight_ahp, kept.weight_objective):
            np.testing.assert_allclose(weight[mask, :samples].sum(axis=0), 1, rtol=1e-12)


def test_a_mine_at_its_best_everywhere_has_no_obstacles() -> None:
    # The mine that is best in all: 1 - r must be 0, not what rounding leaves of it.
    files = of_sizes((1,), (2,), mines=3, years=2).with_tables(
        method={"obstacle": "both"}, uncertainty_data={"cv": 0.1}
    )
    draws = assert_agrees(files.load(), 200).draws
    # In each sample one object of the single support indicator is the best.
    assert draws.obstacle_defined[..., 0].sum() == 5 * 200


@pytest.mark.parametrize("sizes", [((1,), (4,)), ((5,), (2, 3)), ((6,), (3, 3)), ((9,), (4, 8))])
def test_the_largest_are_counted_within_their_system(sizes: Any) -> None:
    files = of_sizes(*sizes, mines=3, years=2).with_tables(
        method={"obstacle": "both"},
        uncertainty_data={"cv": 0.2, "mine_cv": 0.2},
        uncertainty_judgments={"sigma": 0.3},
    )
    study = files.load()
    draws = assert_agrees(study, 80).draws
    for system, criteria in zip(reference.SYSTEMS, sizes, strict=True):
        mask = reference.system_mask(study, system)
        top = draws.obstacle_top5[:, mask]
        assert (top <= draws.obstacle_defined.sum(axis=0)[:, mask]).all()
        # Never more than five but for ties, and fewer where an indicator is no obstacle.
        assert (top.sum(axis=1) <= min(5, sum(criteria)) * 80).all()


def equal_indicators(values: Any) -> StudyFiles:
    """Support indicators of equal weight, with the given values in two mines of one year."""
    table = np.asarray(values, float)
    n = table.shape[1]
    files = of_sizes((n,), (1,), mines=len(table), years=1)
    items = tuple(i.name for i in files.indicators[:n])
    equal = MatrixSpec("support 0", items, tuple((1.0,) * (n - 1 - i) for i in range(n - 1)))
    for j, column in enumerate(table.T):
        files = with_column(files, j, column[:, None])
    specs = tuple(replace(i, direction=1) for i in files.indicators)
    method = {"goalposts": "fixed", "ahp_share": 1.0, "prioritization": "geometric_mean"}
    return replace(
        with_bounds(replace(files, indicators=specs), 0.0, 128.0), matrices=(equal,)
    ).with_tables(method=method)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # The fifth to the seventh largest obstacle are equal: none is left out.
        ([8, 16, 24, 32, 64, 64, 64, 96], [1, 1, 1, 1, 1, 1, 1, 0]),
        # Only two are obstacles at all.
        ([128, 128, 8, 128, 16, 128, 128, 128], [0, 0, 1, 0, 1, 0, 0, 0]),
        # Beyond the goalpost is no obstacle either.
        ([8, 16, 24, 160, 200, 128, 128, 32], [1, 1, 1, 0, 0, 0, 0, 1]),
    ],
)
def test_ties_and_the_absence_of_obstacles(values: list[float], expected: list[int]) -> None:
    # Powers of two over 128 and eight equal weights: every step is exact.
    study = equal_indicators([values, [40, 48, 56, 60, 68, 72, 76, 80]]).load()
    got = baseline(study)
    np.testing.assert_array_equal(got.draws.obstacle_top5[0, :8], expected)
    degree = reference.baseline(study)["obstacle"][0, 0, :8]
    np.testing.assert_array_equal(reference.top_obstacles(degree), np.array(expected, bool))


#: Obstacle degrees of pressure by criterion (damage, pollution, social) in 2019: r W / sum r W.
IN_PRESSURE = {
    "Bayan Obo": (0.1074, 0.6409, 0.2518),
    "Longnan": (0.7667, 0.1131, 0.1202),
    "Mianning": (0.0826, 0.5609, 0.3565),
    "Pingyuan": (0.5000, 0.1819, 0.3181),
    "Weishan": (0.1621, 0.2773, 0.5606),
    "Chongzuo": (0.4544, 0.2712, 0.2744),
}


def case_study(folder: Path, **tables: Any) -> Study:
    """The case study with obstacle degrees of both systems."""
    study = {"study": {"data": "builtin:rare_earth_mines"}, "method": {"obstacle": "both"}}
    text = strategies.toml_document({**study, **tables})
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return load_study(folder / "study.toml")


def test_what_is_large_is_the_obstacle_of_pressure(tmp_path: Path) -> None:
    study = case_study(tmp_path)
    base = rm.evaluate(study).sel(year=2019)
    for mine, expected in IN_PRESSURE.items():
        found = base["obstacle_criterion"].sel(mine=mine).values[-3:]
        np.testing.assert_allclose(found, expected, atol=5e-5)
    # A degree of pressure is the indicator's share in P.
    pressure = reference.system_mask(study, "pressure")
    parts = (base["normalized"] * base["weight"] / base["pressure"]).transpose("mine", "indicator")
    degrees = base["obstacle"].transpose("mine", "indicator")
    np.testing.assert_allclose(degrees.values[:, pressure], parts.values[:, pressure], rtol=1e-12)


def test_the_largest_obstacles_of_pressure_are_its_largest_shares(tmp_path: Path) -> None:
    study = case_study(tmp_path)
    got = baseline(study)
    cell = study.panel.mines.index("Bayan Obo") * len(study.panel.years) + 7
    pressure = reference.system_mask(study, "pressure")
    top = np.flatnonzero((got.draws.obstacle_top5[cell] > 0) & pressure)
    largest = ["P2-1", "P2-2", "P2-3", "P2-4", "P3-6"]
    assert [study.hierarchy.names[j] for j in top] == largest
    degrees = got.draws.obstacle_mean[0][cell]
    order = sorted(largest, key=lambda name: -degrees[study.hierarchy.names.index(name)])
    assert order == ["P2-2", "P2-3", "P3-6", "P2-1", "P2-4"]


@pytest.mark.parametrize("aggregation", ["linear", "geometric"])
def test_degrees_of_draws_are_those_of_the_reference(tmp_path: Path, aggregation: str) -> None:
    # Under frozen goalposts r may exceed 1: beyond the goalpost no support is missing, and
    # pressure is there in full.
    study = case_study(
        tmp_path,
        method={"obstacle": "both", "aggregation": aggregation},
        **{
            "uncertainty.data": {"cv": 0.2, "systematic_cv": 0.2},
            "uncertainty.method": {"goalposts": ["frozen"]},
        },
    )
    assert_agrees(study, 12)


def test_no_pressure_has_no_obstacle() -> None:
    files = of_sizes((2,), (1,), mines=2, years=1).with_tables(method={"obstacle": "both"})
    draws = assert_agrees(files.load(), 1).draws
    # Of the only pressure indicator one mine is at the lower goalpost: r = 0, and P = 0.
    assert sorted(draws.obstacle_defined[0, :, 2]) == [0, 1]
    base = rm.evaluate(files.load())
    undefined = np.isnan(base["obstacle"].values[..., 2])
    np.testing.assert_array_equal(undefined, base["pressure"].values == 0)

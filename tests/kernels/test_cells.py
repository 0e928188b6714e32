"""Draws of the data, cell by cell, against the reference and against their declared moments."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from recc_mc.kernels import philox
from recc_mc.kernels.cells import draw_cells, fill_words
from recc_mc.kernels.options import LANES
from recc_mc.study import Study
from recc_mc.uncertainty import build_plan
from tests import reference
from tests.kernels.cases import data_cases, measured, with_holes
from tests.kernels.harness import cell_variates, padded, uniforms
from tests.strategies import small_study

FloatArray = npt.NDArray[np.float64]
CASES = dict(data_cases())


def drawn(study: Study, samples: int, *, seed: int = 1, sample: int = 0) -> FloatArray:
    """Values (sample, mine, year, indicator) of a run of whole or broken tiles."""
    plan, u = build_plan(study), uniforms(study, samples, seed=seed, sample=sample)
    mines, years, indicators = study.panel.values.shape
    rows = -(-mines * years // 4) * 4
    words, xi = np.empty((rows, LANES), np.uint32), np.zeros((rows, LANES), np.float32)
    shared, x = np.empty((3, LANES)), np.empty((mines * years, LANES))
    values = np.empty((padded(samples), mines * years, indicators))
    for j in range(indicators):
        for start in range(0, samples, LANES):
            where = (start, sample + start, np.uint64(philox.CELLS), np.uint64(seed))
            draw_cells(plan, j, u, *where, words, xi, shared, x)
            values[start : start + LANES, :, j] = x.T
    return values[:samples].reshape(samples, mines, years, indicators)


@pytest.mark.parametrize("name", CASES)
def test_every_cell_agrees_with_the_reference(name: str) -> None:
    study = CASES[name].load()
    samples, where = 20, {"seed": 6, "sample": 2048}
    values, xi = drawn(study, samples, **where), cell_variates(study, samples, **where)
    u = uniforms(study, samples, **where)
    for s in range(samples):
        parts = {(factor, part): u[at, s] for factor, part, at in reference.columns(study)}
        expected = reference.data_draw(study, parts, xi[s])
        scale = np.abs(expected).max(axis=(0, 1))
        assert (np.abs(values[s] - expected) <= 4e-15 * scale).all()


@pytest.mark.parametrize("objects", [4, 8, 12])
def test_four_objects_share_a_counter(objects: int) -> None:
    words = np.empty((objects, LANES), np.uint32)
    seed, stream, sample, indicator = 2**50 + 7, 5, 2**32 - 3, 3
    fill_words(indicator, sample, np.uint64(stream), np.uint64(seed), words)
    for i in range(objects):
        for lane in (0, 2, 3, LANES - 1):
            at = sample + lane
            position = indicator * (objects // 4) + i // 4
            counter = (at & 0xFFFFFFFF, at >> 32, position, stream)
            expected = reference.philox4x32(counter, (seed & 0xFFFFFFFF, seed >> 32))
            assert words[i, lane] == expected[i % 4]


def test_no_two_cells_share_a_number() -> None:
    study = small_study(uncertainty_data={"cv": 0.1}, mines=5, years=3).load()
    xi = cell_variates(study, 64)
    # 64 x 135 words of 32 bits: one coincidence in ten such tables.
    assert len(np.unique(xi)) > xi.size - 10
    rows = xi.reshape(64, -1)
    correlation = np.corrcoef(cell_variates(study, 4096).reshape(4096, -1).T)
    assert rows.shape[1] == len(correlation) == 135
    assert np.abs(correlation - np.eye(135)).max() < 5.5 / 4096**0.5


@pytest.mark.parametrize("distribution", ["lognormal", "normal", "uniform", "triangular"])
@pytest.mark.parametrize("part", ["", "systematic_", "mine_"])
def test_draws_have_the_base_as_mean_and_the_declared_sd(distribution: str, part: str) -> None:
    study = measured(distribution=distribution, **{f"{part}cv": 0.3}).load()
    samples = 8192
    relative = drawn(study, samples) / study.panel.values
    # The sample sd of a lognormal of this cv is the least certain: kurtosis 5 gives 1.3 %.
    assert np.abs(relative.mean(axis=0) - 1).max() < 5 * 0.3 / samples**0.5
    assert np.abs(relative.std(axis=0) / 0.3 - 1).max() < 0.07
    shared_by = {"": (), "systematic_": (1, 2), "mine_": (2,)}[part]
    for axis in (1, 2):
        spread = np.ptp(relative, axis=axis)
        assert (spread.max() < 1e-12) == (axis in shared_by)


@pytest.mark.parametrize("distribution", ["lognormal", "normal"])
def test_parts_add_up(distribution: str) -> None:
    table = {"cv": 0.1, "systematic_cv": 0.2, "mine_cv": 0.05, "interpolated_cv": 0.3}
    study = with_holes(measured(distribution=distribution, **table)).load()
    relative = drawn(study, 8192) / study.panel.values
    holes = study.panel.holes
    for interpolated, parts in {False: (0.1, 0.2, 0.05), True: (0.1, 0.2, 0.05, 0.3)}.items():
        factors = np.prod([1 + cv**2 for cv in parts])
        exact = factors - 1 if distribution == "lognormal" else sum(cv**2 for cv in parts)
        spread = relative.std(axis=0)[holes == interpolated]
        np.testing.assert_allclose(spread, exact**0.5, rtol=0.08)
        np.testing.assert_allclose(relative.mean(axis=0)[holes == interpolated], 1, atol=0.025)


def test_bounds_hold_and_are_reached() -> None:
    bounds: dict[str, Any] = {"lower": 15.0, "upper": 105.0}
    values = drawn(measured(cv=0.5, **bounds).load(), 500)
    assert values.min() == 15.0
    assert values.max() == 105.0
    assert ((values > 15) & (values < 105)).mean() > 0.5

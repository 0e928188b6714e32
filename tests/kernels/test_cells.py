"""Draws of the data, cell by cell, against the reference and against their declared moments."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from recc_mc.kernels.cells import draw_cells, fill_keyed_words, fill_words
from recc_mc.kernels.indicator import make_scratch
from recc_mc.kernels.options import LANES
from recc_mc.kernels.records import Inputs
from recc_mc.study import Study
from recc_mc.uncertainty import build_plan
from tests import reference
from tests.kernels.cases import (
    data_cases,
    measured,
    with_column,
    with_holes,
    with_natural_bounds,
)
from tests.kernels.harness import cell_variates, padded, uniforms
from tests.strategies import small_study

FloatArray = npt.NDArray[np.float64]
CASES = dict(data_cases())


def drawn(study: Study, samples: int, *, seed: int = 1, sample: int = 0) -> FloatArray:
    """Values (sample, mine, year, indicator) of a run of whole or broken tiles."""
    plan, u = build_plan(study), uniforms(study, samples, seed=seed, sample=sample)
    mines, years, indicators = study.panel.values.shape
    inputs = Inputs(u, sample, samples, np.uint64(seed), np.uint64(0))
    scratch, x = make_scratch(plan), np.empty((mines * years, LANES))
    values = np.empty((padded(samples), mines * years, indicators))
    for j in range(indicators):
        for start in range(0, samples, LANES):
            draw_cells(plan, j, inputs, start, scratch, x)
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
        # Scales and locations between two bounds are roots, found to 1e-12 on either side.
        assert (np.abs(values[s] - expected) <= 1e-12 * scale).all()


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


def test_the_bits_of_a_column_number_the_words() -> None:
    column = np.random.default_rng(0).random(3 * LANES)
    keyed, words = np.empty((2, 8, LANES), np.uint32)
    where = (np.uint64(5), np.uint64(2**50 + 7))
    fill_keyed_words(3, column, LANES, *where, keyed)
    for lane, number in enumerate(column[LANES : 2 * LANES].view(np.int64).tolist()):
        # The first lane of a tile that begins with a sample of that number.
        fill_words(3, number, *where, words)
        np.testing.assert_array_equal(keyed[:, lane], words[:, 0])


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


PERCENT = {"units": "%"}
BOUNDED = [
    ({"cv": 0.05}, PERCENT),
    ({"cv": 0.05, "systematic_cv": 0.05}, PERCENT),
    ({"distribution": "normal", "sd": 3.0, "mine_sd": 2.0}, PERCENT),
    ({"distribution": "normal", "cv": 0.6}, {"minimum": 0.0}),
    ({"distribution": "normal", "cv": 0.3}, {"minimum": -5.0}),
    ({"cv": 0.3}, {"minimum": 15.0}),
    ({"distribution": "normal", "sd": 12.0}, {"maximum": 104.0}),
    ({"distribution": "uniform", "cv": 0.3, "systematic_cv": 0.1}, PERCENT),
    ({"distribution": "triangular", "sd": 9.0}, {"minimum": 0.0, "maximum": 101.0}),
]


def near_a_bound(table: dict[str, Any], spec: dict[str, Any]) -> Study:
    """The measured study within natural bounds, one indicator crowding below 100."""
    files = with_natural_bounds(measured(**table), **spec)
    crowded = np.array([[82.0, 88.0, 90.0], [93.0, 95.0, 97.0], [98.5, 99.5, 99.95]])
    return with_column(files, 0, crowded).load()


@pytest.mark.parametrize(("table", "spec"), BOUNDED, ids=str)
def test_no_draw_leaves_the_natural_bounds_and_none_heaps_up_there(
    table: dict[str, Any], spec: dict[str, Any]
) -> None:
    study = near_a_bound(table, spec)
    values = drawn(study, 4096)
    for j, name in enumerate(study.hierarchy.names):
        bounds = study.natural_bounds(name)
        assert values[..., j].min() >= bounds.lower
        assert values[..., j].max() <= bounds.upper
        for bound in bounds[:2]:
            # As many as a density that falls to nothing at the bound leaves there: none.
            assert not (np.abs(values[..., j] - bound) < 1e-9).any()


@pytest.mark.parametrize(("table", "spec"), BOUNDED, ids=str)
def test_bounded_draws_have_the_value_as_mean_and_the_sd_of_their_law(
    table: dict[str, Any], spec: dict[str, Any]
) -> None:
    study, samples = near_a_bound(table, spec), 16384
    values = drawn(study, samples)
    for j, name in enumerate(study.hierarchy.names):
        law = study.error_law(name)
        assert law is not None
        gap = values[..., j].mean(axis=0) - study.panel.values[..., j]
        assert np.abs(gap / law.sd).max() < 5 / samples**0.5
        # Fourth moments of the widest laws are too large to see an sd by sampling.
        bounds, value = study.natural_bounds(name), study.panel.values[..., j]
        seen = law.sd < 0.8 * np.minimum(value - bounds.lower, bounds.upper - value)
        assert seen.any()
        spread = values[..., j].std(axis=0)
        np.testing.assert_allclose(spread[seen], law.sd[seen], rtol=0.12)
        plain = ~law.held
        np.testing.assert_allclose(law.sd[plain], law.stated[plain], rtol=1e-9)


def test_a_part_that_cells_share_stays_shared() -> None:
    study = near_a_bound({"systematic_cv": 0.05, "cv": 0.05}, PERCENT)
    values = drawn(study, 8192)[..., 3].reshape(8192, -1)
    logits = np.log(values / (100 - values))
    correlation = np.corrcoef(logits.T)[np.triu_indices(9, 1)]
    np.testing.assert_allclose(correlation, 0.5, atol=0.05)


def test_bounds_far_away_are_as_good_as_none() -> None:
    table = {"cv": 0.1, "systematic_cv": 0.05, "mine_cv": 0.02}
    free = drawn(measured(**table).load(), 256)
    far = drawn(with_natural_bounds(measured(**table), minimum=0.0, maximum=1e9).load(), 256)
    np.testing.assert_allclose(far, free, rtol=1e-6)
    # Below by nothing but what a lognormal error keeps anyway: the same bits.
    above_zero = with_natural_bounds(measured(**table), minimum=0.0).load()
    np.testing.assert_array_equal(drawn(above_zero, 256), free)


@pytest.mark.parametrize("distribution", ["lognormal", "normal", "uniform", "triangular"])
def test_other_units_change_nothing(distribution: str) -> None:
    table = {"distribution": distribution, "cv": 0.3, "mine_cv": 0.1}
    files = with_natural_bounds(measured(**table), minimum=10.0, maximum=110.0)
    scaled = replace(
        with_natural_bounds(files, minimum=100.0, maximum=1100.0),
        values=tuple(
            tuple(tuple(10 * float(x or 0) for x in row) for row in mine) for mine in files.values
        ),
    )
    one, other = drawn(files.load(), 200), drawn(scaled.load(), 200)
    np.testing.assert_allclose(other, 10 * one, rtol=1e-12)


def test_a_value_at_its_bound_is_drawn_as_it_is() -> None:
    files = with_natural_bounds(measured(cv=0.1, systematic_cv=0.1), units="%")
    column = np.array([[100.0, 60.0, 70.0], [80.0, 100.0, 90.0], [50.0, 40.0, 30.0]])
    study = with_column(files, 2, column).load()
    values = drawn(study, 128)[..., 2]
    assert (values[:, column == 100] == 100).all()
    assert (values[:, column < 100].std(axis=0) > 0).all()

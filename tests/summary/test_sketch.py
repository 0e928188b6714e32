"""Sketches: the same counts as the reference, and errors that hold whatever the distribution."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recc_mc as rm
from recc_mc.summary.quantiles import BINS, edges_of, quantiles
from recc_mc.summary.sketch import Sketch, add_rows, sketch_quantiles
from tests import reference
from tests.strategies import seeds, small_study

LEVELS = (0.0, 1e-4, 0.01, 0.25, 0.5, 0.9, 0.999, 1 - 1e-4, 1.0)
Rng = np.random.Generator


def empty(centre: float, scale: float, places: int, draws: int | None = None) -> Sketch:
    """A sketch of one row without draws."""
    return Sketch.empty(np.full(1, centre), np.full(1, scale), places, draws)


def draws_of(seed: int, samples: int) -> np.ndarray:
    """Draws in which everything occurs: clusters, tails, constants, undefined ones."""
    rng = np.random.default_rng(seed)
    kinds = [
        rng.normal(0, 1, samples),
        rng.standard_cauchy(samples) * 10.0 ** rng.integers(-9, 9),
        np.full(samples, rng.normal()),
        np.where(rng.random(samples) < 0.1, 1e6, rng.normal(0, 1e-9, samples)),
        rng.choice([-1.0, 0.0, 3.0], samples),
    ]
    values = kinds[rng.integers(len(kinds))]
    return np.where(rng.random(samples) < rng.choice([0.0, 0.5, 1.0]), np.nan, values)[None]


@given(
    seeds(),
    st.integers(1, 150),
    st.sampled_from([64, 256]),
    st.sampled_from([0.0, 0.3, -2.0]),
    st.sampled_from([1e-9, 1.0, 1e12]),
)
def test_counts_are_those_of_the_reference(
    seed: int, samples: int, places: int, centre: float, scale: float
) -> None:
    values = draws_of(seed, samples)
    sketch = empty(centre, scale, places)
    add_rows(values, samples, 40, sketch)
    expected = reference.sketch_counts(values[0], centre, scale, places)
    np.testing.assert_array_equal(sketch.counts[0], expected)
    cut = seed % (samples + 1)
    # The counts of a block of few draws are narrow, those of a total are not.
    parts = [empty(centre, scale, places, draws) for draws in (samples, 2**15)]
    assert [part.counts.itemsize for part in parts] == [2, 8]
    for part, piece in zip(parts, (values[:, :cut], values[:, cut:]), strict=True):
        add_rows(np.ascontiguousarray(piece), piece.shape[1], 64, part)
    for merged in (parts[0].merge(parts[1]), parts[1].merge(parts[0])):
        assert merged.counts.dtype == np.int64
        for one, other in zip(merged, sketch, strict=True):
            np.testing.assert_array_equal(one, other)


def sketch_of(values: np.ndarray, pilot: int, bins: int = BINS) -> Sketch:
    """Sketch of rows whose bins hang on their first draws."""
    edges = edges_of(values[:, :pilot])
    sketch = Sketch.empty(edges.centre, edges.scale, bins)
    add_rows(values, values.shape[1], 1024, sketch)
    return sketch


def mixture(rng: Rng, size: int) -> np.ndarray:
    """Narrow masses far from each other, some of them rare."""
    centres = rng.normal(0, 10.0 ** rng.uniform(-3, 6, 4))
    widths = 10.0 ** rng.uniform(-12, 1, 4)
    which = rng.choice(4, size, p=rng.dirichlet([5.0, 0.3, 0.03, 0.003]))
    return np.asarray(rng.normal(centres[which], widths[which]))


def late(rng: Rng, size: int) -> np.ndarray:
    """A pilot that is constant, or undefined, and nothing like what comes later."""
    values = rng.normal(rng.normal(0, 100), 10.0 ** rng.uniform(-6, 3), size)
    values[:1024] = rng.choice([0.3, -1e6, 0.0, np.nan])
    return values


DISTRIBUTIONS: tuple[Callable[[Rng, int], np.ndarray], ...] = (
    mixture,
    late,
    lambda rng, size: rng.standard_cauchy(size) * 10.0 ** rng.uniform(-9, 9),
    lambda rng, size: np.exp(rng.normal(0, 10.0 ** rng.uniform(-2, 1.5), size)),
    lambda rng, size: np.full(size, rng.normal(0, 1e3)),
    lambda rng, size: 0.3 + rng.integers(-2, 3, size) * 2.0**-54,
    lambda rng, size: rng.choice(rng.normal(0, 1, 3), size, p=[0.9, 0.0999, 0.0001]),
    lambda rng, size: np.where(rng.random(size) < 0.999, np.nan, rng.normal(0, 1, size)),
    lambda rng, size: rng.pareto(0.1, size),
    lambda rng, size: rng.beta(0.05, 0.05, size),
)


@pytest.mark.parametrize("distribution", range(len(DISTRIBUTIONS)))
@pytest.mark.parametrize("size", [1, 2, 3, 50, 1500, 20_000])
def test_no_quantile_is_further_off_than_is_stated(distribution: int, size: int) -> None:
    rng = np.random.default_rng((distribution, size))
    values = DISTRIBUTIONS[distribution](rng, size)[None]
    pilot = int(rng.choice([1, 1024]))
    for bins in (64, BINS):
        found, bound = sketch_quantiles(sketch_of(values, pilot, bins), LEVELS)
        exact = quantiles(values, LEVELS)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(exact))
        np.testing.assert_array_equal(np.isnan(bound), np.isnan(exact))
        assert not (np.abs(found - exact) > bound).any()
        # The ends are known, and what does not vary is.
        np.testing.assert_array_equal(found[:, [0, -1]], exact[:, [0, -1]])
        assert not (bound[:, [0, -1]] > 0).any()
        if np.ptp(values) == 0:
            assert not (bound > 0).any()


@pytest.mark.parametrize("centre", [0.0, 0.4, -1e6])
def test_usual_quantiles_are_within_a_hundredth_of_a_standard_deviation(centre: float) -> None:
    values = np.random.default_rng(1).normal(centre, 1.0, (2, 20_000))
    found, bound = sketch_quantiles(sketch_of(values, 1024), (0.025, 0.5, 0.975))
    assert (bound < 0.01).all()
    assert (np.abs(found - quantiles(values, (0.025, 0.5, 0.975))) < 0.005).all()


@pytest.mark.parametrize("distance", [10.0, 1e3, 1e9])
def test_a_mass_far_off_is_placed_to_a_share_of_its_distance(distance: float) -> None:
    values = np.random.default_rng(2).normal(0.0, 1.0, (1, 20_000))
    # None of it is in the pilot.
    values[0, 2000:12_500] = distance
    _, bound = sketch_quantiles(sketch_of(values, 1024), (0.5, 0.9))
    assert (bound < 0.04 * distance).all()


def test_quantiles_of_a_study_of_which_the_pilot_is_undefined_hold() -> None:
    """Normal errors under geometric aggregation: C of a mine is defined in few draws only."""
    study = rm.load_study("configs/data_errors.toml")
    draws = rm.simulate(study, samples=20_000, seed=5)
    exact = rm.summarize(draws)
    summary = rm.simulate(study, samples=20_000, seed=5, keep="summary")
    for name in ("support", "pressure", "recc", "recc_change", "weight"):
        error = abs(summary[f"{name}_quantile"] - exact[f"{name}_quantile"])
        assert not (error > summary[f"{name}_quantile_resolution"]).any(), name
    cell = summary.sel(mine="Mianning", year=2018)
    assert 0 < cell["recc_quantile_resolution"].sel(quantile=0.5) < 0.02


@pytest.mark.parametrize("share", [0.5, 0.99, 0.9999])
def test_rare_choices_of_a_method_hold(share: float) -> None:
    study = small_study(
        uncertainty_method={
            "aggregation": {"linear": share, "geometric": 1 - share},
            "goalposts": ["reestimated", "frozen"],
        },
        simulation={"quantiles": [1e-4, 0.001, 0.5, 0.999]},
    ).load()
    exact = rm.summarize(rm.simulate(study, samples=9000, seed=1))
    summary = rm.simulate(study, samples=9000, seed=1, keep="summary")
    for name in ("support", "recc", "recc_change", "weight"):
        error = abs(summary[f"{name}_quantile"] - exact[f"{name}_quantile"])
        assert not (error > summary[f"{name}_quantile_resolution"]).any(), name

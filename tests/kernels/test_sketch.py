"""Sketches: the same counts as the reference, however draws are shared out."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recc_mc.kernels.sketch import Sketch, add_rows
from recc_mc.summary.sketches import add_sketch
from tests import reference
from tests.strategies import seeds


def empty(centre: float, scale: float, places: int, rows: int = 1) -> Sketch:
    """A sketch without draws."""
    return Sketch(
        np.full(rows, centre),
        np.full(rows, scale),
        np.zeros((rows, places), np.int64),
        np.full(rows, np.inf),
        np.full(rows, -np.inf),
    )


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
    add_rows(values, samples, 40, 0, sketch)
    expected = reference.sketch_counts(values[0], centre, scale, places)
    np.testing.assert_array_equal(sketch.counts[0], expected)
    cut = seed % (samples + 1)
    parts = [empty(centre, scale, places) for _ in range(2)]
    for part, piece in zip(parts, (values[:, :cut], values[:, cut:]), strict=True):
        add_rows(np.ascontiguousarray(piece), piece.shape[1], 64, 0, part)
    for merged in (add_sketch(*parts), add_sketch(*reversed(parts))):
        for one, other in zip(merged, sketch, strict=True):
            np.testing.assert_array_equal(one, other)

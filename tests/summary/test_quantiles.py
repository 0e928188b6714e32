"""Quantiles, against the reference."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recc_mc.summary.quantiles import quantiles
from tests import reference
from tests.strategies import seeds


@given(seeds(), st.integers(1, 50), st.sampled_from([0.0, 0.5, 1.0]))
def test_quantiles_are_those_of_the_reference(seed: int, samples: int, undefined: float) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(2, 3, samples))
    values[rng.random(values.shape) < undefined] = np.nan
    before = values.copy()
    levels = [0.0, 0.025, 0.5, 1.0]
    found = quantiles(values, levels)
    np.testing.assert_array_equal(found, reference.quantiles(values, levels))
    np.testing.assert_array_equal(values, before)


def test_single_precision_is_interpolated_in_double() -> None:
    values = np.array([[0.1, 0.2]], np.float32)
    found = quantiles(values, [0.3])
    assert found.dtype == np.float64
    assert found[0, 0] == np.quantile(values[0].astype(np.float64), 0.3)

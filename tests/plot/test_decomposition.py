"""A histogram stacked by the states of factors: its parts, and what its states explain."""

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.plot import tables
from recc_mc.plot.states import DrawnFactors, effect, explained, states
from tests.plot.results import Result
from tests.strategies import small_study


def test_the_parts_of_each_bin_add_up_to_its_histogram(result: Result) -> None:
    table = tables.density_by_factors(result.samples, result.sensitivity)
    for mine, rows in table.groupby("mine"):
        y = result.samples["recc"].sel(mine=mine).isel(year=-1).values.astype(float)
        counts, edges = np.histogram(y, 40)
        bins = rows.groupby("lower")
        np.testing.assert_allclose(bins["share"].sum(), counts / y.size)
        np.testing.assert_allclose(bins["upper"].first(), edges[1:])
        first = rows.groupby("first_state")["share"].sum()
        np.testing.assert_allclose(first, 1 / 3, atol=0.01)


def test_states_explain_the_first_order_index_but_for_what_varies_within_a_third() -> None:
    x = np.random.default_rng(1).uniform(size=(2, 60_000))
    y = 3 * x[0] + x[1]
    codes = [states(effect([xr.DataArray(row, dims="sample")], "", y)) for row in x]
    # First-order indices are 0.9 and 0.1, and a third of a uniform keeps 1/9 of its variance.
    np.testing.assert_allclose([explained(y, code) for code in codes], [0.8, 8 / 90], atol=0.01)
    joint = 3 * codes[0] + codes[1]
    assert explained(y, joint) == pytest.approx(8 / 9, abs=0.01)
    y[:30_000] = np.nan
    assert explained(y, joint) == pytest.approx(8 / 9, abs=0.01)


def test_a_factor_of_several_inputs_has_the_states_of_what_they_do_together() -> None:
    x = np.random.default_rng(2).normal(size=(2, 5_000))
    y = x[0] - 2 * x[1]
    together = effect([xr.DataArray(row, dims="sample") for row in x], "", y)
    np.testing.assert_allclose(together, y - y.mean(), atol=1e-9)
    (falling,) = {tuple(states(effect([xr.DataArray(x[1], dims="sample")], "", y)))}
    assert y[np.equal(falling, 0)].mean() < y[np.equal(falling, 2)].mean()


def test_few_values_are_a_state_each() -> None:
    assert states(np.array([0.0, 1.0, 1.0, 1.0, 1.0])).tolist() == [0, 1, 1, 1, 1]
    assert np.bincount(states(np.arange(9.0))).tolist() == [3, 3, 3]


def test_noise_of_cells_is_the_one_that_the_draws_had() -> None:
    uncertainty = {"data": {"cv": 0.0, "indicators": {"noise 0": {"cv": 0.2}}}}
    samples = rm.simulate(small_study(uncertainty=uncertainty).load(), samples=400, seed=7)
    # Not from the first one on, and not in whole tiles.
    samples = samples.isel(sample=slice(70, None), mine=[2, 0])
    drawn = DrawnFactors(samples)
    assert drawn.labels == ["data:noise 0"]
    (noise,) = drawn.of("data:noise 0", int(samples["year"][-1]))
    y = samples["pressure"].isel(year=-1).transpose("mine", "sample").values.astype(float)
    own = [explained(row, states(one)) for row, one in zip(y, noise.values, strict=True)]
    others = [explained(row, states(one)) for row, one in zip(y, noise.values[::-1], strict=True)]
    assert max(own) > 0.6
    assert max(others) < 0.1


def test_a_group_without_its_study_is_refused(result: Result) -> None:
    bare = result.samples.drop_attrs()
    with pytest.raises(rm.InputError, match="the result: holds no study"):
        tables.density_by_factors(bare)

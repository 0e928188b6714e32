"""The estimators give SALib's numbers, resamples and all."""

from collections.abc import Callable

import numpy as np
import pytest
from SALib.sample import fast_sampler, latin
from SALib.sample import morris as morris_sampler
from SALib.sample import shapley as shapley_sampler
from scipy.stats import gaussian_kde

from benchmarks import by_salib
from recc_mc.salib import estimators
from recc_mc.salib.estimators.delta import _densities
from recc_mc.salib.estimators.rbd_fast import _there_and_back
from recc_mc.salib.estimators.resampling import AT_ONCE, portions
from recc_mc.salib.methods import METHODS
from tests.salib.toys import FloatArray

# Two outputs of one seed, as the indicators of a class have, and one of another.
SEEDS = (7, 4_000_000_000, 7)


def sampled(method: str, rows: int, columns: int, groups: tuple[int, ...]) -> FloatArray:
    names = [f"x{k}" for k in range(columns)]
    problem = {"num_vars": columns, "names": names, "bounds": [[0.0, 1.0]] * columns}
    if method == "morris":
        problem["groups"] = [f"g{k}" for k in groups]
    sample: Callable[..., FloatArray] = {
        "morris": morris_sampler.sample,
        "fast": fast_sampler.sample,
        "shapley": shapley_sampler.sample,
    }.get(method, latin.sample)
    return sample(problem, rows, seed=2)


def outputs_of(rows: FloatArray) -> FloatArray:
    """A number that depends on every input, its share above the median, and a number with ties."""
    generator = np.random.default_rng(1)
    y = rows @ generator.normal(size=rows.shape[1]) + 2 * rows[:, 0] * rows[:, 1]
    middle = np.median(y)
    outputs = np.array([y, np.maximum(y, middle), 1.0 * (y > middle)])
    return np.asarray(outputs - outputs.mean(axis=1, keepdims=True))


@pytest.mark.parametrize(
    ("method", "samples", "groups"),
    [
        ("morris", 12, (0, 1, 1, 2, 2, 2)),
        ("morris", 7, (0, 1, 2, 3)),
        ("fast", 577, (0, 1, 2, 3)),
        ("fast", 640, (0, 1)),
        ("rbd_fast", 200, (0, 1, 2)),
        ("rbd_fast", 203, (0, 1)),
        # So many that the columns are taken in portions.
        ("rbd_fast", 401, tuple(range(200))),
        ("delta", 203, (0, 1, 2)),
        ("delta", 1700, (0, 1)),
        ("pawn", 100, (0, 1, 2)),
        ("pawn", 137, (0, 1, 1, 2)),
        ("hdmr", 301, (0, 1, 2, 3)),
        ("hdmr", 400, tuple(range(11))),
        ("shapley", 20, (0, 1, 2, 3)),
    ],
)
def test_the_numbers_are_those_of_salib(method: str, samples: int, groups: tuple[int, ...]) -> None:
    rows = sampled(method, samples, len(groups), groups)
    y = outputs_of(rows)
    if method == "delta":
        # Densities of a number that takes two values have no meaning.
        y = y[:2]
    resamples = min(METHODS[method].resamples, 4)
    seeds = SEEDS[: len(y)]
    found = getattr(estimators, method)(rows, y, groups, resamples, seeds)
    alone = getattr(by_salib, f"analyze_{method}")
    expected = [
        alone(rows, one, groups, resamples, seed) for one, seed in zip(y, seeds, strict=True)
    ]
    assert found.keys() == expected[0].keys() == METHODS[method].classes.keys()
    for name, values in found.items():
        theirs = np.array([one[name] for one in expected])
        np.testing.assert_allclose(values, theirs, rtol=1e-12, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("spread", [1.0, 0.1, 0.03, 0.02, 0.001, 1e-6])
def test_densities_of_narrow_and_wide_classes(spread: float) -> None:
    values = np.random.default_rng(3).normal(size=(2, 40))
    values[1] = 0.3 + spread * values[1]
    grid = np.linspace(values.min(), values.max(), 100)
    expected = [gaussian_kde(each, bw_method="silverman")(grid) for each in values]
    np.testing.assert_allclose(_densities(values, grid), expected, rtol=1e-12, atol=1e-12)


def test_pawn_of_an_output_of_few_values() -> None:
    rows = sampled("pawn", 150, 2, (0, 1))
    y = np.floor(4 * rows[:, 0] + rows[:, 1])
    found = estimators.pawn(rows, y[None], (0, 1), 0, [0])
    for name, values in by_salib.analyze_pawn(rows, y, (0, 1), 0, 0).items():
        np.testing.assert_allclose(found[name][0], values, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("method", METHODS)
def test_each_output_is_estimated_by_itself(method: str) -> None:
    groups = (0, 1, 2)
    rows = sampled(method, {"fast": 193}.get(method, 300), 3, groups)
    y = outputs_of(rows)
    together = getattr(estimators, method)(rows, y, groups, 3, SEEDS)
    for k, (one, seed) in enumerate(zip(y, SEEDS, strict=True)):
        alone = getattr(estimators, method)(rows, one[None], groups, 3, [seed])
        for name, values in alone.items():
            np.testing.assert_allclose(
                together[name][k], values[0], rtol=0 if method != "hdmr" else 1e-12, err_msg=name
            )


def test_every_other_row_on_the_way_back() -> None:
    order = np.array([[3, 1, 0, 2, 4]])
    assert _there_and_back(order).tolist() == [[3, 0, 4, 2, 1]]


@pytest.mark.parametrize(("count", "size"), [(5, AT_ONCE // 2), (3, 2 * AT_ONCE), (1, 1), (4, 0)])
def test_portions_are_everything_once(count: int, size: int) -> None:
    found = [k for portion in portions(count, size) for k in range(count)[portion]]
    assert found == list(range(count))
    assert all(
        (portion.stop - portion.start) * size <= max(size, AT_ONCE)
        for portion in portions(count, size)
    )

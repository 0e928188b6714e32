"""What is said of the test functions is found by quadrature, and by others."""

from collections.abc import Sequence
from itertools import combinations
from math import factorial

import numpy as np
import pytest
from scipy.special import roots_legendre

import recc_mc as rm
from benchmarks import functions
from benchmarks.functions import FUNCTIONS, ISHIGAMI, TOY, TOY_ZONE, Floats, Function

# Panels of the rule end where a function has a kink, and the more often the farther in a normal
# error's tails.
EVEN = (0.0, 0.25, 0.5, 0.75, 1.0)
TAIL = (0.0, 1e-10, 1e-7, 1e-5, 1e-3, 0.05)
TAILS = (*TAIL, *(1 - x for x in reversed(TAIL)))
SMOOTH = ("Ishigami", "ratio P/S", "toy study, C")
CLASSES = [function for function in FUNCTIONS if function.classes]


def rule(points: int, breaks: Sequence[float]) -> tuple[Floats, Floats]:
    """Points and weights of Gauss's rule in each panel of (0, 1)."""
    nodes, weights = roots_legendre(points)
    widths = np.diff(breaks)
    at = np.array(breaks[:-1])[:, None] + widths[:, None] * (nodes + 1) / 2
    return at.ravel(), (widths[:, None] * weights / 2).ravel()


def decomposed(
    function: Function, points: int, breaks: Sequence[float]
) -> dict[frozenset[int], float]:
    """Variance of the mean given each set of columns, by a product of Gauss's rules."""
    nodes, weights = rule(points, breaks)
    columns = function.columns
    grid = np.stack(np.meshgrid(*[nodes] * columns, indexing="ij"))
    y = function.model(grid.reshape(columns, -1)).reshape(grid.shape[1:])
    found = {}
    for size in range(columns + 1):
        for kept in combinations(range(columns), size):
            mean = y
            for axis in reversed(range(columns)):
                if axis not in kept:
                    mean = np.moveaxis(mean, axis, -1) @ weights
            square = mean**2
            for _ in kept:
                square = square @ weights
            found[frozenset(kept)] = float(square)
    whole = found[frozenset()]
    return {kept: square - whole for kept, square in found.items()}


def shapley(explained: dict[frozenset[int], float], columns: int) -> Floats:
    """Mean gain over all orders in which the inputs become known."""
    found = np.zeros(columns)
    for kept, value in explained.items():
        for k in set(range(columns)) - kept:
            weight = factorial(len(kept)) * factorial(columns - len(kept) - 1) / factorial(columns)
            found[k] += weight * (explained[kept | {k}] - value)
    return found / explained[frozenset(range(columns))]


@pytest.mark.parametrize("name", SMOOTH)
def test_indices_are_those_of_quadrature(name: str) -> None:
    (function,) = (f for f in FUNCTIONS if f.name == name)
    columns = range(function.columns)
    explained = (
        decomposed(function, 20, TAILS) if name == TOY.name else decomposed(function, 10, EVEN)
    )
    variance = explained[frozenset(columns)]
    first = [explained[frozenset({k})] / variance for k in columns]
    total = [1 - explained[frozenset(columns) - {k}] / variance for k in columns]
    accuracy = 1e-7
    assert variance == pytest.approx(function.variance, rel=accuracy)
    np.testing.assert_allclose(function.first, first, atol=accuracy)
    np.testing.assert_allclose(function.total, total, atol=accuracy)
    np.testing.assert_allclose(
        function.shapley, shapley(explained, function.columns), atol=accuracy
    )


@pytest.mark.parametrize("a", [(0, 1), (0, 0, 0), (6.52, 0.5, 99)])
def test_indices_of_g_are_those_of_quadrature(a: tuple[float, ...]) -> None:
    function = functions.sobol_g(a)
    columns = range(len(a))
    explained = decomposed(function, 4, EVEN)
    variance = explained[frozenset(columns)]
    assert function.variance == pytest.approx(variance, rel=1e-12)
    first = [explained[frozenset({k})] / variance for k in columns]
    np.testing.assert_allclose(function.first, first, atol=1e-12)
    total = [1 - explained[frozenset(columns) - {k}] / variance for k in columns]
    np.testing.assert_allclose(function.total, total, atol=1e-12)
    np.testing.assert_allclose(function.shapley, shapley(explained, len(a)), atol=1e-12)


@pytest.mark.parametrize("function", CLASSES, ids=lambda function: function.name)
def test_indices_of_a_class_are_those_of_its_cells(function: Function) -> None:
    """Chances of the classes given one of two inputs, on a fine grid of midpoints."""
    cells = 800
    middle = (np.arange(cells) + 0.5) / cells
    grid = np.stack(np.meshgrid(middle, middle, indexing="ij")).reshape(2, -1)
    inert = np.full((function.columns - 2, grid.shape[1]), 0.5)
    codes = function.model(np.concatenate([grid, inert])).reshape(cells, cells)
    variance, explained = 0.0, np.zeros(2)
    for k in range(function.classes):
        share = (codes == k).mean()
        variance += share * (1 - share)
        explained += [(codes == k).mean(axis=1).var(), (codes == k).mean(axis=0).var()]
    assert variance == pytest.approx(function.variance, abs=4e-3)
    np.testing.assert_allclose(function.first[:2], explained / variance, atol=4e-3)
    assert codes.mean() == pytest.approx(function.mean, abs=4e-3)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_moments_and_chances_are_those_of_many_draws(function: Function) -> None:
    y = function.model(np.random.default_rng(1).random((function.columns, 200_000)))
    error = np.std(y) / np.sqrt(len(y))
    assert abs(y.mean() - function.mean) < 4 * error
    if function.at_least_one is not None:
        p = function.at_least_one
        assert abs((y >= 1).mean() - p) <= 4 * np.sqrt(p * (1 - p) / len(y))
    assert sum(function.shapley) == pytest.approx(1)


def test_functions_that_salib_has_are_the_same() -> None:
    from SALib.test_functions import Ishigami, Sobol_G

    u = np.random.default_rng(1).random((100, 8))
    x = np.pi * (2 * u[:, :3] - 1)
    np.testing.assert_allclose(ISHIGAMI.model(u[:, :3].T), Ishigami.evaluate(x), rtol=1e-12)
    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
    function = functions.sobol_g(a.tolist())
    np.testing.assert_allclose(function.model(u.T), Sobol_G.evaluate(u, a), rtol=1e-12)
    np.testing.assert_allclose(function.first, Sobol_G.sensitivity_index(a), rtol=1e-12)
    np.testing.assert_allclose(function.total, Sobol_G.total_sensitivity_index(a), rtol=1e-12)


@pytest.mark.parametrize("error", ["cv", "systematic_cv"])
def test_the_toy_study_is_its_closed_form(error: str) -> None:
    draws = rm.simulate(functions.toy_study(error), samples=20_000, seed=1)
    c, zone = (draws[name].sel(mine="A", year=2020).values for name in ("recc", "zone"))
    assert c.mean() == pytest.approx(TOY.mean, abs=4 * np.sqrt(TOY.variance / len(c)))
    assert c.var() == pytest.approx(TOY.variance, rel=0.05)
    assert (c >= 1).mean() == pytest.approx(TOY.at_least_one, abs=0.009)
    shares = np.bincount(zone, minlength=4) / len(zone)
    assert (shares * (1 - shares)).sum() == pytest.approx(TOY_ZONE.variance, abs=0.01)


def test_rows_of_the_toy_study_are_values_of_its_function() -> None:
    u = np.random.default_rng(2).random((50, 2))
    found = rm.evaluate_rows(functions.toy_study("systematic_cv"), u).sel(mine="A", year=2020)
    np.testing.assert_allclose(TOY.model(u.T), found["recc"].values, rtol=1e-6)
    assert (TOY_ZONE.model(u.T) == found["zone"].values).all()

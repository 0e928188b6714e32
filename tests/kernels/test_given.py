"""Given weights as drawn: gamma quantiles against scipy, and the laws of the weights."""

import numpy as np
import pytest
from scipy import special, stats

from recc_mc.kernels.given import REACH, _interpolate
from recc_mc.uncertainty.given import gamma_quantiles
from tests.kernels.cases import of_sizes, weighed
from tests.kernels.harness import run

SHAPES = [1e-3, 0.01, 0.1, 0.5, 1.0, 7.3, 100.0, 1e4, 1e6]


@pytest.mark.parametrize("shape", SHAPES)
def test_quantiles_of_gamma_variates_are_those_of_scipy(shape: float) -> None:
    z = np.random.default_rng(1).uniform(-8.2, 8.2, 20_000)
    found = np.empty((1, z.size))
    _interpolate(gamma_quantiles(shape), z, found, 0)
    with np.errstate(divide="ignore"):
        lower = np.log(special.gammaincinv(shape, special.ndtr(z)))
        upper = np.log(special.gammainccinv(shape, special.ndtr(-z)))
    expected = np.where(z < 0, lower, upper)
    told = np.isfinite(expected) & (expected > -690)
    error = np.abs(found[0] - expected)[told]
    assert error.max() < (3e-8 if shape < 0.01 else 1e-9 if 0.1 <= shape <= 1e5 else 1e-8)
    # Where scipy has no number left, the distribution is a power of the variate.
    power = (special.log_ndtr(z) + special.gammaln(shape + 1)) / shape
    assert np.abs(found[0] / power - 1)[~told].max(initial=0.0) < 1e-9


def test_beyond_the_table_its_ends_count() -> None:
    found, ends = np.empty((1, 4)), np.array([-1e9, -REACH, REACH, 1e9])
    _interpolate(gamma_quantiles(2.0), ends, found, 0)
    assert np.isfinite(found).all()
    assert found[0, 0] == found[0, 1]
    assert found[0, 2] == found[0, 3]


@pytest.mark.parametrize("concentration", [2.0, 50.0])
def test_weights_are_dirichlet(concentration: float) -> None:
    """Marginals are Beta(c w, c (1 - w)), covariances those of the Dirichlet distribution."""
    files = weighed(of_sizes((3, 2), (4,)), uncertainty_weights={"concentration": concentration})
    study = files.with_tables(method={"weights": "given", "ahp_share": 1.0}).load()
    draws = run(study, 8192, seed=4).draws.weight
    for system, part in (("support", slice(0, 5)), ("pressure", slice(5, 9))):
        weights = np.array([i.weight for i in study.hierarchy.indicators if i.system == system])
        weights = weights / weights.sum()
        drawn = draws[part]
        np.testing.assert_allclose(drawn.sum(axis=0), 1, rtol=1e-14)
        for row, w in zip(drawn, weights, strict=True):
            if w == 0:
                assert (row == 0).all()
                continue
            law = stats.beta(concentration * w, concentration * (1 - w))
            assert stats.kstest(row, law.cdf).pvalue > 1e-3
        cov = (np.diag(weights) - np.outer(weights, weights)) / (concentration + 1)
        np.testing.assert_allclose(np.cov(drawn), cov, atol=0.05 * cov.max())


def test_a_relative_deviation_is_that_of_each_weight_before_they_sum_to_1() -> None:
    files = weighed(of_sizes((3, 2), (4,)), uncertainty_weights={"cv": 0.3})
    study = files.with_tables(method={"weights": "given", "ahp_share": 1.0}).load()
    drawn = run(study, 8192).draws.weight[5:9]
    ratio = np.log(drawn[0] / drawn[1])
    assert ratio.std() == pytest.approx(np.sqrt(2 * np.log(1 + 0.3**2)), rel=0.03)


def test_without_error_they_are_what_is_given() -> None:
    study = weighed(of_sizes((3, 2), (4,)), method={"weights": "given", "ahp_share": 1.0}).load()
    weights = np.array([i.weight for i in study.hierarchy.indicators])
    weights[:5] /= weights[:5].sum()
    weights[5:] /= weights[5:].sum()
    drawn = run(study, 3).draws
    np.testing.assert_allclose(drawn.weight, np.repeat(weights[:, None], 3, 1), rtol=1e-14)
    assert (drawn.consistency_ratio == 0).all()
    assert (drawn.repair == 1).all()
    assert (drawn.redraws == 0).all()

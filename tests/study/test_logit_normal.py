"""The law of a given mean and standard deviation on (0, 1), against integrals and its limits."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from recc_mc.study import logit_normal
from recc_mc.study.logit_normal import LARGEST_SCALE, solve_logit_normal
from tests import reference


def solve(mean: float, sd: float) -> tuple[float, float, float]:
    location, scale, spread = solve_logit_normal(np.array([mean]), np.array([sd]))
    return location[0], scale[0], spread[0]


def integral(function, location: float, scale: float) -> float:
    def weighted(z: float) -> float:
        return function(1 / (1 + np.exp(-location - scale * z))) * norm.pdf(z)

    return quad(weighted, -12, 12, epsabs=0, epsrel=1e-9, limit=400)[0]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.floats(1e-3, 0.999), st.floats(1e-3, 0.5))
def test_mean_and_sd_are_as_asked_for(mean: float, part: float) -> None:
    sd = part * min(mean, 1 - mean)
    location, scale, spread = solve(mean, sd)
    assert spread == sd
    assert scale < LARGEST_SCALE
    found = integral(lambda x: x, location, scale)
    assert found == pytest.approx(mean, rel=1e-9)
    variance = integral(lambda x: (x - found) ** 2, location, scale)
    assert variance == pytest.approx(sd**2, rel=1e-6)


@pytest.mark.parametrize("mean", [1e-8, 0.003, 0.2, 0.5, 0.8, 0.997])
def test_an_sd_beyond_the_widest_law_of_one_peak_gives_that_law(mean: float) -> None:
    location, scale, spread = solve(mean, 0.5)
    assert scale == LARGEST_SCALE
    found = integral(lambda x: x, location, scale)
    assert found == pytest.approx(mean, rel=1e-9)
    variance = integral(lambda x: (x - found) ** 2, location, scale)
    assert spread == pytest.approx(variance**0.5, rel=1e-6)
    assert spread**2 < mean * (1 - mean)
    # On either side of the limit the law is nearly the same.
    below = solve(mean, spread * (1 - 1e-7))
    np.testing.assert_allclose(below, (location, scale, spread), rtol=1e-4, atol=1e-9)


def test_no_mean_has_a_widest_law_below_the_sd_that_is_surely_less() -> None:
    small = 10.0 ** np.linspace(-100, -0.4, 2000)
    mean = np.concatenate([small, np.linspace(0.3, 0.7, 401), 1 - small[small > 1e-14]])
    spread = solve_logit_normal(mean, np.full(mean.size, 0.5))[2]
    units = spread / (mean * (1 - mean))
    assert units.min() == pytest.approx(1.0463, abs=1e-4)
    assert mean[units.argmin()] == pytest.approx(0.5)
    assert units.min() > logit_normal._SURELY_LESS + 0.005
    assert units.max() < np.sqrt(np.expm1(2)) + 1e-9


def test_an_sd_that_is_surely_less_is_solved_to_the_bit_as_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(7)
    mean = np.concatenate(
        [[1e-12, 1 - 1e-12], rng.uniform(0, 1, 2500), 10.0 ** -rng.uniform(1, 12, 500)]
    )
    sd = mean * (1 - mean) * rng.uniform(0.01, 1.03, mean.size)
    short = solve_logit_normal(mean, sd)
    monkeypatch.setattr(logit_normal, "_SURELY_LESS", 0.0)
    np.testing.assert_array_equal(short, solve_logit_normal(mean, sd))


def test_the_density_has_one_peak_wherever_the_law_lies() -> None:
    logit = np.linspace(-30, 30, 200_001)
    for location in np.linspace(-8, 8, 33):
        # d/dx ln density has the sign of (2 x - 1) t^2 - (logit - m), times a positive number.
        slope = np.tanh(logit / 2) * LARGEST_SCALE**2 - (logit - location)
        assert (np.diff(np.sign(slope[slope != 0])) != 0).sum() == 1


def test_laws_are_mirrored_at_one_half() -> None:
    one, other = solve(0.07, 0.03), solve(0.93, 0.03)
    assert one[0] == pytest.approx(-other[0], rel=1e-12)
    assert one[1:] == pytest.approx(other[1:], rel=1e-12)


def test_a_tiny_sd_is_that_of_the_first_order() -> None:
    mean = np.array([0.3, 0.9, 1e-4])
    location, scale, _ = solve_logit_normal(mean, np.full(3, 1e-12))
    np.testing.assert_allclose(scale, 1e-12 / (mean * (1 - mean)), rtol=1e-9)
    np.testing.assert_allclose(location, np.log(mean / (1 - mean)), rtol=1e-9)


def test_many_cells_are_solved_as_one_by_one() -> None:
    rng = np.random.default_rng(5)
    mean, sd = rng.uniform(0.01, 0.99, 9000), rng.uniform(1e-4, 0.4, 9000)
    together = np.array(solve_logit_normal(mean, sd))
    for k in (0, 4095, 4096, 8999):
        np.testing.assert_allclose(together[:, k], solve(mean[k], sd[k]), rtol=1e-11)


@pytest.mark.parametrize(("mean", "sd"), [(0.5, 0.1), (0.98, 0.01), (0.02, 0.03), (0.9, 0.5)])
def test_the_reference_finds_the_same_law(mean: float, sd: float) -> None:
    assert solve(mean, sd)[:2] == pytest.approx(reference.logit_normal(mean, sd), rel=1e-10)


def test_the_law_does_not_depend_on_how_many_threads_sum_it() -> None:
    script = (
        "import numpy as np; from recc_mc.study.logit_normal import solve_logit_normal as solve;"
        "mean = np.random.default_rng(1).uniform(0.01, 0.99, 20_000);"
        "print(np.array(solve(mean, 0.08 * mean)).tobytes().hex())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(found) == 1

"""The reference against published numbers, textbook identities and other programs."""

import csv
import warnings
from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import scipy.linalg
import scipy.stats
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recc_mc.study import Study, load_study
from recc_mc.study.hierarchy import Hierarchy
from tests import reference, strategies
from tests.strategies import small_study

FloatArray = npt.NDArray[np.float64]

# A random study is loaded from files: slow for hypothesis, and slower on a busy machine.
thorough = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
close: dict[str, Any] = {"rtol": 1e-12, "atol": 1e-12}


# --- random numbers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000",
         "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
         "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
         "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)  # fmt: skip
def test_philox_gives_the_known_answers_of_random123(counter: str, key: str, expected: str) -> None:
    words = [[int(word, 16) for word in text.split()] for text in (counter, key, expected)]
    assert reference.philox4x32(words[0], words[1]) == tuple(words[2])


@pytest.mark.parametrize("distribution", ["normal", "lognormal", "uniform", "triangular"])
def test_standard_variates_have_mean_0_and_sd_1(distribution: str) -> None:
    u = (np.arange(200_000) + 0.5) / 200_000
    xi = reference.standard_variate(distribution, u)
    assert np.all(np.diff(xi) > 0)
    assert xi.mean() == pytest.approx(0, abs=1e-12)
    assert xi.std() == pytest.approx(1, abs=1e-4)


def test_triangular_variates_follow_scipy() -> None:
    u = np.linspace(0.001, 0.999, 101)
    expected = scipy.stats.triang(0.5, loc=-np.sqrt(6), scale=2 * np.sqrt(6)).ppf(u)
    np.testing.assert_allclose(reference.standard_variate("triangular", u), expected, atol=1e-12)


# --- analytic hierarchy process ----------------------------------------------------------------

# Saaty 2008, "Decision making with the analytic hierarchy process", which drink is consumed more in
# the USA: coffee, wine, tea, beer, sodas, milk, water.
DRINKS = np.array(
    [
        [1, 9, 5, 2, 1, 1, 1 / 2],
        [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
        [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
        [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3],
        [1, 9, 4, 2, 1, 2, 1 / 2],
        [1, 9, 3, 1, 1 / 2, 1, 1 / 3],
        [2, 9, 9, 3, 2, 3, 1],
    ]
)


def test_drinks_of_saaty_2008() -> None:
    weights, eigenvalue = reference.principal(DRINKS)
    assert eigenvalue == pytest.approx(7.176629, abs=5e-7)
    expected = [0.177457, 0.019149, 0.041831, 0.116417, 0.189572, 0.128781, 0.326793]
    np.testing.assert_allclose(weights, expected, atol=5e-7)
    assert reference.consistency_ratio(DRINKS) == pytest.approx(0.176629 / 6 / 1.32, abs=1e-6)


def test_three_items_have_a_closed_form() -> None:
    # With x = a12 a23 / a13 the eigenvalue of a 3 x 3 matrix is 1 + x^(1/3) + x^(-1/3).
    matrix = reference.reciprocal([2.0, 8.0, 3.0], 3)
    x = 2.0 * 3.0 / 8.0
    assert reference.principal(matrix)[1] == pytest.approx(1 + x ** (1 / 3) + x ** (-1 / 3))
    # Each residual ln(a_ij w_j/w_i) is +-ln(x)/3, so GCI = 2/2 * 3 * ln(x)^2/9.
    assert reference.geometric_consistency_index(matrix) == pytest.approx(np.log(x) ** 2 / 3)


@thorough
@given(strategies.priority_vectors(), st.sampled_from(["saaty1980", "simulated"]))
def test_a_consistent_matrix_returns_its_generator(weights: FloatArray, random_index: str) -> None:
    matrix = np.divide.outer(weights, weights)
    for method in ("eigenvector", "geometric_mean"):
        np.testing.assert_allclose(reference.ahp_weights(matrix, method), weights, **close)
    assert reference.consistency_ratio(matrix, random_index) == pytest.approx(0, abs=1e-12)
    assert reference.geometric_consistency_index(matrix) == pytest.approx(0, abs=1e-12)
    assert reference.sigma_from_gci(matrix) == 0.20


@thorough
@given(strategies.judgment_arrays())
def test_priorities_agree_with_scipy_and_sum_to_one(matrix: FloatArray) -> None:
    weights, eigenvalue = reference.principal(matrix)
    values, vectors = scipy.linalg.eig(matrix)
    vector = np.abs(vectors[:, np.argmax(values.real)])
    np.testing.assert_allclose(weights, vector / vector.sum(), rtol=1e-10)
    np.testing.assert_allclose(matrix @ weights, eigenvalue * weights, rtol=1e-10)
    assert eigenvalue >= len(matrix) - 1e-12
    assert weights.sum() == pytest.approx(1)
    expected = scipy.stats.gmean(matrix, axis=1)
    np.testing.assert_allclose(reference.geometric_mean_weights(matrix), expected / expected.sum())


@thorough
@given(strategies.judgment_arrays(judgments=tuple(reference.SCALE)))
def test_priorities_agree_with_pymcdm(matrix: FloatArray) -> None:
    subjective = pytest.importorskip("pymcdm.weights.subjective")
    weights = np.asarray(subjective.AHP(matrix=matrix)())
    np.testing.assert_allclose(reference.ahp_weights(matrix), weights, rtol=1e-10)


@pytest.mark.parametrize(
    ("factor", "expected"), [(1.0, 0.20), (1.01, 0.10), (1.6, np.log(1.6) / 3**0.5), (9.0, 0.40)]
)
def test_sigma_of_a_matrix_comes_from_its_gci(factor: float, expected: float) -> None:
    # a13 off by a factor from a12 a23: GCI = ln(factor)^2 / 3.
    matrix = reference.reciprocal([2.0, 4.0 / factor, 2.0], 3)
    assert reference.sigma_from_gci(matrix) == pytest.approx(expected)
    assert reference.sigma_from_gci(np.array([[1.0, 3.0], [1 / 3, 1.0]])) == 0.20


def test_judgments_are_aggregated_by_the_weighted_geometric_mean() -> None:
    stack = np.stack([reference.reciprocal(a, 3) for a in ([2.0, 4.0, 3.0], [8.0, 1.0, 3.0])])
    equal = reference.aggregate_judgments(stack, np.array([0.5, 0.5]))
    np.testing.assert_allclose(reference.upper_triangle(equal), [4.0, 2.0, 3.0])
    np.testing.assert_allclose(equal * equal.T, np.ones((3, 3)))
    unequal = reference.aggregate_judgments(stack, np.array([0.75, 0.25]))
    assert unequal[0, 1] == pytest.approx(2 * 2**0.5)


# --- judgment errors on a consistent base --------------------------------------------------------


def noisy_matrices(n: int, sigma: float, draws: int, seed: int) -> list[FloatArray]:
    """Draws around the consistent matrix of weights 1..n by the declared error model."""
    base = reference.upper_triangle(np.divide.outer(np.arange(1.0, n + 1), np.arange(1.0, n + 1)))
    z = np.random.default_rng(seed).standard_normal((draws, len(base)))
    return [reference.reciprocal(base * np.exp(sigma * row), n) for row in z]


@pytest.mark.parametrize("n", [3, 5])
def test_expected_gci_is_the_variance_of_the_judgments(n: int) -> None:
    gci = [reference.geometric_consistency_index(a) for a in noisy_matrices(n, 0.3, 6000, n)]
    assert np.mean(gci) == pytest.approx(0.09, abs=4 * np.std(gci) / 6000**0.5)


@pytest.mark.parametrize("n", [2, 4])
def test_variance_of_a_log_weight_ratio(n: int) -> None:
    ratios = []
    for matrix in noisy_matrices(n, 0.3, 6000, n):
        w = reference.geometric_mean_weights(matrix)
        ratios.append(np.log(w[0] / w[-1]))
    expected = 2 * 0.3**2 / n
    # A normal sample's variance has a relative error of sqrt(2/N).
    assert np.var(ratios) == pytest.approx(expected, rel=4 * (2 / 6000) ** 0.5)


@pytest.mark.parametrize("n", [3, 6])
def test_expected_consistency_index_for_small_errors(n: int) -> None:
    sigma = 0.05
    ci = [reference.consistency_index(a) for a in noisy_matrices(n, sigma, 6000, n)]
    expected = sigma**2 * (n - 2) / (2 * n)
    assert np.mean(ci) == pytest.approx(expected, abs=4 * np.std(ci) / 6000**0.5 + 1e-3 * expected)


@pytest.mark.parametrize(
    ("n", "expected"),
    # Shares with RI simulated and saaty1980. Three items have a closed form, 2 Phi(2 sqrt(3)
    # arccosh(1 + RI/10)) - 1 at sigma = .5; the others are from 400,000 draws.
    [(3, (0.7364, 0.7597)), (4, (0.7503, 0.7579)), (5, (0.7887, 0.7940)), (6, (0.8272, 0.8227))],
)
def test_share_of_acceptable_draws(n: int, expected: tuple[float, float]) -> None:
    matrices = noisy_matrices(n, 0.5, 8000, n)
    for table, share in zip(("simulated", "saaty1980"), expected, strict=True):
        ratios = np.array([reference.consistency_ratio(a, table) for a in matrices])
        tolerance = 4 * (share * (1 - share) / len(matrices)) ** 0.5
        assert np.mean(ratios < 0.1) == pytest.approx(share, abs=tolerance)


# --- entropy -----------------------------------------------------------------------------------

HWANG_YOON = np.array(
    [
        [2, 1500, 20000, 5.5, 5, 9],
        [2.5, 2700, 18000, 6.5, 3, 5],
        [1.8, 2000, 21000, 4.5, 7, 7],
        [2.2, 1800, 20000, 5, 5, 5],
    ]
)


def test_entropy_weights_of_hwang_and_yoon() -> None:
    expected = [0.064190, 0.206088, 0.013445, 0.081326, 0.358680, 0.276272]
    np.testing.assert_allclose(reference.entropy_weights(HWANG_YOON), expected, atol=5e-7)


@thorough
@given(strategies.seeds(), st.integers(2, 9), st.integers(1, 5))
def test_entropy_weights_agree_with_scipy_and_pymcdm(
    seed: int, objects: int, indicators: int
) -> None:
    r = np.random.default_rng(seed).uniform(0.01, 1, (objects, indicators))
    weights = reference.entropy_weights(r)
    information = 1 - scipy.stats.entropy(r, axis=0) / np.log(objects)
    np.testing.assert_allclose(weights, information / information.sum(), rtol=1e-9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pymcdm = pytest.importorskip("pymcdm.weights")
        np.testing.assert_allclose(weights, pymcdm.entropy_weights(r), rtol=1e-9)
    assert weights.sum() == pytest.approx(1)


def test_constant_indicators_carry_no_information() -> None:
    r = np.array([[0.0, 0.0, 1.0], [0.5, 0.0, 1.0], [1.0, 0.0, 1.0]])
    np.testing.assert_array_equal(reference.entropy_weights(r), [1.0, 0.0, 0.0])
    assert np.isnan(reference.entropy_weights(r[:, 1:])).all()


def test_the_share_is_that_of_the_ahp_weights() -> None:
    one, other = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    np.testing.assert_allclose(reference.combine(one, other, 0.3), [0.65, 0.35])


# --- normalisation -----------------------------------------------------------------------------

VALUES = np.array([[[1.0, 10.0, 5.0], [2.0, 30.0, 5.0]], [[5.0, 20.0, 5.0], [4.0, 10.0, 5.0]]])


def test_pooled_goalposts_span_all_mine_years() -> None:
    r = reference.normalise(VALUES, reference.goalposts(VALUES, "pooled"), [1, -1, -1])
    np.testing.assert_allclose(r[..., 0], [[0, 0.25], [1, 0.75]])
    np.testing.assert_allclose(r[..., 1], [[1, 0], [0.5, 1]])
    # A constant indicator is 0 whatever its direction.
    np.testing.assert_array_equal(r[..., 2], 0)


def test_yearly_goalposts_span_the_mines_of_a_year() -> None:
    r = reference.normalise(VALUES, reference.goalposts(VALUES, "yearly"), [1, -1, 1])
    np.testing.assert_allclose(r[..., 0], [[0, 0], [1, 1]])
    np.testing.assert_allclose(r[..., 1], [[1, 0], [0, 1]])


def test_values_beyond_the_goalposts_are_clipped_or_refused() -> None:
    bounds = (np.full((2, 3), 2.0), np.full((2, 3), 12.0))
    with pytest.raises(ValueError, match="negative normalised value"):
        reference.normalise(VALUES, bounds, [1, 1, 1])
    r = reference.normalise(VALUES, bounds, [1, 1, 1], clip=(0.0, 1.0))
    np.testing.assert_allclose(r[..., 0], [[0, 0], [0.3, 0.2]])
    np.testing.assert_allclose(r[..., 1], [[0.8, 1], [1, 0.8]])


# --- indices and classes -----------------------------------------------------------------------


def test_geometric_aggregation_takes_zero_to_the_zero_as_one() -> None:
    r = np.array([[0.0, 0.25], [0.5, 0.25]])
    weight = np.array([0.0, 1.0])
    np.testing.assert_allclose(reference.subsystem_index(r, weight, "geometric"), [0.25, 0.25])
    weight = np.array([0.5, 0.5])
    expected = [0.0, (0.5 * 0.25) ** 0.5]
    np.testing.assert_allclose(reference.subsystem_index(r, weight, "geometric"), expected)
    np.testing.assert_allclose(reference.subsystem_index(r, weight, "linear"), [0.125, 0.375])


def test_carrying_capacity_is_undefined_without_support() -> None:
    support, pressure = np.array([0.5, 1e-9, 9e-10, 0.0, np.nan]), np.full(5, 0.25)
    recc = reference.carrying_capacity(support, pressure)
    np.testing.assert_allclose(recc, [0.5, 0.25e9, np.nan, np.nan, np.nan])


@pytest.mark.parametrize(
    ("support", "pressure", "code"),
    [
        (0.1, 0.1, 1), (0.5, 0.1, 2), (0.9, 0.1, 3), (0.1, 0.5, 4), (0.5, 0.5, 5), (0.9, 0.5, 6),
        (0.1, 0.9, 7), (0.5, 0.9, 8), (0.9, 0.9, 9),
        # A value on a cut belongs to the upper level.
        (0.33, 0.32, 2), (0.66, 0.66, 9), (0.32, 0.33, 4), (1.2, -0.1, 3), (np.nan, 0.5, -1),
    ],
)  # fmt: skip
def test_grades_number_the_blocks_row_by_row(support: float, pressure: float, code: int) -> None:
    assert reference.grade(support, pressure) == code


@pytest.mark.parametrize(
    ("support", "pressure", "code"),
    [
        (0.5, 0.24, 0), (0.5, 0.25, 1), (0.5, 0.49, 1), (0.5, 0.5, 2), (0.25, 0.49, 2),
        (0.25, 0.5, 3), (0.0, 0.0, 3), (1.0, 0.5, 0), (1.0, 1.0, 3),
        # Clipped to [0, 1] for the zone only.
        (1.5, 0.9, 0), (0.5, -0.2, 0), (0.5, 1.4, 3), (0.5, np.nan, -1),
    ],
)  # fmt: skip
def test_zones_are_cut_by_the_square_the_line_and_the_root(
    support: float, pressure: float, code: int
) -> None:
    assert reference.zone(support, pressure) == code


def test_ranks_share_the_lower_number_and_skip_undefined() -> None:
    recc = np.array([[0.5, 1.0], [0.7, np.nan], [0.7, 0.2], [0.1, 1.0]])
    np.testing.assert_array_equal(reference.ranks(recc), [[3, 1], [1, -1], [1, 3], [4, 1]])


def test_obstacle_degrees_are_shares_of_the_weighted_deviation() -> None:
    weight = np.array([0.2, 0.3, 0.5])
    r = np.array([[1.0, 0.5, 0.0], [1.0, 1.0, 1.0], [2.0, 0.0, 1.0]])
    expected = [[0, 0.15 / 0.65, 0.5 / 0.65], [np.nan] * 3, [0, 1, 0]]
    np.testing.assert_allclose(reference.obstacle_degrees(r, weight), expected)
    share = r * weight / (r * weight).sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(reference.obstacle_degrees(r, weight, "pressure"), share)


def test_trends() -> None:
    result = reference.trends(np.array([[1.0, 3.0, 2.0], [5.0, 4.0, 0.0]]), [2012, 2013, 2015])
    np.testing.assert_array_equal(result["mean_over_mines"], [3.0, 3.5, 1.0])
    np.testing.assert_array_equal(result["change"], [1.0, -5.0])
    np.testing.assert_array_equal(result["peak_year"], [2013, 2012])


def test_first_rank_acceptability_of_three_alternatives() -> None:
    # SMAA: (1, 0), (0, 1) and (.6, .6) under a uniform share of the first criterion.
    share = (np.arange(10_000) + 0.5) / 10_000
    scores = np.stack([share, 1 - share, np.full_like(share, 0.6)])
    probability, error = reference.class_probability(reference.ranks(scores), [1, 2, 3])
    np.testing.assert_allclose(probability[:, 0], [0.4, 0.4, 0.2], atol=1e-12)
    np.testing.assert_allclose(error[:, 0], [0.24**0.5 / 100, 0.24**0.5 / 100, 0.16**0.5 / 100])
    np.testing.assert_allclose(probability.sum(axis=-1), 1)


# --- the case study ----------------------------------------------------------------------------


def published() -> list[dict[str, str]]:
    """Every figure of the paper that the method can be checked against."""
    table = resources.files("recc_mc.study") / "builtin" / "rare_earth_mines" / "published.csv"
    return list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))


def figures() -> list[Any]:
    """One case per figure, named by what it is."""
    return [
        pytest.param(row, id="-".join(filter(None, list(row.values())[:4]))) for row in published()
    ]


@pytest.fixture(scope="module")
def case_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    path = tmp_path_factory.mktemp("case") / "study.toml"
    path.write_text('[study]\ndata = "builtin:rare_earth_mines"\n', encoding="utf-8")
    return load_study(path)


@pytest.fixture(scope="module")
def case_baseline(case_study: Study) -> dict[str, Any]:
    return reference.baseline(case_study)


def computed(study: Study, base: dict[str, Any], row: dict[str, str]) -> Any:
    """The baseline's value for a published figure."""
    quantity, item = row["quantity"], row["item"]
    if quantity == "weight":
        return base["weight"][study.hierarchy.names.index(item)]
    if quantity == "criterion_weight":
        members = [study.hierarchy.names.index(name) for name in study.hierarchy.members(item)]
        return base["weight"][members].sum()
    cell = study.panel.mines.index(row["mine"]), study.panel.years.index(int(row["year"]))
    if quantity == "zone":
        return reference.ZONES[base["zone"][cell]]
    if quantity == "obstacle_criterion":
        return base[quantity][cell][study.hierarchy.all_criteria.index(item)]
    return base[quantity][cell]


def test_there_are_83_figures_and_6_zones() -> None:
    zones = [row["quantity"] == "zone" for row in published()]
    assert (zones.count(False), zones.count(True)) == (83, 6)


@pytest.mark.parametrize("row", figures())
def test_published_figure(
    case_study: Study, case_baseline: dict[str, Any], row: dict[str, str]
) -> None:
    value = computed(case_study, case_baseline, row)
    assert row["value"] == (value if row["quantity"] == "zone" else f"{value:.4f}")


# --- draws of judgments ------------------------------------------------------------------------


def judged(matrix: Sequence[float], **table: Any) -> Study:
    """The small study with another ``noise`` matrix (three items) and judgment errors."""
    files = small_study(uncertainty_judgments=table)
    upper = ((matrix[0], matrix[1]), (matrix[2],))
    matrices = tuple(replace(m, upper=upper) if m.name == "noise" else m for m in files.matrices)
    return replace(files, matrices=matrices).load()


def test_lognormal_judgments_have_the_experts_value_as_median() -> None:
    study = judged((2.0, 3.0, 2.0), sigma=0.3, consistency="keep")
    drawn = reference.judgment_matrix(study, "noise", [0.5, 0.5, scipy.stats.norm.cdf(2.0)])
    np.testing.assert_allclose(reference.upper_triangle(drawn.values), [2, 3, 2 * np.exp(0.6)])
    np.testing.assert_allclose(drawn.values * drawn.values.T, np.ones((3, 3)))
    assert (drawn.repair, drawn.redraws) == (1.0, 0)


@pytest.mark.parametrize("distribution", ["lognormal", "uniform", "triangular"])
def test_sigma_is_the_sd_of_the_log_judgment(distribution: str) -> None:
    study = judged((2.0, 3.0, 2.0), distribution=distribution, sigma=0.25, consistency="keep")
    logs = []
    for u in (np.arange(2000) + 0.5) / 2000:
        drawn = reference.judgment_matrix(study, "noise", [u, 0.5, 0.5])
        logs.append(np.log(drawn.values[0, 1]))
    assert np.mean(logs) == pytest.approx(np.log(2.0))
    assert np.std(logs) == pytest.approx(0.25, rel=5e-3)


def test_saaty_steps_move_along_the_scale() -> None:
    table = {"distribution": "saaty_steps", "steps": 2, "consistency": "keep"}
    study = judged((2.0, 1 / 2, 8.0), **table)
    # Five equal parts of (0, 1): -2, -1, 0, 1, 2 steps.
    for u, expected in [(0.19, [1 / 2, 1 / 4, 6]), (0.5, [2, 1 / 2, 8]), (0.81, [4, 2, 9])]:
        drawn = reference.judgment_matrix(study, "noise", [u, u, u])
        np.testing.assert_allclose(reference.upper_triangle(drawn.values), expected)


@pytest.mark.parametrize(
    ("value", "steps", "expected"),
    [(1.0, 1, 2.0), (1.0, -1, 1 / 2), (9.0, 3, 9.0), (1 / 8, -4, 1 / 9),
     # Half way between 2 and 3 in logs stays half way between 3 and 4, and reciprocally.
     (6**0.5, 1, 12**0.5), (6**-0.5, -1, 12**-0.5), (6**0.5, 0, 6**0.5)],
)  # fmt: skip
def test_a_value_off_the_scale_keeps_its_fractional_position(
    value: float, steps: int, expected: float
) -> None:
    assert reference.saaty_shift(value, steps) == pytest.approx(expected)
    assert reference.saaty_shift(1 / value, -steps) == pytest.approx(1 / expected)


def test_draws_may_be_limited_to_the_scale() -> None:
    for limit, expected in [(True, [9.0, 1 / 9]), (False, [2 * np.exp(3.0), 1 / 3 * np.exp(-3.0)])]:
        study = judged((2.0, 1 / 3, 2.0), sigma=1.0, limit_to_scale=limit, consistency="keep")
        u = scipy.stats.norm.cdf([3.0, -3.0, 0.0])
        drawn = reference.judgment_matrix(study, "noise", u)
        np.testing.assert_allclose(reference.upper_triangle(drawn.values)[:2], expected)


@thorough
@given(strategies.judgment_arrays(), st.sampled_from([0.02, 0.1]))
def test_repair_is_the_largest_shrinkage_within_the_limit(matrix: FloatArray, limit: float) -> None:
    repaired, t = reference.repair(matrix, limit, "saaty1980")
    if reference.consistency_ratio(matrix) < limit:
        assert t == 1.0
        np.testing.assert_array_equal(repaired, matrix)
        return
    assert 0 < t < 1
    assert reference.consistency_ratio(repaired) == pytest.approx(limit, abs=1e-9)
    assert reference.consistency_ratio(repaired) < limit
    assert reference.consistency_ratio(reference.shrunk(matrix, t + 1e-9)) >= limit
    np.testing.assert_allclose(repaired * repaired.T, np.ones_like(matrix))
    before, after = map(reference.geometric_mean_weights, (matrix, repaired))
    np.testing.assert_allclose(before, after, rtol=1e-10)


def test_rejected_draws_are_redrawn_until_one_is_consistent() -> None:
    study = judged((2.0, 3.0, 2.0), sigma=0.3, consistency="reject")
    asked = []

    def redraw(name: str, attempt: int) -> tuple[FloatArray, FloatArray]:
        asked.append((name, attempt))
        bad = np.array([5.0, -5.0, 5.0])
        return (bad if attempt < 3 else np.zeros(3)), np.empty(0)

    bad = scipy.stats.norm.cdf([5.0, -5.0, 5.0])
    drawn = reference.judgment_matrix(study, "noise", bad, redraw=redraw)
    assert asked == [("noise", 1), ("noise", 2), ("noise", 3)]
    assert drawn.redraws == 3
    np.testing.assert_allclose(reference.upper_triangle(drawn.values), [2, 3, 2])


def test_rejection_gives_up_after_a_hundred_further_attempts() -> None:
    study = judged((2.0, 3.0, 2.0), sigma=0.3, consistency="reject")
    asked = []

    def redraw(name: str, attempt: int) -> tuple[FloatArray, FloatArray]:
        asked.append(attempt)
        return np.array([5.0, -5.0, 5.0]), np.empty(0)

    bad = scipy.stats.norm.cdf([5.0, -5.0, 5.0])
    with pytest.raises(ValueError, match="noise: no consistent draw in 100 further attempts"):
        reference.judgment_matrix(study, "noise", bad, redraw=redraw)
    assert asked == list(range(1, 101))


def test_resampled_experts_form_the_base_of_a_draw() -> None:
    files = small_study(
        uncertainty_judgments={"sigma": 0.0, "resample_experts": True, "consistency": "keep"}
    )
    experts = {"Ada": (2.0, 4.0, 2.0), "Bo": (1.0, 1.0, 1.0), "Cy": (8.0, 8.0, 1.0)}
    matrices = [m for m in files.matrices if m.name != "noise"]
    matrices += [
        strategies.MatrixSpec("noise", ("noise 0", "noise 1", "noise 2"), ((a, b), (c,)), name)
        for name, (a, b, c) in experts.items()
    ]
    weights = {"Ada": 1.0, "Bo": 2.0, "Cy": 1.0}
    study = replace(files, matrices=tuple(matrices), expert_weights=weights).load()
    assert reference.columns(study) == [("judgment:noise", "experts", slice(0, 3))]
    base = reference.base_matrices(study)["noise"]
    np.testing.assert_allclose(base[0, 1], 16**0.25)
    np.testing.assert_allclose(base, study.judgments["noise"].values, **close)
    # Ada, Cy and Cy again, with equal weights: (2 * 8 * 8)^(1/3).
    drawn = reference.judgment_matrix(study, "noise", (), [0.1, 0.9, 0.7])
    assert drawn.values[0, 1] == pytest.approx(128 ** (1 / 3))
    # Bo twice and Ada: Bo's weight counts each time.
    drawn = reference.judgment_matrix(study, "noise", (), [0.4, 0.6, 0.3])
    assert drawn.values[0, 1] == pytest.approx(2 ** (1 / 5))


# --- draws of data -----------------------------------------------------------------------------


def errors(**table: Any) -> Study:
    """The small study with data errors."""
    return small_study(uncertainty_data=table).load()


def test_lognormal_errors_have_mean_one_and_the_stated_cv() -> None:
    study = errors(cv=0.3, systematic_cv=0.1, mine_cv=0.2)
    layout = {(factor, part): where for factor, part, where in reference.columns(study)}
    assert layout["data:soil 0", "mine"] == slice(13, 16)
    keys = reference.error_keys(study, "soil 0")
    assert keys is not None
    rng = np.random.default_rng(5)
    xi = rng.standard_normal((40_000, 3))
    drawn = [
        reference.drawn_value(keys, 50.0, dict(zip(reference.PARTS, row, strict=True)), False)
        for row in xi
    ]
    cv = ((1 + 0.3**2) * (1 + 0.1**2) * (1 + 0.2**2) - 1) ** 0.5
    assert np.mean(drawn) == pytest.approx(50, abs=4 * 50 * cv / 200)
    assert np.std(drawn) / np.mean(drawn) == pytest.approx(cv, rel=0.03)


def test_systematic_and_mine_parts_are_shared_by_their_cells() -> None:
    study = errors(distribution="uniform", systematic_sd=2.0, mine_sd=1.0)
    parts = {(factor, part): where for factor, part, where in reference.columns(study)}
    u = np.full(sum(where.stop - where.start for where in parts.values()), 0.5)
    u[parts["data:air 1", "systematic"]] = 1.0
    u[parts["data:air 1", "mine"]] = [0.0, 0.5, 1.0]
    named = {key: u[where] for key, where in parts.items()}
    change = reference.data_draw(study, named, np.zeros((3, 3, 9))) - study.panel.values
    j = study.panel.indicators.index("air 1")
    expected = 3**0.5 * np.array([2.0 - 1.0, 2.0, 2.0 + 1.0])
    np.testing.assert_allclose(change[..., j], np.repeat(expected[:, None], 3, axis=1))
    np.testing.assert_allclose(np.delete(change, j, axis=-1), 0, atol=1e-12)


def test_a_relative_sd_is_taken_of_the_absolute_value() -> None:
    keys = {"distribution": "normal", "cv": 0.1, "systematic_sd": 3.0}
    xi = {"": 1.0, "systematic_": 2.0, "mine_": 0.0}
    assert reference.drawn_value(keys, -50.0, xi, False) == pytest.approx(-50 + 5 + 6)


def test_drawn_values_stay_within_their_bounds() -> None:
    xi = np.where(np.arange(9) % 2, 6.0, -6.0) * np.ones((3, 3, 1))
    for distribution in ("normal", "uniform"):
        study = errors(distribution=distribution, sd=1000.0, lower=10.0, upper=105.0)
        drawn = reference.data_draw(study, {}, xi / (1 if distribution == "normal" else 12**0.5))
        assert (drawn > 10.0 - 1e-9).all()
        assert (drawn < 105.0 + 1e-9).all()
        assert ((drawn > study.panel.values) == (xi > 0)).all()


@pytest.mark.parametrize(("mean", "sd"), [(0.5, 0.1), (0.9, 0.08), (0.02, 0.01), (0.997, 0.004)])
def test_the_logit_normal_has_its_mean_and_sd(mean: float, sd: float) -> None:
    location, scale = reference.logit_normal(mean, sd)
    x = 1 / (1 + np.exp(-location - scale * np.random.default_rng(3).standard_normal(400_000)))
    assert x.mean() == pytest.approx(mean, abs=5 * sd / 400_000**0.5)
    assert x.std() == pytest.approx(sd, rel=0.02)


def test_the_scale_of_a_logit_normal_is_at_most_the_root_of_two() -> None:
    location, scale = reference.logit_normal(0.997, 0.5)
    assert scale == 2**0.5
    x = 1 / (1 + np.exp(-location - scale * np.random.default_rng(3).standard_normal(400_000)))
    assert x.mean() == pytest.approx(0.997, abs=1e-4)


def test_overrides_go_from_table_to_criterion_to_indicator() -> None:
    study = errors(
        distribution="normal",
        cv=0.1,
        systematic_cv=0.2,
        upper=200.0,
        criteria={"noise": {"sd": 3.0, "upper": 150.0}, "water": {"distribution": "uniform"}},
        indicators={"noise 1": {"cv": 0.5}, "water 0": {"systematic_cv": 0.0}},
    )
    keys = {name: reference.error_keys(study, name) for name in study.panel.indicators}
    everywhere = {"distribution": "normal", "cv": 0.1, "systematic_cv": 0.2, "upper": 200.0}
    assert keys["air 0"] == everywhere
    noise = {"distribution": "normal", "sd": 3.0, "systematic_cv": 0.2, "upper": 150.0}
    assert keys["noise 0"] == noise
    assert keys["noise 1"] == {**everywhere, "cv": 0.5, "upper": 150.0}
    assert keys["water 1"] == {**everywhere, "distribution": "uniform"}
    assert keys["water 0"] == {**everywhere, "distribution": "uniform", "systematic_cv": 0.0}
    factors = [factor for factor, _, _ in reference.columns(study)]
    assert "data:water 0" not in factors
    assert len(factors) == 8


@pytest.mark.parametrize(
    ("keys", "scale"),
    [
        ({"distribution": "normal", "sd": 3.0, "interpolated_sd": 4.0}, 5.0),
        ({"distribution": "uniform", "cv": 0.3, "interpolated_cv": 0.4}, 0.5 * 20),
        ({"distribution": "normal", "interpolated_sd": 4.0}, 4.0),
    ],
)
def test_interpolated_cells_carry_their_extra_sd(keys: dict[str, Any], scale: float) -> None:
    xi = {"": 1.0, "systematic_": 0.0, "mine_": 0.0}
    assert reference.drawn_value(keys, 20.0, xi, True) == pytest.approx(20 + scale)
    plain = reference.drawn_value(keys, 20.0, xi, False)
    assert plain == pytest.approx(20 + reference.part_scale(keys, "", 20.0))


def test_interpolated_lognormal_cells_keep_mean_one() -> None:
    keys = {"distribution": "lognormal", "cv": 0.1, "interpolated_cv": 0.2}
    u = (np.arange(20_000) + 0.5) / 20_000
    drawn = [
        reference.drawn_value(keys, 20.0, {"": z, "systematic_": 0.0, "mine_": 0.0}, True)
        for z in scipy.special.ndtri(u)
    ]
    assert np.mean(drawn) == pytest.approx(20, rel=1e-4)
    assert np.std(drawn) / 20 == pytest.approx((1.01 * 1.04 - 1) ** 0.5, rel=1e-2)


# --- columns and method choices ----------------------------------------------------------------


def test_columns_follow_matrices_then_indicators_then_choices() -> None:
    study = small_study(
        uncertainty_judgments={"sigma": {"water": 0.0, "noise": "gci"}},
        uncertainty_data={"cv": 0.1, "indicators": {"air 1": {"systematic_cv": 0.1, "mine_cv": 1}}},
        uncertainty_method={
            "aggregation": ["linear", "geometric"],
            "ahp_share": {"low": 0.3, "high": 0.7},
            "scope": ["yearly"],
            "prioritization": {"eigenvector": 0.0, "geometric_mean": 1.0},
        },
    ).load()
    assert reference.columns(study) == [
        ("judgment:support", "entries", slice(0, 1)),
        ("judgment:pressure", "entries", slice(1, 2)),
        ("judgment:air", "entries", slice(2, 3)),
        ("judgment:noise", "entries", slice(3, 6)),
        ("data:air 1", "systematic", slice(6, 7)),
        ("data:air 1", "mine", slice(7, 10)),
        ("method:ahp_share", "choice", slice(10, 11)),
        ("method:aggregation", "choice", slice(11, 12)),
    ]


@pytest.mark.parametrize(
    ("u", "expected"),
    [(0.0, "frozen"), (0.24, "frozen"), (0.25, "reestimated"), (1.0, "reestimated")],
)
def test_alternatives_are_chosen_by_cumulative_probability(u: float, expected: str) -> None:
    study = small_study(
        uncertainty_method={
            "ahp_share": {"low": 0.2, "high": 0.6},
            "prioritization": {"eigenvector": 0.0, "geometric_mean": 1.0},
            "goalposts": {"frozen": 0.25, "reestimated": 0.75},
        }
    ).load()
    row = {("method:ahp_share", "choice"): np.array([0.5])}
    row["method:goalposts", "choice"] = np.array([u])
    choices = reference.method_draw(study, row)
    assert choices == reference.Choices(0.4, "geometric_mean", expected, "pooled", "linear")


# --- properties of the whole index ----------------------------------------------------------------


def row_of(study: Study, seed: int) -> tuple[FloatArray, FloatArray]:
    """A row of the unit cube and cells' variates for a study."""
    layout = reference.columns(study)
    rng = np.random.default_rng(seed)
    return rng.uniform(size=layout[-1][2].stop if layout else 0), strategies.cell_variates(
        study, seed
    )


def assert_same(one: dict[str, Any], other: dict[str, Any], **tolerance: Any) -> None:
    """The same index, within rounding; a class may not differ unless it sits on a border."""
    for name in ("support", "pressure", "recc", "normalized", "obstacle", "weight"):
        np.testing.assert_allclose(one[name], other[name], **(tolerance or close), err_msg=name)


@thorough
@given(strategies.studies(), strategies.seeds())
def test_outputs_of_a_row_are_lawful(study: Study, seed: int) -> None:
    outputs = reference.evaluate_row(study, *row_of(study, seed))
    if np.isnan(outputs["weight_objective"]).any():
        assert outputs["choices"].objective == "critic"
        return
    for system in reference.SYSTEMS:
        mask = reference.system_mask(study, system)
        for kind in ("weight", "weight_ahp", "weight_objective"):
            assert outputs[kind][mask].sum() == pytest.approx(1)
            assert (outputs[kind] >= 0).all()
        assert (outputs[system] >= 0).all()
        if outputs["choices"].goalposts == "reestimated":
            assert (outputs[system] <= 1 + 1e-12).all()
    assert np.isin(outputs["zone"], range(4)).all()
    assert np.isin(outputs["grade"], range(1, 10)).all()
    undefined = np.isnan(outputs["recc"])
    np.testing.assert_array_equal(undefined, outputs["support"] < 1e-9)
    np.testing.assert_array_equal(outputs["rank"] == -1, undefined)
    # Those of one level: a criterion's has those below it in its own.
    every, parts = study.hierarchy.all_criteria, map(study.hierarchy.criteria, reference.SYSTEMS)
    first = [every.index(name) for names in parts for name in names]
    degree = np.nansum(outputs["obstacle_criterion"][..., first], axis=-1)
    systems = 2 if study.settings.method.obstacle == "both" else 1
    assert (degree <= systems + 1e-9).all()


@thorough
@given(strategies.studies(uncertain=False), st.randoms(use_true_random=False))
def test_permuting_mines_or_indicators_permutes_the_results(study: Study, random: Any) -> None:
    base = reference.baseline(study)
    mines = random.sample(range(len(study.panel.mines)), len(study.panel.mines))
    moved = reference.baseline(strategies.permuted(study, mines=mines))
    for name in ("support", "pressure", "recc", "normalized", "obstacle"):
        np.testing.assert_allclose(moved[name], base[name][mines], **close)
    np.testing.assert_allclose(moved["weight"], base["weight"], **close)
    order = random.sample(range(len(base["weight"])), len(base["weight"]))
    moved = reference.baseline(strategies.permuted(study, indicators=order))
    for name in ("support", "pressure", "recc"):
        np.testing.assert_allclose(moved[name], base[name], **close)
    for name in ("weight", "normalized", "obstacle"):
        np.testing.assert_allclose(moved[name], base[name][..., order], **close)


@thorough
@given(strategies.studies(uncertain=False, fixed=False), strategies.seeds(), st.integers(-6, 6))
def test_changing_units_changes_nothing(study: Study, seed: int, power: int) -> None:
    rng = np.random.default_rng(seed)
    shape = study.panel.values.shape[-1]
    # Powers of two and whole shifts of comparable size: no rounding that a factor could enlarge.
    factor = 2.0**power * rng.choice([0.25, 1.0, 8.0], shape)
    shift = factor * rng.integers(-100, 100, shape)
    other = strategies.with_values(study, study.panel.values * factor + shift)
    indicators = tuple(
        replace(i, optimum_lower=i.optimum_lower * a + b, optimum_upper=i.optimum_upper * a + b)
        for i, a, b in zip(study.hierarchy.indicators, factor, shift, strict=True)
    )
    other = replace(other, hierarchy=Hierarchy(indicators))
    assert_same(reference.baseline(study), reference.baseline(other), rtol=1e-9, atol=1e-9)


@thorough
@given(strategies.studies(uncertain=False))
def test_no_noise_returns_the_baseline(study: Study) -> None:
    outputs = reference.evaluate_row(study, np.empty(0), np.zeros(study.panel.values.shape))
    for name, value in reference.baseline(study).items():
        np.testing.assert_array_equal(outputs[name], value, err_msg=name)
    assert (outputs["repair"] == 1).all()


def test_errors_of_size_zero_return_the_baseline() -> None:
    plain = small_study().load()
    zero = small_study(
        uncertainty_judgments={"sigma": 0.0},
        uncertainty_data={"cv": 0.0, "systematic_cv": 0.0},
        uncertainty_method={"goalposts": ["frozen"], "ahp_share": {"low": 0.5, "high": 0.5}},
    ).load()
    u, xi = row_of(zero, 3)
    assert_same(reference.evaluate_row(zero, u, xi), reference.baseline(plain))


def test_a_shared_factor_of_an_indicator_cancels_in_reestimated_goalposts() -> None:
    table = {"systematic_cv": 0.3}
    for goalposts, cancels in [("reestimated", True), ("frozen", False)]:
        study = small_study(
            uncertainty_data=table, uncertainty_method={"goalposts": [goalposts]}
        ).load()
        u, xi = row_of(study, 4)
        drawn, base = reference.evaluate_row(study, u, xi), reference.baseline(study)
        assert np.allclose(drawn["recc"], base["recc"], rtol=1e-12) is cancels


def test_reestimated_goalposts_bias_the_case_study_upward(case_study: Study) -> None:
    # 10 % cell noise: moving goalposts take the extremes of noise for the range of the indicator.
    base = reference.baseline(case_study)["recc"]
    rng = np.random.default_rng(1)
    scale = np.log(1.01) ** 0.5
    bias = {}
    for posts in ("reestimated", "frozen"):
        choices = replace(reference.fixed_choices(case_study), goalposts=posts)
        draws = []
        for _ in range(60):
            noise = np.exp(
                scale * rng.standard_normal(case_study.panel.values.shape) - scale**2 / 2
            )
            values = case_study.panel.values * noise
            matrices = reference.base_matrices(case_study)
            draws.append(reference.index(case_study, values, matrices, choices)["recc"])
        bias[posts] = np.mean(draws) - base.mean()
    assert bias["reestimated"] == pytest.approx(0.035, abs=0.007)
    assert abs(bias["frozen"]) < 0.008


# --- summaries ---------------------------------------------------------------------------------


def test_moments_and_quantiles_leave_undefined_draws_out() -> None:
    samples = np.array([[1.0, 2.0, np.nan, 6.0], [np.nan] * 4])
    result = reference.moments(samples, np.array([2.0, 2.0]))
    np.testing.assert_allclose(result["mean"], [3.0, np.nan])
    np.testing.assert_allclose(result["std"], [7**0.5, np.nan])
    np.testing.assert_allclose(result["bias"], [1.0, np.nan])
    np.testing.assert_array_equal(result["count"], [3, 0])
    expected = [[1.5, 2.0], [np.nan, np.nan]]
    np.testing.assert_allclose(reference.quantiles(samples, [0.25, 0.5]), expected)


def test_probabilities_carry_binomial_standard_errors() -> None:
    codes = np.array([0, 0, 3, -1, 1])
    probability, error = reference.class_probability(codes, range(4))
    np.testing.assert_allclose(probability, [0.5, 0.25, 0.0, 0.25])
    # Of a class that none of four draws is in, the bound 3/n.
    expected = np.sqrt(probability * (1 - probability) / 4)
    np.testing.assert_allclose(error, np.where(probability == 0, 3 / 4, expected))
    overload, error = reference.overload_probability(np.array([0.9, 1.0, np.nan, 1.2]))
    assert overload == pytest.approx(2 / 3)
    assert error == pytest.approx((2 / 27) ** 0.5)


def test_outranking_counts_draws_in_which_both_are_defined() -> None:
    recc = np.array([[[0.5, 0.9, 0.4, np.nan]], [[0.4, 0.9, 0.6, 0.1]]])
    probability, error = reference.outranks_probability(recc)
    np.testing.assert_allclose(probability[:, :, 0], [[0, 1 / 3], [1 / 3, 0]])
    np.testing.assert_allclose(error[0, 1, 0], (2 / 27) ** 0.5)


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [
        # The fifth and the sixth are equal: neither is left out.
        ([0.1, 0.3, 0.15, 0.1, 0.2, 0.05, 0.1], [1, 1, 1, 1, 1, 0, 1]),
        # What is no obstacle is not among the largest, however few there are.
        ([0.0, 0.7, 0.0, 0.3, 0.0, 0.0, 0.0], [0, 1, 0, 1, 0, 0, 0]),
        ([0.4, 0.0, 0.6], [1, 0, 1]),
    ],
)
def test_the_largest_obstacles_are_positive_and_keep_ties(
    degrees: list[float], expected: list[int]
) -> None:
    np.testing.assert_array_equal(reference.top_obstacles(np.array(degrees)), expected)


def test_obstacles_are_summarised_within_their_system() -> None:
    one, two = [0.6, 0.4, 0.0, np.nan], [0.2, 0.3, 0.5, np.nan]
    degrees = np.stack([one, two, [np.nan] * 4], axis=-1)[None, None]
    masks = [np.array([True, True, True, False]), np.array([False, False, False, True])]
    mean, (top, error) = reference.obstacle_summary(degrees, masks, count=2)
    np.testing.assert_allclose(mean[0, 0], [0.4, 0.35, 0.25, np.nan])
    np.testing.assert_allclose(top[0, 0], [0.5, 1.0, 0.5, np.nan])
    np.testing.assert_allclose(error[0, 0], [0.125**0.5, 1, 0.125**0.5, np.nan])


def test_the_ledger_tells_accepted_from_repaired_and_redrawn() -> None:
    ratio = np.array([[0.05, 0.0999, 0.2, 0.02]])
    exponent, redraws = np.array([[1.0, 0.7, 1.0, 1.0]]), np.array([[0, 0, 0, 2]])
    shares = reference.ledger(ratio, exponent, redraws, 0.1)
    assert {name: float(share[0]) for name, share in shares.items()} == {
        "share_accepted": 0.25,
        "share_repaired": 0.25,
        "share_redrawn": 0.25,
    }

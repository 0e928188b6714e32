"""The method in plain NumPy: slow, obvious, and the standard the package is held to.

Nothing here is shared with the kernels or with the uncertainty model they implement; of the
package only the types of a loaded study are used. Loops stand where loops are clearer. Equation
and table numbers are those of Bai et al. 2022, Scientific Reports, doi:10.1038/s41598-022-10105-2.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import gammaincinv, ndtri

from recc_mc.study import Study

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
#: (matrix name, further attempt 1, 2, ...) -> standardised variates of the entries (steps for
#: ``saaty_steps``) and the expert slots' uniforms of that attempt.
Redraw = Callable[[str, int], tuple[FloatArray, FloatArray]]

SYSTEMS = ("support", "pressure")
ZONES = ("high_value_surplus", "low_value_surplus", "low_value_load", "high_value_load")
MAX_ATTEMPTS = 100
RANDOM_INDEX = {
    # Saaty 1980, n = 1..15 (the paper's).
    "saaty1980": (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57,
                  1.59),
    # Mean CI of random reciprocal matrices on the 17-point scale, n = 3..30.
    "simulated": (0, 0, 0.5252, 0.8837, 1.1089, 1.2493, 1.3416, 1.4048, 1.4507, 1.4858, 1.5141,
                  1.5357, 1.5546, 1.5703, 1.5840, 1.5952, 1.6055, 1.6141, 1.6219, 1.6292, 1.6351,
                  1.6412, 1.6462, 1.6509, 1.6555, 1.6592, 1.6630, 1.6664, 1.6695, 1.6725),
}  # fmt: skip
#: The 17 points of Saaty's scale, 1/9 .. 1 .. 9.
SCALE = np.array([1 / k for k in range(9, 1, -1)] + [float(k) for k in range(1, 10)])


# --- random numbers -----------------------------------------------------------------------------


def philox4x32(counter: Sequence[int], key: Sequence[int]) -> tuple[int, int, int, int]:
    """Philox4x32-10 of four counter and two key words (Salmon et al. 2011, Random123)."""
    mask = 0xFFFFFFFF
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & mask, (p0 >> 32) ^ c3 ^ k1, p0 & mask
        k0, k1 = (k0 + 0x9E3779B9) & mask, (k1 + 0xBB67AE85) & mask
    return c0, c1, c2, c3


def standard_variate(distribution: str, u: npt.ArrayLike) -> FloatArray:
    """Variates of mean 0 and sd 1 by inverse CDF."""
    p = np.asarray(u, dtype=np.float64)
    if distribution in ("normal", "lognormal"):
        return np.asarray(ndtri(p))
    if distribution == "uniform":
        return np.asarray(np.sqrt(3) * (2 * p - 1))
    if distribution == "triangular":
        low, high = np.sqrt(2 * p) - 1, 1 - np.sqrt(2 * (1 - p))
        return np.asarray(np.sqrt(6) * np.where(p < 0.5, low, high))
    raise ValueError(distribution)


# --- analytic hierarchy process (Eq. 4, Tables 4-5) ---------------------------------------------


def principal(matrix: FloatArray) -> tuple[FloatArray, float]:
    """Principal right eigenvector, normalised to sum 1, and its eigenvalue."""
    values, vectors = np.linalg.eig(matrix)
    k = int(np.argmax(values.real))
    vector = np.abs(vectors[:, k].real)
    return vector / vector.sum(), float(values[k].real)


def geometric_mean_weights(matrix: FloatArray) -> FloatArray:
    """Row geometric means, normalised to sum 1."""
    means = np.exp(np.log(matrix).mean(axis=1))
    return np.asarray(means / means.sum())


def ahp_weights(matrix: FloatArray, prioritization: str = "eigenvector") -> FloatArray:
    """Priority vector of a judgment matrix."""
    if prioritization == "eigenvector":
        return principal(matrix)[0]
    if prioritization == "geometric_mean":
        return geometric_mean_weights(matrix)
    raise ValueError(prioritization)


def consistency_index(matrix: FloatArray) -> float:
    """CI = (lambda_max - n) / (n - 1), 0 for n <= 2."""
    n = len(matrix)
    return 0.0 if n <= 2 else (principal(matrix)[1] - n) / (n - 1)


def mean_random_index(n: int, name: str) -> float:
    """Random index of n items; Saaty's table ends at 15."""
    return RANDOM_INDEX["simulated" if n > 15 else name][n - 1]


def consistency_ratio(
    matrix: FloatArray, random_index: str = "saaty1980", missing: int = 0
) -> float:
    """CR = CI / RI(n), 0 for n <= 2."""
    n = len(matrix)
    left = 1.0 if n <= 2 else 1 - 2 * missing / ((n - 1) * (n - 2))
    if n <= 2 or left <= 0:
        return 0.0
    return consistency_index(matrix) / (left * mean_random_index(n, random_index))


def geometric_consistency_index(matrix: FloatArray) -> float:
    """GCI = 2/((n-1)(n-2)) sum_{i<j} ln^2(a_ij w_j/w_i), w by row geometric mean."""
    n, w = len(matrix), geometric_mean_weights(matrix)
    total = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            total += np.log(matrix[i, j] * w[j] / w[i]) ** 2
    return 0.0 if n <= 2 else float(2 * total / ((n - 1) * (n - 2)))


def sigma_from_gci(matrix: FloatArray) -> float:
    """Judgment sd told by the matrix itself: E[GCI] = sigma^2; 0.20 where it tells nothing."""
    gci = geometric_consistency_index(matrix)
    return 0.20 if gci < 1e-12 else float(np.clip(np.sqrt(gci), 0.10, 0.40))


def aggregate_judgments(stack: FloatArray, shares: FloatArray) -> FloatArray:
    """AIJ: the weighted geometric mean of the experts' matrices (expert, item, item)."""
    mean = np.zeros_like(stack[0])
    for matrix, share in zip(stack, shares, strict=True):
        mean += share * np.log(matrix)
    return np.asarray(np.exp(mean))


def reciprocal(upper: npt.ArrayLike, n: int) -> FloatArray:
    """Judgment matrix from its strict upper triangle, row by row."""
    matrix = np.eye(n)
    rows, columns = np.triu_indices(n, 1)
    matrix[rows, columns] = upper
    matrix[columns, rows] = 1 / matrix[rows, columns]
    return matrix


def upper_triangle(matrix: FloatArray) -> FloatArray:
    """Strict upper triangle, row by row."""
    return matrix[np.triu_indices(len(matrix), 1)]


# --- normalisation, entropy, indices (Eq. 2, 5-12) ----------------------------------------------


def goalposts(values: FloatArray, scope: str) -> tuple[FloatArray, FloatArray]:
    """Smallest and largest value of each indicator, (year, indicator)."""
    low, high = values.min(axis=0), values.max(axis=0)
    if scope == "pooled":
        low = np.broadcast_to(low.min(axis=0), low.shape)
        high = np.broadcast_to(high.max(axis=0), high.shape)
    elif scope != "yearly":
        raise ValueError(scope)
    return low, high


def normalise(
    values: FloatArray,
    bounds: tuple[FloatArray, FloatArray],
    direction: Sequence[int],
    *,
    clip: tuple[float, float] | None = None,
    optimum: Sequence[tuple[float, float]] = (),
) -> FloatArray:
    """Eq. 2: r = (x - lo)/(hi - lo), or 1 minus that for direction -1; 0 where lo = hi.

    For direction 0, best in [a, b]: 1 within, 1 - (a - x)/M below, 1 - (x - b)/M above, with
    M = max(a - lo, hi - b); 1 where M is not positive.
    """
    low, high = bounds
    r = np.zeros_like(values)
    for m, y, j in np.ndindex(values.shape):
        lo, hi = low[y, j], high[y, j]
        if direction[j] == 0:
            a, b = optimum[j]
            x = float(np.clip(values[m, y, j], lo, hi)) if clip == (0.0, 1.0) else values[m, y, j]
            farthest = max(a - lo, hi - b)
            distance = a - x if x < a else x - b if x > b else 0.0
            r[m, y, j] = 1 - distance / farthest if farthest > 0 else 1.0
        elif hi > lo:
            share = (values[m, y, j] - lo) / (hi - lo)
            r[m, y, j] = share if direction[j] > 0 else 1 - share
    if clip is not None:
        return np.clip(r, *clip)
    if (r < 0).any():
        raise ValueError("negative normalised value: clip it or widen the goalposts")
    return r


def entropy_weights(r: FloatArray) -> FloatArray:
    """Eq. 5-6 for the indicators of one system; r is (object, indicator)."""
    objects, indicators = r.shape
    information = np.zeros(indicators)
    for j in range(indicators):
        column = r[:, j]
        if column.sum() > 0 and (column != column[0]).any():
            p = column / column.sum()
            e = -sum(float(q * np.log(q)) for q in p if q > 0) / np.log(objects)
            information[j] = max(1 - e, 0.0)
    total = information.sum()
    return information / total if total > 0 else np.full(indicators, np.nan)


def critic_weights(r: FloatArray) -> FloatArray:
    """CRITIC: s_j sum_k (1 - rho_jk), of the columns that vary; r is (object, indicator)."""
    information = r.std(axis=0, ddof=1) * (r != r[0]).any(axis=0)
    varying = np.flatnonzero(information)
    if len(varying) > 1:
        for j in varying:
            rho = [np.corrcoef(r[:, j], r[:, k])[0, 1] for k in varying if k != j]
            # What rounding leaves of a correlation of 1 is no conflict.
            information[j] *= sum(1 - value for value in rho if 1 - value > 1e-12)
    total = information.sum()
    return information / total if total > 0 else np.full(len(information), np.nan)


def spread_weights(r: FloatArray, objective: str) -> FloatArray:
    """Weights by s, by s over the mean, or equal ones of the columns that vary."""
    varies = (r != r[0]).any(axis=0)
    size = np.where(varies, r.std(axis=0, ddof=1), 0.0)
    if objective == "cv":
        mean = r.mean(axis=0)
        size = np.where(mean > 0, size / np.where(mean > 0, mean, 1.0), 0.0)
    elif objective == "equal":
        size = varies.astype(float)
    elif objective != "sd":
        raise ValueError(objective)
    return size / size.sum() if size.sum() > 0 else np.full(r.shape[1], np.nan)


def objective_weights(r: FloatArray, objective: str) -> FloatArray:
    """Weights that the data of one system give; r is (object, indicator)."""
    if objective == "entropy":
        return entropy_weights(r)
    return critic_weights(r) if objective == "critic" else spread_weights(r, objective)


def combine(
    ahp: FloatArray, objective: FloatArray, ahp_share: float, combination: str = "linear"
) -> FloatArray:
    """Combined weights of one system: by a share (Eq. 7), as products, or by game theory."""
    if combination == "linear":
        return ahp_share * ahp + (1 - ahp_share) * objective
    if np.isnan(objective).any():
        return np.full(len(ahp), np.nan)
    if combination == "multiplicative":
        product = ahp * objective
        return product / product.sum() if product.sum() > 0 else np.full(len(ahp), np.nan)
    if combination == "game_theory":
        one, other = game_theory_shares(ahp, objective)
        return one * ahp + other * objective
    raise ValueError(combination)


def game_theory_shares(ahp: FloatArray, objective: FloatArray) -> tuple[float, float]:
    """Shares of the two weights in equilibrium; halves where they are the same."""
    if np.allclose(ahp, objective, rtol=0, atol=1e-13):
        return 0.5, 0.5
    both = np.stack([ahp, objective])
    found = np.abs(np.linalg.solve(both @ both.T, [ahp @ ahp, objective @ objective]))
    return float(found[0] / found.sum()), float(found[1] / found.sum())


def subsystem_index(r: FloatArray, weight: FloatArray, aggregation: str) -> FloatArray:
    """Eq. 8-9: sum r W, or prod r^W with 0^0 = 1, or TOPSIS, over the last axis."""
    if aggregation == "linear":
        return np.asarray((r * weight).sum(axis=-1))
    if aggregation == "geometric":
        return np.asarray((r**weight).prod(axis=-1))
    if aggregation == "topsis":
        worst = np.sqrt(((weight * r) ** 2).sum(axis=-1))
        best = np.sqrt(((weight * np.maximum(1 - r, 0)) ** 2).sum(axis=-1))
        return np.asarray(worst / (worst + best))
    raise ValueError(aggregation)


def carrying_capacity(support: FloatArray, pressure: FloatArray) -> FloatArray:
    """Eq. 10: C = P/S, NaN where S < 1e-9."""
    undefined = ~(support >= 1e-9)
    return np.where(undefined, np.nan, pressure / np.where(undefined, 1.0, support))


def grade(support: float, pressure: float, cuts: Sequence[float] = (0.33, 0.66)) -> int:
    """Table 6: blocks I..IX as 1..9, row by row in P, then S; -1 where undefined."""
    if np.isnan(support) or np.isnan(pressure):
        return -1
    level_s, level_p = (sum(value >= cut for cut in cuts) for value in (support, pressure))
    return 3 * level_p + level_s + 1


def zone(support: float, pressure: float) -> int:
    """Table 7: code 0..3 of ``ZONES`` with x = S, y = P, both clipped to [0, 1]; -1 undefined."""
    if np.isnan(support) or np.isnan(pressure):
        return -1
    x, y = np.clip(support, 0, 1), np.clip(pressure, 0, 1)
    if y < x**2:
        return 0
    if y < x:
        return 1
    return 2 if y < np.sqrt(x) else 3


def ranks(recc: FloatArray) -> IntArray:
    """Rank 1 = the year's largest C, ties share the lower number, -1 for NaN; (mine, year)."""
    result = np.full(recc.shape, -1)
    for m, y in np.ndindex(recc.shape):
        if not np.isnan(recc[m, y]):
            result[m, y] = 1 + int((recc[:, y] > recc[m, y]).sum())
    return result


def obstacle_degrees(r: FloatArray, weight: FloatArray, system: str = "support") -> FloatArray:
    """Eq. 11-12: A_j = I_j W_j / sum I W over one system's indicators.

    I = 1 - r, never below 0, of support; of pressure it is r, for there what is large hinders.
    """
    deviation = np.maximum(1 - r if system == "support" else r, 0) * weight
    total = deviation.sum(axis=-1, keepdims=True)
    return np.where(total > 0, deviation / np.where(total > 0, total, 1), np.nan)


def criterion_scores(study: Study, r: FloatArray, weight: FloatArray) -> FloatArray:
    """Index of each criterion by itself, sum r W / sum W (..., criterion)."""
    scores = []
    for criterion in study.hierarchy.all_criteria:
        members = [name in study.hierarchy.members(criterion) for name in study.hierarchy.names]
        share = weight[members].sum()
        total = (r[..., members] * weight[members]).sum(axis=-1)
        scores.append(total / share if share > 0 else np.full(r.shape[:-1], np.nan))
    return np.stack(scores, axis=-1)


def coupling_degree(u: FloatArray, form: str = "standard") -> float:
    """Degree of coupling of what has the values u: standard, or of Wang et al. (2021)."""
    n = len(u)
    if not (u >= 0).all():
        return np.nan
    if u.max() == 0:
        return 0.0
    if form == "standard":
        return float((np.prod(u) / np.mean(u) ** n) ** (1 / n))
    pairs = [abs(u[i] - u[j]) for i in range(n) for j in range(i)]
    ratio = np.prod(u / u.max()) ** (1 / (n - 1))
    likeness = max(1 - sum(pairs) / (n * (n - 1) / 2), 0.0)
    return float(np.sqrt(likeness * ratio))


def coordination(
    u: FloatArray, form: str = "standard", shares: FloatArray | None = None
) -> tuple[float, float, float]:
    """Degree of coupling C, coordination index T = sum a U, and D = sqrt(C T)."""
    coupling = coupling_degree(u, form)
    index = float(u.mean() if shares is None else shares @ u)
    index = index if (u >= 0).all() else np.nan
    return coupling, index, float(np.sqrt(coupling * index))


def coordination_class(degree: float) -> int:
    """Class 1 to 10 at steps of 0.1; a degree on a step is of the class above."""
    return -1 if np.isnan(degree) else 1 + sum(degree >= k / 10 for k in range(1, 10))


def fuzzy_membership(x: float, limits: Sequence[float], direction: int = 1) -> FloatArray:
    """Memberships of a value in three grades, as the literature writes them."""
    x, (k1, k2, k3) = x * direction, (k * direction for k in limits)
    if x >= k1:
        first = (1 + (x - k1) / (x - k2)) / 2
        return np.array([first, 1 - first, 0.0])
    if x >= k2:
        first = (1 - (k1 - x) / (k1 - k2)) / 2
        return np.array([first, 1 - first, 0.0])
    second = (1 + (x - k3) / (k2 - k3)) / 2 if x >= k3 else (1 - (k3 - x) / (k2 - x)) / 2
    return np.array([0.0, second, 1 - second])


def fuzzy_evaluation(
    memberships: FloatArray, weight: FloatArray, scores: Sequence[float] = (0.95, 0.5, 0.05)
) -> tuple[FloatArray, float, int]:
    """B = W U of memberships (indicator, grade), the score, and the grade of the largest."""
    belongs = weight @ memberships
    return belongs, float(belongs @ np.asarray(scores)), 1 + int(np.argmax(belongs))


def further(
    study: Study, values: FloatArray, r: FloatArray, weight: FloatArray, indices: Any
) -> dict[str, Any]:
    """What is made of an index beside it, as far as a study asks for it."""
    found: dict[str, Any] = {"criterion_score": criterion_scores(study, r, weight)}
    shape, table = values.shape[:2], study.settings.coupling
    if table is not None:
        shares = None
        if table.of == "systems":
            pressure = indices["pressure"]
            reverse = table.pressure != "as_is"
            # P of the worst mine is 1 but for rounding.
            rest = np.where(np.abs(1 - pressure) > 1e-6, 1 - pressure, 0.0)
            u = np.stack([indices["support"], rest if reverse else pressure], axis=-1)
        else:
            chosen = study.hierarchy.criteria(table.of)
            place = [study.hierarchy.all_criteria.index(name) for name in chosen]
            u = found["criterion_score"][..., place]
            if table.weights == "combined":
                names = study.hierarchy.names
                members = [[n in study.hierarchy.members(c) for n in names] for c in chosen]
                shares = np.array([weight[m].sum() for m in members])
        each = np.array([coordination(x, table.form, shares) for x in u.reshape(-1, u.shape[-1])])
        for k, name in enumerate(("coupling", "coordination_index", "coordination")):
            found[name] = each[:, k].reshape(shape)
        codes = [coordination_class(degree) for degree in each[:, 2]]
        found["coordination_class"] = np.array(codes).reshape(shape)
    if study.settings.fuzzy is not None:
        scores = study.settings.fuzzy.scores
        place = np.ndindex(*shape)
        memberships = np.array(
            [
                [
                    fuzzy_membership(x, i.limits, i.direction)
                    for x, i in zip(values[cell], study.hierarchy.indicators, strict=True)
                ]
                for cell in place
            ]
        )
        each_system = []
        for system in SYSTEMS:
            mask = system_mask(study, system)
            each_system.append(
                [fuzzy_evaluation(u[mask], weight[mask], scores) for u in memberships]
            )
        for k, name in enumerate(("fuzzy_membership", "fuzzy_score", "fuzzy_grade")):
            numbers = np.array([[one[k] for one in cells] for cells in each_system])
            found[name] = numbers.reshape(len(SYSTEMS), *shape, *numbers.shape[2:])
    return found


def trends(values: FloatArray, years: Sequence[int]) -> dict[str, Any]:
    """Change first-to-last year and year of the peak per mine, mean over mines per year."""
    return {
        "mean_over_mines": values.mean(axis=0),
        "change": values[:, -1] - values[:, 0],
        "peak_year": np.array([years[int(np.argmax(row))] for row in values]),
    }


# --- the index of one study, given values and matrices ------------------------------------------


@dataclass(frozen=True)
class Choices:
    """The method's alternatives in force."""

    ahp_share: float
    prioritization: str
    goalposts: str  # reestimated | frozen
    scope: str  # pooled | yearly | fixed
    aggregation: str
    objective: str = "entropy"
    combination: str = "linear"


def fixed_choices(study: Study) -> Choices:
    """The choices of [method], without the uncertainty model."""
    m = study.settings.method
    return Choices(
        m.ahp_share,
        m.prioritization,
        "reestimated",
        m.goalposts,
        m.aggregation,
        m.objective,
        m.combination,
    )


def base_matrices(study: Study) -> dict[str, FloatArray]:
    """The aggregated judgment matrix of every node."""
    return {
        m.name: m.stack[0] if len(m.stack) == 1 else aggregate_judgments(m.stack, m.shares)
        for m in study.judgments.matrices
    }


def global_ahp_weights(
    study: Study, matrices: Mapping[str, FloatArray], prioritization: str
) -> FloatArray:
    """Product of the weights of an indicator and of all criteria it is in, level by level.

    0 without judgments, whose share then is 0.
    """
    if study.settings.method.weights == "given":
        return given_weights(study, {})
    if not matrices:
        return np.zeros(len(study.hierarchy.indicators))
    nodes = study.hierarchy.nodes
    local = {
        name: dict(zip(items, ahp_weights(matrices[name], prioritization), strict=True))
        for name, items in nodes.items()
    }
    weights = []
    for i in study.hierarchy.indicators:
        top, *below = i.criterion.split("/")
        weight, path = local[i.system][top], top
        for name in below:
            weight, path = weight * local[path][name], f"{path}/{name}"
        weights.append(weight * local[path][i.name])
    return np.array(weights)


def given_weights(study: Study, u: Mapping[tuple[str, str], FloatArray]) -> FloatArray:
    """Given weights of sum 1 in each system, drawn by the parts of a row of the unit cube."""
    errors = study.settings.uncertainty.weights
    weights = np.array([i.weight for i in study.hierarchy.indicators])
    for system in SYSTEMS:
        mask = system_mask(study, system)
        weights[mask] /= weights[mask].sum()
        row = u.get((f"judgment:{system}", "weights"))
        if errors is None or row is None:
            continue
        if errors.cv is not None:
            s = np.sqrt(np.log(1 + errors.cv**2))
            weights[mask] *= np.exp(s * ndtri(row) - s**2 / 2)
        else:
            shape = errors.concentration * weights[mask]
            weights[mask] = np.where(shape > 0, gammaincinv(np.maximum(shape, 1e-9), row), 0)
        weights[mask] /= weights[mask].sum()
    return weights


def system_mask(study: Study, system: str) -> npt.NDArray[np.bool_]:
    """Which indicators belong to a system."""
    return np.array([i.system == system for i in study.hierarchy.indicators])


def normalised(study: Study, values: FloatArray, choices: Choices) -> FloatArray:
    """Normalised values under the goalposts in force."""
    indicators = study.hierarchy.indicators
    direction = [i.direction for i in indicators]
    optimum = [(i.optimum_lower, i.optimum_upper) for i in indicators]
    if choices.scope == "fixed":
        shape = values.shape[1:]
        low, high = ([getattr(i, side) for i in indicators] for side in ("lower", "upper"))
        bounds = (np.broadcast_to(low, shape), np.broadcast_to(high, shape))
        clip = (0.0, 1.0) if study.settings.method.clip else None
        return normalise(values, bounds, direction, clip=clip, optimum=optimum)
    if choices.goalposts == "frozen":
        # Clipped at 0 only: a draw beyond the baseline's best counts in full, or C would be biased.
        bounds = goalposts(study.panel.values, choices.scope)
        return normalise(values, bounds, direction, clip=(0.0, np.inf), optimum=optimum)
    return normalise(values, goalposts(values, choices.scope), direction, optimum=optimum)


def obstacles(study: Study, r: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Obstacle degrees by indicator and by criterion; NaN for a system that is left out."""
    indicators, criteria = study.hierarchy.indicators, study.hierarchy.all_criteria
    degree = np.full(r.shape, np.nan)
    systems = SYSTEMS if study.settings.method.obstacle == "both" else ("support",)
    for system in systems:
        mask = system_mask(study, system)
        degree[..., mask] = obstacle_degrees(r[..., mask], weight[mask], system)
    by_criterion = [
        degree[..., [f"{i.criterion}/".startswith(f"{criterion}/") for i in indicators]].sum(-1)
        for criterion in criteria
    ]
    return degree, np.stack(by_criterion, axis=-1)


def index(
    study: Study,
    values: FloatArray,
    matrices: Mapping[str, FloatArray],
    choices: Choices,
    given: FloatArray | None = None,
) -> dict[str, Any]:
    """Every output of the index for values (mine, year, indicator), and matrices or weights."""
    method = study.settings.method
    r = normalised(study, values, choices)
    ahp = global_ahp_weights(study, matrices, choices.prioritization) if given is None else given
    objects = r.reshape(-1, r.shape[-1])
    objective, weight = np.empty_like(ahp), np.empty_like(ahp)
    for system in SYSTEMS:
        mask = system_mask(study, system)
        objective[mask] = objective_weights(objects[:, mask], choices.objective)
        weight[mask] = combine(ahp[mask], objective[mask], choices.ahp_share, choices.combination)
    indices = {}
    for system in SYSTEMS:
        mask = system_mask(study, system)
        indices[system] = subsystem_index(r[..., mask], weight[mask], choices.aggregation)
    there = [system for system in SYSTEMS if system_mask(study, system).any()]
    for system in SYSTEMS:
        if system not in there:
            indices[system] = np.ones(r.shape[:2])
    support, pressure = indices["support"], indices["pressure"]
    # Of one system C stands for its index, and there are no classes.
    recc = carrying_capacity(support, pressure) if len(there) == 2 else indices[there[0]]
    pairs = list(zip(support.ravel(), pressure.ravel(), strict=True))
    if len(there) == 1:
        pairs = [(np.nan, np.nan)] * len(pairs)
    degree, by_criterion = obstacles(study, r, weight)
    ratios = [
        consistency_ratio(a, method.random_index, missing_pairs(study, name))
        for name, a in matrices.items()
    ]
    if method.weights == "given":
        # Each system has one set of weights, of which nothing is inconsistent.
        ratios = [0.0, 0.0]
    return {
        "support": support,
        "pressure": pressure,
        "recc": recc,
        "zone": np.array([zone(s, p) for s, p in pairs]).reshape(recc.shape),
        "grade": np.array([grade(s, p, method.grade_cuts) for s, p in pairs]).reshape(recc.shape),
        "rank": ranks(recc),
        "normalized": r,
        "weight": weight,
        "weight_ahp": ahp,
        "weight_objective": objective,
        **({"weight_entropy": objective} if choices.objective == "entropy" else {}),
        "consistency_ratio": np.array(ratios),
        "lambda_max": np.array([principal(a)[1] for a in matrices.values()]),
        "obstacle": degree,
        "obstacle_criterion": by_criterion,
        "choices": choices,
        **further(study, values, r, weight, indices),
    }


def baseline(study: Study) -> dict[str, Any]:
    """The deterministic index of a study."""
    return index(study, study.panel.values, base_matrices(study), fixed_choices(study))


# --- uncertainty: judgments ---------------------------------------------------------------------


def matrix_sigma(study: Study, name: str) -> float:
    """Sd of ln a of a matrix's entries, 0 without judgment errors."""
    errors = study.settings.uncertainty.judgments
    if errors is None:
        return 0.0
    sigma = errors.sigma.get(name, "gci") if isinstance(errors.sigma, Mapping) else errors.sigma
    if sigma != "gci":
        return float(sigma)
    matrix = study.judgments[name]
    index = 0.0
    for k, (own, share) in enumerate(zip(matrix.stack, matrix.shares, strict=True)):
        n = len(own)
        count = 0 if matrix.missing is None else int(np.triu(matrix.missing[k]).sum())
        left = (n - 1) * (n - 2) / 2 - count
        whole = (n - 1) * (n - 2) / 2
        index += share * geometric_consistency_index(own) * whole / left if left > 0 else 0
    return 0.20 if index < 1e-12 else float(np.clip(np.sqrt(index), 0.10, 0.40))


def drawn_parts(study: Study, name: str) -> tuple[int, int]:
    """Numbers of entry and of expert columns of a matrix."""
    errors = study.settings.uncertainty.judgments
    (matrix,) = (m for m in study.judgments.matrices if m.name == name)
    n = len(matrix.items)
    if errors is None or n < 2:
        return 0, 0
    drawn = errors.distribution == "saaty_steps" or matrix_sigma(study, name) > 0
    experts = len(matrix.experts) if errors.resample_experts and len(matrix.stack) > 1 else 0
    pairs = n * (n - 1) // 2 - missing_pairs(study, name)
    return (pairs if drawn else 0), experts


def nobody_judged(study: Study, name: str) -> npt.NDArray[np.bool_]:
    """Which pairs of a matrix nobody judged (item, item)."""
    (matrix,) = (m for m in study.judgments.matrices if m.name == name)
    if matrix.missing is None:
        return np.zeros((len(matrix.items),) * 2, dtype=bool)
    return np.asarray(matrix.missing.all(axis=0))


def missing_pairs(study: Study, name: str) -> int:
    """How many pairs of a matrix nobody judged."""
    return int(np.triu(nobody_judged(study, name)).sum())


def least_squares(matrix: FloatArray, unknown: npt.NDArray[np.bool_]) -> FloatArray:
    """ln w by least squares from the judgments that are known; the first is 0."""
    rows, columns = np.nonzero(np.triu(~unknown, 1))
    equations = np.zeros((len(rows), len(matrix)))
    equations[np.arange(len(rows)), rows] = 1
    equations[np.arange(len(rows)), columns] -= 1
    found = np.linalg.lstsq(equations[:, 1:], np.log(matrix[rows, columns]))[0]
    return np.concatenate([[0.0], found])


def saaty_shift(value: float, steps: float) -> float:
    """Move a judgment along the 17-point scale, keeping its fractional position."""
    logs = np.log(SCALE)
    k = min(int(np.searchsorted(SCALE, value, side="right")) - 1, len(SCALE) - 2)
    position = k + (np.log(value) - logs[k]) / (logs[k + 1] - logs[k])
    return float(np.exp(np.interp(position + steps, np.arange(len(SCALE)), logs)))


def judgment_errors(study: Study) -> Any:
    """[uncertainty.judgments] of a study that has it."""
    errors = study.settings.uncertainty.judgments
    if errors is None:
        raise ValueError("no judgment errors")
    return errors


def entry_noise(study: Study, u: FloatArray) -> FloatArray:
    """Standardised variates (steps for ``saaty_steps``) of a matrix's upper triangle."""
    errors = judgment_errors(study)
    if errors.steps is not None:
        return np.asarray(np.floor(u * (2 * errors.steps + 1)) - errors.steps)
    return standard_variate(errors.distribution, u)


def perturbed(study: Study, name: str, noise: FloatArray, u_experts: FloatArray) -> FloatArray:
    """One attempt at a judgment matrix, before its consistency is judged."""
    errors = judgment_errors(study)
    (matrix,) = (m for m in study.judgments.matrices if m.name == name)
    base = base_matrices(study)[name]
    if len(u_experts):
        drawn = np.floor(u_experts * len(u_experts)).astype(int)
        shares = matrix.shares[drawn]
        base = aggregate_judgments(matrix.stack[drawn], shares / shares.sum())
    if not len(noise):
        return reciprocal(upper_triangle(base), len(base))
    unknown = nobody_judged(study, name)
    known = ~unknown[np.triu_indices(len(base), 1)]
    upper = upper_triangle(base)
    given = upper[known]
    if errors.distribution == "saaty_steps":
        given = np.array([saaty_shift(a, k) for a, k in zip(given, noise, strict=True)])
    else:
        given = given * np.exp(matrix_sigma(study, name) * noise)
    if errors.limit_to_scale:
        given = np.clip(given, 1 / 9, 9)
    upper[known] = given
    if unknown.any():
        # What nobody judged has no error of its own, but moves with the least squares estimate.
        moved = least_squares(reciprocal(upper, len(base)), unknown) - least_squares(base, unknown)
        moves = upper_triangle(np.exp(np.subtract.outer(moved, moved)))
        upper[~known] *= moves[~known]
    return reciprocal(upper, len(base))


def shrunk(matrix: FloatArray, t: float) -> FloatArray:
    """B = A^t o W^(1-t) elementwise, W_ij = w_i/w_j from the row geometric mean."""
    w = geometric_mean_weights(matrix)
    return np.asarray(matrix**t * np.divide.outer(w, w) ** (1 - t))


def repair(
    matrix: FloatArray, limit: float, random_index: str, missing: int = 0
) -> tuple[FloatArray, float]:
    """Shrink towards the consistent matrix by the largest t in [0, 1] with CR < limit."""
    if consistency_ratio(matrix, random_index, missing) < limit:
        return matrix, 1.0
    low, high = 0.0, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        if consistency_ratio(shrunk(matrix, middle), random_index, missing) < limit:
            low = middle
        else:
            high = middle
    return shrunk(matrix, low), low


@dataclass(frozen=True)
class DrawnMatrix:
    """A judgment matrix as used, and what its consistency policy did."""

    values: FloatArray
    repair: float = 1.0  # exponent t, 1 = untouched
    redraws: int = 0  # further attempts


def judgment_matrix(
    study: Study,
    name: str,
    u_entries: npt.ArrayLike,
    u_experts: npt.ArrayLike = (),
    redraw: Redraw | None = None,
) -> DrawnMatrix:
    """Draw one judgment matrix and apply the consistency policy."""
    entries, experts = np.asarray(u_entries, float), np.asarray(u_experts, float)
    if not len(entries) and not len(experts):
        return DrawnMatrix(base_matrices(study)[name])
    errors, random_index = judgment_errors(study), study.settings.method.random_index
    missing = missing_pairs(study, name)
    noise = entry_noise(study, entries) if len(entries) else entries
    matrix = perturbed(study, name, noise, experts)
    if errors.consistency == "keep":
        return DrawnMatrix(matrix)
    if errors.consistency == "repair":
        return DrawnMatrix(*repair(matrix, errors.cr_limit, random_index, missing))
    for attempt in range(MAX_ATTEMPTS + 1):
        if attempt:
            if redraw is None:
                raise ValueError(f"{name}: rejected, and nothing to redraw it from")
            matrix = perturbed(study, name, *redraw(name, attempt))
        if consistency_ratio(matrix, random_index, missing) < errors.cr_limit:
            return DrawnMatrix(matrix, redraws=attempt)
    raise ValueError(f"{name}: no consistent draw in {MAX_ATTEMPTS} further attempts")


# --- uncertainty: data --------------------------------------------------------------------------

PARTS = ("", "systematic_", "mine_")  # the cell part has no prefix
ERROR_KEYS = (
    "distribution",
    "lower",
    "upper",
    *(part + kind for part in (*PARTS, "interpolated_") for kind in ("cv", "sd")),
)


def error_keys(study: Study, indicator: str) -> dict[str, Any] | None:
    """Keys of an indicator's data error: table < criteria < indicator, a cv replacing an sd."""
    table = study.settings.uncertainty.data
    if table is None:
        return None
    (criterion,) = (i.criterion for i in study.hierarchy.indicators if i.name == indicator)
    keys: dict[str, Any] = {"distribution": "lognormal"}
    paths = [c for c in table.criteria if f"{criterion}/".startswith(f"{c}/")]
    overrides = [table.criteria[path] for path in sorted(paths, key=len)]
    for layer in (table, *overrides, table.indicators.get(indicator)):
        if layer is None:
            continue
        given = {k: getattr(layer, k) for k in ERROR_KEYS if getattr(layer, k) is not None}
        for part in (*PARTS, "interpolated_"):
            for here, there in (("cv", "sd"), ("sd", "cv")):
                if part + here in given:
                    keys.pop(part + there, None)
        keys |= given
    least, most = natural_bounds(study, indicator)
    if np.isfinite(least):
        keys["lower"] = max(keys.get("lower", -np.inf), least)
    if np.isfinite(most):
        keys["upper"] = min(keys.get("upper", np.inf), most)
    return keys


def natural_bounds(study: Study, indicator: str) -> tuple[float, float]:
    """Columns min and max; where they say nothing, 0 to 100 of percentages that all lie there."""
    spec = study.hierarchy[indicator]
    values = study.panel.values[:, :, study.panel.indicators.index(indicator)]
    percent = spec.units == "%" and (values >= 0).all() and (values <= 100).all()
    least, most = (0.0, 100.0) if percent else (-np.inf, np.inf)
    return (
        least if np.isnan(spec.minimum) else spec.minimum,
        most if np.isnan(spec.maximum) else spec.maximum,
    )


def is_uncertain(keys: Mapping[str, Any] | None, part: str) -> bool:
    """Whether a part of a data error has a positive sd."""
    return keys is not None and any(keys.get(part + k, 0) > 0 for k in ("cv", "sd"))


def part_scale(keys: Mapping[str, Any], part: str, value: float) -> float:
    """Sd of a part of the error of one cell: of ln x for lognormal, of x otherwise."""
    cv, sd = keys.get(part + "cv", 0.0), keys.get(part + "sd", 0.0)
    if keys["distribution"] == "lognormal":
        return float(np.sqrt(np.log(1 + cv**2)))
    return float(sd or cv * abs(value))


def drawn_value(
    keys: Mapping[str, Any], value: float, xi: Mapping[str, float], interpolated: bool
) -> float:
    """One cell's draw from the standardised variates of its parts."""
    scale = {part: part_scale(keys, part, value) for part in PARTS}
    if interpolated:
        scale[""] = np.hypot(scale[""], part_scale(keys, "interpolated_", value))
    lower, upper = keys.get("lower", -np.inf), keys.get("upper", np.inf)
    lognormal = keys["distribution"] == "lognormal"
    if keys["distribution"] in ("uniform", "triangular"):
        widest = np.sqrt({"uniform": 3, "triangular": 6}[keys["distribution"]])
        reach, room = widest * sum(scale.values()), min(value - lower, upper - value)
        shrunk = room / reach if reach > room else 1.0
        return float(value + shrunk * sum(scale[p] * xi[p] for p in PARTS))
    if lognormal:
        lower = max(lower, 0.0)
    if (lower, upper) == ((0.0, np.inf) if lognormal else (-np.inf, np.inf)):
        if not lognormal:
            return float(value + sum(scale[p] * xi[p] for p in PARTS))
        return float(value * np.exp(sum(scale[p] * xi[p] - scale[p] ** 2 / 2 for p in PARTS)))
    total = np.sqrt(sum(scale[p] ** 2 for p in PARTS))
    sd = abs(value) * np.sqrt(np.exp(total**2) - 1) if lognormal else total
    if sd == 0 or value in (lower, upper):
        return value
    variate = sum(scale[p] * xi[p] for p in PARTS) / total
    return within_bounds(value, float(sd), lower, upper, variate)


def within_bounds(value: float, sd: float, lower: float, upper: float, variate: float) -> float:
    """The law between bounds that has the value as its mean, at a standard normal variate.

    Lognormal from one bound; logit-normal between two, of a scale of at most sqrt(2).
    """
    if np.isfinite([lower, upper]).all():
        width = upper - lower
        location, scale = logit_normal((value - lower) / width, sd / width)
        return float(lower + width / (1 + np.exp(-location - scale * variate)))
    bound = lower if np.isfinite(lower) else upper
    scale = np.sqrt(np.log(1 + (sd / (value - bound)) ** 2))
    return float(bound + (value - bound) * np.exp(scale * variate - scale**2 / 2))


@cache
def logit_normal(mean: float, sd: float) -> tuple[float, float]:
    """Location and scale of the logit-normal of a mean and sd: one root inside another."""
    z = np.linspace(-11, 11, 353)
    density = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()

    def moments(location: float, scale: float) -> tuple[float, float]:
        x = 1 / (1 + np.exp(-location - scale * z))
        centre = float(density @ x)
        return centre, float(np.sqrt(density @ (x - centre) ** 2))

    def location_of(scale: float) -> float:
        def gap(location: float) -> float:
            return moments(location, scale)[0] - mean

        return float(brentq(gap, -50, 50, xtol=1e-15, rtol=1e-15, maxiter=500))

    def excess(scale: float) -> float:
        return moments(location_of(scale), scale)[1] - sd

    widest = float(np.sqrt(2))
    if excess(widest) <= 0:
        return location_of(widest), widest
    scale = float(brentq(excess, 1e-6, widest, xtol=1e-15, rtol=1e-15, maxiter=500))
    return location_of(scale), scale


def shared_factors(
    study: Study, u: Mapping[tuple[str, str], FloatArray], xi_shared: FloatArray | None
) -> FloatArray:
    """Numbers (mine, year, indicator) that errors which indicators share multiply values by.

    e^(s z - s^2/2) with s^2 = ln(1 + cv^2), of mean 1; ``xi_shared`` (mine, year, error) are the
    variates of those that have one for each mine and year.
    """
    factors = np.ones(study.panel.values.shape)
    for k, error in enumerate(study.settings.uncertainty.shared):
        z = np.zeros(factors.shape[:2])
        if error.by == "cell" and xi_shared is not None:
            z = xi_shared[..., k]
        elif error.by != "cell":
            drawn = standard_variate("lognormal", u[f"shared:{error.name}", error.by])
            z = np.broadcast_to(drawn[:, None], z.shape)
        variance = np.log(1 + error.cv**2)
        for name in error.indicators:
            j = study.panel.indicators.index(name)
            factors[..., j] *= np.exp(np.sqrt(variance) * z - variance / 2)
    return factors


def data_draw(
    study: Study,
    u: Mapping[tuple[str, str], FloatArray],
    xi_cell: FloatArray,
    xi_shared: FloatArray | None = None,
) -> FloatArray:
    """Perturbed values (mine, year, indicator).

    ``u`` holds the uniforms by (factor, part); ``xi_cell`` the cells' standardised variates of
    each indicator's own distribution, ``xi_shared`` those of the errors that indicators share.
    """
    panel = study.panel
    values = panel.values.copy()
    for j, name in enumerate(panel.indicators):
        keys = error_keys(study, name)
        if keys is None:
            continue
        shared = {
            part: standard_variate(keys["distribution"], u.get((f"data:{name}", label), ()))
            for part, label in (("systematic_", "systematic"), ("mine_", "mine"))
        }
        for m, y in np.ndindex(values.shape[:2]):
            xi = {
                "": float(xi_cell[m, y, j]),
                "systematic_": float(shared["systematic_"][0]) if len(shared["systematic_"]) else 0,
                "mine_": float(shared["mine_"][m]) if len(shared["mine_"]) else 0,
            }
            interpolated = bool(panel.holes[m, y, j])
            values[m, y, j] = drawn_value(keys, values[m, y, j], xi, interpolated)
    return np.asarray(values * shared_factors(study, u, xi_shared))


# --- uncertainty: method, columns, one row ------------------------------------------------------

METHOD_CHOICES = (
    "ahp_share",
    "prioritization",
    "objective",
    "combination",
    "goalposts",
    "scope",
    "aggregation",
)


def is_open(choice: str, listed: Any) -> bool:
    """Whether a listed choice has more than one possible outcome."""
    if choice == "ahp_share":
        return bool(listed.low < listed.high)
    return len([p for p in listed.probabilities if p > 0]) > 1


def columns(study: Study) -> list[tuple[str, str, slice]]:
    """Layout of the unit cube: (factor, part, columns), a part that is zero having none."""
    sizes: list[tuple[str, str, int]] = []
    for matrix in study.judgments.matrices:
        entries, experts = drawn_parts(study, matrix.name)
        sizes += [(f"judgment:{matrix.name}", "entries", entries)]
        sizes += [(f"judgment:{matrix.name}", "experts", experts)]
    if study.settings.uncertainty.weights is not None:
        for system in SYSTEMS:
            members = int(system_mask(study, system).sum())
            sizes += [(f"judgment:{system}", "weights", members if members > 1 else 0)]
    for name in study.panel.indicators:
        keys = error_keys(study, name)
        sizes += [(f"data:{name}", "systematic", int(is_uncertain(keys, "systematic_")))]
        mines = len(study.panel.mines) if is_uncertain(keys, "mine_") else 0
        sizes += [(f"data:{name}", "mine", mines)]
    for error in study.settings.uncertainty.shared:
        numbers = {"cell": 0, "mine": len(study.panel.mines), "all": 1}
        sizes += [(f"shared:{error.name}", error.by, numbers[error.by])]
    method = study.settings.uncertainty.method
    for choice in METHOD_CHOICES:
        listed = getattr(method, choice, None)
        if listed is not None:
            sizes += [(f"method:{choice}", "choice", int(is_open(choice, listed)))]
    layout, start = [], 0
    for factor, part, size in sizes:
        if size:
            layout.append((factor, part, slice(start, start + size)))
            start += size
    return layout


def method_draw(study: Study, u: Mapping[tuple[str, str], FloatArray]) -> Choices:
    """The method's alternatives of one row; an unlisted choice stays that of [method]."""
    choices, method = fixed_choices(study), study.settings.uncertainty.method
    for choice in METHOD_CHOICES:
        listed, column = getattr(method, choice, None), u.get((f"method:{choice}", "choice"))
        if listed is None:
            continue
        # A choice with one possible outcome has no column: any u gives that outcome.
        u_choice = 0.5 if column is None else float(column[0])
        if choice == "ahp_share":
            share = listed.low + (listed.high - listed.low) * u_choice
            choices = replace(choices, ahp_share=share)
        else:
            passed = int((np.cumsum(listed.probabilities)[:-1] <= u_choice).sum())
            choices = replace(choices, **{choice: listed.names[passed]})
    return choices


def evaluate_row(
    study: Study,
    u: FloatArray,
    xi_cell: FloatArray,
    redraw: Redraw | None = None,
    xi_shared: FloatArray | None = None,
) -> dict[str, Any]:
    """Every per-sample output for one row of the unit cube and its cells' variates."""
    parts = {(factor, part): u[where] for factor, part, where in columns(study)}
    nothing = np.empty(0)
    drawn = {}
    for name in (matrix.name for matrix in study.judgments.matrices):
        factor = f"judgment:{name}"
        entries = parts.get((factor, "entries"), nothing)
        experts = parts.get((factor, "experts"), nothing)
        drawn[name] = judgment_matrix(study, name, entries, experts, redraw)
    values = data_draw(study, parts, xi_cell, xi_shared)
    matrices = {name: matrix.values for name, matrix in drawn.items()}
    given = given_weights(study, parts) if study.settings.method.weights == "given" else None
    outputs = index(study, values, matrices, method_draw(study, parts), given)
    outputs["repair"] = np.array([matrix.repair for matrix in drawn.values()])
    outputs["redraws"] = np.array([matrix.redraws for matrix in drawn.values()])
    if given is not None:
        outputs |= {"repair": np.ones(2), "redraws": np.zeros(2)}
    outputs["values"] = values
    outputs["matrices"] = matrices
    return outputs


# --- summaries of draws; samples are the last axis ----------------------------------------------


def moments(samples: FloatArray, base: FloatArray) -> dict[str, FloatArray]:
    """Mean, sd (ddof 1) and bias (mean minus baseline) over the defined draws, and their count."""
    mean = np.full(samples.shape[:-1], np.nan)
    std, count = mean.copy(), np.zeros(samples.shape[:-1])
    for cell in np.ndindex(mean.shape):
        defined = samples[cell][~np.isnan(samples[cell])]
        count[cell] = len(defined)
        if len(defined):
            mean[cell] = defined.mean()
        if len(defined) > 1:
            std[cell] = defined.std(ddof=1)
    return {"mean": mean, "std": std, "bias": mean - base, "count": count}


def quantiles(samples: FloatArray, probabilities: Sequence[float]) -> FloatArray:
    """Linear-interpolation quantiles of the defined draws, along a new last axis."""
    result = np.full((*samples.shape[:-1], len(probabilities)), np.nan)
    for cell in np.ndindex(samples.shape[:-1]):
        defined = samples[cell][~np.isnan(samples[cell])]
        if len(defined):
            result[cell] = np.quantile(defined, probabilities)
    return result


def with_error(hits: npt.NDArray[np.bool_], defined: npt.NDArray[np.bool_]) -> FloatArray:
    """Share of hits among defined draws and its standard error, stacked along a new first axis.

    sqrt(p(1-p)/n), of 0 and 1 the bound 3/n up to 1; NaN for fewer than two draws.
    """
    n = defined.sum(axis=-1)
    result = np.full((2, *n.shape), np.nan)
    for cell in np.ndindex(n.shape):
        if n[cell] > 0:
            p = hits[cell].sum() / n[cell]
            result[(0, *cell)] = p
        if n[cell] > 1:
            spread = np.sqrt(p * (1 - p) / n[cell])
            result[(1, *cell)] = spread if 0 < p < 1 else min(3 / n[cell], 1)
    return result


def class_probability(codes: IntArray, classes: Iterable[int]) -> FloatArray:
    """Probability and standard error of each class, (2, ..., class); code -1 is undefined."""
    return np.stack([with_error(codes == k, codes >= 0) for k in classes], axis=-1)


def overload_probability(recc: FloatArray) -> FloatArray:
    """P(C >= 1) and its standard error, (2, mine, year)."""
    return with_error(recc >= 1, ~np.isnan(recc))


def outranks_probability(recc: FloatArray) -> FloatArray:
    """Share of draws in which a mine's C exceeds another's, (2, mine, other_mine, year)."""
    one, other = recc[:, None], recc[None, :]
    return with_error(one > other, ~np.isnan(one) & ~np.isnan(other))


def flip_probability(codes: IntArray, base: IntArray) -> FloatArray:
    """Share of draws whose class is not the baseline's, (2, ...); NaN where that is undefined."""
    share = with_error((codes != base[..., None]) & (codes >= 0), codes >= 0)
    return np.where(base >= 0, share, np.nan)


def overload_flip_probability(recc: FloatArray, base: FloatArray) -> FloatArray:
    """Share of draws on the other side of C = 1 than the baseline, (2, mine, year)."""
    defined = ~np.isnan(recc)
    share = with_error(((recc >= 1) != (base >= 1)[..., None]) & defined, defined)
    return np.where(np.isnan(base), np.nan, share)


def rank_quantiles(rank: IntArray, levels: Sequence[float]) -> FloatArray:
    """Smallest rank that at least a share of the draws does not exceed, one for each level."""
    result = np.full((*rank.shape[:-1], len(levels)), np.nan)
    for cell in np.ndindex(rank.shape[:-1]):
        defined = rank[cell][rank[cell] > 0]
        for k, level in enumerate(levels):
            reached = [r for r in np.unique(defined) if (defined <= r).mean() >= level]
            result[(*cell, k)] = min(reached, default=np.nan)
    return result


def kendall_tau(one: FloatArray, other: FloatArray) -> float:
    """(concordant - discordant) / (m (m - 1) / 2), pair by pair; ties in either are neither.

    NaN where all are tied in one of them: the correlation of a constant.
    """
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return np.nan
    signs = [
        np.sign(one[i] - one[k]) * np.sign(other[i] - other[k])
        for i in range(len(one))
        for k in range(i)
    ]
    return float(np.sum(signs) / len(signs))


def agreement(
    recc: FloatArray, rank: IntArray, base: FloatArray, base_rank: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Kendall's tau of every draw and year with the baseline, and whether all ranks are its own.

    (year, sample); NaN where C of a mine is undefined, in the draw or in the baseline.
    """
    tau = np.full(recc.shape[1:], np.nan)
    for year, s in np.ndindex(tau.shape):
        if not np.isnan([*recc[:, year, s], *base[:, year]]).any():
            tau[year, s] = kendall_tau(recc[:, year, s], base[:, year])
    same = (rank == base_rank[..., None]).all(axis=0)
    whole = ~np.isnan(recc).any(axis=0) & ~np.isnan(base).any(axis=0)[:, None]
    return tau, np.where(whole, same, np.nan)


def change(values: FloatArray) -> FloatArray:
    """Last year less first, (mine, sample)."""
    return np.asarray(values[:, -1] - values[:, 0])


def peak_probability(values: FloatArray) -> FloatArray:
    """Share of draws in which a year is the first of the mine's largest value, (2, mine, year)."""
    mines, years, samples = values.shape
    peak = np.full((mines, samples), -1)
    for m, s in np.ndindex(peak.shape):
        series = values[m, :, s]
        if not np.isnan(series).all():
            peak[m, s] = np.nanargmax(series)
    return class_probability(peak, range(years))


def first_overload_probability(recc: FloatArray) -> FloatArray:
    """Share of draws in which a year is the first with C >= 1, behind the years that of none.

    (2, mine, year + 1); draws with an undefined C in some year do not count.
    """
    mines, years, samples = recc.shape
    first = np.full((mines, samples), -1)
    for m, s in np.ndindex(first.shape):
        series = recc[m, :, s]
        if not np.isnan(series).any():
            first[m, s] = next((y for y in range(years) if series[y] >= 1), years)
    return class_probability(first, range(years + 1))


def sketch_step(value: float, centre: float, scale: float) -> int:
    """The integer scale of sketches: steps of the representation of 1 + the scaled distance."""
    apart = (np.float64(value) - centre) * scale
    steps = int((1.0 + np.abs(apart)).view(np.int64)) - int(np.float64(1.0).view(np.int64))
    return steps if apart >= 0 else -steps


def sketch_counts(values: FloatArray, centre: float, scale: float, places: int) -> IntArray:
    """Counts of defined draws in bins that are as narrow as the places allow, (place,)."""
    steps = [sketch_step(value, centre, scale) for value in values if not np.isnan(value)]
    counts = np.zeros(places, np.int64)
    shift = 1
    while steps and (max(steps) >> shift) - (min(steps) >> shift) >= places:
        shift += 1
    for step in steps:
        counts[(step >> shift) % places] += 1
    return counts


def correlation(one: FloatArray, other: FloatArray) -> FloatArray:
    """Pearson correlation over the samples; NaN where one is constant or not always defined."""
    result = np.full(one.shape[:-1], np.nan)
    for cell in np.ndindex(result.shape):
        a, b = one[cell], other[cell]
        varying = [x.var() > (1e-12 * np.abs(x).max()) ** 2 for x in (a, b)]
        if np.isfinite([a, b]).all() and all(varying):
            result[cell] = np.corrcoef(a, b)[0, 1]
    return result


def top_obstacles(degrees: FloatArray, count: int = 5) -> npt.NDArray[np.bool_]:
    """Which indicators have a draw's largest obstacle degrees: above 0, no tie broken."""
    least = np.sort(degrees)[-min(count, len(degrees))]
    return np.asarray((degrees > 0) & (degrees >= least))


def obstacle_summary(
    degrees: FloatArray, systems: Sequence[npt.NDArray[np.bool_]], count: int = 5
) -> tuple[FloatArray, FloatArray]:
    """Mean obstacle degree and, within each system, the probability of being among the largest.

    ``degrees`` is (mine, year, indicator, sample); a draw without obstacle degrees does not count.
    """
    mean = moments(degrees, np.zeros(degrees.shape[:-1]))["mean"]
    top = np.zeros(degrees.shape, dtype=bool)
    for mask in systems:
        members = np.flatnonzero(mask)
        for m, y, s in np.ndindex(*degrees.shape[:2], degrees.shape[3]):
            if not np.isnan(degrees[m, y, members, s]).any():
                top[m, y, members, s] = top_obstacles(degrees[m, y, members, s], count)
    return mean, with_error(top, ~np.isnan(degrees))


def ledger(
    ratio: FloatArray, exponent: FloatArray, redraws: IntArray, limit: float
) -> dict[str, FloatArray]:
    """Per matrix: share of draws accepted at once, repaired, redrawn; inputs (matrix, sample)."""
    repaired, redrawn = exponent < 1, redraws > 0
    accepted = (ratio < limit) & ~repaired & ~redrawn
    return {
        "share_accepted": accepted.mean(axis=-1),
        "share_repaired": repaired.mean(axis=-1),
        "share_redrawn": redrawn.mean(axis=-1),
    }

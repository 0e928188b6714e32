"""Rival: one sample after the other in plain NumPy, as a researcher would write it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.case import RANDOM_INDEX, TOP, Array, Case, Draws, Result, empty_result


class Weighing(NamedTuple):
    """How weights are found: priorities of a matrix, and those of normalised values."""

    priority: Callable[[Array, bool], Array]
    entropy: Callable[[Array], Array]


def run_samples(
    case: Case,
    draws: Draws,
    *,
    rng: np.random.Generator,
    xi_cell: Array | None = None,
    weighing: Weighing | None = None,
) -> Result:
    """Run the whole chain; parameters and results are those of `run_batches`.

    With `weighing` a library finds the weights in place of this module.
    """
    weighing = weighing or Weighing(priority, entropy_weights)
    samples = len(draws.share)
    n_indicators, n_support = len(case.direction), case.systems[0].stop
    objects = len(case.values)
    out = empty_result(case, samples)
    obstacle_mean = np.zeros((n_support, objects))
    obstacle_top5 = np.zeros((n_support, objects))
    for i in range(samples):
        priorities = []
        for m, matrix in enumerate(case.matrices):
            drawn = draw_matrix(matrix.values, matrix.sigma, draws.judgments[matrix.columns, i])
            used, ratio, exponent = repair(drawn, case.cr_limit)
            priorities.append(weighing.priority(used, bool(draws.geometric[i])))
            out["consistency_ratio"][m, i] = ratio
            out["repair"][m, i] = exponent
        ahp = np.empty(n_indicators)
        for (node, members), (system, place) in zip(case.members, case.parents, strict=True):
            ahp[members] = priorities[system][place] * priorities[node]

        noise = (
            rng.standard_normal((objects, n_indicators)) if xi_cell is None else xi_cell[..., i].T
        )
        r = normalize(case, perturb(case, noise, draws.systematic[:, i]), bool(draws.frozen[i]))
        share, weight = draws.share[i], np.empty(n_indicators)
        for system in case.systems:
            entropy = weighing.entropy(r[:, system])
            weight[system] = share * ahp[system] + (1 - share) * entropy

        support, pressure = (r[:, system] @ weight[system] for system in case.systems)
        recc = pressure / support
        out["weight"][:, i] = weight
        for name, values in (("support", support), ("pressure", pressure), ("recc", recc)):
            out[name][..., i] = values.reshape(case.shape)
        out["zone"][..., i] = zone(support, pressure).reshape(case.shape)
        out["grade"][..., i] = grade(support, pressure, case.cuts).reshape(case.shape)
        out["rank"][..., i] = rank(recc.reshape(case.shape))

        obstacle = np.maximum(1 - r[:, :n_support], 0) * weight[:n_support]
        obstacle /= obstacle.sum(axis=1, keepdims=True)
        last = np.sort(obstacle, axis=1)[:, -TOP]
        obstacle_mean += obstacle.T / samples
        obstacle_top5 += (obstacle >= last[:, None]).T / samples
    return out | {"obstacle_mean": obstacle_mean, "obstacle_top5": obstacle_top5}


def draw_matrix(values: Array, sigma: float, z: Array) -> Array:
    rows, columns = np.triu_indices(len(values), 1)
    a = np.eye(len(values))
    a[rows, columns] = values[rows, columns] * np.exp(sigma * z)
    a[columns, rows] = 1 / a[rows, columns]
    return a


def consistency_ratio(a: Array) -> float:
    n = len(a)
    if n <= 2:
        return 0.0
    eigenvalue = np.linalg.eig(a).eigenvalues.real.max()
    return float((eigenvalue - n) / (n - 1) / RANDOM_INDEX[n])


def repair(a: Array, limit: float) -> tuple[Array, float, float]:
    """The matrix shrunk towards consistency as far as it must be, its ratio and the exponent."""
    ratio = consistency_ratio(a)
    if ratio < limit:
        return a, ratio, 1.0
    w = np.exp(np.log(a).mean(axis=1))
    consistent = w[:, None] / w
    low, high = 0.0, 1.0
    for _ in range(40):
        t = (low + high) / 2
        if consistency_ratio(a**t * consistent ** (1 - t)) < limit:
            low = t
        else:
            high = t
    repaired = a**low * consistent ** (1 - low)
    return repaired, consistency_ratio(repaired), low


def priority(a: Array, geometric: bool) -> Array:
    if geometric:
        w = np.exp(np.log(a).mean(axis=1))
    else:
        values, vectors = np.linalg.eig(a)
        w = np.abs(vectors[:, values.real.argmax()].real)
    return w / w.sum()


def perturb(case: Case, noise: Array, systematic: Array) -> Array:
    logs = case.cell_sd * noise - case.cell_sd**2 / 2
    logs += case.systematic_sd * systematic - case.systematic_sd**2 / 2
    x = case.values * np.exp(logs)
    for j, law in case.bounded.items():
        logit = law.location + law.cell * noise[:, j] + law.systematic * systematic[j]
        x[:, j] = law.lower + (law.upper - law.lower) / (1 + np.exp(-logit))
    return x


def normalize(case: Case, x: Array, frozen: bool) -> Array:
    source = case.values if frozen else x
    low, high = source.min(axis=0), source.max(axis=0)
    r = (x - low) / (high - low)
    return np.maximum(np.where(case.direction > 0, r, 1 - r), 0)


def entropy_weights(r: Array) -> Array:
    p = r / r.sum(axis=0)
    logs = np.log(p, where=p > 0, out=np.zeros_like(p))
    diversity = 1 + (p * logs).sum(axis=0) / np.log(len(r))
    return diversity / diversity.sum()


def zone(support: Array, pressure: Array) -> NDArray[np.int64]:
    x, y = np.clip(support, 0, 1), np.clip(pressure, 0, 1)
    return np.select([y < x**2, y < x, y < np.sqrt(x)], [0, 1, 2], default=3)


def grade(support: Array, pressure: Array, cuts: tuple[float, float]) -> NDArray[np.int64]:
    return 1 + 3 * np.digitize(pressure, cuts) + np.digitize(support, cuts)


def rank(recc: Array) -> NDArray[np.int64]:
    """Rank of each mine within each year, 1 for the largest."""
    return 1 + (recc[None] > recc[:, None]).sum(axis=1)

"""Rival: the whole chain in JAX, compiled by XLA for the CPU, as fast as JAX was found to go.

What made it fast, measured on the case study with JAX 0.10:

- Samples are the contiguous axis, so that XLA vectorises reductions over objects; `jax.vmap` over a
  model of one sample puts them first, and takes several times as long.
- Normals are made in single precision also where everything else is double, as ours are; JAX's
  threefry takes 3 ns a word, its ``rbg`` 18 ns on a CPU.
- A sum over the first axis is written out, for XLA does not vectorise such a reduction: 6 of 24 us.
- Matrices are eliminated entry by entry, unrolled, all of one size side by side; Newton's method
  takes a fixed number of steps, and the repair is computed for all and chosen for some: lanes that
  do not need it cost less than a search for those that do.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks.case import RANDOM_INDEX, Array, Case, Draws, Result

OUTPUTS = ("support", "pressure", "recc", "zone", "grade", "rank")
#: Newton's steps to the eigenvalue from a Rayleigh quotient, and to the exponent of a repair.
EIGENVALUE_STEPS, REPAIR_STEPS = 4, 5


class Inputs(NamedTuple):
    """Draws, samples last: standard normals, and the choices of the method."""

    judgments: Any  # (judgment column, sample)
    systematic: Any  # (indicator, sample)
    cells: Any  # (indicator, object, sample)
    share: Any  # (sample,)
    geometric: Any  # (sample,)
    frozen: Any  # (sample,)


def draw_inputs(case: Case, samples: int, dtype: Any, key: Any) -> Inputs:
    """Fresh draws of a batch, within a compiled function."""
    keys = jax.random.split(key, 4)
    objects, indicators = case.values.shape

    def normal(key: Any, *shape: int) -> Any:
        return jax.random.normal(key, (*shape, samples), jnp.float32).astype(dtype)

    low, high = case.share
    choices = jax.random.uniform(keys[3], (3, samples), jnp.float32).astype(dtype)
    return Inputs(
        normal(keys[0], case.judgment_columns),
        normal(keys[1], indicators),
        normal(keys[2], indicators, objects),
        low + (high - low) * choices[0],
        choices[1] >= 0.5,
        choices[2] >= 0.5,
    )


def indices(case: Case, x: Inputs) -> dict[str, Any]:
    """S, P, C (object, sample), zone, grade and rank of a batch of draws."""
    dtype = x.cells.dtype
    normalized, diversity = _normalized(case, x, dtype)
    ahp = _global_weights(case, _priorities(case, x, dtype))
    systems = []
    for system in case.systems:
        entropy = diversity[system] * ((1 - x.share) / diversity[system].sum(axis=0))
        weights = ahp[system] * x.share + entropy
        # Written out: a reduction over the first axis is not vectorised.
        systems.append(sum(w * r for w, r in zip(weights, normalized[system], strict=True)))
    support, pressure = systems
    recc = pressure / support
    found = {"support": support, "pressure": pressure, "recc": recc}
    return found | _classes(case, support, pressure, recc)


def _normalized(case: Case, x: Inputs, dtype: Any) -> tuple[Any, Any]:
    """Normalised values (indicator, object, sample), and diversity (indicator, sample)."""
    values = _values(case, x, dtype)
    low, high = values.min(axis=1), values.max(axis=1)
    low_of_base = jnp.asarray(case.values.min(axis=0), dtype)[:, None]
    high_of_base = jnp.asarray(case.values.max(axis=0), dtype)[:, None]
    # An indicator's common factor moves fixed goalposts instead of the cells, which are more.
    sd = case.systematic_sd
    free = np.array([j not in case.bounded for j in range(len(sd))])[:, None]
    factor = jnp.exp(
        jnp.asarray(sd[:, None], dtype) * (0.5 * sd[:, None] - x.systematic).astype(dtype)
    )
    unit = jnp.where(free, factor, jnp.asarray(1, dtype))
    low = jnp.where(x.frozen, low_of_base * unit, low)
    high = jnp.where(x.frozen, high_of_base * unit, high)
    slope = jnp.asarray(case.direction[:, None], dtype) / (high - low)
    start = jnp.where(case.direction[:, None] > 0, low, high)
    r = jnp.maximum((values - start[:, None]) * slope[:, None], jnp.finfo(dtype).tiny)
    total = r.sum(axis=1)
    entropy = (r * jnp.log(r)).sum(axis=1) / total - jnp.log(total)
    return r, 1 + entropy * (1 / np.log(len(case.values)))


def _values(case: Case, x: Inputs, dtype: Any) -> Any:
    """Values of all cells (indicator, object, sample), without the factors of free indicators."""
    indicators, objects = case.values.shape[::-1]
    scale = np.repeat(case.cell_sd[:, None], objects, axis=1)
    base = (np.log(case.values) - 0.5 * case.cell_sd**2).T.copy()
    shared = np.zeros((indicators, objects))
    lower, width = np.zeros((2, indicators, 1))
    bounded = np.zeros((indicators, 1, 1), bool)
    for j, law in case.bounded.items():
        scale[j], base[j], shared[j] = law.cell, law.location, law.systematic
        lower[j], width[j], bounded[j] = law.lower, law.upper - law.lower, True

    def constant(a: Array) -> Any:
        return jnp.asarray(a, dtype)[..., None]

    groups = []
    order = [np.flatnonzero(~bounded.ravel()), np.flatnonzero(bounded.ravel())]
    for members, between in zip(order, (False, True), strict=True):
        z = constant(base[members]) + constant(scale[members]) * x.cells[members]
        if between:
            z = z + constant(shared[members]) * x.systematic[members, None]
            groups.append(constant(lower[members]) + constant(width[members]) / (1 + jnp.exp(-z)))
        else:
            groups.append(jnp.exp(z))
    return jnp.concatenate(groups)[np.argsort(np.concatenate(order))]


def _priorities(case: Case, x: Inputs, dtype: Any) -> list[Any]:
    """Priorities (item, sample) of every matrix, after repair."""
    samples = x.share.shape[0]
    found: list[Any] = [None] * len(case.matrices)
    for n in sorted({m.size for m in case.matrices}):
        members = [k for k, m in enumerate(case.matrices) if m.size == n]
        logs = [
            jnp.asarray(m.upper_logs[:, None], dtype) + m.sigma * x.judgments[m.columns]
            for m in (case.matrices[k] for k in members)
        ]
        vectors = _vectors(
            jnp.concatenate(logs, axis=1), n, jnp.tile(x.geometric, len(members)), case.cr_limit
        )
        for place, k in enumerate(members):
            found[k] = vectors[:, place * samples : (place + 1) * samples]
    return found


def _vectors(logs: Any, n: int, geometric: Any, cr_limit: float) -> Any:
    """Priorities (item, lane) of matrices with these logarithms above the diagonal."""
    pairs = list(zip(*np.triu_indices(n, 1), strict=True))
    means = [0.0] * n
    for (i, j), log in zip(pairs, logs, strict=True):
        means[i], means[j] = means[i] + log / n, means[j] - log / n
    errors = [log - means[i] + means[j] for (i, j), log in zip(pairs, logs, strict=True)]
    limit = n + cr_limit * (1 - 1e-12) * (n - 1) * RANDOM_INDEX[n]
    eigenvalue, vector = _principal(errors, pairs, n)
    repaired = _repaired(errors, pairs, n, eigenvalue, limit)
    vector = [
        jnp.where(geometric, 1, jnp.where(eigenvalue >= limit, mended, kept)) * jnp.exp(mean)
        for mended, kept, mean in zip(repaired, vector, means, strict=True)
    ]
    return jnp.stack(vector) / sum(vector)


def _principal(errors: list[Any], pairs: list[tuple[int, int]], n: int) -> tuple[Any, list[Any]]:
    """Principal eigenvalue and eigenvector, by Newton's method on the last pivot."""
    a = _reciprocal([jnp.exp(e) for e in errors], pairs, n)
    rows = [sum(a[i][j] for j in range(n)) for i in range(n)]
    columns = [sum(a[i][j] for i in range(n)) for j in range(n)]
    product = sum(columns[i] * a[i][j] * rows[j] for i in range(n) for j in range(n))
    start = product / sum(c * r for c, r in zip(columns, rows, strict=True))

    def step(_: int, state: tuple[Any, list[Any]]) -> tuple[Any, list[Any]]:
        eigenvalue, _ = state
        pivot, right, left = _eliminate(a, eigenvalue, n)
        slope = sum(x * y for x, y in zip(left, right, strict=True))
        return eigenvalue - pivot / slope, right

    return lax.fori_loop(0, EIGENVALUE_STEPS, step, (start, rows))


def _repaired(
    errors: list[Any], pairs: list[tuple[int, int]], n: int, eigenvalue: Any, limit: float
) -> list[Any]:
    """Eigenvectors of exp(t errors), of which t makes the eigenvalue the limit."""
    start = jnp.sqrt((limit - n) / jnp.maximum(eigenvalue - n, limit - n))

    def step(_: int, state: tuple[Any, list[Any]]) -> tuple[Any, list[Any]]:
        t, _ = state
        a = _reciprocal([jnp.exp(t * e) for e in errors], pairs, n)
        pivot, right, left = _eliminate(a, limit, n)
        slope = sum(
            (left[i] * a[i][j] * right[j] - left[j] * a[j][i] * right[i]) * e
            for (i, j), e in zip(pairs, errors, strict=True)
        )
        return t + pivot / slope, right

    return lax.fori_loop(0, REPAIR_STEPS, step, (start, [start] * n))[1]


def _reciprocal(upper: list[Any], pairs: list[tuple[int, int]], n: int) -> list[list[Any]]:
    a = [[1.0] * n for _ in range(n)]
    for (i, j), entry in zip(pairs, upper, strict=True):
        a[i][j], a[j][i] = entry, 1 / entry
    return a


def _eliminate(a: list[list[Any]], shift: Any, n: int) -> tuple[Any, list[Any], list[Any]]:
    """Last pivot of ``shift I - a``, and its right and left null vectors, which end with 1."""
    k = [[(shift - 1 if i == j else -a[i][j]) for j in range(n)] for i in range(n)]
    inverse = [None] * n
    for p in range(n - 1):
        inverse[p] = 1 / k[p][p]
        for i in range(p + 1, n):
            k[i][p] = k[i][p] * inverse[p]
            for j in range(p + 1, n):
                k[i][j] = k[i][j] - k[i][p] * k[p][j]
    one = jnp.ones_like(k[-1][-1])
    right, left = [one] * n, [one] * n
    for p in range(n - 2, -1, -1):
        right[p] = -inverse[p] * sum(k[p][j] * right[j] for j in range(p + 1, n))
        left[p] = -sum(k[i][p] * left[i] for i in range(p + 1, n))
    return k[-1][-1], right, left


def _global_weights(case: Case, priorities: list[Any]) -> Any:
    weights: list[Any] = [None] * len(case.direction)
    for (node, members), (system, place) in zip(case.members, case.parents, strict=True):
        for item, j in enumerate(members):
            weights[j] = priorities[node][item] * priorities[system][place]
    return jnp.stack(weights)


def _classes(case: Case, s: Any, p: Any, c: Any) -> dict[str, Any]:
    x, y = jnp.clip(s, 0, 1), jnp.clip(p, 0, 1)
    zone = sum((y >= edge).astype(jnp.int8) for edge in (x * x, x, jnp.sqrt(x)))
    by_cut = [(s >= cut).astype(jnp.int8) + jnp.int8(3) * (p >= cut) for cut in case.cuts]
    by_mine = c.reshape(*case.shape, -1)
    rank = 1 + (by_mine[None] > by_mine[:, None]).sum(axis=1, dtype=jnp.int8)
    return {"zone": zone, "grade": 1 + sum(by_cut), "rank": rank.reshape(c.shape)}


def prepare() -> None:
    """Allow double precision, and JAX's generator without its mode for several devices.

    In that mode it throws away every second word.
    """
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_threefry_partitionable", False)


def compiled(case: Case, batch: int, dtype: Any) -> Callable[[Any], dict[str, Any]]:
    """A function of a key, that draws a batch and computes its indices, compiled."""
    function = jax.jit(lambda key: indices(case, draw_inputs(case, batch, dtype, key)))
    return function.lower(jax.random.key(1)).compile()


def compiled_decomposition(case: Case, batch: int, dtype: Any) -> Callable[[int], Array]:
    """A function of a number of batches: first and total order of all outputs."""
    compute = jax.jit(
        lambda key: _sums(
            case,
            *(draw_inputs(case, batch, dtype, half) for half in jax.random.split(key)),
            OUTPUTS,
        )
    )

    def indices_of(batches: int) -> Array:
        keys = jax.random.split(jax.random.key(1), batches)
        parts = [compute(key) for key in keys]
        return _estimates(jax.tree.map(lambda *a: np.stack(a).astype(float), *parts))

    return indices_of


def indices_on_draws(
    case: Case, a: tuple[Draws, Array], b: tuple[Draws, Array], dtype: Any
) -> Array:
    """First and total order (factor, order, output) of S, P and C on given draws, for the check."""
    one, other = (_given(*each, dtype) for each in (a, b))
    sums = jax.jit(lambda a, b: _sums(case, a, b, ("support", "pressure", "recc")))(one, other)
    return _estimates(jax.tree.map(lambda x: np.asarray(x, float)[None], sums))


def _sums(case: Case, a: Inputs, b: Inputs, outputs: tuple[str, ...]) -> dict[str, Any]:
    """Sums over a batch that both orders are made of: one factor exchanged after the other."""

    def model(x: Inputs) -> Any:
        found = indices(case, x)
        return jnp.concatenate([found[name].astype(x.cells.dtype) for name in outputs])

    def exchange(masks: tuple[Any, Any, Any]) -> tuple[Any, Any]:
        judgments, indicator, choice = masks
        y = model(
            Inputs(
                jnp.where(judgments[:, None], b.judgments, a.judgments),
                jnp.where(indicator[:, None], b.systematic, a.systematic),
                jnp.where(indicator[:, None, None], b.cells, a.cells),
                *(
                    jnp.where(choice[k], theirs, own)
                    for k, (own, theirs) in enumerate(zip(a[3:], b[3:], strict=True))
                ),
            )
        )
        change = y - y_a
        return (centred * change).sum(axis=1), change.sum(axis=1), (change**2).sum(axis=1)

    y_a, y_b = model(a), model(b)
    both = jnp.concatenate([y_a, y_b], axis=1)
    # About the mean of the batch: single precision has no room for sums of squares.
    mean = both.mean(axis=1, keepdims=True)
    centred = y_b - mean
    first, change, total = lax.map(exchange, _masks(case))
    spread = ((both - mean) ** 2).sum(axis=1)
    return {
        "first": first,
        "change": change,
        "total": total,
        "spread": spread,
        "mean": mean[:, 0],
        "rows": y_a.shape[1],
    }


def _masks(case: Case) -> tuple[Any, Any, Any]:
    """By factor: the columns of judgments, the indicators and the choices that it is."""
    matrices, indicators = len(case.matrices), len(case.direction)
    factors = matrices + indicators + 3
    judgments = np.zeros((factors, case.judgment_columns), bool)
    for k, matrix in enumerate(case.matrices):
        judgments[k, matrix.columns] = True
    places = np.arange(factors)[:, None]
    return (
        judgments,
        places == matrices + np.arange(indicators),
        places == matrices + indicators + np.arange(3),
    )


def _estimates(sums: dict[str, Any]) -> Array:
    """First order centred by Saltelli et al. (2010), total by Jansen (1999), of sums by batch."""
    rows = sums["rows"].sum()
    off = sums["mean"] - sums["mean"].mean(axis=0)
    # From the mean of the batch to that of all rows, the batches being as large as each other.
    first = (sums["first"] + off[:, None] * sums["change"]).sum(axis=0)
    spread = (sums["spread"] + 2 * sums["rows"][:, None] * off**2).sum(axis=0)
    parts = np.stack([first, 0.5 * sums["total"].sum(axis=0)], axis=1) / rows
    # An output without variance has no indices.
    variance = spread / (2 * rows)
    return parts / np.where(variance > 0, variance, np.nan)


def on_draws(case: Case, draws: Draws, cells: Array, dtype: Any) -> Result:
    """Indices of draws that are given, cells (indicator, object, sample), for the check."""
    x = _given(draws, cells, dtype)
    return {name: np.asarray(a) for name, a in jax.jit(lambda x: indices(case, x))(x).items()}


def _given(draws: Draws, cells: Array, dtype: Any) -> Inputs:
    normals = (jnp.asarray(a, dtype) for a in (draws.judgments, draws.systematic, cells))
    return Inputs(*normals, jnp.asarray(draws.share, dtype), draws.geometric, draws.frozen)

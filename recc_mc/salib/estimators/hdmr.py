"""High-dimensional model representation by splines (Rabitz and Alis 1999; Li et al. 2010)."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.salib.estimators.resampling import (
    NORMAL_95,
    UNDEFINED_IS_NAN,
    Measures,
    by_seed,
)

__all__ = ["hdmr"]

# Above this number of columns the expansion stops at first order: it has 25 coefficients for each
# pair of them.
MOST_PAIRED = 10
INTERVALS = 2
SPLINES = INTERVALS + 3
# What SALib adds to the diagonals of the normal equations.
REGULARIZATION = 0.01
# Its backfitting ends where no sum of squared coefficients changes by more, or after so many turns.
SMALL_CHANGE, MOST_TURNS = 1e-3, 100


def hdmr(
    inputs: Floats, outputs: Floats, groups: tuple[int, ...], resamples: int, seeds: Sequence[int]
) -> Measures:
    """Structural, correlative and total contribution of each column's component function.

    Those of SALib's `hdmr`; its successor `enhanced_hdmr` (1.6.0) fails for an expansion of first
    order. Its backfitting takes all other component functions off again for each; here what is left
    of the output follows each change. Products are summed without BLAS, whose threads change bits.

    Parameters
    ----------
    inputs, outputs, groups, resamples, seeds
        As of all estimators; each column is a factor. A resample is half of the rows.

    Raises
    ------
    ValueError
        If there are fewer rows than the 300 that SALib takes.
    """
    rows, columns = inputs.shape
    if rows < 300:
        raise ValueError(f"hdmr: {rows} rows are insufficient, at least 300 are needed")
    paired = range(columns if columns <= MOST_PAIRED else 0)
    pairs = np.array(list(combinations(paired, 2)), np.int64)
    basis = _splines(inputs)
    shares = np.empty((3, len(outputs), columns + len(pairs), resamples))
    # The backfitting stops at changes that are small against 1, not against the output.
    scaled = outputs / outputs.std(axis=1, keepdims=True)
    for seed, members in by_seed(seeds):
        # SALib takes these from NumPy's global generator.
        order = np.random.RandomState(seed).random_sample((rows, resamples))
        for k, chosen in enumerate(np.argsort(order, axis=0)[: rows // 2].T):
            y = scaled[members][:, chosen]
            # Taken so, rows stay next to each other.
            terms = _terms(basis.take(chosen, axis=2), y, pairs)
            shares[..., k][:, members] = _contributions(y, terms)
    total = shares[2, :, :columns].copy()
    for number, pair in enumerate(pairs, columns):
        total[:, pair] += shares[2, :, None, number]
    named = zip(("Sa", "Sb", "S", "ST"), (*shares[:, :, :columns], total), strict=True)
    return {
        name + end: values
        for name, replicates in named
        for end, values in (
            ("", replicates.mean(axis=-1)),
            ("_conf", NORMAL_95 * replicates.std(axis=-1)),
        )
    }


def _splines(inputs: Floats) -> Floats:
    """Cubic splines (column, spline, row) over the range of each column."""
    from scipy.interpolate import BSpline

    low, high = inputs.min(axis=0), inputs.max(axis=0)
    x = ((inputs - low) / (high - low)).T
    knots = (np.arange(k - 2, k + 3) / INTERVALS for k in range(-1, INTERVALS + 2))
    # Outside of its knots what it extrapolates is negative.
    splines = [np.maximum(BSpline.basis_element(each)(x), 0) for each in knots]
    return np.stack(splines, axis=1) * INTERVALS**3


def _terms(basis: Floats, y: Floats, pairs: NDArray[np.int64]) -> Floats:
    """Component functions (output, term, row), those of pairs after those of the columns."""
    fits = _fits(basis)
    found = np.empty((len(y), len(basis) + len(pairs), y.shape[1]))
    for terms, values in zip(found, y, strict=True):
        residual = values - values.mean()
        coefficients = _backfitted(basis, fits, residual)
        np.einsum("cs,csr->cr", coefficients, basis, out=terms[: len(basis)])
        residual -= terms[: len(basis)].sum(axis=0)
        for number, (a, b) in enumerate(pairs, len(basis)):
            products = (basis[a][:, None] * basis[b]).reshape(1, -1, len(residual))
            coefficients = np.einsum("csr,r->cs", _fits(products), residual)
            np.einsum("cs,csr->r", coefficients, products, out=terms[number])
    return found


def _fits(basis: Floats) -> Floats:
    """What least squares multiply an output with for the coefficients (column, spline, row)."""
    normal = np.einsum("csr,ctr->cst", basis, basis)
    inverses = np.linalg.inv(normal + REGULARIZATION * np.identity(basis.shape[1]))
    return np.asarray(np.einsum("cst,ctr->csr", inverses, basis))


def _backfitted(basis: Floats, fits: Floats, y: Floats) -> Floats:
    """Coefficients (column, spline), in turns each column's fitted to what the others leave."""
    coefficients: Floats = np.einsum("csr,r->cs", fits, y)
    own = np.einsum("csr,ctr->cst", fits, basis)
    residual = y - np.einsum("cs,csr->r", coefficients, basis)
    before = (coefficients**2).sum(axis=1)
    for _ in range(MOST_TURNS):
        for old, fit, same, splines in zip(coefficients, fits, own, basis, strict=True):
            new = np.einsum("sr,r->s", fit, residual) + same @ old
            residual -= np.einsum("s,sr->r", new - old, splines)
            old[:] = new
        after = (coefficients**2).sum(axis=1)
        if np.abs(after - before).max() <= SMALL_CHANGE:
            break
        before = after
    return coefficients


def _contributions(y: Floats, terms: Floats) -> tuple[Floats, Floats, Floats]:
    """Structural, correlative and total shares (output, term) of the variance."""
    rows = y.shape[1]
    variance = y.var(axis=1)[:, None]
    centred = terms - terms.mean(axis=2, keepdims=True)
    whole = (y - y.mean(axis=1, keepdims=True))[:, None]
    others = centred.sum(axis=1, keepdims=True) - centred
    structural = (centred**2).mean(axis=2)
    correlative = (centred * others).sum(axis=2) / (rows - 1)
    total = (centred * whole).sum(axis=2) / (rows - 1)
    with np.errstate(**UNDEFINED_IS_NAN):
        return structural / variance, correlative / variance, total / variance

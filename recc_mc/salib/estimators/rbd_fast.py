"""First-order indices from random balance designs (Tarantola et al. 2006; Plischke 2010)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.salib.estimators.resampling import (
    UNDEFINED_IS_NAN,
    Measures,
    by_seed,
    half_width,
    portions,
)

__all__ = ["rbd_fast"]

HARMONICS = 10


def rbd_fast(
    inputs: Floats, outputs: Floats, groups: tuple[int, ...], resamples: int, seeds: Sequence[int]
) -> Measures:
    """First-order indices from the spectrum of the outputs in the order of each input.

    Parameters
    ----------
    inputs, outputs, groups, resamples, seeds
        As of all estimators; each column is a factor.
    """
    order = np.argsort(inputs.T, axis=1)
    ranks = np.argsort(order, axis=1).astype(np.int32)
    shape = (len(outputs), len(order))
    first, conf = np.empty(shape), np.empty(shape)
    for portion in portions(len(order), order.shape[1]):
        there_and_back = _there_and_back(order[portion])
        for values, found in zip(outputs, first, strict=True):
            found[portion] = _first_order(values[there_and_back])
    for seed, members in by_seed(seeds):
        conf[members] = _widths(outputs[members], order, ranks, resamples, seed)
    return {"S1": first, "S1_conf": conf}


def _there_and_back(order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every other row upwards and the rest downwards again, which makes a period."""
    return np.concatenate([order[..., ::2], order[..., 1::2][..., ::-1]], axis=-1)


def _first_order(values: Floats) -> Floats:
    """Share of the first harmonics in the variance of series along the last axis.

    The bias of a random order is taken off (Tissot and Prieur 2012).
    """
    size = values.shape[-1]
    # Equal values become exactly 0, which rounding of their mean would not make them.
    centred = values - values[..., :1]
    centred -= centred.mean(axis=-1, keepdims=True)
    spectrum = np.fft.rfft(centred)[..., 1 : HARMONICS + 1]
    power = (spectrum.real**2 + spectrum.imag**2).sum(axis=-1)
    # By Parseval's theorem the whole spectrum adds up to the sum of squares.
    with np.errstate(**UNDEFINED_IS_NAN):
        share = 2 * power / (size * (centred**2).sum(axis=-1))
    bias = 2 * HARMONICS / size
    return np.asarray(share - bias / (1 - bias) * (1 - share))


def _widths(
    outputs: Floats,
    order: NDArray[np.int64],
    ranks: NDArray[np.int32],
    resamples: int,
    seed: int,
) -> Floats:
    """Half-widths (output, column), by resamples of half as many rows for each column."""
    generator = np.random.default_rng(seed)
    columns, rows = order.shape
    widths = np.empty((len(outputs), columns))
    for portion in portions(columns, resamples * (rows // 2)):
        shape = (portion.stop - portion.start, resamples, rows // 2)
        chosen = generator.integers(rows, size=shape).reshape(shape[0], -1)
        # Small numbers are sorted faster than the inputs themselves.
        chosen_ranks = np.take_along_axis(ranks[portion], chosen, axis=1).reshape(shape)
        places = _there_and_back(np.sort(chosen_ranks, axis=-1)).reshape(shape[0], -1)
        resampled = np.take_along_axis(order[portion], places, axis=1).reshape(shape)
        for values, width in zip(outputs, widths, strict=True):
            width[portion] = half_width(_first_order(values[resampled]))
    return widths

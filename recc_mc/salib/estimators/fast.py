"""First-order and total-order indices from search curves (Saltelli, Tarantola and Chan 1999)."""

from collections.abc import Sequence

import numpy as np

from recc_mc._typing import Floats
from recc_mc.salib.estimators.resampling import (
    UNDEFINED_IS_NAN,
    Measures,
    by_seed,
    half_width,
    portions,
)

__all__ = ["fast"]

HARMONICS = 4


def fast(
    inputs: Floats, outputs: Floats, groups: tuple[int, ...], resamples: int, seeds: Sequence[int]
) -> Measures:
    """Indices from the spectrum along each column's search curve.

    Parameters
    ----------
    inputs, outputs, groups, resamples, seeds
        As of all estimators; the inputs are not looked at, each column is a factor. A resample is
        half of a curve, from a point of it that is drawn (SALib issue 649 on what that is worth).
    """
    curves = outputs.reshape(len(outputs), len(groups), -1)
    size = curves.shape[2]
    first, total = _orders(curves)
    widths = np.empty((2, *first.shape))
    half = np.arange((size + 1) // 2)
    for seed, members in by_seed(seeds):
        # SALib takes these from NumPy's global generator, one after the other.
        begins = np.random.RandomState(seed).randint(0, size, (len(groups), resamples))
        for portion in portions(len(groups), resamples * len(half)):
            windows = (begins[portion][..., None] + half) % size
            columns = np.arange(len(groups))[portion, None, None]
            for output in members:
                orders = _orders(curves[output][columns, windows])
                widths[:, output, portion] = half_width(np.stack(orders))
    return {"S1": first, "ST": total, "S1_conf": widths[0], "ST_conf": widths[1]}


def _orders(curves: Floats) -> tuple[Floats, Floats]:
    """First-order and total-order index of curves along the last axis."""
    size = curves.shape[-1]
    frequency = (size - 1) // (2 * HARMONICS)
    spectrum = np.fft.rfft(curves)[..., 1 : (size + 1) // 2]
    power = spectrum.real**2 + spectrum.imag**2
    variance = power.sum(axis=-1)
    own = power[..., np.arange(1, HARMONICS + 1) * frequency - 1].sum(axis=-1)
    others = power[..., : frequency // 2].sum(axis=-1)
    with np.errstate(**UNDEFINED_IS_NAN):
        return own / variance, 1 - others / variance

"""Which measure of a sensitivity method ranks the factors."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["MEASURES"]

MEASURES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "morris": ("mu_star", "mean absolute elementary effects mu*"),
        "fast": ("ST", "total-order indices ST"),
        "rbd_fast": ("S1", "first-order indices S1"),
        "delta": ("delta", "moment-independent indices delta"),
        "pawn": ("pawn_median", "median PAWN distances"),
        "hdmr": ("S", "contributions to the variance S"),
        "shapley": ("shapley_normalized", "Shapley effects, shares of the variance"),
    }
)
"""Variable and what it is, by method of SALib."""

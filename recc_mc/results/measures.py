"""Which measure of a sensitivity method ranks the factors."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import xarray as xr

from recc_mc.language import say, translated
from recc_mc.results.outputs import main_output

__all__ = [
    "INTERVALS",
    "MEASURES",
    "OTHERS_CAN",
    "dummy_limit",
    "effects_only",
    "outside_sentence",
    "reason_text",
]

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
INTERVALS: Mapping[str, str] = MappingProxyType(
    {
        "fast": "Intervals of fast come from halves of a search curve, which are alike for some "
        "functions: they then have no width, and never hold what lies beyond the fourth harmonic.",
        "rbd_fast": "Intervals of rbd_fast come from halves of the rows and are wider than need "
        "be.",
        "delta": "Intervals of delta tell chance alone: kernel densities make delta too small, by "
        "up to 0.1 where it is known.",
        "hdmr": "Intervals of hdmr tell chance alone: what is no spline is missing, 0.1 to 0.2 of "
        "some indices that are known.",
    }
)
"""What the 95 % intervals of a method of SALib do not tell; found with functions whose indices are
known, in ``benchmarks/coverage.py``."""
OTHERS_CAN = "the Sobol' method, morris and shapley can"
"""Of what a method cannot attribute."""


def dummy_limit(parts: xr.Dataset, measure: str) -> xr.DataArray | None:
    """Largest value of a measure that is not told apart from no effect; None if that is 0.

    Parameters
    ----------
    parts
        Group ``sensitivity`` of a result.
    measure
        Such as ``"delta"``.
    """
    if f"{measure}_dummy" not in parts:
        return None
    return parts[f"{measure}_dummy"] + parts[f"{measure}_dummy_conf"]


def effects_only(parts: xr.Dataset, measure: str) -> xr.DataArray:
    """Values of a measure, NaN where they are not told apart from no effect."""
    limit = dummy_limit(parts, measure)
    return parts[measure] if limit is None else parts[measure].where(parts[measure] > limit)


def reason_text(flag: xr.DataArray) -> str:
    """Why an index is undefined, as its flag says; empty where it is not.

    Parameters
    ----------
    flag
        A single value of such as ``undefined``, with its attributes.
    """
    codes = np.atleast_1d(flag.attrs["flag_values"]).tolist()
    texts = dict(zip(codes, str(flag.attrs["flag_meanings"]).split(), strict=True))
    code = int(flag)
    return translated(texts[code].replace("_", " ")) if code else ""


def outside_sentence(parts: xr.Dataset) -> str:
    """Say how much of the variance of C, or of the first output, a method leaves out.

    Parameters
    ----------
    parts
        Group ``sensitivity`` of a result.

    Returns
    -------
    str
        Empty where nothing is left out; without a full stop.
    """
    if not parts.attrs.get("outside") or "variance_outside_aggregate" not in parts:
        return ""
    output = main_output(parts)
    one = parts.sel(output=output)
    share = min(float(one["variance_outside_aggregate"]), 1.0)
    error = float(one["variance_outside_aggregate_error"])
    if np.isnan(share):
        return ""
    whose = str(parts.attrs["outside"]).split(", ")
    text = (
        "{share} % (± {error}) of the variance of {output} is caused by noise that {method} cannot "
        "attribute ({sources} and {count} more)"
        if len(whose) > 3
        else "{share} % (± {error}) of the variance of {output} is caused by noise that {method} "
        "cannot attribute ({sources})"
    )
    return say(
        text,
        share=f"{100 * share:.0f}",
        error=f"{100 * error:.0f}",
        output="C" if output == "recc" else translated(output),
        method=parts.attrs["method"],
        sources=", ".join(whose[:3]),
        count=len(whose) - 3,
    )

"""Tolerances in words, for whoever reads them."""

from collections.abc import Iterator
from math import floor, isfinite, log10

import xarray as xr

from recc_mc.results.variables.tolerance import STATES

__all__ = ["tolerance_sentences", "tolerance_text"]

_FOUND, _HOLDS, _FAILS = range(len(STATES))
_MOST_DECIMALS = 4
_UNITS = {"data": " %"}


def tolerance_text(one: xr.Dataset) -> str:
    """Tolerance of a conclusion to an error with its interval, as a cell of a table.

    Parameters
    ----------
    one
        Group ``tolerance`` of a result, of one conclusion and one error.
    """
    state, unit = int(one["tolerance_state"]), _unit(one)
    if state != _FOUND:
        return f"{'>' if state == _HOLDS else '<'} {_end(one)}{unit}"
    value, low, high = (
        _scale(one) * float(one[name])
        for name in ("tolerance", "tolerance_lower", "tolerance_upper")
    )
    decimals = _decimals(high - low if isfinite(high) else value - low)
    lower = f"{low:.{decimals}f}" if low else "0"
    upper = f"{high:.{decimals}f}" if isfinite(high) else f"> {_end(one)}"
    return f"{value:.{decimals}f}{unit} [{lower}, {upper}]"


def _scale(one: xr.Dataset) -> float:
    """What a size is multiplied by: errors of the data are read in per cent."""
    return 100.0 if _unit(one) else 1.0


def _unit(one: xr.Dataset) -> str:
    return _UNITS.get(str(one["error_source"].values), "")


def _decimals(width: float) -> int:
    """Decimals in which the ends of an interval differ."""
    return min(max(-floor(log10(width)), 0), _MOST_DECIMALS) if width > 0 else _MOST_DECIMALS


def _end(one: xr.Dataset) -> str:
    """The largest size that was tried, or the smallest where that is already too large."""
    sizes = one["error_size"]
    end = sizes.min() if int(one["tolerance_state"]) == _FAILS else sizes.max()
    return f"{_scale(one) * float(end):.3g}"


def tolerance_sentences(found: xr.Dataset) -> Iterator[str]:
    """The sentences that a reviewer asks for, on the most loaded mine and on mines overloaded.

    Parameters
    ----------
    found
        Group ``tolerance`` of a result.

    Yields
    ------
    str
        Such as "Bayan Obo stays the most loaded mine in 95 % of the draws up to a judgment error
        of sigma = 0.41 [0.39, 0.43] and up to a data error of 18 % [17, 19]."
    """
    per_cent = f"{100 * float(found.attrs['level']):g} %"
    for one in _each(found, "conclusion"):
        kind, text, mine = (
            str(one[name].values) for name in ("conclusion_kind", "conclusion", "conclusion_mine")
        )
        if kind == "top_rank" or (kind == "overload" and text.endswith("(C >= 1)")):
            parts = " and ".join(map(_part, _each(one, "error_source")))
            parts = parts.replace("tried and", "tried, and")
            # A name may hold these words, too.
            said = text.removeprefix(mine).replace(" is ", " stays ").replace(" has ", " keeps ")
            yield f"{mine}{said} in {per_cent} of the draws {parts}."


def _each(found: xr.Dataset, dim: str) -> list[xr.Dataset]:
    return [found.isel({dim: k}) for k in range(found.sizes[dim])]


def _part(one: xr.Dataset) -> str:
    source, state = str(one["error_source"].values), int(one["tolerance_state"])
    size = f"a {source} error of " + ("sigma = " if source == "judgment" else "")
    if state == _FOUND:
        return f"up to {size}{tolerance_text(one)}"
    lead, what = ("even at", "largest") if state == _HOLDS else ("not even at", "smallest")
    return f"{lead} {size}{_end(one)}{_unit(one)}, the {what} tried"

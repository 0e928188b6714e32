"""Tolerances in words, for whoever reads them."""

from collections.abc import Iterator
from math import floor, isfinite, log10

import xarray as xr

from recc_mc.language import say, translated, word
from recc_mc.results.variables.tolerance import STATES

__all__ = ["tolerance_sentences", "tolerance_text"]

_FOUND, _HOLDS, _FAILS = range(len(STATES))
_MOST_DECIMALS = 4
_UNITS = {"data": " %"}
_MOST_LOADED = "is the most loaded "
# By the beginning of a conclusion, what is said of it.
_STAYS = {
    _MOST_LOADED: "{mine} stays the most loaded {one} in {level} of the draws {errors}.",
    "has the largest ": "{mine} keeps the largest {symbol} in {level} of the draws {errors}.",
    "is overloaded": "{mine} stays overloaded (C >= 1) in {level} of the draws {errors}.",
}
# By error, up to what size of it: in the order of the states.
_PARTS = {
    "judgment": (
        "up to a judgment error of sigma = {size}",
        "even at a judgment error of sigma = {size}, the largest tried",
        "not even at a judgment error of sigma = {size}, the smallest tried",
    ),
    "data": (
        "up to a data error of {size}",
        "even at a data error of {size}, the largest tried",
        "not even at a data error of {size}, the smallest tried",
    ),
}


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
    level = f"{100 * float(found.attrs['level']):g} %"
    for one in _each(found, "conclusion"):
        kind, text, mine = (
            str(one[name].values) for name in ("conclusion_kind", "conclusion", "conclusion_mine")
        )
        if kind == "top_rank" or (kind == "overload" and text.endswith("(C >= 1)")):
            # A name may hold words of ours, too.
            said, end = text.removeprefix(f"{mine} "), text.split()[-1]
            yield say(
                next(stays for start, stays in _STAYS.items() if said.startswith(start)),
                mine=mine,
                one=word(said.removeprefix(_MOST_LOADED)),
                symbol=end,
                level=level,
                errors=_errors(_each(one, "error_source")),
            )


def _each(found: xr.Dataset, dim: str) -> list[xr.Dataset]:
    return [found.isel({dim: k}) for k in range(found.sizes[dim])]


def _errors(each: list[xr.Dataset]) -> str:
    """Up to what size of each error."""
    texts = [_part(one) for one in each]
    if len(texts) != 2:
        return translated(" and ").join(texts)
    # An error that was tried to the end has a comma in it.
    is_found = int(each[0]["tolerance_state"]) == _FOUND
    text = "{first} and {second}" if is_found else "{first}, and {second}"
    return say(text, first=texts[0], second=texts[1])


def _part(one: xr.Dataset) -> str:
    source, state = str(one["error_source"].values), int(one["tolerance_state"])
    size = tolerance_text(one) if state == _FOUND else f"{_end(one)}{_unit(one)}"
    return say(_PARTS[source][state], size=size)

"""What it would take, in words, for whoever reads it."""

from collections.abc import Iterator
from math import floor, isfinite, log10

import numpy as np
import xarray as xr

from recc_mc._typing import Floats
from recc_mc.results.variables.target import STATES
from recc_mc.targets.levers import DOWN, TOWARDS, UP

__all__ = [
    "WAYS",
    "change_text",
    "each_target",
    "levers_text",
    "place_text",
    "single_lever",
    "target_sentence",
]

_REACHED, _NOT_REACHED, _ALREADY = range(len(STATES))
WAYS = {UP: "up", DOWN: "down", TOWARDS: "towards its range"}
"""Words for the codes of the variable ``changed``."""
_MOST_DECIMALS = 4


def each_target(found: xr.Dataset) -> Iterator[xr.Dataset]:
    """Group ``target`` of a result, target by target."""
    return (found.isel(target=k) for k in range(found.sizes["target"]))


def place_text(one: xr.Dataset) -> str:
    """Mine and year, which is what a target is called that has no name of its own."""
    return f"{one['target_mine'].item()} {int(one['target_year'])}"


def change_text(one: xr.Dataset) -> str:
    """Required change with its interval, as a cell of a table.

    Parameters
    ----------
    one
        Group ``target`` of a result, of one target.
    """
    state = int(one["reached"])
    if state == _ALREADY:
        return "none"
    if state == _NOT_REACHED:
        return f"> {100 * float(one['target_max']):g} %"
    low, high = (100 * float(end) for end in one["required_change_interval"])
    value = 100 * float(one["required_change"])
    decimals = _decimals((high if isfinite(high) else value) - low)
    end = f"{high:.{decimals}f}" if isfinite(high) else f"> {100 * float(one['target_max']):g}"
    return f"{value:.{decimals}f} % [{low:.{decimals}f}, {end}]"


def _decimals(width: float) -> int:
    """Decimals in which the ends of an interval differ, one at least."""
    return min(max(-floor(log10(width)), 1), _MOST_DECIMALS) if width > 0 else _MOST_DECIMALS


def levers_text(one: xr.Dataset) -> str:
    """What is changed, and how: ``S3-4 up and P2-2 down``."""
    changed, names = one["changed"].values, one["indicator"].values
    parts = []
    for code, way in WAYS.items():
        own = [str(name) for name in names[changed == code]]
        if own:
            words = way.replace("its range", "their ranges") if len(own) > 1 else way
            parts.append(f"{', '.join(own)} {words}")
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def single_lever(one: xr.Dataset) -> str:
    """The indicator of which alone the smallest change is enough, with that change."""
    alone = one["single_indicator_change"].values
    if int(one["reached"]) == _ALREADY:
        return "none needed"
    if np.isnan(alone).all():
        return "none is enough"
    j = int(np.nanargmin(alone))
    way = WAYS[int(one["changed"].values[j])]
    return f"{one['indicator'].values[j]} {way} by {100 * alone[j]:.1f} %"


def target_sentence(one: xr.Dataset) -> str:
    """What it would take, as a sentence or three.

    Parameters
    ----------
    one
        Group ``target`` of a result, of one target.

    Returns
    -------
    str
        Such as "Bayan Obo 2019: P(C < 1) = 0.000 now. P2-1, P2-2, P2-3 down by 46.5 % [46.4, 46.5]
        give 0.900. (The index computed once needs 37.1 %, which holds in 29 % of draws.)"
    """
    curve = one["probability_curve"].values
    name, where = str(one["target"].item()), place_text(one)
    where = where if name == where else f"{name} ({where})"
    now = f"{where}: P({one['target_goal'].item()}) = {curve[0]:.3f} now"
    state, share = int(one["reached"]), float(one["target_probability"])
    if state == _ALREADY:
        return f"{now}: no change is needed for {share:g}."
    verb = "give" if (one["changed"].values != 0).sum() > 1 else "gives"
    if state == _NOT_REACHED:
        largest = np.nanmax(curve) if np.isfinite(curve).any() else np.nan
        most = f"{100 * float(one['target_max']):g} %"
        found = f"{levers_text(one)} by as much as {most} {verb} no more than {largest:.3g}, "
        sentences = [f"{now}.", f"{found}not {share:g}."]
    else:
        found = f"{levers_text(one)} by {change_text(one)} {verb} {share:.3f}."
        sentences = [f"{now}.", found]
    return " ".join([*sentences, _once(one), *_left_again(curve), *_undefined(one)])


def _once(one: xr.Dataset) -> str:
    once = float(one["required_change_deterministic"])
    if once == 0:
        return "(The index computed once needs no change.)"
    if not isfinite(once):
        return "(The index computed once does not reach it either.)"
    share = 100 * float(one["deterministic_change_probability"])
    needs = f"The index computed once needs {100 * once:.1f} %"
    return f"({needs}, which holds in {share:.0f} % of draws.)"


def _left_again(curve: Floats) -> Iterator[str]:
    """Of grades, which more support raises."""
    if (np.diff(curve[np.isfinite(curve)]) < 0).any():
        yield (
            "In some draws a larger change leaves the goal again, as more support raises a grade: "
            "the change is that at which it is first reached."
        )


def _undefined(one: xr.Dataset) -> Iterator[str]:
    share = float(one["undefined_share"])
    if share > 0:
        yield f"C is undefined now in {100 * share:.3g} % of the draws."

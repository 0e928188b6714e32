"""Readable tables of the value of information: what is worth knowing, for two decisions."""

import numpy as np
import xarray as xr

from recc_mc.cli.text import chance, estimate, grid, heading
from recc_mc.results.information import DecisionParts, least_sure, most_loaded, ranked
from recc_mc.study.nouns import nouns_of

__all__ = ["information_tables"]

MOST_FACTORS = 8
NOTE = (
    "Value of information: by how much that chance falls if a factor is known exactly, or half of "
    "its\nvariance is; plus or minus half of a 95 % interval"
)


def information_tables(parts: xr.Dataset) -> list[str]:
    """Tables of the last year, none of a result without these values.

    Parameters
    ----------
    parts
        Result of `recc_mc.sensitivity`.
    """
    decisions = [found for found in (most_loaded(parts), least_sure(parts)) if found is not None]
    if not decisions:
        return []
    one = nouns_of(parts.attrs).one
    return [*(_section(what, one) for what in decisions), f"{NOTE}."]


def _section(what: DecisionParts, one: str) -> str:
    error = chance(what.error, what.error_bound)
    return f"{heading(f'{what.year}: {what.sentence(one, error)}')}\n{_table(what.parts)}"


def _table(parts: xr.Dataset) -> str:
    """Factors by what they are worth, the classes after them."""
    order = [*ranked(parts)[:MOST_FACTORS], *np.flatnonzero(parts["factor_kind"] == "class")]
    shown = parts.isel(factor=order)
    names = [str(name) for name in shown["factor"].values]
    exact, half = (_estimates(shown, name) for name in ("", "_half"))
    rows = list(zip(names, exact, half, strict=True))
    return grid(["factor", "known exactly", "known by half"], rows, "<>>")


def _estimates(shown: xr.Dataset, ending: str) -> list[str]:
    name = f"information_value{ending}"
    pairs = zip(shown[name].values, shown[f"{name}_error"].values, strict=True)
    return [estimate(*pair) for pair in pairs]

"""Decisions of the last year and what it is worth to know for them, as people read it."""

from typing import NamedTuple

import numpy as np
import xarray as xr

from recc_mc.results.outputs import index_symbol

__all__ = ["DecisionParts", "least_sure", "most_loaded", "ranked"]

VALUES = ("information_value", "information_value_bias", "information_value_half")


class DecisionParts(NamedTuple):
    """One decision, and the values of all factors for it."""

    year: int
    mine: str  # that is named, or that the verdict is on
    text: str  # beginning of a sentence about it, with {one} for what a mine is called
    error: float  # chance that it is wrong
    error_bound: float  # half-width of the interval of that; where it is 0 or 1, 3 / rows
    parts: xr.Dataset  # (factor,)

    def sentence(self, one: str, chance: str) -> str:
        """What is decided, and the chance that it is wrong.

        Parameters
        ----------
        one
            What a mine is called.
        chance
            The chance as text.
        """
        return self.text.format(one=one, mine=self.mine, chance=chance)


def most_loaded(parts: xr.Dataset) -> DecisionParts | None:
    """Naming the most loaded mine of the last year; None where there is none.

    Parameters
    ----------
    parts
        Group ``sensitivity`` of a result.
    """
    if "information_value" not in parts:
        return None
    last = parts.isel(year=-1)
    named = last.isel(mine=int(last["most_loaded_probability"].argmax("mine")))
    symbol = index_symbol(parts)
    what = "most loaded {one}" if symbol == "C" else f"{{one}} of the largest {symbol}"
    text = f"naming {{mine}} as the {what} is wrong with a chance of {{chance}}"
    return _decision(named, "", text)


def least_sure(parts: xr.Dataset) -> DecisionParts | None:
    """The verdict on overload that is most likely wrong in the last year; None where there is none.

    Parameters
    ----------
    parts
        Group ``sensitivity`` of a result.
    """
    if "overload_information_value" not in parts:
        return None
    last = parts.isel(year=-1)
    errors = last["overload_decision_error"].fillna(-1.0)
    text = "whether {mine} is overloaded (C >= 1) is judged wrongly with a chance of {chance}"
    return _decision(last.isel(mine=int(errors.argmax("mine"))), "overload_", text)


def _decision(shown: xr.Dataset, prefix: str, text: str) -> DecisionParts:
    error, bound = (float(shown[f"{prefix}decision_error{end}"]) for end in ("", "_error"))
    rows = shown.attrs["information_inner"] * shown.attrs["replicates"]
    names = [f"{name}{end}" for name in VALUES for end in ("", "_error")]
    found = {name: shown[prefix + name] for name in names if prefix + name in shown}
    return DecisionParts(
        year=int(shown["year"]),
        mine=str(shown["mine"].item()),
        text=text,
        error=error,
        # The rule of three, as of other probabilities.
        error_bound=min(1.0, 3 / rows) if error in (0, 1) else bound,
        parts=xr.Dataset(found, {"factor_kind": shown["factor_kind"]}, shown.attrs),
    )


def ranked(parts: xr.Dataset) -> list[int]:
    """Places of the single factors that are worth knowing, the most valuable first.

    Parameters
    ----------
    parts
        Of a decision.
    """
    values = np.where(parts["factor_kind"] == "class", np.nan, parts["information_value"])
    order = np.argsort(-values, kind="stable")
    return [int(k) for k in order if values[k] > 0]

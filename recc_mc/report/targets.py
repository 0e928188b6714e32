"""What it would take: required changes, and what values they mean."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from recc_mc.language import say, translated
from recc_mc.language.retelling import retold
from recc_mc.report.contents import Exhibit, Result
from recc_mc.report.frames import page_table
from recc_mc.report.words import sentences

__all__ = ["state_of", "target_tables"]

_STATE_WORDS = {
    "reached": "reached",
    "not_within_max": "not within the largest change",
    "already_met": "met already",
}


def target_tables(result: Result) -> Iterator[Exhibit]:
    """A row for each target, and the values that its change means."""
    if not result.holds("target", "required_change", "reached"):
        return
    target = result.groups["target"]
    low, high = target["required_change_interval"].transpose("bound", "target").values
    frame = pd.DataFrame(
        {
            "target": target["target"].values.astype(str),
            "mine": target["target_mine"].values.astype(str),
            "year": target["target_year"].values,
            "goal": [retold(goal) for goal in target["target_goal"].values.astype(str)],
            "wanted probability": target["target_probability"].values,
            "is": [
                translated(_STATE_WORDS[state_of(target.isel(target=k))]) for k in range(low.size)
            ],
            "probability now": target["probability_curve"].isel(change=0).values,
            "required change (%)": 100 * target["required_change"].values,
            "95 % from": 100 * low,
            "95 % to": 100 * np.where(np.isinf(high), np.nan, high),
            "once (%)": 100 * target["required_change_deterministic"].values,
            "probability with that": target["deterministic_change_probability"].values,
            "no change is enough": target["impossible_share"].values,
        }
    )
    yield Exhibit(
        "targets-required",
        say("Required changes"),
        sentences(
            say(
                "One relative change of all changed indicators, each in the way that helps, with "
                "goalposts, weights and method of the same draw as without it. Each draw has its "
                "own smallest sufficient change; required is their quantile at the probability "
                "wanted. Once: what the index computed once needs."
            ),
            _scope(target),
        ),
        page_table(frame, result.nouns),
    )
    yield from _values(result, target)


def state_of(one: xr.Dataset) -> str:
    """Whether a target is reached: ``reached``, ``not_within_max`` or ``already_met``.

    Parameters
    ----------
    one
        Group ``target`` of a result, at one target.
    """
    reached = one["reached"]
    names = str(reached.attrs["flag_meanings"]).split()
    codes: list[int] = np.atleast_1d(reached.attrs["flag_values"]).tolist()
    return names[codes.index(int(reached))]


def _scope(target: xr.Dataset) -> str:
    """What S may be at most."""
    beyond = target.attrs.get("extrapolated")
    if not beyond:
        return say("No indicator counts for more than the best value observed.")
    return say(
        "No indicator counts for more than the best value observed, but for {others}.",
        others=beyond,
    )


def _values(result: Result, target: xr.Dataset) -> Iterator[Exhibit]:
    """What the changed indicators would have to be."""
    needed = target["required_change"].values != 0
    if not result.holds("target", "value_before", "value_after", "changed") or not needed.any():
        return
    target = target.isel(target=np.flatnonzero(needed))
    names = ["value_before", "value_after", "single_indicator_change"]
    frame = (
        target[names]
        .drop_attrs()
        .reset_coords(["indicator_long_name", "indicator_units"])
        .reset_coords(drop=True)
        .to_dataframe(dim_order=["target", "indicator"])
        .reset_index()
    )
    changed = target["changed"].transpose("target", "indicator").values.ravel() != 0
    frame = frame.loc[
        changed, ["target", "indicator", "indicator_long_name", *names, "indicator_units"]
    ]
    frame["single_indicator_change"] *= 100
    titles = {
        "indicator_long_name": say("name"),
        "indicator_units": say("units"),
        "value_before": say("value given"),
        "value_after": say("value after the required change"),
        "single_indicator_change": say("alone it would need (%)"),
    }
    yield Exhibit(
        "targets-values",
        say("What the indicators would have to be"),
        say(
            "Values given, and after the required change of all changed indicators at a time, "
            "within their natural bounds; a dash where no change looked for is enough. Targets "
            "that are met without a change are left out."
        ),
        page_table(frame, result.nouns, titles),
    )

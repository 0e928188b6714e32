"""Findings about what scenarios would end, begin and change."""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from recc_mc._typing import Floats
from recc_mc.report.contents import Finding, Result
from recc_mc.report.findings.verdict import PRECISION, WHAT_IF, Findings, is_sure, surely_not
from recc_mc.report.scenarios import (
    assumed_mappings,
    beyond_sentence,
    changed_scenarios,
    how_anchored,
)
from recc_mc.report.words import chance, percent, sentence_list, signed
from recc_mc.results.outputs import index_symbol, main_index
from recc_mc.study.scenario_tables import REFERENCE
from recc_mc.summary.intervals import symmetric_levels

__all__ = ["scenario_findings"]

SECTION = "scenarios"
# Ends and beginnings that are rarer are not worth naming.
WORTH_NAMING = 0.05
BAND = 0.9
MOST_MINES = 4
# What is more frequent is called probable, though not sure.
LIKELY = 0.5


def scenario_findings(result: Result) -> Findings:
    """What each scenario would end, begin and change most, and how far it reaches."""
    if not result.holds("scenarios"):
        return
    scenarios = result.groups["scenarios"]
    names = changed_scenarios(scenarios)
    if not names:
        return
    for name in names:
        text = _scenario(scenarios, name)
        if text:
            yield WHAT_IF, Finding(text, SECTION)
    for text in dict.fromkeys(assumed_mappings(result)):
        yield WHAT_IF, Finding(text, SECTION)
    yield WHAT_IF, Finding(" ".join(how_anchored(scenarios)), SECTION)
    beyond = beyond_sentence(scenarios.sel(scenario=names))
    if beyond is not None:
        yield PRECISION, Finding(beyond, SECTION)


def _scenario(scenarios: xr.Dataset, name: str) -> str:
    """What a scenario does in the last year that it changes anything in."""
    index = main_index(scenarios)
    if f"{index}_change_mean" not in scenarios:
        return ""
    one = scenarios.sel(scenario=name)
    change = one[f"{index}_change_mean"].transpose("mine", "year").values
    years = np.flatnonzero((np.nan_to_num(change) != 0).any(axis=0))
    title = _title(one, name)
    if not years.size:
        return f"Under {name}{title} {index_symbol(scenarios)} stays as it is in every draw."
    year = int(years[-1])
    last = scenarios.isel(year=year)
    parts = [*_overload(last, name), *_change(last.sel(scenario=name), index)]
    return f"Under {name}{title} in {int(last['year'])}: {'; '.join(parts)}."


def _title(one: xr.Dataset, name: str) -> str:
    title = str(one["scenario_title"].item()) if "scenario_title" in one.coords else ""
    return f", “{title}”," if title and title != name.replace("_", " ") else ""


def _overload(last: xr.Dataset, name: str) -> Iterator[str]:
    """Whose overload ends, begins or stays; that none does is worth a word, too."""
    if "overload_ends_probability" not in last:
        return
    pair = last.sel(scenario=[REFERENCE, name])
    moved = np.zeros(pair.sizes["mine"], bool)
    for what, verb in (("ends", "end"), ("begins", "begin")):
        share, error = _probability(pair, f"overload_{what}", 1)
        sure, likely = is_sure(share, error), share > LIKELY
        for word, chosen in (
            ("would surely", sure),
            ("would probably", likely & ~sure),
            ("might", (share >= WORTH_NAMING) & ~likely),
        ):
            if chosen.any():
                texts = [_moving(pair, int(k), what) for k in np.flatnonzero(chosen)]
                yield f"overload {word} {verb} for {sentence_list(texts, MOST_MINES)}"
                moved |= chosen
    before, after = (_probability(pair, "overload", k) for k in (0, 1))
    stays = is_sure(*before) & is_sure(*after) & ~moved
    if stays.any():
        texts = [
            f"{pair['mine'].values[k]} ({chance(float(after[0][k]), float(after[1][k]))} of the "
            f"draws, {percent(float(before[0][k]))} before)"
            for k in np.flatnonzero(stays)
        ]
        yield f"overload would surely stay for {sentence_list(texts, MOST_MINES)}"
    elif surely_not(*before).all() and surely_not(*after).all():
        yield "surely no overload, before or after"
    elif not moved.any():
        yield f"overload ends or begins in less than {percent(WORTH_NAMING)} of the draws"


def _probability(pair: xr.Dataset, name: str, which: int) -> tuple[Floats, Floats]:
    """Probability of the reference or of the scenario by mine, and its error."""
    share, error = (
        pair[f"{name}_probability{end}"].isel(scenario=which).values for end in ("", "_error")
    )
    return share, error


def _moving(pair: xr.Dataset, mine: int, what: str) -> str:
    """How often the overload of a mine ends or begins, and how often there is any."""
    one = pair.isel(mine=mine)
    share, error = (
        float(one[f"overload_{what}_probability{end}"].isel(scenario=1)) for end in ("", "_error")
    )
    before, after = (percent(p) for p in one["overload_probability"].values.tolist())
    return (
        f"{one['mine'].item()} (in {chance(share, error)} of the draws; overloaded in {before} "
        f"before, {after} after)"
    )


def _change(one: xr.Dataset, index: str) -> Iterator[str]:
    """The largest change of the index, with its interval."""
    change = one[f"{index}_change_mean"]
    most = int(np.argmax(np.abs(np.nan_to_num(change.values))))
    text = f"{index_symbol(one)} changes most for {one['mine'].values[most]}, by "
    text += signed(float(change[most]))
    quantiles = one.get(f"{index}_change_quantile")
    levels = None if quantiles is None else symmetric_levels(quantiles["quantile"].values, BAND)
    if quantiles is not None and levels is not None:
        low, high = (float(quantiles.isel(mine=most).sel(quantile=q)) for q in levels)
        share = f"{100 * (levels[1] - levels[0]):g}\u00a0% of the draws"
        text += f" on average [{signed(low)},\u00a0{signed(high)}: {share}]"
    yield text

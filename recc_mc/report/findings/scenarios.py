"""Findings about what scenarios would end, begin and change."""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from recc_mc._typing import Floats
from recc_mc.language import say, translated
from recc_mc.language.numbers import percent, signed
from recc_mc.report.contents import Finding, Result
from recc_mc.report.findings.verdict import PRECISION, WHAT_IF, Findings, is_sure, surely_not
from recc_mc.report.scenarios import (
    assumed_mappings,
    beyond_sentence,
    changed_scenarios,
    how_anchored,
)
from recc_mc.report.words import chance, sentence_list, sentences
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
# What is said of overload that surely, probably and possibly ends or begins.
_MOVES = {
    "ends": (
        "overload would surely end for {mines}",
        "overload would probably end for {mines}",
        "overload might end for {mines}",
    ),
    "begins": (
        "overload would surely begin for {mines}",
        "overload would probably begin for {mines}",
        "overload might begin for {mines}",
    ),
}


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
    yield WHAT_IF, Finding(sentences(*how_anchored(scenarios)), SECTION)
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
    titled = _titled(one, name)
    if not years.size:
        return say(
            "Under {scenario} {symbol} stays as it is in every draw.",
            scenario=titled,
            symbol=index_symbol(scenarios),
        )
    last = scenarios.isel(year=int(years[-1]))
    parts = [*_overload(last, name), *_change(last.sel(scenario=name), index)]
    return say(
        "Under {scenario} in {year}: {changes}.",
        scenario=titled,
        year=int(last["year"]),
        changes=translated("; ").join(parts),
    )


def _titled(one: xr.Dataset, name: str) -> str:
    """Name of a scenario, with its title if that says more."""
    title = str(one["scenario_title"].item()) if "scenario_title" in one.coords else ""
    if not title or title == name.replace("_", " "):
        return name
    return say("{name}, “{title}”,", name=name, title=title)


def _overload(last: xr.Dataset, name: str) -> Iterator[str]:
    """Whose overload ends, begins or stays; that none does is worth a word, too."""
    if "overload_ends_probability" not in last:
        return
    pair = last.sel(scenario=[REFERENCE, name])
    moved = np.zeros(pair.sizes["mine"], bool)
    for what, texts in _MOVES.items():
        share, error = _probability(pair, f"overload_{what}", 1)
        sure, likely = is_sure(share, error), share > LIKELY
        each = (sure, likely & ~sure, (share >= WORTH_NAMING) & ~likely)
        for text, chosen in zip(texts, each, strict=True):
            if chosen.any():
                named = [_moving(pair, int(k), what) for k in np.flatnonzero(chosen)]
                yield say(text, mines=sentence_list(named, MOST_MINES))
                moved |= chosen
    before, after = (_probability(pair, "overload", k) for k in (0, 1))
    stays = is_sure(*before) & is_sure(*after) & ~moved
    if stays.any():
        named = [
            say(
                "{mine} ({after} of the draws, {before} before)",
                mine=pair["mine"].values[k],
                after=chance(float(after[0][k]), float(after[1][k])),
                before=percent(float(before[0][k])),
            )
            for k in np.flatnonzero(stays)
        ]
        yield say("overload would surely stay for {mines}", mines=sentence_list(named, MOST_MINES))
    elif surely_not(*before).all() and surely_not(*after).all():
        yield say("surely no overload, before or after")
    elif not moved.any():
        rare = percent(WORTH_NAMING)
        yield say("overload ends or begins in less than {share} of the draws", share=rare)


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
    return say(
        "{mine} (in {share} of the draws; overloaded in {before} before, {after} after)",
        mine=one["mine"].item(),
        share=chance(share, error),
        before=before,
        after=after,
    )


def _change(one: xr.Dataset, index: str) -> Iterator[str]:
    """The largest change of the index, with its interval."""
    change = one[f"{index}_change_mean"]
    most = int(np.argmax(np.abs(np.nan_to_num(change.values))))
    told = {
        "symbol": index_symbol(one),
        "mine": one["mine"].values[most],
        "change": signed(float(change[most])),
    }
    text = "{symbol} changes most for {mine}, by {change}"
    quantiles = one.get(f"{index}_change_quantile")
    levels = None if quantiles is None else symmetric_levels(quantiles["quantile"].values, BAND)
    if quantiles is not None and levels is not None:
        low, high = (float(quantiles.isel(mine=most).sel(quantile=q)) for q in levels)
        share = f"{100 * (levels[1] - levels[0]):g}"
        told |= {"low": signed(low), "high": signed(high), "share": share}
        text = (
            "{symbol} changes most for {mine}, by {change} on average [{low},\u00a0{high}: "
            "{share}\u00a0% of the draws]"
        )
    yield say(text, **told)

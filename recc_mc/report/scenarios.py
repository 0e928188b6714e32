"""What scenarios are made of, and how far they reach beyond what was observed: tables."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from recc_mc.language import say, translated
from recc_mc.language.numbers import number
from recc_mc.report.contents import Exhibit, Result
from recc_mc.report.frames import page_table
from recc_mc.report.settings import study_settings
from recc_mc.report.words import sentence_list, sentences
from recc_mc.study.scenario_tables import REFERENCE, ChangeTable, ScenarioTable
from recc_mc.study.uncertain import NumberTable, number_text

__all__ = [
    "assumed_mappings",
    "beyond_sentence",
    "changed_scenarios",
    "given_scenarios",
    "how_anchored",
    "scenario_tables",
    "scenarios_of_study",
]

# What a reader is told of a distribution: its middle, and what encloses 90 % of it.
_SHOWN = (0.05, 0.5, 0.95)
_SHARES = {
    "above_goalpost_share": "above the best value",
    "below_goalpost_share": "below the worst value",
    "bounded_share": "held at a bound",
}
_DOES = {
    "multiply": "times {number}",
    "add": "plus {number}",
    "set": "set to {number}",
    "grow": "grows by {number} a year",
}
_BEYOND = {
    "hold": "The years {years} lie beyond the panel: without a scenario they keep the values of "
    "{last}.",
    "trend": "The years {years} lie beyond the panel: without a scenario they follow the straight "
    "line through the given values of each indicator.",
}
_BEYOND_SENTENCES = {
    "above_goalpost_share": "above the best value (most of all {indicator} in {scenario}, {share} "
    "% of its changed values)",
    "below_goalpost_share": "below the worst value (most of all {indicator} in {scenario}, {share} "
    "% of its changed values)",
    "bounded_share": "held at a bound (most of all {indicator} in {scenario}, {share} % of its "
    "changed values)",
}
_FLIPS = ("zone", "grade", "rank")
# More indicators than this stand by their codes alone.
MOST_LONG = 2


def changed_scenarios(scenarios: xr.Dataset) -> list[str]:
    """Names of the scenarios but the reference."""
    return [str(name) for name in scenarios["scenario"].values if name != REFERENCE]


def scenarios_of_study(result: Result) -> list[ScenarioTable]:
    """Tables [[scenario]] of the study that the result has numbers of; none if it has no text."""
    settings = study_settings(result)
    if settings is None or not result.holds("scenarios"):
        return []
    there = changed_scenarios(result.groups["scenarios"])
    return [scenario for scenario in settings.scenario if scenario.name in there]


def how_anchored(scenarios: xr.Dataset) -> Iterator[str]:
    """Sentences on the anchor, and on what the years beyond the panel are.

    Parameters
    ----------
    scenarios
        Group ``scenarios`` of a result.
    """
    if scenarios.attrs.get("anchor") == "recomputed":
        yield say(
            "Goalposts and data weights of each scenario are found anew from its own changed "
            "panel, while the unchanged study keeps its own."
        )
    else:
        yield say(
            "Goalposts, weights and choices of method are those of the same draw of the unchanged "
            "study: only the changed values move."
        )
    if "horizon" in scenarios.attrs:
        horizon, last = int(scenarios.attrs["horizon"]), int(scenarios.attrs["last_year"])
        years = f"{horizon}"
        if horizon > last + 1:
            years = say("{first} to {last}", first=last + 1, last=horizon)
        other = (
            "The years {years} lie beyond the panel: without a scenario they continue the panel."
        )
        text = _BEYOND.get(str(scenarios.attrs.get("continuation")), other)
        yield say(text, years=years, last=last)


def given_scenarios(result: Result) -> Iterator[Exhibit]:
    """What the scenarios are, and what they change."""
    others = _others(result)
    if others is None:
        return
    titles = {name: f"scenario_{name}" for name in ("title", "source")}
    frame = pd.DataFrame({"scenario": others["scenario"].values.astype(str)})
    for title, name in titles.items():
        if name in others:
            frame[title] = [str(text) or say("not given") for text in others[name].values]
    yield Exhibit(
        "scenarios-given",
        say("The scenarios"),
        sentences(say("As the study gives them."), *how_anchored(others)),
        page_table(frame, result.nouns),
    )
    changes = _changes(result, others)
    if changes is not None:
        yield Exhibit(
            "scenarios-changes",
            say("What each scenario changes"),
            say(
                "Changes are made in this order, to the drawn values; a number that is drawn is "
                "one number for all cells of the change, and its quantiles stand beside it."
            ),
            page_table(changes, result.nouns, {result.nouns.many: result.nouns.said("mines")}),
        )


def scenario_tables(result: Result) -> Iterator[Exhibit]:
    """What flips, and what lies beyond what was observed."""
    others = _others(result)
    if others is not None:
        yield from _flips(result, others)
        yield from _beyond(result, others)


def _others(result: Result) -> xr.Dataset | None:
    """The scenarios but the reference; None if there are none."""
    if not result.holds("scenarios"):
        return None
    scenarios = result.groups["scenarios"]
    names = changed_scenarios(scenarios)
    return scenarios.sel(scenario=names) if names else None


def _changes(result: Result, others: xr.Dataset) -> pd.DataFrame | None:
    """A row for each change; None where the study's text cannot be read."""
    rows = [
        {
            "scenario": scenario.name,
            "change": k,
            "of": _indicators(change, others),
            result.nouns.many: say("all") if change.mines is None else ", ".join(change.mines),
            "years": _years(change),
            "does": _does(change),
            "bounds": _bounds(change),
            "draw": change.draw or f"{scenario.name}.{k}",
        }
        for scenario in scenarios_of_study(result)
        for k, change in enumerate(scenario.change, 1)
    ]
    if not rows:
        return None
    for row in rows:
        row |= _quantiles(others.sel(scenario=row["scenario"]), str(row["draw"]))
        if not any(name.endswith("%") for name in row):
            row["draw"] = "–"
    return pd.DataFrame(rows)


def _indicators(change: ChangeTable, data: xr.Dataset) -> str:
    """Indicators of a change as a reader knows them."""
    if change.indicators is None:
        systems = [translated(system) for system in change.systems or ()]
        return ", ".join((*(change.criteria or ()), *systems))
    names = dict(
        zip(
            data["indicator"].values.tolist(),
            data["indicator_long_name"].values.tolist(),
            strict=True,
        )
        if "indicator_long_name" in data
        else ()
    )
    few = len(change.indicators) <= MOST_LONG
    return ", ".join(
        f"{name} {names.get(name, '')}".strip() if few and names.get(name) != name else name
        for name in change.indicators
    )


def _years(change: ChangeTable) -> str:
    if isinstance(change.years, tuple):
        text = ", ".join(map(str, change.years))
    elif change.start is None and change.end is None:
        text = say("all")
    elif change.end is None:
        text = say("from {first}", first=change.start)
    elif change.start is None:
        text = say("to {last}", last=change.end)
    else:
        text = say("{first} to {last}", first=change.start, last=change.end)
    return say("{years}, coming in linearly", years=text) if change.phase == "linear" else text


def _does(change: ChangeTable) -> str:
    number = getattr(change, change.kind)
    text = number_text(number)
    if isinstance(number, NumberTable):
        text = say("a drawn number ({law})", law=text)
    return say(_DOES[change.kind], number=text)


def assumed_mappings(result: Result) -> Iterator[str]:
    """Sentences on how effects of other studies become factors: what the study assumes."""
    pooled = result.named("evidence")
    for scenario in scenarios_of_study(result):
        for change in scenario.change:
            number = getattr(change, change.kind)
            if not isinstance(number, NumberTable) or number.evidence is None:
                continue
            found = pooled.get(number.evidence)
            law = number_text(number)
            if found is not None:
                law = say("{law} ({count} studies)", law=law, count=found.sizes["study"])
            yield say(
                "{scenario} multiplies by {law}: that the effect acts in this way, by this slope "
                "and within these limits, is an assumption of the study, which no evidence in it "
                "supports.",
                scenario=scenario.name,
                law=law,
            )


def _bounds(change: ChangeTable) -> str:
    low, high = (None if end is None else f"{end:g}" for end in (change.lower, change.upper))
    if low is not None and high is not None:
        return say("from {low} to {high}", low=low, high=high)
    if low is not None:
        return say("from {low}", low=low)
    return "–" if high is None else say("to {high}", high=high)


def _quantiles(one: xr.Dataset, draw: str) -> dict[str, float]:
    """Quantiles of what is drawn; none of a number that is certain."""
    if "effect_quantile" not in one or draw not in one["draw"].values:
        return {}
    effect = one["effect_quantile"].sel(draw=draw)
    levels = [q for q in _SHOWN if np.isclose(effect["quantile"], q).any()]
    if bool(effect.isnull().all()):
        return {}
    return {f"{100 * q:g} %": float(effect.sel(quantile=q, method="nearest")) for q in levels}


def _flips(result: Result, others: xr.Dataset) -> Iterator[Exhibit]:
    """How often zone, grade and rank are not those of the same draw without the scenario."""
    last = others.isel(year=-1)
    there = [name for name in _FLIPS if f"{name}_flip_probability" in others]
    if not there:
        return
    names = {f"{name}_flip_probability": name for name in there}
    frame = last[[*names]].reset_coords(drop=True).drop_attrs()
    table = frame.to_dataframe(dim_order=["scenario", "mine"]).reset_index()
    yield Exhibit(
        "scenarios-flips",
        say("How often a class or rank becomes another one, {year}", year=int(last["year"])),
        result.said(
            "Share of the draws in which the zone, grade or rank of a mine is not that of the same "
            "draw without the scenario."
        ),
        page_table(
            table,
            result.nouns,
            {key: translated(name) for key, name in names.items()},
            shares=list(names),
        ),
    )


def _beyond(result: Result, others: xr.Dataset) -> Iterator[Exhibit]:
    """Shares of changed values beyond the best or worst observed, where there are any."""
    there = [name for name in _SHARES if name in others]
    if not there:
        return
    table = (
        others[there]
        .reset_coords(drop=True)
        .drop_attrs()
        .to_dataframe(dim_order=["scenario", "indicator"])
        .reset_index()
    )
    rows = table[(table[there].fillna(0.0) > 0).any(axis=1)]
    if rows.empty:
        return
    yield Exhibit(
        "scenarios-beyond",
        say("Changed values beyond what was observed"),
        say(
            "Share of the changed cells and draws: above the best value observed the normalised "
            "value is above 1 and counts in full, which is extrapolated; below the worst one it "
            "counts as 0; a value may also be held at a bound. Indicators without any are left out."
        ),
        page_table(
            rows,
            result.nouns,
            {key: translated(_SHARES[key]) for key in _SHARES},
            shares=_SHARES,
        ),
    )


def beyond_sentence(others: xr.Dataset) -> str | None:
    """Where scenarios reach most beyond what was observed; None where they do not.

    Parameters
    ----------
    others
        Group ``scenarios`` of a result, without the reference.
    """
    texts = []
    for name, words in _BEYOND_SENTENCES.items():
        if name not in others or not bool((others[name] > 0).any()):
            continue
        most = others[name].isel(others[name].fillna(-1.0).argmax(...))
        text = say(
            words,
            indicator=most["indicator"].item(),
            scenario=most["scenario"].item(),
            share=number(100 * float(most), 1),
        )
        texts.append(text)
    if not texts:
        return None
    return say("Changed values are in part {places}.", places=sentence_list(texts))

"""Findings about overload, zones, grades, trends and obstacles."""

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from recc_mc.language import say, translated
from recc_mc.language.numbers import signed
from recc_mc.report.contents import Finding, Result
from recc_mc.report.findings.verdict import (
    OPEN,
    SURE,
    Findings,
    is_sure,
    last_year,
    surely_not,
)
from recc_mc.report.words import chance, sentence_list
from recc_mc.results.outputs import main_index
from recc_mc.results.variables import GRADES, ZONE_NAMES
from recc_mc.study.nouns import Nouns, nouns_of
from recc_mc.study.shape import SYMBOLS

__all__ = ["load_findings"]

LARGEST_OBSTACLES = 3
# First years of overload that are named of a mine, and mines of which they are.
FIRST_YEARS = 3
MOST_MINES = 8


def load_findings(result: Result) -> Findings:
    """What is sure about the state of each mine, and what is not."""
    if result.holds("summary", "overload_probability"):
        yield from _overload(result.groups["summary"])
    if result.holds("summary", "overload_first_probability", "overload_never_probability"):
        yield from _first_overload(result.groups["summary"])
    for kind in ("zone", "grade"):
        needs = (f"{kind}_flip_probability", f"{kind}_baseline", f"{kind}_probability")
        if result.holds("summary", *needs):
            yield from _flips(result.groups["summary"], kind)
    index = main_index(result.any_group)
    if result.holds("summary", f"{index}_increase_probability", f"{index}_change_baseline"):
        yield from _trends(result.groups["summary"], index)
    if result.holds("summary", "obstacle_mean", "obstacle_top5_probability"):
        yield from _obstacles(result.groups["summary"])


def _overload(summary: xr.Dataset) -> Findings:
    year, last = last_year(summary)
    share, error = last["overload_probability"], last["overload_probability_error"]
    mines = last["mine"].values.tolist()
    over, under = is_sure(share, error), surely_not(share, error)
    known = ~np.isnan(share.values)

    def named(chosen: NDArray[np.bool_]) -> str:
        return sentence_list(
            [
                say(
                    "{name} ({value})",
                    name=mines[i],
                    value=chance(*map(float, (share[i], error[i]))),
                )
                for i in np.flatnonzero(chosen)
            ]
        )

    if over.any():
        text = say("Overloaded (C ≥ 1) in {year}: {mines}.", year=year, mines=named(over))
        yield SURE, Finding(text, "load")
    if under.any():
        text = say(
            "Not overloaded in {year}: {mines}; the chance of overload is in brackets.",
            year=year,
            mines=named(under),
        )
        yield SURE, Finding(text, "load")
    undecided = known & ~over & ~under
    if undecided.any():
        text = say(
            "Whether C ≥ 1 in {year} is undecided for {mines}.", year=year, mines=named(undecided)
        )
        yield OPEN, Finding(text, "load")
    if summary.sizes["year"] > 1:
        yield from _overload_of_all_years(summary)


def _overload_of_all_years(summary: xr.Dataset) -> Findings:
    share, error = summary["overload_probability"], summary["overload_probability_error"]
    known = int(share.notnull().sum())
    decided = int((is_sure(share, error) | surely_not(share, error)).sum())
    nouns = nouns_of(summary.attrs)
    if summary.sizes["mine"] == 1 and decided < known:
        is_open = ~(is_sure(share, error) | surely_not(share, error)) & share.notnull().values
        years = [str(year) for year in summary["year"].values[is_open.any(axis=0)]]
        text = nouns.said(
            "Overload is decided, one way or the other, in {decided} of {known} mine-years: open "
            "are {years}.",
            decided=decided,
            known=known,
            years=sentence_list(years, len(years)),
        )
    else:
        text = nouns.said(
            "Overload is decided, one way or the other, in {decided} of {known} mine-years.",
            decided=decided,
            known=known,
        )
    yield (SURE if decided == known else OPEN), Finding(text, "load")


def _first_overload(summary: xr.Dataset) -> Findings:
    """In which year C reaches 1 for the first time."""
    if summary.sizes["year"] < 2:
        return
    known = summary.isel(mine=np.flatnonzero(summary["overload_never_probability"].notnull()))
    share, error = known["overload_first_probability"], known["overload_first_probability_error"]
    never = known["overload_never_probability"], known["overload_never_probability_error"]
    decided = is_sure(*never) | is_sure(share, error).any(axis=share.dims.index("year"))
    for chosen, heading, text, most in (
        (decided, SURE, "The first year of overload (C ≥ 1) is sure: {mines}.", 1),
        (~decided, OPEN, "In which year C first reaches 1 is open: {mines}.", FIRST_YEARS),
    ):
        rows = np.flatnonzero(chosen)
        if rows.size:
            texts = [_first_years(known.isel(mine=int(i)), most) for i in rows]
            listed = translated("; ").join(_and_more(texts, nouns_of(summary.attrs)))
            yield heading, Finding(say(text, mines=listed), "load")


def _first_years(mine: xr.Dataset, most: int) -> str:
    """The likeliest first years of overload of a mine, or that there is none."""
    names = [say("in {year}", year=year) for year in mine["year"].values.tolist()]
    names.append(say("never"))
    share, error = (
        np.append(mine[f"overload_first_{name}"].values, mine[f"overload_never_{name}"].item())
        for name in ("probability", "probability_error")
    )
    years = np.argsort(-share[:-1], kind="stable")[:most]
    # All that is possible, likely years first; where only one is wanted, the likeliest.
    listed = [int(np.argmax(share))] if most == 1 else [*years.tolist(), len(names) - 1]
    texts = [
        say("{name} ({value})", name=names[k], value=chance(float(share[k]), float(error[k])))
        for k in listed
        if share[k] > 0
    ]
    return say("{mine} {years}", mine=mine["mine"].item(), years=sentence_list(texts))


def _and_more(texts: list[str], nouns: Nouns) -> list[str]:
    rest = len(texts) - MOST_MINES
    if rest <= 0:
        return texts
    more = "and {count} more mine" if rest == 1 else "and {count} more mines"
    return [*texts[:MOST_MINES], nouns.said(more, count=f"{rest:,}")]


def _flips(summary: xr.Dataset, kind: str) -> Findings:
    """Mines whose class of the last year is another one in many draws."""
    year, last = last_year(summary)
    share, error = last[f"{kind}_flip_probability"], last[f"{kind}_flip_probability_error"]
    steady = surely_not(share, error)
    known = ~np.isnan(share.values)
    what = say("coupling zone") if kind == "zone" else say("grade")
    if (known & steady).any():
        names = [str(name) for name in last["mine"].values[known & steady]]
        everyone = nouns_of(summary.attrs).said("every mine")
        text = say(
            "The {what} of {year} is sure for {mines}.",
            what=what,
            year=year,
            mines=everyone if steady[known].all() else sentence_list(names),
        )
        yield SURE, Finding(text, "classes")
    flipping = np.flatnonzero(known & ~steady)
    # The likeliest to flip first.
    order = flipping[np.argsort(-share.values[flipping], kind="stable")]
    texts = [_flip(last.isel(mine=int(i)), kind) for i in order]
    if texts:
        text = say(
            "The {what} of {year} could be another one for {mines}.",
            what=what,
            year=year,
            mines=sentence_list(texts, 6),
        )
        yield OPEN, Finding(text, "classes")


def _flip(cell: xr.Dataset, kind: str) -> str:
    """Mine, its class in the baseline, how likely that is to flip, and to what."""
    names = [translated(name) for name in ZONE_NAMES] if kind == "zone" else GRADES
    codes = cell[kind].values
    base = int(cell[f"{kind}_baseline"])
    shares = np.where(codes == base, -1, np.nan_to_num(cell[f"{kind}_probability"].values))
    other = names[int(np.argmax(shares))]
    flip = chance(
        float(cell[f"{kind}_flip_probability"]), float(cell[f"{kind}_flip_probability_error"])
    )
    here = names[int(np.flatnonzero(codes == base)[0])]
    return say(
        "{mine} ({here} in the baseline; otherwise, in {flip}, most often {other})",
        mine=cell["mine"].item(),
        here=here,
        flip=flip,
        other=other,
    )


def _trends(summary: xr.Dataset, index: str) -> Findings:
    """Whether C, or the only index, is larger in the last year than in the first."""
    name, symbol = f"{index}_increase_probability", SYMBOLS[index]
    share, error = summary[name], summary[f"{name}_error"]
    # Only the first and the last year are compared: in between C may go either way.
    first, last = (int(summary["year"][k]) for k in (0, -1))
    for sure, text in (
        (
            is_sure(share, error),
            "{symbol} is larger in {last} than in {first} for {mines}; the baseline's change in "
            "brackets.",
        ),
        (
            surely_not(share, error),
            "{symbol} is smaller in {last} than in {first} for {mines}; the baseline's change in "
            "brackets.",
        ),
    ):
        if sure.any():
            part = summary.isel(mine=np.flatnonzero(sure))
            texts = [
                say("{name} ({value})", name=mine, value=signed(float(change)))
                for mine, change in zip(
                    part["mine"].values, part[f"{index}_change_baseline"].values, strict=True
                )
            ]
            listed = sentence_list(texts)
            found = say(text, symbol=symbol, last=last, first=first, mines=listed)
            yield SURE, Finding(found, "trends")
    undecided = ~(is_sure(share, error) | surely_not(share, error)) & share.notnull().values
    if undecided.any():
        texts = [
            say("{mine} (larger in {share})", mine=mine, share=chance(float(p), float(e)))
            for mine, p, e in zip(
                summary["mine"].values[undecided],
                share.values[undecided],
                error.values[undecided],
                strict=True,
            )
        ]
        text = say(
            "Whether {symbol} is larger in {last} than in {first} is open for {mines}.",
            symbol=symbol,
            last=last,
            first=first,
            mines=sentence_list(texts),
        )
        yield OPEN, Finding(text, "trends")


def _obstacles(summary: xr.Dataset) -> Findings:
    """Indicators that hold support back in most mines, whatever is drawn."""
    year, last = last_year(summary)
    support = last.isel(indicator=np.flatnonzero(last["indicator_system"].values == "support"))
    if not support.sizes["indicator"]:
        return
    top = is_sure(support["obstacle_top5_probability"], support["obstacle_top5_probability_error"])
    rows = support["obstacle_top5_probability"].dims.index("mine")
    mines = top.sum(axis=rows)
    if not mines.max(initial=0):
        return
    order = np.argsort(-mines, kind="stable")[:LARGEST_OBSTACLES]
    texts = [
        say(
            "{name} ({value})",
            name=support["indicator"].values[j],
            value=_share(str(support["indicator_long_name"].values[j]), int(mines[j]), last),
        )
        for j in order
        if mines[j]
    ]
    text = say(
        "Surely among the five largest obstacles to support in {year}: {indicators}.",
        year=year,
        indicators=sentence_list(texts),
    )
    yield SURE, Finding(text, "obstacles")


def _share(name: str, mines: int, data: xr.Dataset) -> str:
    """Name with in how many of the mines it is so; of one mine there is nothing to say."""
    number = data.sizes["mine"]
    if number < 2:
        return name
    amount = nouns_of(data.attrs).amount(number)
    return say("{name}; {some} of {amount}", name=name, some=mines, amount=amount)

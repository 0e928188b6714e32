"""Tables that have no picture: the index itself, overload by year, pairs of mines, matrices."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import xarray as xr

from recc_mc.labels.factors import factor_names
from recc_mc.language import say, translated
from recc_mc.report.contents import Exhibit, Result
from recc_mc.report.frames import PageTable, page_table
from recc_mc.report.words import sentences
from recc_mc.results.measures import INTERVALS, MEASURES, dummy_limit
from recc_mc.results.outputs import index_symbol, main_index, main_output
from recc_mc.results.variables import GRADES, ZONE_NAMES
from recc_mc.study.shape import SYMBOLS
from recc_mc.summary.probability import precision_of

__all__ = ["baseline_tables", "ledger", "load_tables", "measure_tables", "ranking_tables"]

# A square table of more mines than this is not read; the rank intervals say the same.
MOST_PAIRED = 20
_LAST_YEAR = ("support", "pressure", "recc", "rank", "grade", "zone")
_CODES: dict[str, Callable[[int], str]] = {
    "rank": lambda code: str(code) if code > 0 else say("undefined"),
    "grade": lambda code: GRADES[code - 1] if code > 0 else say("undefined"),
    "zone": lambda code: ZONE_NAMES[code] if code >= 0 else say("undefined"),
}
NO_EFFECT = "(no effect: at most)"


def baseline_tables(result: Result) -> Iterator[Exhibit]:
    """C by mine and year, and the last year in full; of one mine all years, as computed once."""
    if not result.holds("baseline"):
        return
    baseline = result.groups["baseline"]
    is_one = _is_one(baseline)
    rows = baseline.isel(mine=0) if is_one else baseline.isel(year=-1)
    whose = str(rows["mine"].item()) if is_one else str(rows["year"].item())
    names = [name for name in _LAST_YEAR if name in rows]
    frame = rows[names].to_dataframe()[names].reset_index()
    for name, shown in _CODES.items():
        if name in frame:
            frame[name] = [shown(code) for code in frame[name]]
    symbol = index_symbol(baseline)
    ranks = (
        "Rank 1 is the largest C, the most loaded mine."
        if symbol == "C"
        else "Rank 1 is the largest {symbol}."
    )
    ranks = result.nouns.said(ranks, symbol=symbol) if "rank" in names else ""
    titles = {"support": "S", "pressure": "P", "recc": "C", "zone": say("coupling zone")}
    yield Exhibit(
        "baseline-years" if is_one else "baseline-last-year",
        say("The index as computed once, {whose}", whose=whose),
        sentences(say("Nothing is uncertain here."), ranks),
        page_table(frame, result.nouns, titles),
    )
    if baseline.sizes["year"] > 1 and not is_one:
        yield Exhibit(
            "baseline-years",
            say(
                "{index} by year, as computed once",
                index="C = P / S" if symbol == "C" else symbol,
            ),
            result.nouns.said("A mine is overloaded where C is 1 or more.") * (symbol == "C"),
            page_table(_wide(baseline[main_index(baseline)], "mine", "year"), result.nouns, ours=1),
        )


def load_tables(result: Result) -> Iterator[Exhibit]:
    """Probability of overload by mine and year."""
    if result.holds("summary", "overload_probability"):
        summary = result.groups["summary"]
        along = ("year", "mine") if _is_one(summary) else ("mine", "year")
        yield Exhibit(
            "overload",
            say("Probability of overload, C ≥ 1"),
            _precision(summary),
            _of_shares(_wide(summary["overload_probability"], *along), result),
        )
    if result.holds("summary", "overload_first_probability", "overload_never_probability"):
        yield from _first_overload(result)


def _first_overload(result: Result) -> Iterator[Exhibit]:
    """In which year C reaches 1 for the first time, if ever."""
    summary = result.groups["summary"]
    if summary.sizes["year"] < 2:
        return
    frame = _wide(summary["overload_first_probability"], "mine", "year")
    never = say("never")
    frame.insert(len(frame.columns), never, summary["overload_never_probability"].values)
    yield Exhibit(
        "first-overload",
        say("First year of overload"),
        result.said(
            "Share of the draws in which C of a mine is 1 or more in a year and in none "
            "before it, or in no year at all."
        ),
        _of_shares(frame, result),
    )


def _of_shares(frame: pd.DataFrame, result: Result) -> PageTable:
    """Table whose columns but the first are shares of the draws."""
    shares = [str(name) for name in frame.columns[1:]]
    return page_table(frame, result.nouns, shares=shares, ours=1)


def _is_one(data: xr.Dataset) -> bool:
    """Whether years are what is compared: there is a single mine."""
    return data.sizes["mine"] == 1 and data.sizes["year"] > 1


def _precision(summary: xr.Dataset) -> str:
    """How precise the probabilities of overload are."""
    error, bound = precision_of(summary, "overload_probability")
    texts = []
    if not np.isnan(error):
        texts.append(say("Standard errors are at most {error}.", error=f"{error:.2g}"))
    if not np.isnan(bound):
        text = "What is 0 or 1 in all draws is within {bound} of it (95 % confidence)."
        texts.append(say(text, bound=f"{bound:.2g}"))
    return sentences(*texts) or say("Standard errors are undefined: there is a single draw.")


def ranking_tables(result: Result) -> Iterator[Exhibit]:
    """How often one mine is more loaded than another in the last year."""
    if not result.holds("summary", "outranks_probability"):
        return
    last = result.groups["summary"]["outranks_probability"].isel(year=-1, drop=True)
    # No mine is compared with itself.
    last = last.where(last["mine"] != last["other_mine"])
    if last.sizes["mine"] > MOST_PAIRED:
        return
    year, nouns = int(result.groups["summary"]["year"][-1]), result.nouns
    symbol = index_symbol(result.groups["summary"])
    title = (
        "How often one mine is more loaded than another, {year}"
        if symbol == "C"
        else "How often one mine has a larger {symbol} than another, {year}"
    )
    note = (
        "Share of the draws in which the mine of the row has a larger {symbol} than that of the "
        "column, whatever ranks the two have among all mines."
    )
    yield Exhibit(
        "pairs",
        nouns.said(title, symbol=symbol, year=year),
        nouns.said(note, symbol=symbol),
        _of_shares(_wide(last, "mine", "other_mine"), result),
    )


def ledger(result: Result) -> Iterator[Exhibit]:
    """What became of the drawn judgment matrices."""
    if not result.holds("summary", "share_accepted", "consistency_ratio_baseline"):
        return
    names = ("consistency_ratio_baseline", "share_accepted", "share_repaired", "share_redrawn")
    data = result.groups["summary"][[*names]].reset_coords(drop=True)
    titles = {
        "consistency_ratio_baseline": say("CR of the study"),
        "matrix": say("judgment matrix"),
    }
    yield Exhibit(
        "ledger",
        say("Judgment matrices as drawn"),
        say(
            "Share of the draws whose matrix was within the limit of the consistency ratio at "
            "once, was repaired, or was drawn again."
        ),
        page_table(data.to_dataframe()[[*names]].reset_index(), result.nouns, titles),
    )


def measure_tables(result: Result) -> Iterator[Exhibit]:
    """Main measure of a method of SALib, by factor and mine in the last year; of one mine by year.

    Factors stand with their names in words.
    """
    if not result.holds("sensitivity"):
        return
    parts = result.groups["sensitivity"]
    method = str(parts.attrs.get("method"))
    if method not in MEASURES:
        return
    measure, what = MEASURES[method]
    along = "year" if _is_one(parts) else "mine"
    parts = parts.isel(mine=0) if along == "year" else parts.isel(year=-1)
    whose = str((parts["mine"] if along == "year" else parts["year"]).item())
    output = main_output(parts)
    values = parts[measure].sel(output=output).transpose("factor", along)
    order = values.max(along).fillna(-1).argsort().values[::-1]
    table = _wide(values[order], "factor", along)
    note = say(
        "Method {method}: {what}. The largest come first.", method=method, what=translated(what)
    )
    limit = dummy_limit(parts, measure)
    if limit is not None:
        # Unlike a factor's, its name has no colon in front of another name.
        table.loc[len(table)] = [NO_EFFECT, *limit.sel(output=output).values]
        last = say(
            "The last row is what columns of random numbers, which nothing depends on, get in the "
            "same run plus the half-width of its 95 % interval: what does not exceed it is not "
            "told apart from no effect."
        )
        note = sentences(note, last)
    if method in INTERVALS:
        note = sentences(note, translated(INTERVALS[method]))
    of_factor = factor_names(parts.attrs)
    names = ["" if label == NO_EFFECT else of_factor.name(label) for label in table.iloc[:, 0]]
    table.insert(1, "name", names, allow_duplicates=True)
    by = "year" if along == "year" else "mine"
    title = say(
        "Factors of {output} by {by}, {whose}",
        output=SYMBOLS.get(output) or translated(output),
        by=result.nouns.said(by),
        whose=whose,
    )
    yield Exhibit("measures", title, note, page_table(table, result.nouns, ours=2))


def _wide(values: xr.DataArray, rows: str, columns: str) -> pd.DataFrame:
    """Table with a row and a column for each label of two dimensions."""
    ordered = values.transpose(rows, columns)
    names = [str(label) for label in ordered[columns].values]
    frame = pd.DataFrame(ordered.values, columns=pd.Index(names))
    frame.insert(0, rows, [str(label) for label in ordered[rows].values], allow_duplicates=True)
    return frame

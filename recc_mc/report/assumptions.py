"""What the verdict would be without each assumption: sentences of a box, and a table."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from recc_mc.assumed.variants import words_of
from recc_mc.assumed.words import effects, problems
from recc_mc.language import say
from recc_mc.language.retelling import retold
from recc_mc.report.contents import Exhibit, Result
from recc_mc.report.frames import page_table

__all__ = ["Box", "assumption_box", "assumption_tables"]

# Effects that are seen at once.
SHOWN = 5


class Box(NamedTuple):
    """Sentences on what dropping each assumption does, those that carry most first.

    Parameters
    ----------
    shown, folded
        Sentences in front, and those that a reader unfolds.
    impossible
        What the study cannot drop, and why.
    """

    shown: list[str]
    folded: list[str]
    impossible: list[str]


def assumption_box(result: Result) -> Box | None:
    """Sentences of the group ``assumptions``; None if there is none.

    Parameters
    ----------
    result
        Groups of a result.
    """
    if not result.holds("assumptions", "first_probability"):
        return None
    found = result.groups["assumptions"]
    told = [effect.sentence for effect in effects(found)]
    text = "{assumption}: not possible here. {why}"
    impossible = [
        say(text, assumption=words[:1].upper() + words[1:], why=retold(why))
        for words, why in problems(found)
    ]
    return Box(told[:SHOWN], told[SHOWN:], impossible)


def assumption_tables(result: Result) -> Iterator[Exhibit]:
    """Probabilities and means of each mine without each assumption, and their paired changes."""
    if not result.holds("assumptions", "first_probability"):
        return
    found = result.groups["assumptions"]
    possible = [k for k, why in enumerate(found["assumption_problem"].values) if not str(why)]
    data = found.isel(assumption=possible).drop_vars(
        ["assumption_long_name", "assumption_problem", "assumption_changes"]
    )
    frame: pd.DataFrame = data.to_dataframe(["assumption", "mine"]).reset_index()
    names = frame["assumption"].tolist()
    words = {name: words_of(name, result.nouns) for name in names if name != names[0]}
    frame["assumption"] = [words.get(name, say("as it is")) for name in names]
    # With all of them the table is wider than a sheet of paper.
    shown = frame[[name for name in frame.columns if not name.endswith("_error")]]
    year, samples = (int(found.attrs[key]) for key in ("assumptions_year", "samples"))
    note = say(
        "Each line is a run of {samples} draws with the same random numbers as the study's own; "
        "a change is that of the same draw. Standard errors stand in the file below.",
        samples=f"{samples:,}",
    )
    yield Exhibit(
        "assumptions",
        say("Without each assumption, {year}", year=year),
        note,
        replace(page_table(shown, result.nouns), frame=frame),
    )

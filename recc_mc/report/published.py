"""The case study against the figures that its paper prints."""

import csv

import pandas as pd

from recc_mc.labels.provenance import RECONSTRUCTION
from recc_mc.language import say, translated
from recc_mc.report.contents import Exhibit, Result
from recc_mc.report.frames import page_table
from recc_mc.report.settings import study_settings
from recc_mc.report.words import sentences
from recc_mc.results.variables import ZONES
from recc_mc.study.loading import BUILTIN

__all__ = ["published_section"]

CASE = "rare_earth_mines"
DIGITS = 4


def published_section(result: Result) -> tuple[str, list[Exhibit]] | None:
    """Sentence and table of printed and computed figures; None for any other study.

    Parameters
    ----------
    result
        Groups of a result, with the baseline.
    """
    settings = study_settings(result)
    if settings is None or settings.study.builtin != CASE or not result.holds("baseline"):
        return None
    frame = _figures(result)
    numeric = frame[frame["quantity"] != "zone"]
    agreeing, zones = int((frame["agrees"] == "yes").sum()), len(frame) - len(numeric)
    text = say(
        "The paper prints {numbers} figures that the index can be checked against, and the {zones} "
        "coupling zones of 2019. Of these {all}, {agreeing} are computed as printed, to {digits} "
        "digits. The data are a {reconstruction}, fitted to just these figures: that they agree "
        "shows that the method is the paper's, not that the data are its authors'.",
        numbers=len(numeric),
        zones=zones,
        all=len(frame),
        agreeing=agreeing,
        digits=DIGITS,
        reconstruction=translated(RECONSTRUCTION),
    )
    if agreeing < len(frame):
        others = say("The figures are those of the paper's method; another one gives others.")
        text = sentences(text, others)
    exhibit = Exhibit(
        "printed-and-computed",
        say("Printed and computed figures"),
        say("Where a figure stands in Bai et al. (2022), and what this result has for it."),
        page_table(frame),
    )
    return text, [exhibit]


def _figures(result: Result) -> pd.DataFrame:
    table = (BUILTIN / CASE / "published.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(table.splitlines()))
    computed = [_computed(result, row) for row in rows]
    return pd.DataFrame(
        {
            "quantity": [row["quantity"] for row in rows],
            "mine": [row["mine"] for row in rows],
            "year": [row["year"] for row in rows],
            "item": [row["item"] for row in rows],
            "printed": [row["value"] for row in rows],
            "computed": computed,
            "agrees": [
                "yes" if row["value"] == value else "no"
                for row, value in zip(rows, computed, strict=True)
            ],
            "where": [row["where"] for row in rows],
        }
    )


def _computed(result: Result, row: dict[str, str]) -> str:
    """What the baseline has for a printed figure, written like it."""
    values = result.groups["baseline"][row["quantity"]]
    if row["mine"]:
        values = values.sel(mine=row["mine"], year=int(row["year"]))
    if row["item"]:
        values = values.sel({values.dims[0]: row["item"]})
    value = values.item()
    return ZONES[value] if row["quantity"] == "zone" else f"{value:z.{DIGITS}f}"

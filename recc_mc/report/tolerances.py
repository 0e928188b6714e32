"""How large errors may be before conclusions cease to hold, as a table."""

from collections.abc import Iterator

import pandas as pd

from recc_mc.language import say, translated
from recc_mc.language.retelling import retold
from recc_mc.report.contents import Exhibit, Result
from recc_mc.report.frames import page_table
from recc_mc.report.words import sentences
from recc_mc.sweeps.words import tolerance_sentences, tolerance_text

__all__ = ["tolerance_tables"]


def tolerance_tables(result: Result) -> Iterator[Exhibit]:
    """A line for each conclusion, the sentences of the most loaded mine above it."""
    if not result.holds("tolerance", "tolerance", "tolerance_state"):
        return
    found = result.groups["tolerance"]
    sources, measures = (
        found[name].values.tolist() for name in ("error_source", "error_source_measure")
    )
    conclusions = [retold(str(text)) for text in found["conclusion"].values]
    frame = pd.DataFrame({"conclusion": conclusions})
    titles = {}
    for j, (source, measure) in enumerate(zip(sources, measures, strict=True)):
        one = found.isel(error_source=j)
        column = f"{source} error, {measure}"
        frame[column] = [tolerance_text(one.isel(conclusion=k)) for k in range(len(frame))]
        titles[column] = say(
            "{source} error, {measure}", source=translated(source), measure=translated(measure)
        )
    level, year = float(found.attrs["level"]), int(found.attrs["conclusions_year"])
    note = sentences(
        say(
            "Each conclusion of the baseline holds in {level} % of the draws up to this size of "
            "the error; in brackets the 95 % Monte Carlo interval.",
            level=f"{100 * level:g}",
        ),
        *tolerance_sentences(found),
        say("Errors: {errors}.", errors=retold(found.attrs["errors_comment"])),
    )
    if "left_out" in found.attrs:
        left_out = say("Left out: {texts}.", texts=retold(found.attrs["left_out"]))
        note = sentences(note, left_out)
    yield Exhibit(
        "tolerance",
        say("Largest errors at which conclusions hold, {year}", year=year),
        note,
        page_table(frame, result.nouns, titles),
    )

"""How large errors may be before conclusions cease to hold, as a table."""

from collections.abc import Iterator

import pandas as pd

from recc_mc.report.contents import Exhibit, Result
from recc_mc.report.frames import page_table
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
    frame = pd.DataFrame({"conclusion": found["conclusion"].values})
    for j, (source, measure) in enumerate(zip(sources, measures, strict=True)):
        one = found.isel(error_source=j)
        frame[f"{source} error, {measure}"] = [
            tolerance_text(one.isel(conclusion=k)) for k in range(len(frame))
        ]
    level, year = float(found.attrs["level"]), int(found.attrs["conclusions_year"])
    left_out = f" Left out: {found.attrs['left_out']}." if "left_out" in found.attrs else ""
    yield Exhibit(
        "tolerance",
        f"Largest errors at which conclusions hold, {year}",
        f"Each conclusion of the baseline holds in {100 * level:g} % of the draws up to this size "
        "of the error; in brackets the 95 % Monte Carlo interval. "
        f"{' '.join(tolerance_sentences(found))} Errors: {found.attrs['errors_comment']}."
        f"{left_out}",
        page_table(frame, result.nouns),
    )

"""What a report tells of criterion scores, coupling and fuzzy evaluation: tables and methods."""

from collections.abc import Iterator

import pandas as pd
import xarray as xr

from recc_mc.labels.further import COORDINATION_CLASSES, FUZZY_GRADES
from recc_mc.language import say, translated
from recc_mc.report.contents import Exhibit, Result
from recc_mc.report.frames import page_table
from recc_mc.report.settings import study_settings
from recc_mc.study.further_settings import CouplingTable, FuzzyTable
from recc_mc.study.settings import Settings

__all__ = ["beside_methods", "beside_tables"]

UNDEFINED = "undefined"
_FORMS = {
    "standard": "C = (prod U)^(1/n) / mean U",
    "modified": "C = sqrt((1 - mean of |U_i - U_j| over the pairs) (prod U / max U)^(1/(n - 1))) "
    "(Wang et al. 2021, Journal of Natural Resources 36:793)",
}
_FUZZY = (
    "Each indicator has limits k1, k2 and k3 of three grades, the first that of the most of its "
    "system. A drawn value x beyond k1 belongs to the first grade by u1 = (1 + (x - k1)/(x - k2))/2"
    ", between k1 and k2 by (1 - (k1 - x)/(k1 - k2))/2, and not at all on the other side of k2, "
    "where it belongs to the third likewise with k3; to the second belongs the rest (Wang et al. "
    "2020, ChinaXiv 202001.00063, section 2.1.3). B = sum W u over the indicators of a system with "
    "their combined weights; its score is {scores}, and its grade that of the largest membership, "
    "of equal ones the first."
)


def beside_methods(settings: Settings) -> Iterator[tuple[str, str]]:
    """Paragraphs on what is made of the index beside it: what about, and the text.

    Parameters
    ----------
    settings
        Settings of the study.
    """
    coupled = settings.coupling is not None and settings.coupling.of != "systems"
    if settings.output.criterion_scores or coupled:
        yield (
            say("Criterion scores"),
            say(
                "The score of a criterion is sum r W / sum W over its indicators, the index of the "
                "criterion by itself."
            ),
        )
    if settings.coupling is not None:
        yield say("Coupling and coordination"), _coupling(settings.coupling)
    if settings.fuzzy is not None:
        yield say("Fuzzy evaluation"), _fuzzy(settings.fuzzy)


def _coupling(table: CouplingTable) -> str:
    if table.of == "systems":
        pressure = "P" if table.pressure == "as_is" else "1 - P"
        coupled = say("U are S and {pressure}", pressure=pressure)
    else:
        coupled = say("U are the scores of the criteria of {system}", system=translated(table.of))
    combined = table.weights == "combined"
    return say(
        "{coupled}. The degree of coupling is {form}, the coordination index T = sum a U with a "
        "{weights}, and the coordination degree D = sqrt(C T). Its ten classes are steps of 0.1; a "
        "degree on a step is of the class above it (Acta Geographica Sinica 76:781, table 1).",
        coupled=coupled,
        form=translated(_FORMS[table.form]),
        weights=say("the combined weights of the criteria") if combined else say("all equal"),
    )


def _fuzzy(table: FuzzyTable) -> str:
    scores = [f"{score:g} B{k}" for k, score in enumerate(table.scores, 1)]
    return say(_FUZZY, scores=" + ".join(scores))


def beside_tables(result: Result) -> Iterator[Exhibit]:
    """What is made of the index as computed once, in the last year, if it is asked for."""
    settings = study_settings(result)
    asked = settings is not None and any(True for _ in beside_methods(settings))
    if not asked or not result.holds("baseline", "criterion_score"):
        return
    last = result.groups["baseline"].isel(year=-1)
    year = int(last["year"])
    score = last["criterion_score"].transpose("mine", "criterion")
    scores = pd.DataFrame(score.values, columns=score["criterion"].values.tolist())
    scores.insert(0, "mine", score["mine"].values)
    yield Exhibit(
        "criterion-scores-baseline",
        say("Scores of the criteria as computed once, {year}", year=year),
        say("The index of each criterion by itself, 0 to 1."),
        page_table(scores, result.nouns, ours=1),
    )
    if "coordination" in last:
        yield Exhibit(
            "coordination-baseline",
            say("Coupling and coordination as computed once, {year}", year=year),
            say("D = sqrt(C T); its classes are steps of 0.1."),
            page_table(_coordination(last), result.nouns),
        )
    if "fuzzy_score" in last:
        yield Exhibit(
            "fuzzy-baseline",
            say("Fuzzy evaluation as computed once, {year}", year=year),
            say(
                "How far each system belongs to the three grades; the first is that of the most of "
                "it."
            ),
            page_table(_grades(last), result.nouns),
        )


def _coordination(last: xr.Dataset) -> pd.DataFrame:
    columns = {"coupling": "C", "coordination_index": "T", "coordination": "D"}
    frame = last[[*columns, "coordination_class"]].to_dataframe().reset_index()
    names = (UNDEFINED, *(name.replace("_", " ") for name in COORDINATION_CLASSES))
    frame["class"] = [names[max(code, 0)] for code in frame["coordination_class"]]
    return frame[["mine", *columns, "class"]].rename(columns=columns)


def _grades(last: xr.Dataset) -> pd.DataFrame:
    each = last["fuzzy_membership"].reset_coords(drop=True)
    shares = {name: each.sel(fuzzy_class=k) for k, name in enumerate(FUZZY_GRADES, 1)}
    found = xr.Dataset({name: share.drop_vars("fuzzy_class") for name, share in shares.items()})
    found = found.assign(score=last["fuzzy_score"], grade=last["fuzzy_grade"])
    frame = found.to_dataframe(dim_order=["system", "mine"]).reset_index()
    names = (UNDEFINED, *FUZZY_GRADES)
    frame["grade"] = [names[max(code, 0)] for code in frame["grade"]]
    return frame[["system", "mine", *FUZZY_GRADES, "score", "grade"]]

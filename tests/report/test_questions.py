"""What a report tells of scenarios, other studies, targets and the value of information."""

import re
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from matplotlib.text import Text

import recc_mc as rm
from recc_mc.plot.pictures import PICTURES
from recc_mc.report import render_report
from recc_mc.report.contents import Result
from recc_mc.report.factors import FactorWords
from recc_mc.report.findings import summarise
from recc_mc.report.findings.verdict import INFORMATION, KNOWN, PRECISION, TARGETS, WHAT_IF
from recc_mc.report.methods import methods
from recc_mc.report.question_methods import question_methods
from tests.evidence import bcg
from tests.plot.questions import made_up_targets, with_information
from tests.plot.scenarios import made_up_scenarios
from tests.report.page import Page
from tests.strategies import small_study

SCENARIOS = """
[scenarios]
horizon = 2016

[[scenario]]
name = "more"
title = "More of it (illustrative)"
source = "a brief, p. 3"
[[scenario.change]]
indicators = ["air 0"]
years = { from = 2013, to = 2016 }
phase = "linear"
multiply = { low = 1.2, high = 1.4 }
upper = 9.0
draw = "growth"

[[scenario]]
name = "less"
[[scenario.change]]
systems = ["pressure"]
add = -1.5
"""


@pytest.fixture(scope="module")
def groups(tmp_path_factory: pytest.TempPathFactory) -> dict[str, xr.Dataset]:
    files = small_study(mines=3, years=3, uncertainty_data={"cv": 0.1})
    files = replace(files, mines=("Place 0", "Place 1", "Place 2"))
    path = files.write(tmp_path_factory.mktemp("questions"))
    text = path.read_text("utf-8").replace("[study]", '[study]\nnoun = "city"')
    path.write_text(text + SCENARIOS, "utf-8")
    study = rm.load_study(path)
    baseline = rm.evaluate(study)
    last = int(baseline["year"][-1])
    scenarios = made_up_scenarios(baseline, ("more", "less"), horizon=2016 - last)
    scenarios.attrs |= {"horizon": 2016, "continuation": "hold"}
    return {
        "baseline": baseline,
        "sensitivity": with_information(rm.sensitivity(study, samples=16, replicates=2, seed=1)),
        "scenarios": scenarios,
        "target": made_up_targets(baseline),
        "evidence/management": rm.meta_analysis(bcg.table(), measure="effect"),
    }


@pytest.fixture(scope="module")
def page(groups: dict[str, xr.Dataset]) -> Page:
    attrs = groups["baseline"].attrs
    tree = xr.DataTree.from_dict({"/": xr.Dataset(attrs=attrs), **groups})
    return Page(render_report(tree))


def told(groups: dict[str, xr.Dataset], heading: str, **changed: xr.Dataset) -> str:
    found = {**groups, **changed}
    result = Result(found, found["baseline"].attrs)
    text = " ".join(finding.text for finding in summarise(result).get(heading, ()))
    return text.replace("\u00a0", " ")


def test_each_question_has_its_chapter_and_pictures(page: Page) -> None:
    sections = page.attributes("section", "id")
    assert {"scenarios", "evidence", "targets", "information"} <= set(sections)
    figures = set(page.attributes("figure", "id"))
    assert figures >= {
        "scenarios-given", "scenario-changes-recc", "scenario-overload", "scenario-paths-recc",
        "scenarios-changes", "scenarios-beyond", "forest-management", "evidence-management",
        "target-curves", "target-levers", "targets-required", "targets-values",
        "information-value", "information-map", "contributions",
    }  # fmt: skip
    assert "Left out" not in page.text
    assert "More of it (illustrative)" in page.text
    assert "a brief, p. 3" in page.text


def test_changes_are_told_as_the_study_gives_them(page: Page) -> None:
    first, second = page.frame("scenarios-changes.csv").to_dict("records")
    assert first["of"] == "air 0 Indicator air 0"
    assert first["does"] == "times a drawn number (uniform, low 1.2, high 1.4)"
    assert first["years"] == "2013 to 2016, coming in linearly"
    assert (first["draw"], first["bounds"], first["5 %"]) == ("growth", "to 9", 1.155)
    assert (second["of"], second["does"]) == ("pressure", "plus -1.5")
    assert (second["draw"], second["years"], second["bounds"]) == ("–", "all", "–")
    assert np.isnan(second["50 %"])


def test_scenarios_are_told_of_though_nothing_else_is_uncertain(
    groups: dict[str, xr.Dataset],
) -> None:
    certain = groups["scenarios"].assign_attrs(
        varied="nothing", held_fixed="all", baseline_outside=""
    )
    alone = {"baseline": groups["baseline"], "scenarios": certain}
    assert "Under more, “Title of more”" in told(alone, WHAT_IF)
    assert told(alone, PRECISION).startswith("Nothing is uncertain")


def test_what_a_scenario_ends_and_begins_is_said_with_its_probability(
    groups: dict[str, xr.Dataset],
) -> None:
    text = told(groups, WHAT_IF)
    assert "Under more, “Title of more”, in 2016: overload might begin for Place 0 (in 40" in text
    assert "Under less, “Title of less”, in 2016: overload might end for Place 0 (in 20.0 %" in text
    assert "C changes most for Place 0, by +0.200 on average [+0.155, +0.245: 90 % of" in text
    assert "Goalposts, weights and choices of method are those of the same draw" in text
    assert "beyond the panel: without a scenario they keep the values of" in text
    assert "above the best value (most of all water 0 in more, 12.5 %" in told(groups, PRECISION)
    ends = groups["scenarios"].copy(deep=True)
    for name, share in (("overload_ends_probability", 1.0), ("overload_begins_probability", 0.0)):
        ends[name][:] = share
        ends[f"{name}_error"][:] = 0.001
    assert "overload would surely end for Place 0 (in 100 %" in told(
        groups, WHAT_IF, scenarios=ends
    )


def test_overload_that_stays_or_never_was_is_said(groups: dict[str, xr.Dataset]) -> None:
    for share, words in (
        (1.0, "overload would surely stay for Place 0 (100 % (> 99.90 %) of the draws"),
        (0.0, "surely no overload, before or after"),
        (0.5, "overload ends or begins in less than 5.0 % of the draws"),
    ):
        other = groups["scenarios"].copy(deep=True)
        for name in ("overload_ends", "overload_begins", "overload"):
            value = share if name == "overload" else 0.0
            other[f"{name}_probability"][:] = value
            other[f"{name}_probability_error"][:] = 0.001
        assert words in told(groups, WHAT_IF, scenarios=other)


def test_a_scenario_without_effect_is_told_to_have_none(groups: dict[str, xr.Dataset]) -> None:
    other = groups["scenarios"].copy(deep=True)
    other["recc_change_mean"][:] = 0.0
    text = told(groups, WHAT_IF, scenarios=other)
    assert "Under more, “Title of more”, C stays as it is in every draw." in text


def test_a_recomputed_anchor_is_told(groups: dict[str, xr.Dataset]) -> None:
    other = groups["scenarios"].assign_attrs(anchor="recomputed", continuation="trend")
    text = told(groups, WHAT_IF, scenarios=other)
    assert "found anew from its own changed panel" in text
    assert "follow the straight line through the given values" in text
    result = Result({"scenarios": other}, other.attrs)
    ((_, paragraph),) = question_methods(result)
    assert "one above 1 is kept" not in paragraph


def test_what_it_would_take_is_told(groups: dict[str, xr.Dataset]) -> None:
    text = told(groups, TARGETS)
    assert "It takes a change of 46.5 % [45.5, 47.5] to make it 90 %: " in text
    assert "The index computed once would need 37.2 %, which is enough in 29.0 % of" in text
    assert "Enough alone: noise 2 (80 %)." in text
    assert "No change up to 100 % (" in text
    assert "makes it 90 %; the most is 30.0 %, at 100 %." in text
    assert "Nothing is required of Place 2" in text


def test_other_studies_are_told_with_what_a_new_one_would_find(
    groups: dict[str, xr.Dataset],
) -> None:
    text = told(groups, KNOWN)
    assert "management: 13 studies together have a mean effect of -0.71 [-1.07, -0.36]" in text
    assert "less than 0 in 87.5 %" in text
    two = rm.meta_analysis(
        {"study": ["a", "b"], "effect": [1.0, 2.0], "se": [0.5, 0.5]}, measure="effect"
    )
    assert "so few do not tell" in told(groups, KNOWN, **{"evidence/management": two})


def test_what_is_worth_knowing_is_told_where_decisions_are_often_wrong(
    groups: dict[str, xr.Dataset],
) -> None:
    text = told(groups, INFORMATION)
    assert "Place 0, is wrong in 20.0 % of the draws; it would be wrong less often" in text
    assert "The likelier verdict on overload of Place 0" in text
    sure = groups["sensitivity"].copy(deep=True)
    sure["decision_error"][:] = 0.001
    sure["overload_decision_error"][:] = 0.0
    text = told(groups, INFORMATION, sensitivity=sure)
    assert "nothing is worth knowing better for it" in text
    assert "verdict" not in text


def test_data_are_named_by_the_indicator_and_weights_by_what_they_are() -> None:
    words = FactorWords({"P2-4": "Radioactivity", "x": "x"}, given=True)
    assert words.told("data:P2-4", "0.17") == "the data of P2-4 (Radioactivity; 0.17)"
    assert words.told("data:x", "0.17") == "the data of x (0.17)"
    assert words.told("judgment:pressure", "0.1") == "the weights given within pressure (0.1)"
    assert [words.class_name(name) for name in ("judgment", "data")] == ["weights given", "data"]
    judged = FactorWords({}, given=False)
    assert judged.told("judgment:pressure", "0.1") == "the judgments on pressure (0.1)"
    assert judged.class_name("judgment") == "judgment"


def test_a_study_of_cities_is_not_told_of_mines(page: Page, groups: dict[str, xr.Dataset]) -> None:
    text = page.text.partition("The study in full")[0]
    assert "cities" in text
    assert re.findall(r".{30}\bmines?\b", text, re.IGNORECASE) == []
    for picture in PICTURES.values():
        if picture.group not in groups or not picture.shown:
            continue
        for shown in picture.shown:
            if shown.applies(groups):
                figure = picture.draw(groups[picture.group], **shown.options)
                drawn = " ".join(text.get_text() for text in figure.findobj(Text))
                assert not re.search(r"\bmines?\b", drawn, re.IGNORECASE), picture.name


def test_methods_name_equations_and_sources(groups: dict[str, xr.Dataset]) -> None:
    result = Result(groups, groups["baseline"].attrs)
    paragraphs = dict(methods(result))
    assert "multiply x (1 + phi (f - 1))" in paragraphs["Scenarios"]
    assert "Higgins, Thompson and Spiegelhalter 2009" in paragraphs["Evidence: management"]
    assert "restricted maximum likelihood" in paragraphs["Evidence: management"]
    assert "order statistics" in paragraphs["Targets"]
    assert "Strong, Oakley and Brennan 2014" in paragraphs["Value of information"]
    assert "512 values of each factor with 1,024 rows" in paragraphs["Value of information"]

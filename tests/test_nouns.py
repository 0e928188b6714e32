"""A study that calls its mines by another word never calls them mines to people."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import netCDF4
import numpy as np
import pytest
from matplotlib.text import Text

import recc_mc as rm
from recc_mc.errors import InputError, StudyWarning
from recc_mc.plot.pictures import PICTURES
from recc_mc.report import render_report
from recc_mc.results.netcdf import GROUPS
from recc_mc.study.nouns import MINES, Nouns
from tests.cli.conftest import Command, command  # noqa: F401
from tests.report.page import Page
from tests.strategies import StudyFiles, small_study

MINE = re.compile(r"\bmines?\b", re.IGNORECASE)
# Keys of a study and names of dimensions, which stay, stand in its text and in what loads it.
STUDY_TEXTS = re.compile("study")
UNCERTAIN = {
    "uncertainty": {"judgments": {"sigma": 0.3}, "data": {"cv": 0.1, "mine_cv": 0.1}},
    "method": {"obstacle": "both", "missing": "interpolate"},
    "coupling": {},
    "output": {"criterion_scores": True},
}


def cities(number: int = 10, years: int = 3) -> StudyFiles:
    """A study of places, one of which lacks so much that a warning names it."""
    files = small_study(mines=number, years=years, **UNCERTAIN)
    values = [[list(row) for row in place] for place in files.values]
    values[0][0] = values[0][1] = [None] * len(files.indicators)
    study = {**files.tables["study"]} if "study" in files.tables else {}
    tables = {"title": "Places", "panel": "panel.csv", "indicators": "indicators.csv"}
    return replace(
        files,
        mines=tuple(f"Place {k}" for k in range(number)),
        values=tuple(tuple(tuple(row) for row in place) for place in values),
        tables={
            **files.tables,
            "study": {**study, **tables, "judgments": "judgments.toml", "noun": "city"},
        },
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cities")
    cities().write(folder)
    return folder


@pytest.fixture(scope="module")
def result(folder: Path) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StudyWarning)
        study = rm.load_study(folder / "study.toml")
        draws = rm.simulate(study, samples=300, seed=1)
        parts = rm.sensitivity(study, samples=16, replicates=2, seed=1)
    rm.save(
        folder / "result.nc",
        baseline=rm.evaluate(study),
        samples=draws,
        summary=rm.summarize(draws),
        sensitivity=parts,
    )
    return folder / "result.nc"


def found(text: str) -> list[str]:
    """Lines that say mine, but in the name of a factor: data:INDICATOR:mine:PLACE."""
    return [line for line in text.splitlines() if MINE.search(line.replace(":mine:", ":"))]


@pytest.mark.slow
def test_no_command_says_mine(
    command: Command,  # noqa: F811
    folder: Path,
    result: Path,
    tmp_path: Path,
) -> None:
    study = folder / "study.toml"
    run = ("--samples", "128", "--seed", "1")
    for arguments in (
        ("check", study),
        ("evaluate", study, "-o", tmp_path / "a.nc"),
        ("simulate", study, *run, "-o", tmp_path / "b.nc"),
        ("simulate", study, *run, "--keep", "summary", "-o", tmp_path / "c.nc"),
        ("sensitivity", study, "--samples", "16", "--replicates", "2", "-o", tmp_path / "d.nc"),
        ("sensitivity", study, "--method", "pawn", *run, "-o", tmp_path / "e.nc"),
        ("sweep", study, *run, "--vary", "uncertainty.data.cv=0.1,0.2", "-o", tmp_path / "g.nc"),
        ("tolerance", study, *run, "-o", tmp_path / "h.nc"),
        ("target", study, *run, "--mine", "all", "-o", tmp_path / "i.nc"),
        ("report", tmp_path / "g.nc", tmp_path / "h.nc", "-o", tmp_path / "sweep.html"),
        ("compare", tmp_path / "b.nc", tmp_path / "c.nc", "-o", tmp_path / "f.nc"),
        ("report", result, "-o", tmp_path / "report.html"),
    ):
        code, out, err = command(*arguments)
        assert code == 0, err
        assert found(out) == []
        assert found(err) == []
        assert {"city", "cities"} & set(out.split()) or arguments[0] == "report"
    page = (tmp_path / "sweep.html").read_text("utf-8").partition("<h3>The study in full</h3>")[0]
    page += "</section></main></body></html>"
    assert found(Page(page).text.replace(". ", ".\n")) == []


@pytest.mark.slow
def test_the_report_says_mine_in_the_study_s_own_text_only(result: Path) -> None:
    html = render_report(result)
    assert "cities" in html
    shown, _, rest = html.partition("<h3>The study in full</h3>")
    text = Page(f"{shown}{rest.partition('</pre>')[2]}").text
    assert found(text.replace(". ", ".\n")) == []
    for name in ("alt", "aria-label"):
        assert not [text for text in Page(html).attributes("div", name) if MINE.search(text)]
        assert not [text for text in Page(html).attributes("img", name) if MINE.search(text)]


def test_no_picture_says_mine(result: Path) -> None:
    with rm.load(result) as tree:
        groups = {name: node.to_dataset() for name, node in tree.children.items()}
        for picture in PICTURES.values():
            for shown in picture.shown:
                if picture.group not in groups or not shown.applies(groups):
                    continue
                data = [groups[name] for name in (picture.group, *picture.optional)]
                figure = picture.draw(*data, **shown.options)
                texts = [text.get_text() for text in figure.findobj(Text)]
                assert texts
                assert not [text for text in texts if MINE.search(text)]


def attributes(file: netCDF4.Dataset) -> Iterator[tuple[str, str]]:
    """Names and values of all attributes that are texts."""
    for holder in (file, *file.groups.values()):
        for thing in (holder, *holder.variables.values()):
            for name in thing.ncattrs():
                # The names of dimensions stand in coordinates and encodings.
                if name not in ("coordinates", "ancillary_variables"):
                    yield f"{getattr(thing, 'name', '')}:{name}", str(thing.getncattr(name))


def test_a_result_says_mine_in_names_only(result: Path) -> None:
    with netCDF4.Dataset(result) as file:
        told = dict(attributes(file))
    assert told["/:noun"], told["/:nouns"] == ("city", "cities")
    assert told["rank_position:long_name"] == "rank, 1 the most loaded city"
    said = {name: text for name, text in told.items() if MINE.search(text)}
    assert [name for name in said if not STUDY_TEXTS.search(name)] == []
    assert set(GROUPS) >= {"baseline", "samples", "summary", "sensitivity"}


def test_a_study_without_words_of_its_own_has_no_attributes_for_them() -> None:
    baseline = rm.evaluate(small_study().load())
    assert not {"noun", "nouns"} & set(baseline.attrs)
    assert baseline["recc_mine_mean"].attrs["long_name"].endswith("over the mines")


def test_words_survive_saving_replacing_and_a_result(result: Path, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StudyWarning)
        study = rm.load_study(result)
        assert study.nouns == Nouns("city", "cities")
        assert rm.load_study(study.save(tmp_path)).nouns == study.nouns
        other = study.replace({"study.noun": "市"})
    assert (other.nouns, other.digest) == (Nouns("市", "市"), study.digest)
    assert "10 市" in repr(other)
    assert "市-years" in str(other)
    assert small_study().load().nouns == MINES


def test_a_word_of_any_script_is_drawn_and_written(result: Path) -> None:
    with rm.load(result) as tree:
        baseline = tree["baseline"].to_dataset().assign_attrs(noun="$市", nouns="市$")
        figure = PICTURES["plane"].draw(baseline)
        figure.draw_without_rendering()
    assert [text for text in figure.findobj(Text) if r"\$" in text.get_text()]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"noun": ""}, 'study.noun: must be a noun, got ""'),
        ({"noun": 3}, "study.noun: must be a text in quotes, got 3"),
        ({"noun": "a\u202eb"}, "study.noun: expected a name without U+202E"),
        ({"nouns": "cities"}, "study.nouns: needs noun beside it"),
        ({"noun": "city", "nouns": "12"}, 'study.nouns: must be a noun, got "12"'),
    ],
)
def test_a_word_that_is_none_is_told(table: dict[str, object], problem: str) -> None:
    files = cities(3)
    own = {key: value for key, value in files.tables["study"].items() if key != "noun"}
    with pytest.raises(InputError, match=re.escape(problem)):
        files.with_tables(study={**own, **table}).load()


def test_problems_and_warnings_use_the_word(tmp_path: Path) -> None:
    files = cities(4)
    with pytest.warns(StudyWarning, match=r'city "Place 0": has values for 1 of 3 years'):
        rm.load_study(files.write(tmp_path))
    blank = tuple(
        tuple(tuple(None if m == 1 and j == 2 else x for j, x in enumerate(row)) for row in place)
        for m, place in enumerate(files.values)
    )
    with pytest.raises(InputError, match='city "Place 1", indicator "water 2": has no value'):
        replace(files, values=blank).load()
    assert np.shape(blank) == (4, 3, 9)

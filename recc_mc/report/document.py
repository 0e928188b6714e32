"""The public functions `render_report` and `write_report`: from a result to a page."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

from recc_mc.errors import InputError
from recc_mc.labels.provenance import RECONSTRUCTION
from recc_mc.language import language as spoken
from recc_mc.language import say, speaking, translated, untranslated
from recc_mc.language.retelling import retold
from recc_mc.report.assumptions import assumption_box, assumption_tables
from recc_mc.report.beside import beside_tables
from recc_mc.report.contents import Exhibit, Result, Section, Source, opened
from recc_mc.report.evidence import evidence_tables
from recc_mc.report.findings import SURE, summarise
from recc_mc.report.first_screen import first_screen
from recc_mc.report.glossary import glossary
from recc_mc.report.methods import methods, origin
from recc_mc.report.pictures import Drawn, make_exhibits
from recc_mc.report.published import published_section
from recc_mc.report.scenarios import given_scenarios, scenario_tables
from recc_mc.report.tables import (
    baseline_tables,
    ledger,
    load_tables,
    measure_tables,
    ranking_tables,
)
from recc_mc.report.targets import target_tables
from recc_mc.report.tolerances import tolerance_tables
from recc_mc.report.variation import told_facts
from recc_mc.report.words import sentences
from recc_mc.results import check_target, write_file
from recc_mc.results.outputs import index_words, main_index

__all__ = ["FORMATS", "render_report", "sections", "write_report"]

FORMATS = ("svg", "pdf", "png")
# Of a page (RFC 5646): the Chinese of the catalogue is written in simplified characters.
_TAGS = {"en": "en", "zh": "zh-CN"}
TEMPLATES = Path(__file__).parent / "templates"

# Anchor, title and introduction of each section with pictures, in the order of the page.
CHAPTERS = (
    ("index", "The index", "Carrying capacity index C = P / S, from support S and pressure P."),
    ("ranking", "Ranking", "How sure each mine's place is, the most loaded mine first."),
    ("load", "Load and overload", "Where support and pressure meet: C of 1 or more is overload."),
    ("classes", "Coupling zones and grades", "How sure each mine's zone and grade are."),
    ("beside", "Beside the index", "Its criteria, their coordination, and fuzzy grades."),
    ("trends", "Change over the years", "First to last year, and how sure its direction is."),
    ("obstacles", "Obstacles", "Which indicators keep a mine from doing better."),
    ("scenarios", "What would happen if", "Each scenario against the same draws without it."),
    ("evidence", "What other studies say", "Effects that scenarios are made of, pooled."),
    ("targets", "What it would take", "The smallest changes with which a goal is reached."),
    ("weights", "Weights and judgments", "What the judgments and the data say matters."),
    ("drivers", "Where the uncertainty comes from", "Which factors the variance is due to."),
    ("information", "What is worth knowing better", "By how much wrong decisions become rarer."),
    ("sweeps", "Other settings, larger errors", "What would change, and what would not."),
    ("precision", "Precision", "Whether there are enough draws."),
)
# Section, group and maker of each table that has no picture, in the order of the page.
TABLES: tuple[tuple[str, str, Callable[[Result], Iterator[Exhibit]]], ...] = (
    ("index", "baseline", baseline_tables),
    ("ranking", "summary", ranking_tables),
    ("load", "summary", load_tables),
    ("beside", "baseline", beside_tables),
    ("scenarios", "scenarios", given_scenarios),
    ("scenarios", "scenarios", scenario_tables),
    ("evidence", "evidence", evidence_tables),
    ("targets", "target", target_tables),
    ("weights", "summary", ledger),
    ("drivers", "sensitivity", measure_tables),
    ("sweeps", "assumptions", assumption_tables),
    ("sweeps", "tolerance", tolerance_tables),
)
# Of these, those that stand in front of the pictures of their section.
IN_FRONT = (baseline_tables, given_scenarios, target_tables)
# Introductions where one system stands alone.
_ALONE = {
    "index": "The {alone}.",
    "ranking": "How sure each mine's place is by the {alone}, the largest first.",
}
_MAKERS = {
    "baseline": "the index itself; recc-mc evaluate makes it",
    "summary": "uncertainty; recc-mc simulate makes it",
    "sensitivity": "sensitivity analysis; recc-mc sensitivity makes it",
    "assumptions": "what each assumption does to the verdict; recc-mc assumptions makes it",
}


def render_report(source: Source, *, language: str = "en") -> str:
    """Report of a result as HTML.

    Parameters
    ----------
    source
        A result file, several files of one study, or a tree as `recc_mc.load` returns it.
    language
        Of its texts: ``"en"``, or ``"zh"`` for Chinese. Names that the study gives stay as they
        are, and so do anchors, and names and heads of the tables to download, which programs read.

    Returns
    -------
    str
        A page that needs neither network nor scripts; the same result gives the same page.

    Raises
    ------
    InputError
        If a file holds no result, the files are results of different studies, or there is no such
        language.
    """
    with speaking(language), opened(source) as result:
        return render_page(result, make_exhibits(result, None))


def write_report(
    source: Source,
    path: str | PathLike[str],
    *,
    overwrite: bool = False,
    pictures: str | PathLike[str] | None = None,
    format: str = "svg",
    language: str = "en",
) -> list[Path]:
    """Write the report of a result: one HTML file that holds everything.

    Parameters
    ----------
    source
        A result file, several files of one study, or a tree as `recc_mc.load` returns it.
    path
        Name of the HTML file; its folder must exist.
    overwrite
        Replace existing files.
    pictures
        Folder for the pictures as files of their own, made if there is none.
    format
        Of these files: ``"svg"``, ``"pdf"`` or ``"png"``.
    language
        Of all texts, as of `render_report`.

    Returns
    -------
    list of Path
        The files written, the report first.

    Raises
    ------
    InputError
        If the source is no result, a file exists and may not be replaced, or it cannot be created,
        or there is no such format or language.
    RunError
        If writing fails, for instance because the disk is full.
    """
    if format not in FORMATS:
        raise InputError(f"format: must be one of {', '.join(FORMATS)}, got {format!r}")
    check_target(path, overwrite=overwrite)
    folder = None if pictures is None else Path(pictures)
    if folder is not None and folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file, expected a folder")
    with speaking(language), opened(source) as result:
        drawn = make_exhibits(result, None if folder is None else format)
        content = render_page(result, drawn).encode("utf-8")
    files = {
        folder / f"{item.exhibit.anchor}.{format}": item.file
        for item in drawn
        if folder is not None and isinstance(item.exhibit, Exhibit) and item.file is not None
    }
    if folder is not None:
        _make_folder(folder)
    for name in files:
        check_target(name, overwrite=overwrite)
    for name, picture in files.items():
        write_file(name, picture, overwrite=overwrite)
    write_file(path, content, overwrite=overwrite)
    return [Path(path), *files]


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made: {error.strerror}") from error


def render_page(result: Result, drawn: Sequence[Drawn]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"data_uri": _data_uri}
    environment.globals |= {"say": say, "language": spoken, "left_in_english": _left_in_english}
    return environment.get_template("report.html").render(_content(result, drawn))


def _content(result: Result, drawn: Sequence[Drawn]) -> Mapping[str, Any]:
    data = result.any_group
    years = data["year"].values
    facts = [result.nouns.amount(data.sizes["mine"]), _span(int(years[0]), int(years[-1]))]
    run = next((name for name in ("summary", "scenarios") if name in result.groups), None)
    if run is not None:
        attrs = result.groups[run].attrs
        samples = f"{int(attrs['samples']):,}"
        facts.append(say("{samples} draws, seed {seed}", samples=samples, seed=attrs.get("seed")))
    chapters = list(sections(result, drawn))
    shown = {section.anchor for section in chapters}
    findings = {
        translated(heading): [(finding, finding.section in shown) for finding in found]
        for heading, found in summarise(result).items()
    }
    comment = str(result.attrs.get("comment", ""))
    left_out = data.attrs.get("outputs_comment")
    return {
        "lang": _TAGS[spoken()],
        "title": str(result.attrs.get("title", say("Untitled study"))),
        "facts": facts,
        "first": first_screen(result),
        "assumed": assumption_box(result),
        "glossary": partial(glossary, nouns=result.nouns),
        "reconstruction": retold(comment) if RECONSTRUCTION in comment else None,
        "label": translated(RECONSTRUCTION),
        "findings": findings,
        "varied": told_facts(result),
        "introduction": sentences(*_introduction(is_robust=translated(SURE) in findings)),
        "missing": [
            translated(text) for name, text in _MAKERS.items() if name not in result.groups
        ],
        "left_out": None if left_out is None else retold(str(left_out)),
        "sections": chapters,
        "methods": methods(result),
        "origin": origin(result),
        "study": str(result.attrs.get("study", "")),
    }


def _span(first: int, last: int) -> str:
    return str(first) if first == last else say("{first} to {last}", first=first, last=last)


def _introduction(*, is_robust: bool) -> Iterator[str]:
    """Sentences above the findings."""
    yield say("All sentences are made of the numbers below.")
    if is_robust:
        yield say(
            "A statement is called robust if the share of the draws in which it holds is at least "
            "95 %, as is all of its interval. It is robust against what was varied; against what "
            "was held fixed it has not been tested."
        )
    yield say("Brackets hold the 95 % interval of a probability (Wilson) that so many draws leave.")


def _left_in_english() -> list[tuple[str, str]]:
    """Term and text on what of the page stands in English, though another language is asked for."""
    texts = sorted(untranslated())
    if not texts:
        return []
    term = say("texts that remain in English ({count})", count=len(texts))
    return [(term, "\n".join(texts))]


def sections(result: Result, drawn: Sequence[Drawn]) -> Iterator[Section]:
    """Sections that have something to show.

    Parameters
    ----------
    result
        Groups of a result.
    drawn
        What there is of its pictures.
    """
    alone = None if main_index(result.any_group) == "recc" else index_words(result.any_group)
    for anchor, title, introduction in CHAPTERS:
        made = [item.exhibit for item in drawn if item.section == anchor]
        exhibits = [item for item in made if isinstance(item, Exhibit)]
        left_out = [item for item in made if isinstance(item, str)]
        first, last = (list(_tables(result, anchor, in_front=where)) for where in (True, False))
        exhibits = [*first, *exhibits, *last]
        if exhibits or left_out:
            told = introduction if alone is None else _ALONE.get(anchor, introduction)
            told = result.said(told, alone=alone)
            yield Section(anchor, translated(title), told, exhibits, left_out)
    published = published_section(result)
    if published is not None:
        text, exhibits = published
        shown = [replace(exhibit, group="baseline") for exhibit in exhibits]
        yield Section("published", say("Printed and computed"), text, shown)


def _tables(result: Result, section: str, *, in_front: bool) -> Iterator[Exhibit]:
    """Tables of a section that have no picture."""
    for anchor, group, make in TABLES:
        if anchor == section and (make in IN_FRONT) == in_front:
            yield from (replace(exhibit, group=group) for exhibit in make(result))


def _data_uri(picture: bytes) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(picture).decode('ascii')}"

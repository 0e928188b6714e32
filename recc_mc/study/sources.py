"""Where the tables of a study come from: files, or what is in memory already."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from recc_mc.errors import InputError
from recc_mc.study.evidence import kept_evidence, read_evidence, told_evidence
from recc_mc.study.evidence_file import Studies
from recc_mc.study.hierarchy import Hierarchy
from recc_mc.study.indicators_file import hierarchy_of, read_indicators
from recc_mc.study.judgments import Judgments
from recc_mc.study.judgments_file import parse_judgments, read_judgments
from recc_mc.study.names import hint
from recc_mc.study.nouns import MINES, Nouns
from recc_mc.study.panel_cells import Notation
from recc_mc.study.panel_file import PanelReading, panel_of, read_panel, sheet_cells
from recc_mc.study.settings import Settings, StudyTable
from recc_mc.study.sheets import csv_sheet
from recc_mc.study.written import panel_text

if TYPE_CHECKING:
    from recc_mc.study.study import Study

__all__ = [
    "BUILTIN",
    "FILES",
    "MADE",
    "Sources",
    "Tables",
    "file_tables",
    "kept_tables",
    "made_sources",
    "notation_of",
    "result_sources",
    "text_tables",
]

BUILTIN = Path(__file__).parent / "builtin"
"""Folder of the data sets that come with the package."""
MADE = Path("study made in Python")
"""What stands for the study file of a study that has none."""
FILES: Final = {
    "panel": "panel.csv",
    "indicators": "indicators.csv",
    "judgments": "judgments.toml",
}
"""Files that `Study.save` writes the tables to, and that the text of a study names without any."""


_PARTS = {"hierarchy": "indicators", "panel": "panel", "judgments": "judgments"}


class _Source(NamedTuple):
    """A table's file, what messages call it, and what the study says of how it is written."""

    path: Path
    name: str
    sheet: str | None = None
    missing_values: tuple[str, ...] = ()


class Sources(NamedTuple):
    """Source of each table."""

    panel: _Source
    indicators: _Source
    judgments: _Source


class Tables(NamedTuple):
    """How the tables of a study are read.

    Parameters
    ----------
    sources
        What messages call them.
    hierarchy
        Reads the hierarchy.
    panel
        Reads the panel of a hierarchy; the second argument is ``method.missing``.
    judgments
        Reads the judgments on a hierarchy.
    evidence
        Reads the studies of each evidence that settings name.
    """

    sources: Sources
    hierarchy: Callable[[], Hierarchy]
    panel: Callable[[Hierarchy, str], PanelReading]
    judgments: Callable[[Hierarchy], Judgments]
    evidence: Callable[[Settings], dict[str, Studies]]


def _sources(table: StudyTable, file: Path) -> Sources:
    """Where the tables of a study are that stand in files, and what messages call all of them."""
    if table.builtin is not None:
        folder = BUILTIN / table.builtin
        known = sorted(entry.name for entry in BUILTIN.iterdir() if entry.is_dir())
        if table.builtin not in known:
            found = f'no data set "{table.builtin}"{hint(table.builtin, known)}'
            raise InputError(f"{file}: study.data: {found}")
        names = ("panel.csv", "indicators.csv", "judgments.toml")
        return Sources(*(_Source(folder / name, f"{table.data}/{name}") for name in names))
    if file == MADE:
        return made_sources()
    panel, indicators = (file.parent / str(name) for name in (table.panel, table.indicators))
    # A study may do without judgments; nothing is then said of them, and nothing read.
    judgments = file if table.judgments is None else file.parent / table.judgments
    return Sources(
        _Source(panel, str(panel), table.panel_sheet, table.missing_values),
        _Source(indicators, str(indicators), table.indicators_sheet),
        _Source(judgments, str(judgments)),
    )


def notation_of(table: StudyTable, hierarchy: Hierarchy) -> Notation:
    """How the cells of a panel are written that stands in no file, as a study says it."""
    units = {indicator.name: indicator.units for indicator in hierarchy.indicators}
    return Notation(None, table.missing_values, units, table.words)


def made_sources() -> Sources:
    """What messages call the tables of a study that are in no files."""
    return Sources(*(_Source(MADE, name) for name in Sources._fields))


def file_tables(table: StudyTable, file: Path) -> Tables:
    """Tables in the files that a study names.

    Parameters
    ----------
    table
        Which they are.
    file
        The study file, whose folder relative names begin at.

    Raises
    ------
    InputError
        If files are missing; all are named.
    """
    sources = _sources(table, file)
    missing = [source.name for source in sources if not os.path.exists(source.path)]
    if missing:
        raise InputError(f"{name}: no such file" for name in missing)
    panel, indicators, judgments = sources

    def read(hierarchy: Hierarchy, missing: str) -> PanelReading:
        notation = notation_of(table, hierarchy)._replace(sheet=panel.sheet)
        return read_panel(panel.path, panel.name, hierarchy.names, missing, notation)

    return Tables(
        sources,
        lambda: read_indicators(indicators.path, indicators.name, indicators.sheet),
        read,
        lambda hierarchy: read_judgments(judgments.path, judgments.name, hierarchy),
        lambda settings: read_evidence(settings, file),
    )


def kept_tables(study: "Study", settings: Settings) -> Tables:
    """Tables of a study under other settings; those whose file is another one are read from it.

    Parameters
    ----------
    study
        The study.
    settings
        The other settings.

    Raises
    ------
    InputError
        If a file is missing.
    """
    before = _sources(study.settings.study, study.path)
    sources = _sources(settings.study, study.path)
    kept = Tables(
        sources,
        lambda: study.hierarchy,
        lambda hierarchy, missing: _kept_panel(study, hierarchy, missing, sources.panel.name),
        lambda hierarchy: study.judgments,
        lambda others: kept_evidence(others, study.settings, study.studies, study.path),
    )
    if sources == before:
        return kept
    files = file_tables(settings.study, study.path)
    moved = {
        part: getattr(files, part)
        for part, name in _PARTS.items()
        if getattr(sources, name) != getattr(before, name)
    }
    if "hierarchy" in moved:
        # Panel and judgments are laid out along it.
        texts = text_tables(sources, study.table_texts, study.nouns)
        kept = texts._replace(evidence=kept.evidence)
    return kept._replace(**moved)


def _kept_panel(study: "Study", hierarchy: Hierarchy, missing: str, name: str) -> PanelReading:
    if missing == study.settings.method.missing:
        return PanelReading(study.panel, [])
    return _panel_of_text(panel_text(study.panel), name, hierarchy, missing, study.nouns)


def _panel_of_text(
    text: str, name: str, hierarchy: Hierarchy, missing: str, nouns: Nouns
) -> PanelReading:
    cells = sheet_cells(csv_sheet(text, name), hierarchy.names, Notation(nouns=nouns))
    return panel_of(cells, hierarchy.names, missing)


def result_sources(path: Path) -> Sources:
    """What messages call the tables that are kept in a result."""
    return Sources(*(_Source(path, f"{path}: {name}") for name in Sources._fields))


def text_tables(
    sources: Sources, texts: Mapping[str, str], nouns: Nouns = MINES, evidence: str = ""
) -> Tables:
    """Tables in texts, as `recc_mc.study.written.table_texts` makes them.

    Parameters
    ----------
    sources
        What messages call them.
    texts
        The texts by table.
    nouns
        What the study calls its mines.
    evidence
        Text of its evidence, as of `recc_mc.study.evidence.evidence_text`.
    """
    place = str(sources.panel.path)
    panel, indicators, judgments = (source.name for source in sources)
    return Tables(
        sources,
        lambda: hierarchy_of(csv_sheet(texts["indicators"], indicators)),
        lambda hierarchy, missing: _panel_of_text(texts["panel"], panel, hierarchy, missing, nouns),
        lambda hierarchy: parse_judgments(texts["judgments"], judgments, hierarchy),
        lambda settings: told_evidence(settings, evidence, place),
    )

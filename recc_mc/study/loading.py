"""From a study file and its tables to a `Study`."""

import os
import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

from recc_mc.errors import InputError, StudyWarning, capped, sentence_of
from recc_mc.study.checks import (
    consistency_findings,
    data_problems,
    name_problems,
    spread_findings,
)
from recc_mc.study.disclosure import zero_cells_sentence
from recc_mc.study.files import parse_toml, read_text, with_lines
from recc_mc.study.hierarchy import Hierarchy
from recc_mc.study.indicators_file import missing_goalposts, read_indicators
from recc_mc.study.judgments_file import read_judgments
from recc_mc.study.kinds import check_path
from recc_mc.study.names import hint
from recc_mc.study.panel_cells import Notation
from recc_mc.study.panel_file import read_panel
from recc_mc.study.record import table_fingerprints
from recc_mc.study.settings import Settings, StudyTable
from recc_mc.study.study import Study
from recc_mc.study.study_sheet import StudySheet, read_study_sheet
from recc_mc.study.wording import sentences

__all__ = ["BUILTIN", "load_study"]

BUILTIN = Path(__file__).parent / "builtin"
"""Folder of the data sets that come with the package."""

T = TypeVar("T")


class _Source(NamedTuple):
    """A table's file, and what messages call it."""

    path: Path
    name: str


class _Sources(NamedTuple):
    panel: _Source
    indicators: _Source
    judgments: _Source


def load_study(path: str | os.PathLike[str]) -> Study:
    """Read and validate a study file and the tables it names.

    Parameters
    ----------
    path
        The study file (TOML), or a workbook (.xlsx) that holds the whole study. Paths in it are
        relative to its folder.

    Returns
    -------
    Study
        The study, validated as a whole and immutable.

    Raises
    ------
    InputError
        With everything that is wrong: file, line or path of keys, what was found, what is
        expected.

    Warns
    -----
    StudyWarning
        For what does not stop a study: constant indicators, judgments that are not consistent,
        mines and years that look like typing errors.

    Examples
    --------
    >>> study = load_study("configs/minimal.toml")
    >>> study.panel.mines[0]
    'Bayan Obo'
    """
    check_path("path", path)
    file = Path(os.fsdecode(path))
    source = _study_file(file)
    text = source.text
    try:
        settings = Settings.model_validate(parse_toml(text, str(file)))
    except ValidationError as error:
        found = sentences(error, Settings, str(file))
        raise InputError(with_lines(source.located(found), str(file), text)) from None
    sources = _sources(settings.study, file)
    hierarchy = _read_hierarchy(settings, sources)
    problems = source.located(
        f"{file}: {sentence}" for sentence in name_problems(settings, hierarchy)
    )
    table = settings.study
    units = {indicator.name: indicator.units for indicator in hierarchy.indicators}
    notation = Notation(table.panel_sheet, table.missing_values, units)
    reading = _attempt(
        problems,
        lambda: read_panel(*sources.panel, hierarchy.names, settings.method.missing, notation),
    )
    judgments = _attempt(problems, lambda: read_judgments(*sources.judgments, hierarchy))
    if problems or reading is None or judgments is None:
        raise InputError(problems)
    study = Study(file, text, settings, hierarchy, reading.panel, judgments)
    study = replace(study, tables_read=table_fingerprints(study))
    _check(study, sources, reading.notes)
    return study


def _study_file(file: Path) -> StudySheet:
    """Text of the study, and where its keys are if it is a workbook."""
    if file.suffix.lower() == ".xlsx":
        return read_study_sheet(file, str(file))
    return StudySheet(read_text(file, str(file)), str(file), {})


def _read_hierarchy(settings: Settings, sources: _Sources) -> Hierarchy:
    hierarchy = read_indicators(*sources.indicators, settings.study.indicators_sheet)
    if settings.method.goalposts == "fixed":
        problems = missing_goalposts(hierarchy, sources.indicators.name)
        if problems:
            raise InputError(problems)
    return hierarchy


def _sources(table: StudyTable, file: Path) -> _Sources:
    """Where the tables are."""
    if table.builtin is not None:
        folder = BUILTIN / table.builtin
        known = sorted(entry.name for entry in BUILTIN.iterdir() if entry.is_dir())
        if table.builtin not in known:
            found = f'no data set "{table.builtin}"{hint(table.builtin, known)}'
            raise InputError(f"{file}: study.data: {found}")
        names = ("panel.csv", "indicators.csv", "judgments.toml")
        return _Sources(*(_Source(folder / name, f"{table.data}/{name}") for name in names))
    paths = (file.parent / str(name) for name in (table.panel, table.indicators, table.judgments))
    sources = _Sources(*(_Source(path, str(path)) for path in paths))
    missing = [source.name for source in sources if not os.path.exists(source.path)]
    if missing:
        raise InputError(f"{name}: no such file" for name in missing)
    return sources


def _attempt(problems: list[str], read: Callable[[], T]) -> T | None:
    """Return what a reader returns; note its problems and go on, so that all come together."""
    try:
        return read()
    except InputError as error:
        problems += error.problems
        return None


def _check(study: Study, sources: _Sources, notes: list[str]) -> None:
    """Check the study as a whole."""
    problems = [f"{sources.panel.name}: {problem}" for problem in data_problems(study)]
    zeros = zero_cells_sentence(study)
    notes = [*notes, *_prefixed(sources.panel, [zeros] if zeros else [])]
    for source, (wrong, noted) in (
        (sources.panel, spread_findings(study)),
        (sources.judgments, consistency_findings(study)),
    ):
        problems += _prefixed(source, wrong)
        notes += _prefixed(source, noted)
    if problems:
        raise InputError(problems)
    for note in capped(list(map(sentence_of, notes))):
        warnings.warn(note, StudyWarning, stacklevel=3)


def _prefixed(source: _Source, found: Iterable[str]) -> list[str]:
    return [f"{source.name}: {sentence}" for sentence in found]

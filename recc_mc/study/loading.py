"""From a study file and its tables to a `Study`."""

import os
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from recc_mc.errors import InputError, StudyWarning, capped, sentence_of
from recc_mc.study.changed_values import change_notes, change_problems
from recc_mc.study.changes import changed, noted
from recc_mc.study.checks import (
    consistency_findings,
    data_problems,
    name_problems,
    precision_problems,
    spread_findings,
)
from recc_mc.study.disclosure import zero_cells_sentence
from recc_mc.study.evidence import evidence_problems
from recc_mc.study.files import parse_toml, read_text, with_lines
from recc_mc.study.from_result import Kept, is_result, kept_in, kept_study
from recc_mc.study.further_settings import fuzzy_problems
from recc_mc.study.given_weights import missing_weights, weight_notes
from recc_mc.study.hierarchy import Hierarchy
from recc_mc.study.indicators_file import missing_goalposts
from recc_mc.study.judgments import Judgments
from recc_mc.study.kinds import check_kind, check_path
from recc_mc.study.record import (
    TABLES,
    fingerprint,
    kept_record,
    settings_given,
    table_fingerprints,
    written,
)
from recc_mc.study.scenarios import place_problems
from recc_mc.study.settings import Settings
from recc_mc.study.shared_errors import bound_problems
from recc_mc.study.sources import (
    BUILTIN,
    Sources,
    Tables,
    file_tables,
    kept_tables,
    result_sources,
    text_tables,
)
from recc_mc.study.study import Study
from recc_mc.study.study_sheet import StudySheet, read_study_sheet
from recc_mc.study.targets import lever_notes, target_place_problems
from recc_mc.study.wording import sentences

__all__ = [
    "BUILTIN",
    "Reading",
    "assembled",
    "load_study",
    "read_study",
    "replaced",
    "study_in",
    "validated",
]

T = TypeVar("T")


class Reading(NamedTuple):
    """A study, and sentences about what does not stop it but its reader must know."""

    study: Study
    notes: list[str]

    def warned(self) -> Study:
        """Return the study, after warnings in the name of the caller's caller."""
        for note in capped(list(map(sentence_of, self.notes))):
            warnings.warn(note, StudyWarning, stacklevel=3)
        return self.study


def load_study(path: str | os.PathLike[str]) -> Study:
    """Read and validate a study file and the tables it names.

    Parameters
    ----------
    path
        The study file (TOML), in which paths are relative to its folder; a workbook (.xlsx) that
        holds the whole study; or a result (NetCDF), which holds its study, tables included.

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
    return read_study(path, {}).warned()


def read_study(path: str | os.PathLike[str], changes: Mapping[str, Any]) -> Reading:
    """Read and validate a study, some of its settings set anew before.

    Parameters
    ----------
    path
        As of `load_study`.
    changes
        Values by key path, as of `Study.replace`.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    check_path("path", path)
    file = Path(os.fsdecode(path))
    if is_result(file):
        return _read_kept(file, kept_study(file), changes)
    source = _study_file(file)
    try:
        settings, reading = _read_files(file, source.text, changes)
    except InputError as error:
        # What a change says is in no cell.
        raise InputError(source.without(changes).located(error.problems)) from None
    study = replace(reading.study, tables_read=table_fingerprints(reading.study))
    if changes:
        study = replace(study, text=noted(source.text, changes, written(settings)))
    return Reading(study, reading.notes)


def _study_file(file: Path) -> StudySheet:
    """Text of the study, and where its keys are if it is a workbook."""
    if file.suffix.lower() == ".xlsx":
        return read_study_sheet(file, str(file))
    return StudySheet(read_text(file, str(file)), str(file), {})


def _read_files(file: Path, text: str, changes: Mapping[str, Any]) -> tuple[Settings, Reading]:
    document = parse_toml(text, str(file))
    if changes:
        document = changed(document, changes, str(file))
    settings = validated(document, str(file), text)
    return settings, assembled(file, text, settings, file_tables(settings.study, file))


def study_in(attrs: Mapping[Any, Any]) -> Study:
    """The study of a result that is in memory.

    Parameters
    ----------
    attrs
        Attributes of the result, or of one of its groups.

    Raises
    ------
    InputError
        If they do not give it back.
    """
    place = Path("the result")
    return _read_kept(place, kept_in(attrs, str(place)), {}).study


def _read_kept(file: Path, kept: Kept, changes: Mapping[str, Any]) -> Reading:
    text, unheld = kept_record(kept.text, kept.comment)
    settings = validated(parse_toml(text, str(file)), str(file), text)
    sources, words = result_sources(file), settings.study.words
    tables = text_tables(sources, kept.tables, words, kept.evidence)
    study, notes = assembled(file, text, settings, tables)
    prints = table_fingerprints(study)
    held = {name: prints[name] for name in TABLES if name not in unheld}
    study = replace(study, tables_read=held)
    if study.digest != kept.digest:
        # Not before: on workers, files that were never installed have no version.
        from recc_mc import __version__

        here = f"recc_mc {__version__}"
        if kept.version == here:
            raise InputError(
                f"{file}: does not give its study back: it is damaged, or the study was changed in "
                "Python to what no text can say"
            )
        notes.append(
            f"{file}: was written by {kept.version}: under {here} its study has another digest"
        )
    if not changes:
        return Reading(study, notes)
    return replaced(study, changes)


def replaced(study: Study, changes: Mapping[str, Any]) -> Reading:
    """Validate a study some of whose settings are set anew; see `Study.replace`.

    Parameters
    ----------
    study
        The study, whose tables stay, unless another file is named.
    changes
        Values by key path.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    check_kind("changes", changes, Mapping, "a mapping of key paths to values")
    place = str(study.path)
    settings = validated(changed(settings_given(study.settings), changes, place), place)
    text = noted(study.text, changes, written(settings))
    found, notes = assembled(study.path, text, settings, kept_tables(study, settings))
    prints = dict(study.tables_read)
    for name in TABLES:
        # A table that was not kept was read from its file just now.
        if getattr(found, name) is not getattr(study, name):
            prints[name] = fingerprint(getattr(found, name))
    return Reading(replace(found, tables_read=prints), notes)


def validated(document: Mapping[str, Any], place: str, text: str = "") -> Settings:
    """Settings that the tables of a study file give.

    Parameters
    ----------
    document
        The tables.
    place
        What messages call the file.
    text
        Its text, for the lines of problems.

    Raises
    ------
    InputError
        With everything that is wrong in them.
    """
    try:
        return Settings.model_validate(document)
    except ValidationError as error:
        found = sentences(error, Settings, place)
        raise InputError(with_lines(found, place, text)) from None


def assembled(file: Path, text: str, settings: Settings, tables: Tables) -> Reading:
    """Read the tables of a study and check it as a whole.

    Parameters
    ----------
    file, text, settings
        Of the study.
    tables
        How its tables are read.

    Raises
    ------
    InputError
        With everything that is wrong: in settings, panel and judgments together.
    """
    hierarchy = _read_hierarchy(settings, tables)
    problems = [f"{file}: {problem}" for problem in name_problems(settings, hierarchy)]
    reading = _attempt(problems, lambda: tables.panel(hierarchy, settings.method.missing))
    if reading is not None:
        problems += _prefixed(str(file), place_problems(settings, reading.panel))
        problems += _prefixed(str(file), target_place_problems(settings, reading.panel))
    judgments: Judgments | None = Judgments(())
    if settings.study.has_judgments:
        judgments = _attempt(problems, lambda: tables.judgments(hierarchy))
    studies = _attempt(problems, lambda: tables.evidence(settings))
    problems += evidence_problems(settings, studies or {}, file)
    if problems or reading is None or judgments is None or studies is None:
        raise InputError(problems)
    parts = (hierarchy, reading.panel, judgments)
    study = Study(file, text, settings, *parts, studies=studies)
    return Reading(study, [*reading.notes, *_findings(study, tables.sources)])


def _read_hierarchy(settings: Settings, tables: Tables) -> Hierarchy:
    hierarchy = tables.hierarchy()
    problems, name = [], tables.sources.indicators.name
    if settings.method.goalposts == "fixed":
        problems += missing_goalposts(hierarchy, name)
    if settings.method.weights == "given":
        problems += missing_weights(hierarchy, name)
    problems += fuzzy_problems(settings.fuzzy, hierarchy, name)
    if problems:
        raise InputError(problems)
    return hierarchy


def _attempt(problems: list[str], read: Callable[[], T]) -> T | None:
    """Return what a reader returns; note its problems and go on, so that all come together."""
    try:
        return read()
    except InputError as error:
        problems += error.problems
        return None


def _findings(study: Study, sources: Sources) -> list[str]:
    """Check the study as a whole; return what does not stop it."""
    panel, judgments = sources.panel.name, sources.judgments.name
    problems = _prefixed(panel, data_problems(study))
    problems += _prefixed(str(study.path), precision_problems(study))
    problems += _prefixed(str(study.path), bound_problems(study))
    problems += _prefixed(str(study.path), change_problems(study))
    zeros = zero_cells_sentence(study)
    notes = _prefixed(panel, [zeros] if zeros else [])
    notes += _prefixed(sources.indicators.name, weight_notes(study))
    notes += _prefixed(str(study.path), change_notes(study))
    notes += _prefixed(str(study.path), lever_notes(study))
    for name, (wrong, dubious) in (
        (panel, spread_findings(study)),
        (judgments, consistency_findings(study)),
    ):
        problems += _prefixed(name, wrong)
        notes += _prefixed(name, dubious)
    if problems:
        raise InputError(problems)
    return notes


def _prefixed(place: str, found: Iterable[str]) -> list[str]:
    return [f"{place}: {sentence}" for sentence in found]

"""Evidence of a study: the studies that its [evidence.NAME] name, read, kept and told."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from recc_mc.errors import InputError
from recc_mc.evidence.law import fewest_studies
from recc_mc.study.evidence_file import Studies, evidence_sheet, studies_in, studies_text
from recc_mc.study.evidence_settings import EvidenceTable
from recc_mc.study.files import parse_toml
from recc_mc.study.names import nearest
from recc_mc.study.sheets import csv_sheet
from recc_mc.study.toml_text import toml_text
from recc_mc.study.uncertain import NumberTable
from recc_mc.study.wording import key_path

if TYPE_CHECKING:
    from recc_mc.evidence.pooling import Pooled
    from recc_mc.study.settings import Settings

__all__ = [
    "Evidence",
    "evidence_problems",
    "evidence_text",
    "kept_evidence",
    "read_evidence",
    "told_evidence",
]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What other studies found, and how it is pooled.

    Parameters
    ----------
    name
        Its name.
    table
        How it is pooled.
    studies
        The studies.
    """

    name: str
    table: EvidenceTable
    studies: Studies

    @cached_property
    def pooled(self) -> "Pooled":
        """What the studies say together."""
        # What takes SciPy's distributions is imported by whoever asks for it.
        from recc_mc.evidence.pooling import pool

        effect, variance = self.studies.effect, self.studies.variance
        return pool(effect, variance, estimator=self.table.estimator, test=self.table.test)


def read_evidence(settings: "Settings", file: Path) -> dict[str, Studies]:
    """Read the studies that a study file names.

    Parameters
    ----------
    settings
        Its settings.
    file
        The study file, whose folder names of files begin at.

    Raises
    ------
    InputError
        With everything that is wrong in them.
    """
    return _each(settings, lambda name, table: _studies(name, table, file))


def kept_evidence(
    settings: "Settings", before: "Settings", studies: Mapping[str, Studies], file: Path
) -> dict[str, Studies]:
    """Studies under other settings; those that are elsewhere now are read.

    Parameters
    ----------
    settings, before
        The other settings, and those that the studies were read by.
    studies
        The studies.
    file
        The study file.

    Raises
    ------
    InputError
        With everything that is wrong in them.
    """

    def kept(name: str, table: EvidenceTable) -> Studies:
        if name not in studies or table.place != before.evidence[name].place:
            return _studies(name, table, file)
        sheet = csv_sheet(studies_text(studies[name]), f"{file}: evidence.{name}")
        return studies_in(sheet, table.measure, table.variance)

    return _each(settings, kept)


def told_evidence(settings: "Settings", text: str, place: str) -> dict[str, Studies]:
    """Studies of a text that `evidence_text` made.

    Parameters
    ----------
    settings
        Settings of the study.
    text
        The text; empty if there is none.
    place
        What messages call it.

    Raises
    ------
    InputError
        If it does not hold the studies.
    """
    tables = parse_toml(text, place) if text else {}

    def told(name: str, table: EvidenceTable) -> Studies:
        if name not in tables:
            raise InputError(f"{place}: holds no studies of evidence.{name}")
        sheet = csv_sheet(str(tables[name]), f"{place}: evidence.{name}")
        return studies_in(sheet, table.measure, table.variance)

    return _each(settings, told)


def evidence_text(studies: Mapping[str, Studies]) -> str:
    """All studies as one text (TOML), a table of each evidence by its name; empty without any."""
    tables = {name: studies_text(each) for name, each in studies.items()}
    return toml_text(tables) if tables else ""


def _each(
    settings: "Settings", read: Callable[[str, EvidenceTable], Studies]
) -> dict[str, Studies]:
    """Read each evidence; all problems come together."""
    found: dict[str, Studies] = {}
    problems: list[str] = []
    for name, table in settings.evidence.items():
        try:
            found[name] = read(name, table)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _studies(name: str, table: EvidenceTable, file: Path) -> Studies:
    given = table.data or str(table.file)
    path = file.parent / given
    try:
        sheet = evidence_sheet(given, path, str(path), table.sheet)
    except InputError as error:
        if table.file is not None:
            raise
        place = f"{file}: {key_path(('evidence', name, 'data'))}"
        raise InputError(f"{place}: {problem}" for problem in error.problems) from None
    return studies_in(sheet, table.measure, table.variance)


def evidence_problems(
    settings: "Settings", studies: Mapping[str, Studies], file: Path
) -> Iterator[str]:
    """Sentences about changes whose evidence does not exist, or is of too few studies.

    Parameters
    ----------
    settings
        Settings of the study.
    studies
        What its evidence is.
    file
        The study file.
    """
    for s, scenario in enumerate(settings.scenario):
        for c, change in enumerate(scenario.change):
            for kind, number in change.numbers:
                if isinstance(number, NumberTable) and number.evidence is not None:
                    place = key_path(("scenario", s, "change", c, kind, "evidence"))
                    yield from _problem(settings, studies, file, place, number)


def _problem(
    settings: "Settings", studies: Mapping[str, Studies], file: Path, place: str, given: NumberTable
) -> Iterator[str]:
    """Sentence about the evidence of a number, if something is wrong with it."""
    name = str(given.evidence)
    if name not in settings.evidence:
        near = nearest(name, settings.evidence)
        more = "" if near is None else f'; did you mean "{near}"?'
        yield f"{file}: {place}: no table [evidence.{name}]{more}"
        return
    table = settings.evidence[name]
    fewest = fewest_studies(given.way, table.test)
    if name in studies and (count := len(studies[name].names)) < fewest:
        where = table.data or file.parent / str(table.file)
        word = "study" if count == 1 else "studies"
        yield f"{where}: {count} {word}: a {given.way} draw needs at least {fewest} ({place})"

"""A study as files of its own."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from recc_mc.errors import InputError
from recc_mc.study.evidence import evidence_text
from recc_mc.study.evidence_file import studies_text
from recc_mc.study.evidence_settings import EvidenceTable
from recc_mc.study.folder import write_files
from recc_mc.study.kinds import check_path
from recc_mc.study.loading import assembled
from recc_mc.study.nouns import NOUN_ATTRIBUTES
from recc_mc.study.record import written
from recc_mc.study.settings import StudyTable
from recc_mc.study.sources import FILES, MADE, made_sources, text_tables

if TYPE_CHECKING:
    from recc_mc.study.study import Study

__all__ = ["save_study"]


def save_study(study: "Study", directory: str | os.PathLike[str]) -> Path:
    """Write a study as files that are read to the same study; see `Study.save`.

    Parameters
    ----------
    study
        The study.
    directory
        The folder.

    Raises
    ------
    InputError
        If files cannot say what the study is, one of them exists, or the folder cannot be written.
    """
    check_path("directory", directory)
    # What stands for a title is the name of a file, which is another one now.
    title = study.settings.study.title if study.path == MADE else study.title
    table = study.settings.study
    words = {name: getattr(table, name) for name in NOUN_ATTRIBUTES if table.gives(name)}
    files = dict(FILES)
    if not table.has_judgments:
        del files["judgments"]
    own = StudyTable.model_validate({"title": title, **words, **files})
    evidence = {name: _own_place(name, each.table) for name, each in study.evidence.items()}
    update = {"study": own, **({"evidence": evidence} if evidence else {})}
    settings = study.settings.model_copy(update=update)
    text = written(settings)
    texts = study.table_texts
    try:
        told = evidence_text(study.studies)
        tables = text_tables(made_sources(), texts, evidence=told)
        again, _ = assembled(study.path, text, settings, tables)
    except InputError as error:
        raise InputError(f"{_UNSAID}: {problem}" for problem in error.problems) from None
    if again.digest != study.digest:
        raise InputError(f"{_UNSAID}: its numbers would be others after reading them")
    contents = {file: texts[name].encode() for name, file in files.items()}
    for name, each in evidence.items():
        if each.file is not None:
            contents[each.file] = studies_text(study.studies[name]).encode()
    first, *_ = write_files(directory, {"study.toml": text.encode(), **contents})
    return first


def _own_place(name: str, table: EvidenceTable) -> EvidenceTable:
    """Evidence in a file of the study's own, unless it comes with the package."""
    if table.data is not None:
        return table
    given = {key: value for key, value in table if table.gives(key) and key != "sheet"}
    return EvidenceTable.model_validate({**given, "file": f"evidence_{name}.csv"})


_UNSAID = "study: its tables were changed in Python to what no files can say"

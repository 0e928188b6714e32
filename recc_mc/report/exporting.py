"""The tables of a report as files: a CSV for each, or one workbook."""

import os
import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from recc_mc.errors import InputError
from recc_mc.machine import disk
from recc_mc.report.contents import Exhibit, Result, Source, opened
from recc_mc.report.document import sections
from recc_mc.report.frames import csv_text, zone_words
from recc_mc.report.pictures import numbers_alone
from recc_mc.report.table_book import book_of, check_writer
from recc_mc.results import check_target, write_file
from recc_mc.results.files import REPLACE
from recc_mc.results.measures import reason_text
from recc_mc.study.kinds import check_path

__all__ = ["KINDS", "export"]

KINDS = ("csv", "xlsx")
CONTENTS = "contents"
# Excel's own limit, and the characters that it does not take.
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_UNDEFINED = (
    "a number is undefined where S, P or C is, where too few draws tell it, or where there is "
    "nothing to compare"
)


class Table(NamedTuple):
    """A table, and what the contents say of it."""

    name: str
    section: str
    exhibit: Exhibit
    frame: pd.DataFrame
    empty: int
    why: str


def export(
    source: Source,
    to: str | PathLike[str],
    *,
    format: str = "csv",
    groups: Collection[str] | None = None,
    overwrite: bool = False,
) -> list[Path]:
    """Write the tables of the report of a result, all or those of some groups.

    Numbers have all their digits. What is undefined is left empty; the table of contents says how
    many cells these are, and why. A text that a spreadsheet would take for a formula begins with an
    apostrophe in CSV.

    Parameters
    ----------
    source
        A result file, several files of one study, or a tree as `recc_mc.load` returns it.
    to
        The folder, made if there is none; a workbook is ``tables.xlsx`` in it, or has the name
        given if that ends in ``.xlsx``. A folder of CSV files must be new or empty.
    format
        ``"csv"``: UTF-8, one file for each table and ``contents.csv``; ``"xlsx"``: a workbook with
        a sheet for each, the first of them the contents.
    groups
        Names of groups, such as ``["summary"]``; None for all that the report shows.
    overwrite
        Whether files of the same names may be replaced.

    Returns
    -------
    list of Path
        The files written, the contents first.

    Raises
    ------
    InputError
        If the source is no result or has no such group or no table of it, or the place is taken or
        cannot be written to.
    RunError
        If writing fails, for instance because the disk is full.
    """
    if format not in KINDS:
        raise InputError(f"format: must be one of {', '.join(KINDS)}, got {format!r}")
    check_path("to", to)
    path = Path(os.fsdecode(to))
    if format == "xlsx":
        return [_export_book(source, path, groups, overwrite)]
    _check_folder(path, overwrite)
    with opened(source) as result:
        tables = list(_tables(result, groups))
    files = {f"{table.name}.csv": csv_text(table.frame) for table in tables}
    contents = csv_text(_contents(tables, ".csv"))
    _write_folder(path, {f"{CONTENTS}.csv": contents, **files}, overwrite)
    return [path / f"{CONTENTS}.csv", *(path / name for name in files)]


def _export_book(
    source: Source, path: Path, groups: Collection[str] | None, overwrite: bool
) -> Path:
    check_writer(path)
    folder = None if path.suffix.lower() == ".xlsx" else path
    file = path if folder is None else folder / "tables.xlsx"
    with _there(folder):
        check_target(file, overwrite=overwrite)
        with opened(source) as result:
            tables = list(_tables(result, groups))
        sheets = {table.name: table.frame for table in tables}
        content = book_of({CONTENTS: _contents(tables, ""), **sheets})
        write_file(file, content, overwrite=overwrite)
    return file


@contextmanager
def _there(folder: Path | None) -> Iterator[None]:
    """Have a folder there, which is gone again if it was made and nothing came of it."""
    if folder is None or os.path.exists(folder):
        yield
        return
    _check_folder(folder, overwrite=False)
    with disk.reporting(folder):
        folder.mkdir()
    try:
        yield
    except BaseException:
        with suppress(OSError):
            folder.rmdir()
        raise


def _tables(result: Result, groups: Collection[str] | None) -> Iterator[Table]:
    unknown = [name for name in groups or () if name not in result.groups]
    if unknown:
        held = ", ".join(result.groups)
        raise InputError([f"group: must be one of {held}, got {name!r}" for name in unknown])
    taken = {CONTENTS}
    for section in sections(result, numbers_alone(result)):
        for exhibit in section.exhibits:
            if groups is not None and exhibit.group not in groups:
                continue
            frame = _in_words(exhibit.table.frame)
            numbers = [k for k in range(frame.shape[1]) if is_numeric_dtype(frame.iloc[:, k])]
            empty = int(frame.iloc[:, numbers].isna().to_numpy().sum())
            why = _why_empty(result, exhibit.group) if empty else ""
            yield Table(
                _free_name(exhibit.anchor, taken), section.title, exhibit, frame, empty, why
            )
    if len(taken) == 1:
        raise InputError(f"group: the report has no table of {', '.join(groups or ())}")


def _in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Table whose texts are those of the page."""
    found = frame.copy()
    for k in range(frame.shape[1]):
        if not is_numeric_dtype(frame.iloc[:, k]):
            texts = frame.iloc[:, k]
            found.isetitem(k, [zone_words(v) if isinstance(v, str) else v for v in texts])
    return found


def _free_name(anchor: str, taken: set[str]) -> str:
    """Name of a file and of a sheet: the anchor, cut to what a workbook bears."""
    plain = _NOT_IN_SHEET_NAME.sub("-", anchor)
    name, number = plain[:_LONGEST_SHEET_NAME], 1
    while name.lower() in taken:
        number += 1
        end = f"-{number}"
        name = plain[: _LONGEST_SHEET_NAME - len(end)] + end
    taken.add(name.lower())
    return name


def _why_empty(result: Result, group: str) -> str:
    """Why numbers of a group are undefined: what its flags say, if it has any."""
    data = result.groups[group]
    names = [name for name in data.data_vars if str(name).startswith("undefined")]
    flags = [data[name] for name in names if "flag_meanings" in data[name].attrs]
    found = dict.fromkeys(
        reason_text(flag.copy(data=np.full(flag.shape, code)).isel(dict.fromkeys(flag.dims, 0)))
        for flag in flags
        for code in np.unique(flag.values)
        if code
    )
    return f"{'; '.join(found)}; or no interval is estimated" if found else _UNDEFINED


def _contents(tables: list[Table], ending: str) -> pd.DataFrame:
    """A row for each table."""
    return pd.DataFrame(
        {
            "table": [f"{table.name}{ending}" for table in tables],
            "section": [table.section for table in tables],
            "title": [table.exhibit.title for table in tables],
            "how to read it": [table.exhibit.note for table in tables],
            "group": [f"/{table.exhibit.group}" for table in tables],
            "rows": [len(table.frame) for table in tables],
            "empty cells": [table.empty for table in tables],
            "why they are empty": [table.why for table in tables],
        }
    )


def _check_folder(path: Path, overwrite: bool) -> None:
    if os.path.exists(path) and not os.path.isdir(path):
        raise InputError(f"{path}: is a file, expected a folder")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {path.parent}")
    if os.path.isdir(path) and any(path.iterdir()) and not overwrite:
        raise InputError(f"{path}: exists already and is not empty; {REPLACE}")


def _write_folder(path: Path, texts: dict[str, str], overwrite: bool) -> None:
    """Write files to a folder: none of them before all are on the disk."""
    start = f".{path.name}."
    with (
        disk.reporting(path),
        tempfile.TemporaryDirectory(prefix=start, suffix=disk.TEMPORARY, dir=path.parent) as place,
    ):
        whole = Path(place) / "tables"
        whole.mkdir()
        for name, text in texts.items():
            # With the mark of UTF-8, without which spreadsheets guess another encoding.
            (whole / name).write_bytes(text.encode("utf-8-sig"))
            disk.flush(whole / name)
        _check_folder(path, overwrite)
        if path.exists():
            for name in texts:
                os.replace(whole / name, path / name)
        else:
            whole.rename(path)
        disk.flush(path.parent)

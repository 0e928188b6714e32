"""The sheets that ask questions, and those of evidence, as they are written."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from recc_mc.study.question_sheets import CHANGE_COLUMNS, LISTS, QUESTIONS, TARGET_COLUMNS
from recc_mc.study.toml_text import toml_value
from recc_mc.workbook import styles
from recc_mc.workbook.settings_sheet import setting_cell

__all__ = ["fill_evidence_sheet", "fill_question_sheets"]

_WIDE = {"title": 44, "source": 44, "indicators": 24, "multiply": 36, "scenario": 20, "target": 20}


def fill_question_sheets(book: Any, settings: dict[str, Any]) -> None:
    """Write scenarios and targets on sheets of their own, taking them out of the settings.

    Parameters
    ----------
    book
        The workbook, which gets the sheets.
    settings
        Tables of the study file.
    """
    scenarios, targets = QUESTIONS
    changes = list(_changes(settings.pop("scenario", ())))
    _fill(book.create_sheet(scenarios), CHANGE_COLUMNS, changes)
    _fill(book.create_sheet(targets), TARGET_COLUMNS, list(_targets(settings.pop("target", ()))))


def _changes(scenarios: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for scenario in scenarios:
        given: dict[str, Any] = {**scenario, "scenario": scenario["name"]}
        changes: Sequence[Mapping[str, Any]] = given.pop("change", ()) or ({},)
        head = given
        for change in changes:
            years = change.get("years")
            span = years if isinstance(years, Mapping) else {}
            yield {**head, **change, **({"years": None} if span else {}), **span}
            head = {}


def _targets(targets: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    return ({**target, "target": target["name"]} for target in targets)


def _fill(sheet: Any, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(columns, 1):
        styles.heading(sheet.cell(1, number, column))
        for line, row in enumerate(rows, 2):
            value = row.get(column)
            cell = _list_cell(value) if column in LISTS and value is not None else None
            styles.given(sheet.cell(line, number), setting_cell(value) if cell is None else cell)
        styles.widths(sheet, {get_column_letter(number): _WIDE.get(column, 12)})
    sheet.freeze_panes = "B2"


def _list_cell(items: Sequence[Any]) -> Any:
    """Names or years as one cell; as TOML where a name could be read as more than one."""
    if len(items) == 1 and isinstance(items[0], int):
        return items[0]
    texts = [setting_cell(item) for item in items]
    pairs = zip(texts, items, strict=True)
    if items and all(isinstance(a, str) and a == b and ";" not in a for a, b in pairs):
        return "; ".join(texts)
    return toml_value(list(items))


def fill_evidence_sheet(sheet: Any, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write a table of studies.

    Parameters
    ----------
    sheet
        An empty sheet.
    columns
        Names of its columns.
    rows
        Name and numbers of each study.
    """
    for number, column in enumerate(columns, 1):
        styles.heading(sheet.cell(1, number, column))
        for line, row in enumerate(rows, 2):
            styles.given(sheet.cell(line, number), row[number - 1])
    styles.widths(sheet, {"A": 32})
    sheet.freeze_panes = "B2"

"""The sheet of a study's settings: every key with its meaning, as the commented study has them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, get_args

from openpyxl.worksheet.datavalidation import DataValidation
from pydantic import BaseModel

from recc_mc.study.choices import CHOICES
from recc_mc.study.settings import Settings
from recc_mc.study.template import study_template
from recc_mc.study.toml_text import toml_value
from recc_mc.study.wording import key_path
from recc_mc.workbook import styles

__all__ = ["fill_settings_sheet", "setting_cell"]

_TABLE = re.compile(r"(?:# )?\[([^\]]+)\]\s*(?:# (.*))?")
_KEY = re.compile(r"(?:# )?(?P<keys>\w+(?:, \w+)*) *(?P<value>= .*?)?\s{2,}# (?P<meaning>.*)")
_BARE = re.compile(r"(?:# )?(?P<keys>\w+) = .*")
_MORE = re.compile(r"\n {20,}# (.*)")
# Tables that say something by being there.
_SWITCHES = ("uncertainty", "coupling", "fuzzy")
# Where the tables are; a workbook holds them.
_OWN = ("panel", "indicators", "judgments", "data", "panel_sheet", "indicators_sheet")


class _Line(NamedTuple):
    """A table or a key of the commented study."""

    table: str
    key: str
    meaning: str


def fill_settings_sheet(sheet: Any, settings: Mapping[str, Any]) -> None:
    """Write the settings that a study gives, and the keys it leaves out with a blank.

    Parameters
    ----------
    sheet
        An empty sheet.
    settings
        Tables of the study file, as far as it gives them.
    """
    for column, word in enumerate(("key", "value", "meaning"), 1):
        styles.heading(sheet.cell(1, column, word))
    values = _flat(settings)
    line = 1
    for table, keys in _tables().items():
        held = table in values or any(path.startswith(f"{table}.") for path in values)
        line += 2
        styles.title(sheet.cell(line, 1, f"[{table}]"))
        if table.startswith(_SWITCHES):
            styles.given(sheet.cell(line, 2), "yes" if held else None)
            _offer(sheet, f"B{line}", ("yes",))
        styles.note(sheet.cell(line, 3, keys.pop("", None)))
        values.pop(table, None)
        others = (path for path in values if path.startswith(f"{table}."))
        for path in dict.fromkeys([*(f"{table}.{key}" for key in keys), *others]):
            if _is_of_another(path, table):
                continue
            line += 1
            sheet.cell(line, 1, path)
            styles.given(sheet.cell(line, 2), setting_cell(values.pop(path, None)))
            styles.note(sheet.cell(line, 3, keys.get(path.removeprefix(f"{table}."))))
            _offer(sheet, f"B{line}", _words(path))
    for path, value in values.items():
        line += 1
        sheet.cell(line, 1, path)
        styles.given(sheet.cell(line, 2), setting_cell(value))
    styles.widths(sheet, {"A": 42, "B": 44, "C": 90})
    sheet.freeze_panes = "A2"


def _is_of_another(path: str, table: str) -> bool:
    """Whether a key belongs to a table below, which has lines of its own."""
    return any(
        other != table and other.startswith(f"{table}.") and path.startswith(f"{other}.")
        for other in _tables()
    )


def _tables() -> dict[str, dict[str, str]]:
    """Meaning of each key by table; that of a table stands under the empty key."""
    found: dict[str, dict[str, str]] = {}
    for line in _lines(study_template()):
        if line.key not in _OWN:
            found.setdefault(line.table, {}).setdefault(line.key, line.meaning)
    return found


def _lines(text: str) -> Iterator[_Line]:
    """Tables and keys of the commented study, with comments that go on put together."""
    table = ""
    for row in _MORE.sub(r" \1", text).splitlines():
        if heading := _TABLE.fullmatch(row):
            # Overrides of indicators and criteria, and evidence, are rows of their own study.
            own = heading[1].count(".") > 1 or heading[1].startswith("evidence.")
            table = "" if own else heading[1]
            if table:
                yield _Line(table, "", heading[2] or "")
        elif row.startswith(("# [[", "[[")):
            # Tables of a list have sheets of their own.
            table = ""
        elif table and (found := _KEY.fullmatch(row) or _BARE.fullmatch(row)):
            for key in found["keys"].split(", "):
                yield _Line(table, key, found.groupdict().get("meaning", ""))


def _flat(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[str, Any]:
    """Values by path of keys; a table of [uncertainty] without keys is one, too."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        keys = (*path, key)
        if path == () and key == "study":
            value = {name: item for name, item in value.items() if name not in _OWN}
        if not isinstance(value, Mapping) or _is_inline(keys):
            found[key_path(keys)] = value
        elif value:
            found |= _flat(value, keys)
        elif key != "study":
            found[key_path(keys)] = value
    return found


def _is_inline(keys: tuple[str, ...]) -> bool:
    """Whether a table is the value of a key: alternatives, shares, sigma by matrix."""
    return (keys[:2] == ("uncertainty", "method") and len(keys) == 3) or keys[-1] == "sigma"


def setting_cell(value: Any) -> Any:
    """Value as a cell holds it: what is no number stands as TOML writes it."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    if isinstance(value, str):
        # A text that reads as something else is told apart by its quotes.
        plain = value and value[0] not in "[{\"'=+-@" and not value[0].isdigit()
        return value if plain and value not in ("true", "false", "inf", "nan") else _quoted(value)
    return toml_value(value)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _words(path: str) -> tuple[str, ...]:
    """Values that a key can have, if they are words."""
    table, _, key = path.rpartition(".")
    if table == "method":
        for choice in CHOICES:
            if choice.key == key and choice.alternatives:
                return choice.names
    model: Any = Settings
    for name in (*table.split("."), key):
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return ()
        if name not in model.model_fields:
            return ()
        annotation = model.model_fields[name].annotation
        found = [option for option in get_args(annotation) if isinstance(option, type)]
        model = found[0] if found and not isinstance(annotation, type) else annotation
    if model is bool:
        return ("true", "false")
    words = get_args(model)
    return words if words and all(isinstance(word, str) for word in words) else ()


def _offer(sheet: Any, place: str, words: tuple[str, ...]) -> None:
    """Let a cell be chosen from a list."""
    if words:
        offer = DataValidation("list", formula1='"{}"'.format(",".join(words)), allow_blank=True)
        sheet.add_data_validation(offer)
        offer.add(place)

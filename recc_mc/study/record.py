"""The text by which a result says what was computed, whatever became of the study in Python."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from pydantic import BaseModel, ValidationError

from recc_mc.errors import InputError
from recc_mc.language.retelling import recorded
from recc_mc.study.alternatives import Alternatives
from recc_mc.study.files import parse_toml
from recc_mc.study.settings import Settings
from recc_mc.study.sources import MADE
from recc_mc.study.toml_text import toml_text
from recc_mc.study.wording import sentences

if TYPE_CHECKING:
    from recc_mc.study.study import Study

__all__ = [
    "TABLES",
    "Record",
    "fingerprint",
    "kept_record",
    "settings_given",
    "study_record",
    "table_fingerprints",
    "written",
]

TABLES = ("hierarchy", "panel", "judgments")
"""Parts of a study that its text names the files of."""


class Record(NamedTuple):
    """What a result says of its study.

    Parameters
    ----------
    text
        A study file that gives the settings of the study.
    comment
        How the text came about and what it does not hold; None where it is the file as read.
    """

    text: str
    comment: str | None = None


def study_record(study: "Study") -> Record:
    """Text that describes a study as it is now.

    The file as it was read, as long as it says the same as the settings. Else it is written anew
    from them. Tables that are not those of the files the text names are told in a comment, which
    also stands at the head of the text.

    Parameters
    ----------
    study
        The study.

    Raises
    ------
    InputError
        If the settings were changed to what no study file can say.
    """
    comments = []
    text = study.text
    if not _says(text, study.settings):
        text = written(study.settings)
        text_of = "settings changed in Python after reading {file}: this text was written from them"
        comments.append(recorded(text_of, file=study.path.name))
    changed = [name for name in TABLES if not _as_read(study, name)]
    if study.path == MADE:
        text_of = "{made}: its tables are in no files, those that the text names are not"
        comments.append(recorded(text_of, made=MADE))
    elif changed:
        text_of = (
            "{names} changed in Python: the files named in the text do not hold it"
            if len(changed) == 1
            else "{names} changed in Python: the files named in the text do not hold them"
        )
        comments.append(recorded(text_of, names=" and ".join(changed)))
    if not comments:
        return Record(text)
    head = "".join(f"# {line}\n" for line in comments)
    return Record(head + text, "; ".join(comments))


def kept_record(text: str, comment: str | None) -> tuple[str, tuple[str, ...]]:
    """Text of a study as it was before `study_record`, and the tables that its files do not hold.

    Parameters
    ----------
    text, comment
        The record of the study.
    """
    for sentence in (comment or "").split("; "):
        names = _UNHELD.fullmatch(sentence)
        if names or sentence.startswith(f"{MADE}: "):
            found = tuple(names[1].split(" and ")) if names else TABLES
            return text.replace(f"# {sentence}\n", "", 1), found
    return text, ()


_UNHELD = re.compile(r"(.*) changed in Python: the files named in the text do not hold \w+")


def _as_read(study: "Study", name: str) -> bool:
    return study.tables_read.get(name) == fingerprint(getattr(study, name))


def table_fingerprints(study: "Study") -> Mapping[str, str]:
    """Fingerprints of the tables of a study by name, to be kept when they have been read."""
    return {name: fingerprint(getattr(study, name)) for name in TABLES}


def fingerprint(value: Any) -> str:
    """SHA-256 (hexadecimal) of everything that a dataclass of arrays and plain values holds."""
    digest = hashlib.sha256()
    for part in _parts(value):
        # The length keeps "ab", "c" apart from "a", "bc".
        digest.update(f"{len(part)}:".encode())
        digest.update(part)
    return digest.hexdigest()


def _parts(value: Any) -> Iterator[bytes]:
    if is_dataclass(value):
        for field in fields(value):
            yield field.name.encode()
            yield from _parts(getattr(value, field.name))
    elif isinstance(value, np.ndarray):
        yield f"{value.dtype.str}{value.shape}".encode()
        yield value.tobytes()
    elif isinstance(value, tuple | list):
        yield f"{len(value)} items".encode()
        for item in value:
            yield from _parts(item)
    else:
        yield repr(value).encode()


def _says(text: str, settings: Settings) -> bool:
    """Whether a text gives these settings."""
    try:
        told = Settings.model_validate(parse_toml(text, "study"))
        # Arrays, which Python lets in, cannot be compared; nor can they be written.
        toml_text(settings_given(settings))
    except (InputError, ValidationError, TypeError):
        return False
    return bool(_full(told) == _full(settings))


def written(settings: Settings) -> str:
    """Study file of the settings, read again to be sure of it.

    Parameters
    ----------
    settings
        The settings.

    Raises
    ------
    InputError
        If no study file can say them.
    """
    problem = "the settings were changed in Python to what no study file can say"
    try:
        text = toml_text(settings_given(settings))
        again = Settings.model_validate(parse_toml(text, "study"))
    except TypeError as error:
        raise InputError(f"study: {problem}: {error}") from error
    except ValidationError as error:
        found = sentences(error, Settings)
        raise InputError(f"study: {problem}: {sentence}" for sentence in found) from error
    if _full(again) != _full(settings):
        raise InputError(f"study: {problem}: a value changes its type when it is written")
    return text


def _full(value: Any) -> Any:
    """Settings as plain values, defaults filled in."""
    if isinstance(value, BaseModel):
        return {name: _full(item) for name, item in value}
    if isinstance(value, Mapping):
        return {name: _full(item) for name, item in value.items()}
    return tuple(map(_full, value)) if isinstance(value, tuple) else value


def settings_given(value: Any) -> Any:
    """Settings as a study file gives them: what stands at its default is left out.

    Parameters
    ----------
    value
        Settings, or a part of them.
    """
    if isinstance(value, BaseModel):
        return {
            name: settings_given(item)
            for name, item in value
            if item is not None
            and (name in value.model_fields_set or item != _default(value, name))
        }
    if isinstance(value, Alternatives):
        return dict(zip(value.names, value.probabilities, strict=True))
    if isinstance(value, Mapping):
        return {name: settings_given(item) for name, item in value.items()}
    return tuple(map(settings_given, value)) if isinstance(value, tuple) else value


def _default(table: BaseModel, name: str) -> Any:
    return type(table).model_fields[name].get_default(call_default_factory=True)

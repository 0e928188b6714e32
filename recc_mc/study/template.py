"""A study to start from: the case study as files of its own."""

import os
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from recc_mc.study.choices import CHOICES
from recc_mc.study.distributions import DISTRIBUTIONS
from recc_mc.study.folder import write_files
from recc_mc.study.sources import BUILTIN
from recc_mc.study.toml_text import toml_text

__all__ = ["study_template", "write_template"]

_DATA = BUILTIN / "rare_earth_mines"
_TEMPLATES = Path(__file__).parent / "templates"
_SOURCES = {
    "study.toml": _TEMPLATES / "study.toml",
    "panel.csv": _DATA / "panel.csv",
    "indicators.csv": _DATA / "indicators.csv",
    "judgments.toml": _DATA / "judgments.toml",
    "README.md": _TEMPLATES / "README.md",
}
# Columns of a line's comment.
_COMMENT = 59


def write_template(directory: str | os.PathLike[str]) -> list[Path]:
    """Write a complete, commented study that a user can edit.

    Parameters
    ----------
    directory
        Where to write it; made if it does not exist.

    Returns
    -------
    list of Path
        The files written, the study file first.

    Raises
    ------
    InputError
        If one of the files exists, or the directory cannot be written. Nothing is left behind.
    """
    contents = {name: source.read_bytes() for name, source in _SOURCES.items()}
    contents["study.toml"] = study_template().encode()
    return write_files(directory, contents)


def study_template() -> str:
    """Return the commented study file, with the choices there are in the places kept for them."""
    text = _SOURCES["study.toml"].read_text(encoding="utf-8")
    for choice in CHOICES:
        ways = [f"{a.name} ({a.note})" if a.note else a.name for a in choice.alternatives]
        line = _line(str(choice.key), choice.default, choice.note, ways)
        text = text.replace(f"@{choice.name}\n", line)
    drawn = "".join(f"{choice.example}\n" for choice in CHOICES)
    text = text.replace("@uncertainty.method\n", drawn)
    ways = list(DISTRIBUTIONS)
    return text.replace("@distribution\n", _line("distribution", ways[0], "", ways))


def _line(key: str, default: Any, note: str, ways: Sequence[str]) -> str:
    """Line of a key with its comment, on several lines where one is too short."""
    first, *others = textwrap.wrap(note + " | ".join(ways), _COMMENT)
    line = toml_text({key: default}).rstrip()
    rest = "".join(f"{'':39}# {other}\n" for other in others)
    return f"{line:<38} # {first}\n{rest}"

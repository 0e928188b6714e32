"""The files of a study in a folder: all of them, or none."""

import os
from collections.abc import Mapping
from pathlib import Path

from recc_mc.errors import InputError

__all__ = ["write_files"]


def write_files(directory: str | os.PathLike[str], contents: Mapping[str, bytes]) -> list[Path]:
    """Write new files into a folder.

    Parameters
    ----------
    directory
        The folder, made if it does not exist.
    contents
        What the files hold, by their names.

    Returns
    -------
    list of Path
        The files written, in order.

    Raises
    ------
    InputError
        If one of the files exists, or the directory cannot be written. Nothing is left behind.
    """
    folder = Path(os.fsdecode(directory))
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file, expected a directory")
    existing = [folder / name for name in contents if (folder / name).exists()]
    if existing:
        raise InputError(f"{path}: exists already and is not overwritten" for path in existing)
    try:
        made = _make(folder)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made: {error.strerror}") from error
    files = {folder / name: content for name, content in contents.items()}
    try:
        _write(files)
    except OSError as error:
        for path in made:
            path.rmdir()
        raise InputError(f"{folder}: cannot be written: {error.strerror}") from error
    return list(files)


def _make(folder: Path) -> list[Path]:
    """Make a directory and its missing parents; return those made, the innermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _write(contents: dict[Path, bytes]) -> None:
    """Write all files, or none."""
    written: list[Path] = []
    try:
        for path, content in contents.items():
            # "x": a file that has appeared meanwhile is somebody's, too.
            with path.open("xb") as file:
                written.append(path)
                file.write(content)
    except BaseException:
        for path in written:
            path.unlink()
        raise

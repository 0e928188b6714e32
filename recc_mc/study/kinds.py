"""Arguments of public functions that are no study, no result and no file name."""

import os

from recc_mc.errors import InputError
from recc_mc.study.study import Study
from recc_mc.study.wording import shown

__all__ = ["check_kind", "check_path", "check_study"]


def check_study(study: object) -> None:
    """Refuse what is no study.

    Raises
    ------
    InputError
        If it is none; where it may be the name of a study file, says how to read that.
    """
    if not isinstance(study, Study):
        check_kind("study", study, Study, "a Study as recc_mc.load_study returns it")


def check_path(name: str, value: object) -> None:
    """Refuse what cannot be the name of a file.

    Raises
    ------
    InputError
        If it cannot.
    """
    check_kind(name, value, (str, bytes, os.PathLike), "the name of a file")


def check_kind(name: str, value: object, kind: type | tuple[type, ...], expected: str) -> None:
    """Refuse an argument of another kind.

    Parameters
    ----------
    name
        Name of the argument.
    value
        What was given.
    kind
        Of which type it must be.
    expected
        The same in words, with what makes such a value.

    Raises
    ------
    InputError
        If it is of another.
    """
    if isinstance(value, kind):
        return
    got = f"the {type(value).__name__} {shown(value)}" if _is_short(value) else type(value).__name__
    raise InputError(f"{name}: must be {expected}, got {got}")


def _is_short(value: object) -> bool:
    """Whether a value tells more than its type."""
    return isinstance(value, str | os.PathLike | int | float)

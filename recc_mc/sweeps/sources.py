"""The errors whose tolerance is asked for: a study in which one of them has a certain size."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from recc_mc.errors import InputError
from recc_mc.language.retelling import recorded
from recc_mc.study import Study
from recc_mc.study.factors import list_factors
from recc_mc.study.loading import replaced
from recc_mc.study.record import settings_given

__all__ = ["LARGEST", "SMALLEST", "SOURCES", "Source", "with_error"]

SMALLEST, LARGEST = 0.01, 0.6
"""Sizes that are tried."""
# Parts of a data error that are not its size.
_LAW = {"distribution", "lower", "upper"}
_SIZE = {"cv", "sd"}


class Source(NamedTuple):
    """An error of the inputs.

    Parameters
    ----------
    measure
        What its size is.
    told
        Its name, and what is drawn, in words.
    table
        Its table of ``[uncertainty]`` in a study file.
    settings
        That table at a size, from what the study gives; and whether other parts stay.
    """

    measure: str
    told: str
    table: str
    settings: Callable[[Mapping[str, Any], float, bool], dict[str, Any]]


def _judgments(given: Mapping[str, Any], size: float, others: bool) -> dict[str, Any]:
    left_out = {"sigma", "steps"} | (set() if others else {"resample_experts"})
    table = {key: value for key, value in given.items() if key not in left_out}
    if table.get("distribution") == "saaty_steps":
        del table["distribution"]
    if table.get("consistency") == "reject":
        # Of large errors too few draws would be accepted for there to be any.
        table["consistency"] = "repair"
    return table | {"sigma": size}


def _data(given: Mapping[str, Any], size: float, others: bool) -> dict[str, Any]:
    return _stripped(given, others) | {"cv": size}


def _stripped(table: Mapping[str, Any], others: bool) -> dict[str, Any]:
    """Table of data errors, overrides included, without the sizes of its cell part, or of all."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            found[key] = {name: _stripped(item, others) for name, item in value.items()}
        elif key in _LAW or (others and key not in _SIZE):
            found[key] = value
    return found


SOURCES: Mapping[str, Source] = {
    "judgment": Source(
        "sigma of ln a_ij",
        recorded(
            "judgment: one sigma of ln a_ij in all judgment matrices, in the distribution and "
            "under the consistency policy of the study (lognormal for saaty_steps, repair for "
            "reject)"
        ),
        "judgments",
        _judgments,
    ),
    "data": Source(
        "cv",
        recorded(
            "data: one relative standard deviation of every cell of the panel, in the "
            "distribution and within the bounds of the study"
        ),
        "data",
        _data,
    ),
}
"""Errors by name."""


def with_error(study: Study, source: str, size: float, *, others: bool) -> Study:
    """Study with an error of a size, all other inputs exact or as they are.

    Parameters
    ----------
    study
        The study.
    source
        One of `SOURCES`.
    size
        Size of the error.
    others
        Whether what else is uncertain in the study stays so.

    Raises
    ------
    InputError
        If the study does not take such an error; if nothing of it has one.
    """
    found = SOURCES[source]
    given = settings_given(study.settings).get("uncertainty", {})
    table = found.settings(given.get(found.table, {}), size, others)
    uncertainty = {**given, found.table: table} if others else {found.table: table}
    made = replaced(study, {"uncertainty": uncertainty}).study
    if not any(factor.kind == source for factor in list_factors(made)):
        raise InputError(f"{source}: nothing of the study has such an error")
    return made

"""Errors that indicators share: what they may be put on, and what is said of them."""

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING

from recc_mc.language.retelling import recorded
from recc_mc.study.hierarchy import Hierarchy
from recc_mc.study.names import hint
from recc_mc.study.settings import Settings
from recc_mc.study.uncertainty_settings import SharedError
from recc_mc.study.wording import key_path

if TYPE_CHECKING:
    from recc_mc.study.study import Study

__all__ = [
    "EACH",
    "bound_problems",
    "shared_keys",
    "shared_words",
    "unknown_sharers",
]

_KEYS = ("uncertainty", "shared")
EACH = {"cell": "each mine and year", "mine": "each mine", "all": "all mines and years"}
"""What there is a number for, by the key ``by``."""


def unknown_sharers(settings: Settings, hierarchy: Hierarchy) -> Iterator[str]:
    """Sentences about indicators that are to share an error and do not exist."""
    for k, error in enumerate(settings.uncertainty.shared):
        for i, name in enumerate(error.indicators):
            if name not in hierarchy.names:
                place = key_path((*_KEYS, k, "indicators", i))
                yield f'{place}: no such indicator "{name}"{hint(name, hierarchy.names)}'


def shared_keys(study: "Study", indicator: str) -> list[str]:
    """Keys of the errors that an indicator shares."""
    errors = study.settings.uncertainty.shared
    return [key_path((*_KEYS, k)) for k, e in enumerate(errors) if indicator in e.indicators]


def bound_problems(study: "Study") -> Iterator[str]:
    """Sentences about indicators with a bound that a factor would cross."""
    for k, error in enumerate(study.settings.uncertainty.shared):
        for i, name in enumerate(error.indicators):
            bounds = study.error_model(name) or study.natural_bounds(name)
            crossed = f"an upper bound of {bounds.upper:g}" if bounds.upper < inf else ""
            if bounds.lower > 0:
                crossed = f"a lower bound of {bounds.lower:g}"
            if crossed:
                yield (
                    f'{key_path((*_KEYS, k, "indicators", i))}: "{name}" has {crossed}, which a '
                    "factor would cross: expected indicators without one (none in the columns min "
                    "and max of the table of indicators lifts a natural bound)"
                )


def shared_words(error: SharedError) -> str:
    """A shared error in a few words: its size, and what there is one of."""
    return recorded("cv {size} for {each}", size=f"{error.cv:g}", each=EACH[error.by])

"""What the shape of a study leaves out: with one mine no ranks, with one system no C."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from recc_mc.language.retelling import recorded

if TYPE_CHECKING:
    from recc_mc.study.study import Study

__all__ = [
    "ALL_OUTPUTS",
    "COORDINATION",
    "OUTPUTS",
    "SYMBOLS",
    "analysed_outputs",
    "is_made_of",
    "outputs_of",
    "ranked_by",
    "shape_notes",
]

OUTPUTS = ("support", "pressure", "recc", "rank", "zone", "grade")
"""Outputs of a study of two systems and several mines."""
COORDINATION = "coordination"
"""Beside them in sensitivity analysis, where coupling is asked for."""
OBSTACLES = "obstacle"
"""Stands beside them for obstacle degrees."""
ALL_OUTPUTS = (*OUTPUTS, OBSTACLES)
SYMBOLS = {"support": "S", "pressure": "P", "recc": "C"}
"""Symbols of the indices."""
# Beginnings of the names of variables, and the outputs that these are made of.
_MADE_OF = {
    "support_pressure": ("support", "pressure"),
    "support": ("support",),
    "pressure": ("pressure",),
    "recc": ("recc",),
    "overload": ("recc",),
    "zone": ("zone",),
    "grade": ("grade",),
    "rank": ("rank",),
    "outranks": ("rank",),
    "kendall": ("rank",),
    "criterion_rank": ("rank",),
    "most_loaded": ("rank",),
    "decision_error": ("rank",),
    "information_value": ("rank",),
    "obstacle": (OBSTACLES,),
}


def outputs_of(study: "Study") -> tuple[str, ...]:
    """Outputs that a study has: of `OUTPUTS`, and `OBSTACLES` if there are obstacle degrees.

    Parameters
    ----------
    study
        The study.
    """
    systems, missing = study.hierarchy.systems, set()
    if len(systems) == 1:
        missing |= {"support", "pressure", "recc", "zone", "grade"} - {systems[0]}
    if len(study.panel.mines) == 1:
        missing.add("rank")
    if "support" not in systems and study.settings.method.obstacle != "both":
        missing.add(OBSTACLES)
    return tuple(name for name in ALL_OUTPUTS if name not in missing)


def analysed_outputs(study: "Study") -> tuple[str, ...]:
    """Outputs of a study whose variance can be decomposed, and those of `outputs_of`.

    Parameters
    ----------
    study
        The study.
    """
    coupled = study.settings.coupling is not None
    return (*outputs_of(study), *((COORDINATION,) if coupled else ()))


def is_made_of(name: str, outputs: Iterable[str]) -> bool:
    """Whether a variable is made of these outputs, or of none of all.

    Parameters
    ----------
    name
        Name of the variable, in any group.
    outputs
        Outputs that there are, as of `outputs_of`.

    Examples
    --------
    >>> alone = ("support", "rank")
    >>> [is_made_of(name, alone) for name in ("support_mean", "overload_probability", "weight")]
    [True, False, True]
    """
    needed = next((made for start, made in _MADE_OF.items() if name.startswith(start)), ())
    return set(needed).issubset(outputs)


def ranked_by(outputs: Sequence[str]) -> str:
    """Index that mines are ranked by: C, or that of the only system.

    Parameters
    ----------
    outputs
        Outputs that there are.
    """
    return next(name for name in ("recc", *OUTPUTS) if name in outputs)


def shape_notes(study: "Study") -> list[str]:
    """Sentences about what the shape of a study leaves out.

    Parameters
    ----------
    study
        The study.
    """
    notes, systems = [], study.hierarchy.systems
    if len(systems) == 1:
        (there,) = systems
        text = (
            "no indicator is in system {absent}: the {there} index {symbol} stands alone, and C, "
            "zones, grades and overload are left out; ranks are by {symbol}, 1 the largest"
            if len(study.panel.mines) > 1
            else "no indicator is in system {absent}: the {there} index {symbol} stands alone, and "
            "C, zones, grades and overload are left out"
        )
        alone = recorded(
            text,
            absent="pressure" if there == "support" else "support",
            there=there,
            symbol=SYMBOLS[there],
        )
        notes.append(alone)
    if len(study.panel.mines) == 1:
        one, many = study.nouns
        text = "there is one {one}: ranks between {many} and what is made of them are left out"
        notes.append(recorded(text, one=one, many=many))
    if OBSTACLES not in outputs_of(study):
        notes.append(
            recorded(
                'obstacle degrees are those of support: method.obstacle = "both" adds pressure'
            )
        )
    return notes

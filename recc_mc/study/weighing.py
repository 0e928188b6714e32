"""Where the weights that people give come from: judgments, numbers, or nowhere."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from recc_mc.study.toml_table import Problem

if TYPE_CHECKING:
    from recc_mc.study.settings import Settings

__all__ = ["JUDGMENTS_REQUIRED", "needs_judgments", "needs_judgments_of", "weighing_problems"]

JUDGMENTS_REQUIRED = (
    'is required: a file name (or data = "builtin:NAME"); it may be left out with '
    'method.ahp_share = 0 or method.weights = "given"'
)
"""What is said of the file of judgments where it is missing."""


def needs_judgments(method: Mapping[str, Any], drawn: Mapping[str, Any]) -> bool:
    """Whether weights are made of judgments; those of the data are always there.

    Without do given weights, and a linear combination with a share of 0, held or drawn.

    Parameters
    ----------
    method, drawn
        Keys of [method] and of [uncertainty.method], as a study file gives them or validated; what
        is left out or None is at its default, or not drawn.
    """
    if method.get("weights") == "given":
        return False
    held = method.get("combination", "linear")
    ways = drawn.get("combination") or (held,)
    if set(getattr(ways, "names", ways)) != {"linear"} or held != "linear":
        return True
    return method.get("ahp_share", 0.5) != 0 or drawn.get("ahp_share") is not None


def needs_judgments_of(document: Mapping[str, Any]) -> bool:
    """Whether the tables of a study file, valid or not, make weights of judgments."""
    uncertainty = _table(document, "uncertainty")
    return needs_judgments(_table(document, "method"), _table(uncertainty, "method"))


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}


def weighing_problems(settings: "Settings") -> Iterator[Problem]:
    """Problems of a study whose weights do not come from where it says."""
    method, drawn = settings.method, settings.uncertainty.method
    given = method.weights == "given"
    if not given and settings.uncertainty.weights is not None:
        yield Problem(("uncertainty", "weights"), 'is only for method.weights = "given"')
    if settings.study.has_judgments:
        if given:
            key = "judgments" if settings.study.data is None else "data"
            sentence = 'is not for method.weights = "given", which takes the column weight of the '
            yield Problem(("study", key), f"{sentence}indicators in place of judgments")
        return
    if needs_judgments(dict(method), {} if drawn is None else dict(drawn)):
        yield Problem(("study", "judgments"), JUDGMENTS_REQUIRED)
        return
    without = "is for judgments, and study.judgments is left out"
    if given:
        without = 'is for judgments, and method.weights is "given"'
    if settings.uncertainty.judgments is not None:
        yield Problem(("uncertainty", "judgments"), without)
    if drawn is not None and drawn.prioritization is not None:
        yield Problem(("uncertainty", "method", "prioritization"), without)

"""Whether a study asks for more than most do, which decides how much of the kernels is compiled.

A kernel is compiled with all that any study may ask for, unless the types of its arguments say that
none of it is wanted. Two forms are enough: what most studies need, which the first command of a new
user waits for, and everything. A study that starts without and comes to ask for more waits once
more; forms for each single request would let it wait each time.
"""

from collections.abc import Iterator

import numpy as np

from recc_mc.study import Alternatives, Study
from recc_mc.study.choices import LISTED

__all__ = ["asks_for_more"]

# Choices of which most studies take the first alternative alone.
_SETTLED = ("objective", "combination", "aggregation")


def asks_for_more(study: Study) -> bool:
    """Whether a study asks for what the kernels of most studies leave out.

    Parameters
    ----------
    study
        The study, whose deterministic index asks for the same as its draws.
    """
    return any(_requests(study))


def _requests(study: Study) -> Iterator[bool]:
    settings = study.settings
    judgments, matrices = settings.uncertainty.judgments, study.judgments.matrices
    yield settings.coupling is not None or settings.fuzzy is not None
    yield len(study.hierarchy.systems) == 1 or settings.method.weights != "judgments"
    yield any(indicator.is_ranged for indicator in study.hierarchy.indicators)
    yield bool(settings.uncertainty.shared)
    yield any(_leaves_first(study))
    yield any(np.any(matrix.nobody) for matrix in matrices)
    if judgments is not None:
        yield judgments.distribution == "saaty_steps" or judgments.consistency == "reject"


def _leaves_first(study: Study) -> Iterator[bool]:
    """For each choice of method, whether a draw or the deterministic index takes another one."""
    for choice in LISTED:
        if choice.name in _SETTLED:
            drawn = choice.drawn(study.settings.uncertainty.method)
            ways = set(drawn.possible) if isinstance(drawn, Alternatives) else set()
            yield not ways | {choice.held(study.settings.method)} <= {choice.names[0]}

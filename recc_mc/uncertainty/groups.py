"""Groups of inputs that sensitivity analysis exchanges as one: single factors and classes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels.philox import STREAMS
from recc_mc.kernels.records import Plan
from recc_mc.study import Study
from recc_mc.study.factors import Factor, list_factors
from recc_mc.study.given_weights import weight_nodes

__all__ = ["CLASS", "Group", "exchange_rows", "exchange_streams", "list_groups"]

CLASS = "class"
"""Kind of a group of all factors of one kind."""
_KINDS = ("judgment", "data", "method")


@dataclass(frozen=True)
class Group:
    """Inputs that are exchanged together.

    Parameters
    ----------
    label
        Name in results: ``judgment:climate``, or ``judgment`` for all judgment matrices.
    kind
        ``"judgment"``, ``"data"``, ``"method"`` or `CLASS`.
    columns
        Unit-cube columns.
    matrices, indicators
        Numbers of the judgment matrices and of the indicators whose errors belong to it.
    choices
        Names of the method choices.
    shared
        Numbers of the errors that indicators share.
    """

    label: str
    kind: str
    columns: tuple[int, ...]
    matrices: tuple[int, ...]
    indicators: tuple[int, ...]
    choices: tuple[str, ...]
    shared: tuple[int, ...] = ()


def list_groups(study: Study, *, noise: bool = False) -> tuple[Group, ...]:
    """Every factor of a study by itself, then the classes judgment, data and method.

    Parameters
    ----------
    study
        The study. A class of which nothing is uncertain is left out.
    noise
        Whether what is counter-based has columns too, as of `list_factors`.
    """
    factors = list_factors(study, noise=noise)
    groups = [_group(study, factor.label, factor.family, [factor]) for factor in factors]
    for kind in _KINDS:
        members = [factor for factor in factors if factor.family == kind]
        if members:
            groups.append(_group(study, kind, CLASS, members))
    return tuple(groups)


def _group(study: Study, label: str, kind: str, factors: Sequence[Factor]) -> Group:
    def names(kind: str) -> list[str]:
        return [factor.name for factor in factors if factor.kind == kind]

    shared = study.settings.uncertainty.shared
    matrices = [node.name for node in weight_nodes(study)]
    return Group(
        label,
        kind,
        tuple(column for factor in factors for column in factor.columns),
        tuple(matrices.index(name) for name in names("judgment")),
        tuple(study.hierarchy.names.index(name) for name in names("data")),
        tuple(names("method")),
        tuple(k for k, error in enumerate(shared) if error.name in names("shared")),
    )


def exchange_rows(
    group: Group, a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Rows of A with the columns of a group from B.

    Parameters
    ----------
    group
        The group.
    a, b
        Rows of the unit cube (column, row), not changed.
    """
    columns = list(group.columns)
    mixed = a.copy()
    mixed[columns] = b[columns]
    return mixed


def exchange_streams(group: Group, plan: Plan) -> Plan:
    """Plan in which a group's counter-based numbers come from the streams that follow.

    Parameters
    ----------
    group
        The group.
    plan
        The study, of whose arrays only those that change are copied.
    """
    matrices, indicators, shared = plan.matrices.copy(), plan.indicators.copy(), plan.shared.copy()
    matrices["stream"][list(group.matrices)] += np.uint64(STREAMS)
    indicators["stream"][list(group.indicators)] += np.uint64(STREAMS)
    shared["stream"][list(group.shared)] += np.uint64(STREAMS)
    return plan._replace(matrices=matrices, indicators=indicators, shared=shared)

"""The unit cube of a study as a SALib problem."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

from recc_mc.errors import InputError
from recc_mc.study import Study
from recc_mc.study.factors import NOISE
from recc_mc.study.given_weights import given_weights
from recc_mc.study.kinds import check_study
from recc_mc.study.wording import shown
from recc_mc.uncertainty import Factor, list_factors

__all__ = ["Column", "columns_of", "salib_problem"]


class Column(NamedTuple):
    """One random input: a column of the unit cube."""

    label: str  # judgment:climate:S1-1/S1-2
    factor: str  # judgment:climate
    is_noise: bool = False  # selects counter-based numbers


def salib_problem(
    study: Study, *, groups: bool = True, levels: int | None = None, noise: bool = False
) -> dict[str, Any]:
    """Describe the inputs of a study the way SALib wants them.

    Every input is uniform on (0, 1): `recc_mc.evaluate_rows` turns it into a judgment, a data error
    or a method choice by the inverse of its distribution function. So no row means two things, and
    every sampler of SALib is valid.

    Parameters
    ----------
    study
        The study.
    groups
        Whether to name the factor of each input. SALib's samplers `morris` and `sobol` then move
        the inputs of a factor together; its sampler `latin` gives all of them one and the same
        value, which is another model: leave the groups out there.
    levels
        Number of levels of a Morris design. Its grid includes both ends of the bounds, at which a
        normal error is infinite. With this argument the bounds are such that the levels are the
        medians of so many intervals of equal probability; None leaves them at 0 and 1.
    noise
        Whether noise is an input too: ``data:<indicator>:cells``, and ``judgment:<matrix>:redraws``
        of matrices that are drawn again where they contradict themselves. Such an input only
        selects: rows that agree in it have the same noise, all others have independent noise. That
        suits methods that exchange inputs (morris, shapley, sobol) and not those that want the
        output to be smooth in each. In a Morris design, whose few levels would be few draws of the
        noise, put numbers of its own into each trajectory, as `recc_mc.sensitivity` does.

    Returns
    -------
    dict
        ``num_vars``, ``names``, ``bounds``, ``dists`` and ``groups``. Names:
        ``judgment:<matrix>:<item>/<item>``, ``judgment:<matrix>:expert <n>`` (experts drawn with
        replacement), ``data:<indicator>:systematic``, ``data:<indicator>:mine:<mine>`` and
        ``method:<choice>``; the inputs of a factor follow each other, noise being the last.

    Raises
    ------
    InputError
        If the study has no such input, or the levels are fewer than 2.

    Examples
    --------
    >>> import recc_mc as rm
    >>> problem = rm.salib_problem(rm.load_study("configs/rare_earth_mines.toml"))
    >>> problem["num_vars"], problem["names"][-1], problem["groups"][-1]
    (100, 'method:goalposts', 'method:goalposts')
    """
    check_study(study)
    if levels is not None and levels < 2:
        raise InputError(f"levels: must be >= 2, got {shown(levels)}")
    columns = columns_of(study, noise=noise)
    if not columns:
        some = "cell, " if noise else ""
        raise InputError(
            f"uncertainty: no {some}judgment, systematic error or method choice is uncertain, so "
            "that there is no input to vary"
        )
    end = 0.0 if levels is None else 1 / (2 * levels)
    problem = {
        "num_vars": len(columns),
        "names": [column.label for column in columns],
        "bounds": [[end, 1 - end] for _ in columns],
        "dists": ["unif"] * len(columns),
    }
    return problem | {"groups": [column.factor for column in columns]} if groups else problem


def columns_of(study: Study, *, noise: bool = False) -> tuple[Column, ...]:
    """Columns of a study's unit cube, in order, those that select noise among them if asked for."""
    return tuple(
        Column(label, factor.label, part in NOISE)
        for factor in list_factors(study, noise=noise)
        for part, count in factor.parts
        for label in _labels(study, factor, part, count)
    )


def _labels(study: Study, factor: Factor, part: str, count: int) -> Iterator[str]:
    match part:
        case "entries":
            matrix = study.judgments[factor.name]
            yield from (
                f"{factor.label}:{matrix.items[i]}/{matrix.items[j]}"
                for i, j in combinations(range(matrix.size), 2)
                if not matrix.nobody[i, j]
            )
        case "weights":
            (given,) = (node for node in given_weights(study) if node.name == factor.name)
            yield from (f"{factor.label}:{item}" for item in given.items)
        case "experts":
            yield from (f"{factor.label}:expert {k + 1}" for k in range(count))
        case "mine":
            yield from (f"{factor.label}:mine:{mine}" for mine in study.panel.mines)
        case "choice":
            yield factor.label
        case _:
            yield f"{factor.label}:{part}"

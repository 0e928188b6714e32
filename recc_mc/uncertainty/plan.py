"""A study as the arrays that the kernels read."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recc_mc.kernels import records
from recc_mc.kernels.chain import unit_size
from recc_mc.kernels.elementary import NEAR_ZERO
from recc_mc.kernels.variates import LARGEST_SINGLE_NORMAL
from recc_mc.study import Alternatives, Study
from recc_mc.study.choices import LISTED
from recc_mc.study.consistency import mean_random_index
from recc_mc.study.distributions import DISTRIBUTIONS, VARIATES
from recc_mc.study.error_law import ErrorLaw
from recc_mc.study.factors import Factor, list_factors
from recc_mc.study.further_settings import CouplingTable
from recc_mc.study.given_weights import given_weights
from recc_mc.study.hierarchy import SYSTEMS, Hierarchy
from recc_mc.study.incomplete import least_squares_shares
from recc_mc.study.uncertainty_settings import SharedError
from recc_mc.uncertainty.given import given_fields
from recc_mc.uncertainty.more import asks_for_more

__all__ = ["baseline_goalposts", "build_plan", "criterion_members"]

_CODES = {name: VARIATES.index(found.variate) for name, found in DISTRIBUTIONS.items()}
_FORMS = {
    "multiplicative": records.LOGNORMAL,
    "additive": records.ADDITIVE,
    "bounded": records.BOUNDED,
}
_PRECISIONS = {"double": np.float64, "single": np.float32}
_POLICIES = {"keep": records.KEEP, "repair": records.REPAIR, "reject": records.REJECT}


def build_plan(
    study: Study,
    *,
    uncertain: bool = True,
    noise: bool = False,
    factors: Sequence[Factor] | None = None,
) -> records.Plan:
    """Arrays of a study for the kernels.

    Parameters
    ----------
    study
        The study.
    uncertain
        False leaves all uncertainty out: every sample is the deterministic index.
    noise
        Whether counter-based numbers are selected by columns, as of `list_factors`.
    factors
        The study's factors on other columns than those of `list_factors`.
    """
    if factors is None:
        factors = list_factors(study, noise=noise) if uncertain else ()
    given = given_weights(study)
    place = {name: j for j, name in enumerate(study.hierarchy.names)}
    members = [
        place[indicator.name]
        for system in SYSTEMS
        for indicator in study.hierarchy.indicators
        if indicator.system == system
    ]
    laws = _laws(study, factors)
    indicators = _indicators(study, factors, laws)
    cells = _cells(study, laws)
    reach = LARGEST_SINGLE_NORMAL * cells[:, records.CELL] - cells[:, records.CELL_SHIFT]
    indicators["near_zero"] = reach.max(axis=1) < NEAR_ZERO
    return records.Plan(
        options=_options(study, factors, uncertain),
        more=() if asks_for_more(study) else None,
        indicators=indicators,
        choices=_choices(study, factors, uncertain),
        shared=_shared(study, factors),
        sharing=_sharing(study, factors),
        member=np.array(members),
        **(given_fields(study, given, factors) if given else _judged_fields(study, factors)),
        cells=cells.astype(_PRECISIONS[study.settings.method.precision]),
        frozen=_frozen_goalposts(study),
        within=criterion_members(study.hierarchy),
        coupling=_coupling(study.settings.coupling, study.hierarchy),
        fuzzy_scores=np.array(study.settings.fuzzy.scores if study.settings.fuzzy else ()),
    )


def criterion_members(hierarchy: Hierarchy) -> NDArray[np.bool_]:
    """Which indicators belong to each criterion (criterion, indicator)."""
    return np.array(
        [
            [name in hierarchy.members(criterion) for name in hierarchy.names]
            for criterion in hierarchy.all_criteria
        ]
    )


def _coupling(table: CouplingTable | None, hierarchy: Hierarchy) -> records.Coupling:
    chosen: tuple[str, ...] = ()
    of = records.NOTHING
    if table is not None:
        of = records.SYSTEMS if table.of == "systems" else records.CRITERIA
        chosen = () if table.of == "systems" else hierarchy.nodes[table.of]
    return records.Coupling(
        of=of,
        reverse=table is not None and table.pressure != "as_is",
        modified=table is not None and table.form == "modified",
        weighted=table is not None and table.weights == "combined",
        criteria=np.array([hierarchy.all_criteria.index(name) for name in chosen], np.int64),
    )


def _judged_fields(study: Study, factors: Sequence[Factor]) -> dict[str, Any]:
    """Fields on what weights are made of, where that is judgments."""
    matrices = study.judgments.matrices
    return {
        "matrices": _matrices(study, factors),
        "path": _paths(study),
        "log_value": _joined(np.log(m.values[np.triu_indices(m.size, 1)]) for m in matrices),
        **_unjudged_fields(study),
        "expert_log": _expert_logs(study),
        "expert_share": _joined(matrix.shares for matrix in matrices),
        "quantile": np.empty((0, 2, 0)),
    }


def _column(factors: Sequence[Factor], kind: str, name: str, part: str) -> int:
    for factor in factors:
        if factor.kind == kind and factor.name == name:
            return factor.column(part)
    return -1


def _joined(parts: Iterable[records.Floats]) -> records.Floats:
    """Arrays one after the other; of none, none."""
    return np.concatenate([np.empty(0), *parts])


def _starts(counts: records.Integers) -> records.Integers:
    """Where each of several runs begins that follow each other."""
    return (np.cumsum(counts) - counts).astype(np.int64)


def _matrices(study: Study, factors: Sequence[Factor]) -> records.Records:
    matrices = study.judgments.matrices
    random_index = study.settings.method.random_index
    table = np.zeros(len(matrices), records.MATRIX)
    table["size"] = [matrix.size for matrix in matrices]
    table["first_item"] = _starts(table["size"])
    table["first_entry"] = _starts(table["size"] * (table["size"] - 1) // 2)
    table["experts"] = [len(matrix.experts) for matrix in matrices]
    table["first_expert"] = _starts(table["experts"])
    for row, matrix in zip(table, matrices, strict=True):
        row["entry_column"] = _column(factors, "judgment", matrix.name, "entries")
        row["expert_column"] = _column(factors, "judgment", matrix.name, "experts")
        row["redraw_column"] = _column(factors, "judgment", matrix.name, "redraws")
        row["sigma"] = study.judgment_sigma(matrix.name)
        if matrix.size > 2:
            divisor = mean_random_index(matrix.size, matrix.unjudged, random_index)
            # Judgments of which none contradicts another are consistent.
            row["cr_scale"] = 1 / ((matrix.size - 1) * divisor) if divisor > 0 else 0.0
    return table


def _paths(study: Study) -> records.Integers:
    """Items on the way to each indicator (indicator, depth), -1 beyond its end."""
    items = ((matrix.name, name) for matrix in study.judgments.matrices for name in matrix.items)
    number = {item: k for k, item in enumerate(items)}
    if not number:
        return np.empty((len(study.hierarchy.indicators), 0), np.int64)
    ways = [
        [number[step] for step in study.hierarchy.way(indicator)]
        for indicator in study.hierarchy.indicators
    ]
    paths = np.full((len(ways), max(map(len, ways))), -1)
    for row, way in zip(paths, ways, strict=True):
        row[: len(way)] = way
    return paths


def _unjudged_fields(study: Study) -> dict[str, Any]:
    """Fields on the judgments that nobody gave."""
    matrices = study.judgments.matrices
    pairs = [np.triu_indices(matrix.size, 1) for matrix in matrices]
    nobody = [m.nobody[ij] for m, ij in zip(matrices, pairs, strict=True)]
    unjudged = np.concatenate([np.empty(0, np.bool_), *nobody])
    if not unjudged.any():
        return {"unjudged": unjudged, "following": np.empty((0, 0))}
    following = np.zeros((len(unjudged), max(map(len, nobody))))
    first = 0
    for matrix, missing in zip(matrices, nobody, strict=True):
        last = first + len(missing)
        following[first:last, : len(missing)] = least_squares_shares(matrix.nobody)
        first = last
    return {"unjudged": unjudged, "following": following}


def _expert_logs(study: Study) -> records.Floats:
    matrices = study.judgments.matrices
    most = max((matrix.size for matrix in matrices), default=0)
    logs = np.zeros((sum(len(matrix.experts) for matrix in matrices), most * (most - 1) // 2))
    row = 0
    for matrix in matrices:
        upper = np.log(matrix.stack[:, *np.triu_indices(matrix.size, 1)])
        logs[row : row + upper.shape[0], : upper.shape[1]] = upper
        row += upper.shape[0]
    return logs


def _laws(study: Study, factors: Sequence[Factor]) -> dict[str, ErrorLaw]:
    """Laws of the indicators that vary, by name."""
    laws = {f.name: study.error_law(f.name) for f in factors if f.kind == "data"}
    return {name: law for name, law in laws.items() if law is not None}


def _indicators(
    study: Study, factors: Sequence[Factor], laws: Mapping[str, ErrorLaw]
) -> records.Records:
    """Table of indicators, all but the field that depends on the size of their errors."""
    table = np.zeros(len(study.hierarchy.indicators), records.INDICATOR)
    errors = {factor.name: factor for factor in factors if factor.kind == "data"}
    for row, indicator in zip(table, study.hierarchy.indicators, strict=True):
        row["direction"] = indicator.direction
        if indicator.is_ranged:
            row["optimum_lower"] = indicator.optimum_lower
            row["optimum_upper"] = indicator.optimum_upper
        row["fixed_lower"], row["fixed_upper"] = indicator.lower, indicator.upper
        if indicator.has_limits:
            row["limit"] = indicator.limits
        row["model"] = records.EXACT
        row["systematic_column"] = _column(factors, "data", indicator.name, "systematic")
        row["mine_column"] = _column(factors, "data", indicator.name, "mine")
        row["cell_column"] = _column(factors, "data", indicator.name, "cells")
        model = study.error_model(indicator.name)
        if model is None or indicator.name not in laws:
            continue
        law = laws[indicator.name]
        row["model"] = _FORMS[law.form]
        row["two_sided"] = law.two_sided
        row["bounded"] = law.form != "multiplicative" and (
            math.isfinite(model.lower) or math.isfinite(model.upper)
        )
        # Laws between bounds are made of normal variates, whatever is stated.
        row["variate"] = _CODES["normal" if law.form == "bounded" else model.distribution]
        row["has_cells"] = errors[indicator.name].has_cells
        row["lower"], row["upper"] = model.lower, model.upper
    return table


def _shared_errors(study: Study, factors: Sequence[Factor]) -> list[SharedError]:
    """Errors that indicators share, none of a study without uncertainty."""
    drawn = {factor.name for factor in factors if factor.kind == "shared"}
    return [error for error in study.settings.uncertainty.shared if error.name in drawn]


def _shared(study: Study, factors: Sequence[Factor]) -> records.Records:
    errors = _shared_errors(study, factors)
    table = np.zeros(len(errors), records.SHARED_ERROR)
    for row, error in zip(table, errors, strict=True):
        row["scale"] = math.sqrt(math.log1p(error.cv**2))
        row["by_mine"] = error.by == "mine"
        row["column"] = _column(factors, "shared", error.name, error.by)
        row["cell_column"] = _column(factors, "shared", error.name, "cells")
    return table


def _sharing(study: Study, factors: Sequence[Factor]) -> NDArray[np.bool_]:
    names, errors = study.hierarchy.names, _shared_errors(study, factors)
    found = [[name in error.indicators for name in names] for error in errors]
    return np.array(found, np.bool_).reshape(len(errors), len(names))


def _cells(study: Study, laws: Mapping[str, ErrorLaw]) -> records.Floats:
    """Values and the numbers of the laws they are drawn from, (indicator, VALUE..., object)."""
    names, objects = study.hierarchy.names, study.panel.n_objects
    cells = np.zeros((len(names), records.CELL_ROWS, objects))
    cells[:, records.VALUE] = study.panel.values.reshape(objects, len(names)).T
    for j, name in enumerate(names):
        if name in laws:
            law = laws[name]
            for row, numbers in (
                (records.CELL, law.cell),
                (records.CELL_SHIFT, law.shift),
                (records.SYSTEMATIC, law.systematic),
                (records.MINE, law.mine),
                (records.ANCHOR, law.anchor),
                (records.SPAN, law.span),
            ):
                cells[j, row] = numbers.reshape(objects)
    return cells


def baseline_goalposts(plan: records.Plan) -> records.Floats:
    """Goalposts (lower or upper, year, indicator) of the plan of a study without uncertainty.

    Parameters
    ----------
    plan
        The study.
    """
    scope = plan.choices[records.SCOPE]["code"][0]
    return np.ascontiguousarray(plan.frozen[:, scope].transpose(0, 2, 1))


def _frozen_goalposts(study: Study) -> records.Floats:
    """Goalposts of the unperturbed data, (lower or upper, scope, indicator, year)."""
    values = study.panel.values
    yearly = np.stack([values.min(0), values.max(0)])
    pooled = np.stack([values.min((0, 1)), values.max((0, 1))])[:, None]
    fixed = np.array([[(i.lower, i.upper) for i in study.hierarchy.indicators]]).transpose(2, 0, 1)
    # In the order of the codes of the scopes.
    each = np.broadcast_arrays(pooled, yearly, fixed)
    return np.ascontiguousarray(np.stack(each, axis=1).transpose(0, 1, 3, 2))


def _choices(study: Study, factors: Sequence[Factor], uncertain: bool) -> records.Records:
    settings = study.settings
    table = np.zeros(len(LISTED), records.CHOICE)
    for row, choice in zip(table, LISTED, strict=True):
        drawn = choice.drawn(settings.uncertainty.method) if uncertain else None
        held = {choice.held(settings.method): 1.0}
        chances = drawn.possible if isinstance(drawn, Alternatives) else held
        row["column"] = _column(factors, "method", choice.name, "choice")
        row["count"] = len(chances)
        row["code"][: len(chances)] = [choice.names.index(name) for name in chances]
        row["threshold"][: len(chances)] = np.cumsum(list(chances.values()))
    return table


def _options(study: Study, factors: Sequence[Factor], uncertain: bool) -> records.Options:
    method, uncertainty = study.settings.method, study.settings.uncertainty
    share = uncertainty.method.ahp_share if uncertain and uncertainty.method else None
    judgments = uncertainty.judgments
    distribution = "lognormal" if judgments is None else judgments.distribution
    by_steps = distribution == "saaty_steps"
    return records.Options(
        mines=len(study.panel.mines),
        years=len(study.panel.years),
        unit=unit_size(study.panel.n_objects),
        support_members=sum(i.system == SYSTEMS[0] for i in study.hierarchy.indicators),
        alone=-1 if len(study.hierarchy.systems) > 1 else SYSTEMS.index(study.hierarchy.systems[0]),
        obstacle_systems=2 if method.obstacle == "both" else 1,
        clip=method.clip,
        log_objects=math.log(study.panel.n_objects),
        low_cut=method.grade_cuts[0],
        high_cut=method.grade_cuts[1],
        share_column=_column(factors, "method", "ahp_share", "choice"),
        share_low=method.ahp_share if share is None else share.low,
        share_high=method.ahp_share if share is None else share.high,
        distribution=records.SAATY_STEPS if by_steps else _CODES[distribution],
        steps=0 if judgments is None or judgments.steps is None else judgments.steps,
        limited=judgments is not None and judgments.limit_to_scale,
        policy=records.KEEP if judgments is None else _POLICIES[judgments.consistency],
        cr_limit=0.1 if judgments is None else judgments.cr_limit,
        scored=study.settings.output.criterion_scores,
    )

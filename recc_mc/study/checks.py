"""Checks across the files of a study: settings against names, data and judgments."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats
from recc_mc.study.consistency import consistency_ratio, expert_ratios
from recc_mc.study.disclosure import beyond_table_sentence
from recc_mc.study.error_model import error_model_problems
from recc_mc.study.further_settings import too_few_to_couple
from recc_mc.study.hierarchy import Hierarchy, Indicator
from recc_mc.study.judgments import JudgmentMatrix
from recc_mc.study.names import hint
from recc_mc.study.optimum import compared_values, largest_distance, range_words
from recc_mc.study.scenarios import scenario_name_problems
from recc_mc.study.settings import Settings
from recc_mc.study.shared_errors import shared_keys, unknown_sharers
from recc_mc.study.study import Study
from recc_mc.study.targets import target_name_problems
from recc_mc.study.wording import key_path

__all__ = [
    "consistency_findings",
    "constant_years",
    "data_problems",
    "name_problems",
    "precision_problems",
    "spread_findings",
]

# The size of values, in spans between their goalposts, up to which single precision is offered: it
# rounds a value to 6e-8 of its size, and so a normalised value to 6e-6.
_MOST_SPANS = 100


def name_problems(settings: Settings, hierarchy: Hierarchy) -> list[str]:
    """Names in the settings that do not exist, and overrides that do not fit together."""
    data, judgments = settings.uncertainty.data, settings.uncertainty.judgments
    problems: list[str] = list(too_few_to_couple(settings.coupling, hierarchy))
    if judgments is not None and not isinstance(judgments.sigma, str | float):
        sigma = ("uncertainty", "judgments", "sigma")
        problems += _unknown(judgments.sigma, sigma, "matrix", hierarchy.nodes)
    if data is not None:
        keys = ("uncertainty", "data")
        problems += _unknown(
            data.criteria, (*keys, "criteria"), "criterion", hierarchy.all_criteria
        )
        problems += _unknown(data.indicators, (*keys, "indicators"), "indicator", hierarchy.names)
        problems += error_model_problems(data, hierarchy)
    problems += unknown_sharers(settings, hierarchy)
    problems += scenario_name_problems(settings, hierarchy)
    return [*problems, *target_name_problems(settings, hierarchy)]


def _unknown(
    names: Iterable[str], keys: tuple[str, ...], kind: str, known: Iterable[str]
) -> Iterator[str]:
    for name in names:
        if name not in known:
            yield f"{key_path((*keys, name))}: no such {kind}{hint(name, known)}"


def data_problems(study: Study) -> list[str]:
    """Values that the study's own options cannot take; each names its cell."""
    problems: list[str] = []
    for j, indicator in enumerate(study.hierarchy.indicators):
        values = study.panel.values[:, :, j]
        error = study.error_model(indicator.name)
        natural = study.natural_bounds(indicator.name)
        unnatural = (values < natural.lower) | (values > natural.upper)
        expected = f"expected {natural}, the natural bounds of the indicator"
        problems += _cells(study, j, unnatural, expected)
        if error is not None:
            varies = error.varies(bool(study.panel.holes[:, :, j].any()))
            if varies and error.distribution == "lognormal":
                expected = "expected > 0, as its error is lognormal"
                problems += _cells(study, j, values <= 0, expected)
            bounds = f"expected {error.lower:g} to {error.upper:g}, the bounds of its error"
            outside = (values < error.lower) | (values > error.upper)
            problems += _cells(study, j, outside & ~unnatural, bounds)
        sharing = shared_keys(study, indicator.name)
        if sharing:
            expected = f"expected > 0, as {sharing[0]} multiplies it"
            problems += _cells(study, j, values <= 0, expected)
        method = study.settings.method
        if method.goalposts == "fixed" and not method.clip:
            worse, limit = _beyond(indicator, values)
            problems += _cells(study, j, worse, f"expected {limit} (or method.clip = true)")
    return problems


def _beyond(indicator: Indicator, values: Floats) -> tuple[NDArray[np.bool_], str]:
    """Which values would be normalised to less than 0 by fixed goalposts, and what is expected."""
    if indicator.is_ranged:
        most = float(largest_distance(indicator, indicator.lower, indicator.upper))
        nearest, farthest = indicator.optimum_lower - most, indicator.optimum_upper + most
        return compared_values(indicator, values) > most, f"{nearest:g} to {farthest:g}"
    if indicator.direction == 1:
        return values < indicator.lower, f">= lower = {indicator.lower:g}"
    return values > indicator.upper, f"<= upper = {indicator.upper:g}"


def precision_problems(study: Study) -> Iterator[str]:
    """Indicators whose values are too close to each other for the precision asked for."""
    if study.settings.method.precision == "double":
        return
    scope = study.settings.method.goalposts
    for j, indicator in enumerate(study.hierarchy.indicators):
        values = study.panel.values[:, :, j]
        if scope == "fixed":
            low, high = np.array([indicator.lower]), np.array([indicator.upper])
        else:
            axis = 0 if scope == "yearly" else None
            low, high = values.min(axis, keepdims=True), values.max(axis, keepdims=True)
        spans = largest_distance(indicator, low, high) if indicator.is_ranged else high - low
        # Values that are all the same are normalised to 0, whatever their size.
        smallest = spans[spans > 0].min(initial=np.inf)
        size = np.abs(values).max() / smallest
        if size > _MOST_SPANS:
            yield (
                f'method.precision: "single" is too coarse for the indicator {indicator.name}, '
                f"whose values are up to {size:.3g} times what their goalposts span (expected up "
                f'to {_MOST_SPANS}): use "double"'
            )


def _cells(study: Study, j: int, wrong: NDArray[np.bool_], expected: str) -> Iterator[str]:
    panel = study.panel
    for i, t in np.argwhere(wrong):
        yield (
            f'indicator "{panel.indicators[j]}", {study.nouns.one} "{panel.mines[i]}", '
            f"year {panel.years[t]}: {panel.values[i, t, j]:g}: {expected}"
        )


def constant_years(study: Study, indicator: int, scope: str) -> tuple[int, ...]:
    """Years in which an indicator does not tell the objects apart.

    Parameters
    ----------
    study
        The study.
    indicator
        Position of the indicator.
    scope
        ``"yearly"`` compares the mines of each year; otherwise all mine-years are compared.

    Returns
    -------
    tuple of int
        All years or none, unless the scope is yearly.
    """
    found = study.hierarchy.indicators[indicator]
    values = compared_values(found, study.panel.values[:, :, indicator])
    axis = 0 if scope == "yearly" else None
    constant = np.broadcast_to(values.max(axis=axis) == values.min(axis=axis), values.shape[1:])
    return tuple(year for year, same in zip(study.panel.years, constant, strict=True) if same)


def spread_findings(study: Study) -> tuple[list[str], list[str]]:
    """Find constant indicators (warnings), and systems of nothing else (problems)."""
    problems: list[str] = []
    warnings: list[str] = []
    hierarchy, years = study.hierarchy, study.panel.years
    for scope in _scopes(study.settings):
        if scope == "yearly" and len(study.panel.mines) == 1:
            problems.append(
                f'only one {study.nouns.one}: with goalposts "yearly" (method.goalposts or '
                "uncertainty.method.scope) every indicator is constant in each year: expected "
                '"pooled" or "fixed"'
            )
            continue
        constant = [constant_years(study, j, scope) for j in range(len(hierarchy.indicators))]
        for j, (indicator, found) in enumerate(zip(hierarchy.indicators, constant, strict=True)):
            if found:
                when = "" if found == years else f" in {', '.join(map(str, found))}"
                warnings.append(
                    f'indicator "{indicator.name}"{_sameness(study, j, found)}{when} '
                    f"(goalposts {scope}): it carries no information there"
                )
        for system in hierarchy.systems:
            own = [
                found == years
                for indicator, found in zip(hierarchy.indicators, constant, strict=True)
                if indicator.system == system
            ]
            if all(own):
                problems.append(
                    f'system "{system}": every indicator is constant (goalposts {scope}), '
                    "expected at least one that varies"
                )
    return problems, warnings


def _sameness(study: Study, j: int, years: tuple[int, ...]) -> str:
    """How an indicator is the same in all objects of some years."""
    indicator, panel = study.hierarchy.indicators[j], study.panel
    if not indicator.is_ranged:
        return " is constant"
    values = panel.values[:, np.isin(panel.years, years), j]
    outside = compared_values(indicator, values).any()
    where = "is equally far from" if outside else "is within"
    return f": every value {where} its optimum range, {range_words(indicator)}"


def _scopes(settings: Settings) -> tuple[str, ...]:
    """Scopes of the goalposts that occur in the baseline or in any draw."""
    method = settings.uncertainty.method
    drawn = method.scope.names if method is not None and method.scope is not None else ()
    return tuple(dict.fromkeys((settings.method.goalposts, *drawn)))


def consistency_findings(study: Study) -> tuple[list[str], list[str]]:
    """Find matrices that are not consistent enough: problems if such draws are rejected."""
    judgments = study.settings.uncertainty.judgments
    limit = study.cr_limit
    found = []
    for matrix in study.judgments.matrices:
        ratio = consistency_ratio(
            matrix.values, study.settings.method.random_index, matrix.unjudged
        )
        if ratio >= limit:
            found.append(
                f'matrix "{matrix.name}": consistency ratio {ratio:.4f}, expected < {limit:g}'
            )
    hidden = [
        sentence
        for matrix in study.judgments.matrices
        if (sentence := _inconsistent_experts(study, matrix))
    ]
    alone = all(len(matrix.experts) == 1 for matrix in study.judgments.matrices)
    notes = [*study.judgments.estimated, *filter(None, [beyond_table_sentence(study)])]
    if judgments is not None and judgments.resample_experts and alone:
        notes.append("no matrix has several experts: resample_experts changes nothing")
    if judgments is not None and judgments.consistency == "reject":
        why = ' for uncertainty.judgments.consistency = "reject"'
        return [sentence + why for sentence in found], hidden + notes
    return [], found + hidden + notes


def _inconsistent_experts(study: Study, matrix: JudgmentMatrix) -> str:
    """Sentence about the experts of a group who are not consistent, empty if all are."""
    ratios = expert_ratios(matrix, study.settings.method.random_index)
    above = [
        f'"{expert}" ({ratio:.4f})'
        for expert, ratio in zip(matrix.experts, ratios, strict=True)
        if ratio >= study.cr_limit
    ]
    if len(matrix.experts) == 1 or not above:
        return ""
    return (
        f'matrix "{matrix.name}": consistency ratio of the experts {", ".join(above)}, each '
        f"expected < {study.cr_limit:g}, whatever that of their mean"
    )

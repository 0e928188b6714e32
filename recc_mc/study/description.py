"""What a study says, in words: the text of ``recc-mc check``."""

from collections.abc import Iterable, Sequence

import numpy as np

from recc_mc.errors import text_width
from recc_mc.machine.terminal import grid, padded
from recc_mc.study.checks import constant_years
from recc_mc.study.consistency import consistency_ratio, expert_ratios
from recc_mc.study.disclosure import beyond_table_sentence
from recc_mc.study.error_model import ErrorModel
from recc_mc.study.error_notes import error_notes, error_rows
from recc_mc.study.factors import Factor, list_factors
from recc_mc.study.given_weights import given_weights
from recc_mc.study.hierarchy import SEPARATOR, Hierarchy, Indicator
from recc_mc.study.judgments import JudgmentMatrix
from recc_mc.study.optimum import range_words
from recc_mc.study.panel import HELD, INTERPOLATED
from recc_mc.study.questions import question_tables, year_runs
from recc_mc.study.shape import shape_notes
from recc_mc.study.shared_errors import shared_words
from recc_mc.study.sources import MADE
from recc_mc.study.study import Study
from recc_mc.study.uncertainty_settings import ERROR_PARTS, JudgmentUncertainty

__all__ = ["describe", "factor_rows"]


def describe(study: Study) -> str:
    """Describe what was understood of a study.

    Returns
    -------
    str
        Sizes, data that are constant or interpolated, the hierarchy as a tree, the consistency
        ratio of each judgment matrix against the limit, the factors of the uncertainty model, the
        size of the data errors against ranges and bounds, and the questions that it asks.
    """
    factors = factor_rows(study)
    sections = [
        _table(_overview(study)),
        "Hierarchy\n" + "\n".join(_tree(study)),
        *_weighing(study),
        f"Uncertain factors: {len(factors) or 'none'}"
        + ("\n" if factors else "")
        + _table(factors),
        *_errors(study),
        *(f"{title}\n{_table(rows)}" for title, rows in question_tables(study)),
    ]
    return f"{study.title}\n\n" + "\n\n".join(sections)


def _overview(study: Study) -> list[tuple[str, str]]:
    panel = study.panel
    source = study.settings.study.data or study.settings.study.panel or ""
    if study.path == MADE:
        source = "in memory"
    if study.is_builtin:
        source += " (a calibrated reconstruction, not measured data)"
    return [
        ("study file", str(study.path)),
        ("data", source),
        (study.nouns.many, f"{len(panel.mines)}: {', '.join(panel.mines)}"),
        ("years", f"{len(panel.years)}: {year_runs(panel.years)}"),
        ("objects", f"{panel.n_objects} {study.nouns.one}-years"),
        ("indicators", f"{len(panel.indicators)} of {len(study.hierarchy.all_criteria)} criteria"),
        ("filled cells", _filled(study)),
        ("constant", _constant(study)),
        ("goalposts", study.settings.method.goalposts),
        *_precision(study),
        *(("left out", note) for note in shape_notes(study)),
    ]


def _precision(study: Study) -> Iterable[tuple[str, str]]:
    """That values are in single precision, if they are."""
    if study.settings.method.precision == "single":
        yield "precision", "single: of drawn values and what is made of each; sums in double"


def _filled(study: Study) -> str:
    """How many values were filled, in which way, and of which indicators."""
    kinds = [study.panel.filled == code for code in (INTERPOLATED, HELD)]
    counts = [kind.sum(axis=(0, 1)) for kind in kinds]
    if not sum(map(np.sum, counts)):
        return "no values"
    named = [
        f"{name} ({between} + {held})"
        for name, between, held in zip(study.panel.indicators, *counts, strict=True)
        if between or held
    ]
    total = f"{counts[0].sum()} interpolated, {counts[1].sum()} held"
    return f"{total} of {study.panel.values.size} values: {', '.join(named)}"


def _constant(study: Study) -> str:
    named = []
    for j, name in enumerate(study.panel.indicators):
        years = constant_years(study, j, study.settings.method.goalposts)
        if years:
            whole = years == study.panel.years
            named.append(name if whole else f"{name} (in {year_runs(years)})")
    return ", ".join(named) or "no indicator"


def _tree(study: Study) -> Iterable[str]:
    hierarchy = study.hierarchy
    widest = max(map(text_width, hierarchy.names))
    for system in hierarchy.systems:
        yield system
        yield from _branches(hierarchy, hierarchy.nodes[system], "", widest)


def _branches(hierarchy: Hierarchy, items: Sequence[str], below: str, widest: int) -> Iterable[str]:
    """Lines of what is right below a node, each followed by those of its own branches."""
    for item in items:
        last, path = item == items[-1], below + item
        # ASCII: the text may go to a terminal or file of any encoding.
        branch, indent = ("`-- ", "    ") if last else ("|-- ", "|   ")
        if path in hierarchy.nodes:
            yield branch + item
            under = _branches(hierarchy, hierarchy.nodes[path], path + SEPARATOR, widest)
            yield from (indent + line for line in under)
        else:
            yield branch + _leaf(hierarchy[item], widest)


def _leaf(indicator: Indicator, widest: int) -> str:
    sign = {1: "+", -1: "-", 0: "="}[indicator.direction]
    units = "" if indicator.units == "1" else f" [{indicator.units}]"
    best = f", best at {range_words(indicator)}" if indicator.is_ranged else ""
    return f"{padded(indicator.name, widest)} ({sign}) {indicator.long_name}{units}{best}"


def _weighing(study: Study) -> Iterable[str]:
    """Section on what the weights that people give come from."""
    given = given_weights(study)
    if given:
        rows = [("system", "indicators", "sum", "")]
        for one in given:
            scaled = "" if f"{one.total:.6g}" == "1" else "divided by it"
            rows.append((one.name, str(one.size), f"{one.total:.6g}", scaled))
        yield "Given weights\n" + _table(rows)
    elif study.judgments.matrices:
        yield "Judgment matrices\n" + _table(_matrices(study)) + _as_read(study)
    else:
        yield "Judgment matrices: none, the weights are those of the data"


def _matrices(study: Study) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [
        ("matrix", "items", "experts", "CR", f"limit {study.cr_limit:g}")
    ]
    for matrix in study.judgments.matrices:
        ratio = consistency_ratio(
            matrix.values, study.settings.method.random_index, matrix.unjudged
        )
        verdict = "OK" if ratio < study.cr_limit else "ABOVE"
        counts = (str(matrix.size), str(len(matrix.experts)))
        rows.append((matrix.name, *counts, f"{ratio:.4f}", verdict))
        rows += _experts(study, matrix)
    return rows


def _experts(study: Study, matrix: JudgmentMatrix) -> Iterable[tuple[str, ...]]:
    """Row of each expert where there are several: their mean may hide what each of them says."""
    if len(matrix.experts) == 1:
        return
    ratios = expert_ratios(matrix, study.settings.method.random_index)
    for expert, ratio in zip(matrix.experts, ratios, strict=True):
        verdict = "OK" if ratio < study.cr_limit else "ABOVE"
        yield f"  {expert}", "", "", f"{ratio:.4f}", verdict


def _as_read(study: Study) -> str:
    """Decimals that were read as fractions and judgments that were estimated, one a line."""
    found = (
        (study.judgments.snapped, "judgment(s) snapped to the fraction that they abbreviate"),
        (study.judgments.estimated, "judgment(s) that nobody gave, estimated from the others"),
    )
    beyond = beyond_table_sentence(study)
    return "".join(
        f"\n  {len(lines)} {title}:\n" + "\n".join(f"    {line}" for line in lines)
        for lines, title in found
        if lines
    ) + (f"\n  {beyond}" if beyond else "")


def factor_rows(study: Study) -> list[tuple[str, str, str]]:
    """Name, distribution and size of each uncertain factor, in the order of the results."""
    kinds = {
        "judgment": _judgment_law,
        "data": _data_law,
        "shared": _shared_law,
        "method": _method_law,
    }
    return [(factor.label, *kinds[factor.kind](study, factor)) for factor in list_factors(study)]


def _judgment_law(study: Study, factor: Factor) -> tuple[str, str]:
    weights = study.settings.uncertainty.weights
    if weights is not None:
        return weights.law
    table = study.settings.uncertainty.judgments or JudgmentUncertainty()
    parts, sizes = dict(factor.parts), []
    if "entries" in parts:
        sigma = f"sigma {study.judgment_sigma(factor.name):.4g}"
        sizes.append(sigma if table.steps is None else f"up to {table.steps} step(s)")
    if "experts" in parts:
        sizes.append(f"{parts['experts']} experts resampled")
    return table.distribution, ", ".join(sizes)


def _data_law(study: Study, factor: Factor) -> tuple[str, str]:
    error = study.error_model(factor.name)
    if error is None:
        raise ValueError(f"{factor.label} is no factor of the study")
    return error.distribution, _sizes(error, study.hierarchy[factor.name].units)


def _shared_law(study: Study, factor: Factor) -> tuple[str, str]:
    (error,) = (e for e in study.settings.uncertainty.shared if e.name == factor.name)
    return "lognormal", f"{shared_words(error)}, shared by {', '.join(error.indicators)}"


def _method_law(study: Study, factor: Factor) -> tuple[str, str]:
    law: tuple[str, str] = getattr(study.settings.uncertainty.method, factor.name).law
    return law


def _sizes(error: ErrorModel, units: str) -> str:
    sizes = []
    for relative, absolute in ERROR_PARTS:
        if getattr(error, relative):
            sizes.append(f"{relative} {getattr(error, relative):g}")
        if getattr(error, absolute):
            sizes.append(f"{absolute} {getattr(error, absolute):g} {units}")
    if np.isfinite(error.lower):
        sizes.append(f">= {error.lower:g}")
    if np.isfinite(error.upper):
        sizes.append(f"<= {error.upper:g}")
    return ", ".join(sizes)


def _errors(study: Study) -> Iterable[str]:
    """Sections on the size of the data errors, and on where bounds hold them."""
    rows, notes = error_rows(study), error_notes(study)
    if rows:
        yield "Errors of the data\n" + _table(rows)
    if notes:
        yield "Held by bounds\n" + "\n".join(f"  {note}" for note in notes)


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as left-aligned columns, indented."""
    return grid(rows[0], rows[1:], "<" * len(rows[0])) if rows else ""

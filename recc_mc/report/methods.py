"""Methods and provenance in words: how a result was made, so that it can be made again."""

from collections.abc import Iterator

import xarray as xr

from recc_mc.labels.dataset import outputs_in
from recc_mc.report.as_read import as_read
from recc_mc.report.beside import beside_methods
from recc_mc.report.contents import Result
from recc_mc.report.question_methods import question_methods
from recc_mc.report.settings import study_settings
from recc_mc.report.words import count, sentence_list
from recc_mc.results.outputs import index_symbol, index_words, main_index
from recc_mc.study.choices import CHOICES, COMBINATION, LISTED, MethodTable, MethodUncertainty
from recc_mc.study.nouns import Nouns
from recc_mc.study.settings import Settings
from recc_mc.study.shared_errors import EACH
from recc_mc.study.uncertainty_settings import (
    ERROR_PARTS,
    DataUncertainty,
    ErrorTable,
    JudgmentUncertainty,
    Uncertainty,
    WeightUncertainty,
)

__all__ = ["methods", "origin"]

UNREADABLE = (
    "This version of recc_mc cannot read the study's text, which stands below in full; its "
    "settings are therefore not put into words."
)
_INDEX = "Indicators are normalised by {goalposts}. Their weights{within} are {combination}."
_AHP = "AHP weight ({prioritization} of the judgment matrices, random index {random_index})"
_GIVEN = "given weight"
_DATA_ALONE = "the {objective}; there are no judgments"
_BOTH = "Support S and pressure P are the {aggregation}, and C = P / S. Grades are cut at {cuts}"
_ALONE = "The {words} is one of the {aggregation}, and stands alone"
_SINGLE = (
    "Values, their normalisation and logarithms, and obstacle degrees are computed in single "
    "precision, sums and weights in double; means and probabilities move by less than a tenth of "
    "the Monte Carlo error of a million draws."
)
_PARTS = {
    "cv": "of each cell",
    "systematic_cv": "shared by all cells of an indicator",
    "mine_cv": "shared by all years of a mine",
    "interpolated_cv": "added to cells that were filled, interpolated or held",
}


def methods(result: Result) -> list[tuple[str, str]]:
    """Paragraphs on the index and on the uncertainty model: what about, and the text.

    Parameters
    ----------
    result
        Groups of a result.
    """
    settings = study_settings(result)
    if settings is None:
        return [("Settings", UNREADABLE), *as_read(result), *question_methods(result)]
    uncertainty = settings.uncertainty
    index = ("The index", " ".join([_index(settings, result.any_group), *_ranged(result)]))
    if "baseline" in result.groups and len(result.groups) == 1:
        equations = ("Equations", _equations(settings.method, None, result.nouns))
        return [index, equations, *beside_methods(settings), *as_read(result)]
    return [
        index,
        ("Equations", _equations(settings.method, uncertainty.method, result.nouns)),
        *beside_methods(settings),
        *as_read(result),
        *_weighing(settings),
        ("Uncertain data", " ".join(_all_data(uncertainty, _held(result), result.nouns))),
        ("Uncertain method", _method(uncertainty.method)),
        *_designs(result),
        *question_methods(result),
    ]


def _index(settings: Settings, data: xr.Dataset) -> str:
    method = settings.method
    told = {choice.key: choice.sentence(method) for choice in CHOICES if choice.key}
    people = _GIVEN if method.weights == "given" else _AHP
    ahp = people.format(**told, random_index=method.random_index)
    weighed = settings.study.has_judgments or method.weights == "given"
    # How weights are combined names what it combines.
    combined = told["combination"] if weighed else _DATA_ALONE
    combination = combined.format(**told, ahp=ahp, rest=f"{1 - method.ahp_share:g}")
    made = _BOTH if main_index(data) == "recc" else _ALONE
    ranks = (
        f"; rank 1 is the largest {index_symbol(data)}" if "rank" in outputs_in(data.attrs) else ""
    )
    index = f"{_INDEX} {made}{ranks}.".format(
        **told | {"combination": combination},
        within=" within support and pressure" if made is _BOTH else "",
        cuts=" and ".join(f"{cut:g}" for cut in method.grade_cuts),
        words=index_words(data),
    )
    # A choice without a place in these sentences has one of its own.
    placed = " ".join([_INDEX, made, _AHP, *(way.sentence for way in COMBINATION.alternatives)])
    others = [c for c in CHOICES if c.key and f"{{{c.key}}}" not in placed]
    precision = [_SINGLE] if method.precision == "single" else []
    return " ".join(
        [index, *precision, *(f"Choice of {c.words}: {c.sentence(method)}." for c in others)]
    )


def _ranged(result: Result) -> Iterator[str]:
    """How indicators are normalised that are best within a range, if there are any."""
    direction = result.any_group.get("indicator_direction")
    if direction is None or not (direction == 0).any():
        return
    names = direction["indicator"].values[direction.values == 0].tolist()
    yield (
        f"Best within a range: {sentence_list(names, len(names))}; within it the normalised value "
        "is 1, outside 1 less the distance from it over the larger of the distances of the two "
        "goalposts."
    )


def _equations(method: MethodTable, table: MethodUncertainty | None, nouns: Nouns) -> str:
    """Equations of the ways that are taken, each with its source."""
    parts = []
    for choice in LISTED:
        taken = {*choice.taken(method), *choice.taken(method, table)}
        parts += [
            f"{choice.words}, {way.name.replace('_', ' ')}: {way.equation} ({way.source})"
            for way in choice.alternatives
            if way.name in taken and way.equation
        ]
    text = "; ".join(parts)
    return nouns.said(f"{text[:1].upper()}{text[1:]}.")


def _weighing(settings: Settings) -> Iterator[tuple[str, str]]:
    """Paragraph on the uncertainty of what weights are made of besides data."""
    if settings.method.weights == "given":
        yield "Uncertain weights", _weights(settings.uncertainty.weights)
    elif settings.study.has_judgments:
        yield "Uncertain judgments", " ".join(_judgments(settings.uncertainty.judgments))


def _weights(table: WeightUncertainty | None) -> str:
    if table is None:
        return "The given weights are taken as certain."
    if table.concentration is None:
        return (
            "Each given weight is multiplied by a lognormal number with a relative standard "
            f"deviation of {table.cv:g}, and those of a system are then divided by their sum."
        )
    return (
        "The weights of a system are drawn from a Dirichlet distribution of concentration "
        f"{table.concentration:g} whose means are the given weights: the standard deviation of a "
        "weight w is the root of w (1 - w) / (concentration + 1)."
    )


def _judgments(table: JudgmentUncertainty | None) -> Iterator[str]:
    if table is None:
        yield "The judgments are taken as certain."
        return
    if table.distribution == "saaty_steps":
        shift = count(table.steps or 0, "{count} step", "{count} steps")
        yield f"Each judgment is shifted by up to {shift} on Saaty's 17-point scale, and its"
        yield "reciprocal with it."
    else:
        drawn = "normal" if table.distribution == "lognormal" else table.distribution
        yield "Each judgment above the diagonal is multiplied by exp(e), its reciprocal divided by"
        yield f"it; e is {drawn} with mean 0, and its standard deviation is {_sigma(table)}."
    if table.resample_experts:
        yield "Where a matrix has several experts, these are drawn with replacement."
    if table.limit_to_scale:
        yield "Drawn judgments are limited to 1/9 to 9."
    limit = f"{table.cr_limit:g}"
    yield {
        "keep": "Draws that are not consistent are kept and counted.",
        "repair": f"A drawn matrix with a consistency ratio of {limit} or more is shrunk towards "
        "the nearest consistent one until it is below.",
        "reject": f"A matrix is drawn again until its consistency ratio is below {limit}.",
    }[table.consistency]


def _sigma(table: JudgmentUncertainty) -> str:
    from_itself = "that of the matrix's own inconsistency (from its GCI, 0.10 to 0.40)"
    if isinstance(table.sigma, str):
        return from_itself
    if isinstance(table.sigma, float):
        return f"{table.sigma:g}"
    parts = [
        f"{'its own inconsistency' if isinstance(sigma, str) else f'{sigma:g}'} for {name}"
        for name, sigma in table.sigma.items()
    ]
    return f"{sentence_list(parts, len(parts))}, and for other matrices {from_itself}"


def _held(result: Result) -> list[str]:
    """What bounds leave of the errors stated, value by value."""
    return str(result.any_group.attrs.get("errors_held_by_bounds", "")).splitlines()


def _all_data(table: Uncertainty, held: list[str], nouns: Nouns) -> Iterator[str]:
    """Errors of the data, and those that indicators share."""
    if table.data is not None or not table.shared:
        yield from _data(table.data, held, nouns)
    for error in table.shared:
        yield (
            f"The drawn values of {sentence_list(error.indicators, len(error.indicators))} are "
            f"multiplied by one lognormal number of mean 1 and relative standard deviation "
            f"{error.cv:g} for {nouns.said(EACH[error.by])}: the shared error {error.name}."
        )


def _data(table: DataUncertainty | None, held: list[str], nouns: Nouns) -> Iterator[str]:
    if table is None:
        yield "The data are taken as certain."
        return
    yield f"Values have a {table.distribution or 'lognormal'} error: {_spread(table, nouns)}."
    for kind, overrides in (("criterion", table.criteria), ("indicator", table.indicators)):
        for name, override in overrides.items():
            kind_of_error = f", {override.distribution}" if override.distribution else ""
            yield f"Other for the {kind} {name}{kind_of_error}: {_spread(override, nouns)}."
    yield "Drawn values stay within the natural bounds of their indicators."
    yield from (f"{note}." for note in held)


def _spread(table: ErrorTable, nouns: Nouns) -> str:
    """Parts and bounds of a data error."""
    parts = []
    for relative, absolute in ERROR_PARTS:
        where = nouns.said(_PARTS[relative])
        if getattr(table, relative) is not None:
            parts.append(f"a relative standard deviation of {getattr(table, relative):g} {where}")
        if getattr(table, absolute) is not None:
            parts.append(f"a standard deviation of {getattr(table, absolute):g} {where}")
    if table.lower is not None:
        parts.append(f"the lower bound {table.lower:g}")
    if table.upper is not None:
        parts.append(f"the upper bound {table.upper:g}")
    return sentence_list(parts, len(parts)) if parts else "no spread"


def _method(table: MethodUncertainty | None) -> str:
    drawn = ((choice.words, choice.drawn(table)) for choice in CHOICES)
    parts = [how.sentence(words) for words, how in drawn if how is not None]
    if not parts:
        return "The choices of method are held fixed."
    return f"Drawn with their probabilities: {'; '.join(parts)}."


def _designs(result: Result) -> Iterator[tuple[str, str]]:
    """How many draws and rows, with which random numbers."""
    if "summary" in result.groups:
        attrs = result.groups["summary"].attrs
        kept = "all are kept" if "samples" in result.groups else "their statistics are kept"
        yield (
            "Draws",
            f"{int(attrs['samples']):,} independent draws of all uncertain factors together "
            f"(seed {attrs.get('seed')}), of which {kept}. Every number is a function of the "
            "study, the seed and its place alone. Intervals of probabilities are 95 % intervals "
            "by Wilson's formula.",
        )
    if "sensitivity" in result.groups:
        attrs = result.groups["sensitivity"].attrs
        repeated = f" in each of {attrs['replicates']} replicates" if "replicates" in attrs else ""
        yield (
            "Sensitivity",
            f"Method {attrs.get('method')}, {int(attrs['samples']):,} rows{repeated} "
            f"(seed {attrs.get('seed')}); intervals are 95 % intervals.",
        )


def origin(result: Result) -> list[tuple[str, str]]:
    """Provenance: terms and what they are in this result.

    Parameters
    ----------
    result
        Groups of a result.
    """
    attrs = result.attrs
    rows = [
        ("content hash of the study (SHA-256)", str(attrs.get("study_digest", "not recorded"))),
        ("software", str(attrs.get("source", "not recorded"))),
        ("made by", str(attrs.get("history", "not recorded"))),
        ("groups in the file", ", ".join(f"/{name}" for name in result.groups)),
    ]
    for name, data in result.groups.items():
        if "seed" in data.attrs and name != "baseline":
            samples = f", {int(data.attrs['samples']):,} samples" if "samples" in data.attrs else ""
            rows.append((f"seed of /{name}", f"{data.attrs['seed']}{samples}"))
    if "study_comment" in attrs:
        rows.append(("changes of the study in Python", str(attrs["study_comment"])))
    if "references" in attrs:
        rows.append(("reference", str(attrs["references"])))
    return rows

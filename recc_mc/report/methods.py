"""Methods and provenance in words: how a result was made, so that it can be made again."""

from collections.abc import Iterator

from recc_mc.report.as_read import as_read
from recc_mc.report.contents import Result
from recc_mc.report.settings import study_settings
from recc_mc.report.words import count, sentence_list
from recc_mc.study.choices import CHOICES, MethodUncertainty
from recc_mc.study.settings import Settings
from recc_mc.study.uncertainty_settings import (
    ERROR_PARTS,
    DataUncertainty,
    ErrorTable,
    JudgmentUncertainty,
    WeightUncertainty,
)

__all__ = ["methods", "origin"]

UNREADABLE = (
    "This version of recc_mc cannot read the study's text, which stands below in full; its "
    "settings are therefore not put into words."
)
_INDEX = (
    "Indicators are normalised by {goalposts}. Their weights within support and pressure are "
    "{weights}. Support S and pressure P are the "
    "{aggregation}, and C = P / S. Grades are cut at {cuts}; rank 1 is the largest C."
)
_WEIGHTS = (
    "{ahp_share} times the AHP weight ({prioritization} of the judgment matrices, random index "
    "{random_index}) plus {rest} times the entropy weight"
)
_GIVEN = "{ahp_share} times the given weight plus {rest} times the entropy weight"
_DATA_ALONE = "the entropy weight; there are no judgments"
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
        return [("Settings", UNREADABLE), *as_read(result)]
    uncertainty = settings.uncertainty
    index = ("The index", _index(settings))
    if "baseline" in result.groups and len(result.groups) == 1:
        return [index, *as_read(result)]
    return [
        index,
        *as_read(result),
        *_weighing(settings),
        ("Uncertain data", " ".join(_data(uncertainty.data, _held(result)))),
        ("Uncertain method", _method(uncertainty.method)),
        *_designs(result),
    ]


def _index(settings: Settings) -> str:
    method = settings.method
    told = {choice.key: choice.sentence(method) for choice in CHOICES if choice.key}
    weights = _WEIGHTS if settings.study.has_judgments else _DATA_ALONE
    if method.weights == "given":
        weights = _GIVEN
    index = _INDEX.replace("{weights}", weights).format(
        **told,
        rest=f"{1 - method.ahp_share:g}",
        random_index=method.random_index,
        cuts=" and ".join(f"{cut:g}" for cut in method.grade_cuts),
    )
    # A choice without a place in these sentences has one of its own.
    others = [c for c in CHOICES if c.key and f"{{{c.key}}}" not in _INDEX + _WEIGHTS]
    precision = [_SINGLE] if method.precision == "single" else []
    return " ".join(
        [index, *precision, *(f"Choice of {c.words}: {c.sentence(method)}." for c in others)]
    )


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
        shift = count(table.steps or 0, "step")
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


def _data(table: DataUncertainty | None, held: list[str]) -> Iterator[str]:
    if table is None:
        yield "The data are taken as certain."
        return
    yield f"Values have a {table.distribution or 'lognormal'} error: {_spread(table)}."
    for kind, overrides in (("criterion", table.criteria), ("indicator", table.indicators)):
        for name, override in overrides.items():
            kind_of_error = f", {override.distribution}" if override.distribution else ""
            yield f"Other for the {kind} {name}{kind_of_error}: {_spread(override)}."
    yield "Drawn values stay within the natural bounds of their indicators."
    yield from (f"{note}." for note in held)


def _spread(table: ErrorTable) -> str:
    """Parts and bounds of a data error."""
    parts = []
    for relative, absolute in ERROR_PARTS:
        where = _PARTS[relative]
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

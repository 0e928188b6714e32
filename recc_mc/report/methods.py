"""Methods and provenance in words: how a result was made, so that it can be made again."""

from collections.abc import Iterator

import xarray as xr

from recc_mc.labels.dataset import outputs_in
from recc_mc.language import filled, say, translated
from recc_mc.language.retelling import retold
from recc_mc.report.as_read import as_read
from recc_mc.report.beside import beside_methods
from recc_mc.report.contents import Result
from recc_mc.report.question_methods import question_methods
from recc_mc.report.settings import study_settings
from recc_mc.report.words import count, sentence_list, sentences
from recc_mc.results.outputs import index_symbol, index_words, main_index
from recc_mc.study.alternatives import way_words
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
_INDEX = {
    True: "Indicators are normalised by {goalposts}. Their weights within support and pressure are "
    "{combination}.",
    False: "Indicators are normalised by {goalposts}. Their weights are {combination}.",
}
_AHP = "AHP weight ({prioritization} of the judgment matrices, random index {random_index})"
_GIVEN = "given weight"
_DATA_ALONE = "the {objective}; there are no judgments"
_BOTH = "Support S and pressure P are the {aggregation}, and C = P / S. Grades are cut at {cuts}."
_BOTH_RANKED = (
    "Support S and pressure P are the {aggregation}, and C = P / S. Grades are cut at {cuts}; rank "
    "1 is the largest {symbol}."
)
_ALONE = "The {words} is one of the {aggregation}, and stands alone."
_ALONE_RANKED = (
    "The {words} is one of the {aggregation}, and stands alone; rank 1 is the largest {symbol}."
)
_SINGLE = (
    "Values, their normalisation and logarithms, and obstacle degrees are computed in single "
    "precision, sums and weights in double; means and probabilities move by less than a tenth of "
    "the Monte Carlo error of a million draws."
)
_RELATIVE = {
    "cv": "a relative standard deviation of {size} of each cell",
    "systematic_cv": "a relative standard deviation of {size} shared by all cells of an indicator",
    "mine_cv": "a relative standard deviation of {size} shared by all years of a mine",
    "interpolated_cv": "a relative standard deviation of {size} added to cells that were filled, "
    "interpolated or held",
}
_ABSOLUTE = {
    "cv": "a standard deviation of {size} of each cell",
    "systematic_cv": "a standard deviation of {size} shared by all cells of an indicator",
    "mine_cv": "a standard deviation of {size} shared by all years of a mine",
    "interpolated_cv": "a standard deviation of {size} added to cells that were filled, "
    "interpolated or held",
}
_CONSISTENCY = {
    "keep": "Draws that are not consistent are kept and counted.",
    "repair": "A drawn matrix with a consistency ratio of {limit} or more is shrunk towards the "
    "nearest consistent one until it is below.",
    "reject": "A matrix is drawn again until its consistency ratio is below {limit}.",
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
        unreadable = (say("Settings"), translated(UNREADABLE))
        return [unreadable, *as_read(result), *question_methods(result)]
    uncertainty = settings.uncertainty
    index = (say("The index"), sentences(_index(settings, result.any_group), *_ranged(result)))
    if "baseline" in result.groups and len(result.groups) == 1:
        equations = (say("Equations"), _equations(settings.method, None, result.nouns))
        return [index, equations, *beside_methods(settings), *as_read(result)]
    return [
        index,
        (say("Equations"), _equations(settings.method, uncertainty.method, result.nouns)),
        *beside_methods(settings),
        *as_read(result),
        *_weighing(settings),
        (say("Uncertain data"), sentences(*_all_data(uncertainty, _held(result), result.nouns))),
        (say("Uncertain method"), _method(uncertainty.method)),
        *_designs(result),
        *question_methods(result),
    ]


def _index(settings: Settings, data: xr.Dataset) -> str:
    method = settings.method
    told = {choice.key: choice.sentence(method) for choice in CHOICES if choice.key}
    people = _GIVEN if method.weights == "given" else _AHP
    ahp = say(people, **told, random_index=method.random_index)
    weighed = settings.study.has_judgments or method.weights == "given"
    # How weights are combined names what it combines.
    told["combination"] = (
        filled(told["combination"], {**told, "ahp": ahp, "rest": f"{1 - method.ahp_share:g}"})
        if weighed
        else say(_DATA_ALONE, **told)
    )
    low, high = (f"{cut:g}" for cut in method.grade_cuts)
    both, ranked = main_index(data) == "recc", "rank" in outputs_in(data.attrs)
    made = (_BOTH_RANKED if ranked else _BOTH) if both else _ALONE_RANKED if ranked else _ALONE
    index = say(
        made,
        **told,
        cuts=say("{first} and {last}", first=low, last=high),
        words=index_words(data),
        symbol=index_symbol(data),
    )
    # A choice without a place in these sentences has one of its own.
    placed = " ".join(
        [*_INDEX.values(), made, _AHP, *(way.sentence for way in COMBINATION.alternatives)]
    )
    others = [
        say("Choice of {words}: {way}.", words=translated(c.words), way=c.sentence(method))
        for c in CHOICES
        if c.key and f"{{{c.key}}}" not in placed
    ]
    precision = [translated(_SINGLE)] if method.precision == "single" else []
    return sentences(say(_INDEX[both], **told), index, *precision, *others)


def _ranged(result: Result) -> Iterator[str]:
    """How indicators are normalised that are best within a range, if there are any."""
    direction = result.any_group.get("indicator_direction")
    if direction is None or not (direction == 0).any():
        return
    names = direction["indicator"].values[direction.values == 0].tolist()
    yield say(
        "Best within a range: {indicators}; within it the normalised value is 1, outside 1 less "
        "the distance from it over the larger of the distances of the two goalposts.",
        indicators=sentence_list(names, len(names)),
    )


def _equations(method: MethodTable, table: MethodUncertainty | None, nouns: Nouns) -> str:
    """Equations of the ways that are taken, each with its source."""
    parts = []
    for choice in LISTED:
        taken = {*choice.taken(method), *choice.taken(method, table)}
        parts += [
            say(
                "{choice}, {way}: {equation} ({source})",
                choice=translated(choice.words),
                way=way_words(way.name),
                equation=nouns.said(way.equation),
                source=translated(way.source),
            )
            for way in choice.alternatives
            if way.name in taken and way.equation
        ]
    text = translated("; ").join(parts)
    return say("{text}.", text=f"{text[:1].upper()}{text[1:]}")


def _weighing(settings: Settings) -> Iterator[tuple[str, str]]:
    """Paragraph on the uncertainty of what weights are made of besides data."""
    if settings.method.weights == "given":
        yield say("Uncertain weights"), _weights(settings.uncertainty.weights)
    elif settings.study.has_judgments:
        yield say("Uncertain judgments"), sentences(*_judgments(settings.uncertainty.judgments))


def _weights(table: WeightUncertainty | None) -> str:
    if table is None:
        return say("The given weights are taken as certain.")
    if table.concentration is None:
        return say(
            "Each given weight is multiplied by a lognormal number with a relative standard "
            "deviation of {cv}, and those of a system are then divided by their sum.",
            cv=f"{table.cv:g}",
        )
    return say(
        "The weights of a system are drawn from a Dirichlet distribution of concentration "
        "{concentration} whose means are the given weights: the standard deviation of a weight w "
        "is the root of w (1 - w) / (concentration + 1).",
        concentration=f"{table.concentration:g}",
    )


def _judgments(table: JudgmentUncertainty | None) -> Iterator[str]:
    if table is None:
        yield say("The judgments are taken as certain.")
        return
    if table.distribution == "saaty_steps":
        yield say(
            "Each judgment is shifted by up to {shift} on Saaty's 17-point scale, and its "
            "reciprocal with it.",
            shift=count(table.steps or 0, "{count} step", "{count} steps"),
        )
    else:
        drawn = "normal" if table.distribution == "lognormal" else table.distribution
        yield say(
            "Each judgment above the diagonal is multiplied by exp(e), its reciprocal divided by "
            "it; e is {drawn} with mean 0, and its standard deviation is {sigma}.",
            drawn=translated(drawn),
            sigma=_sigma(table),
        )
    if table.resample_experts:
        yield say("Where a matrix has several experts, these are drawn with replacement.")
    if table.limit_to_scale:
        yield say("Drawn judgments are limited to 1/9 to 9.")
    yield say(_CONSISTENCY[table.consistency], limit=f"{table.cr_limit:g}")


def _sigma(table: JudgmentUncertainty) -> str:
    from_itself = say("that of the matrix's own inconsistency (from its GCI, 0.10 to 0.40)")
    if isinstance(table.sigma, str):
        return from_itself
    if isinstance(table.sigma, float):
        return f"{table.sigma:g}"
    own = say("its own inconsistency")
    parts = [
        say("{size} for {name}", size=own if isinstance(sigma, str) else f"{sigma:g}", name=name)
        for name, sigma in table.sigma.items()
    ]
    return say(
        "{parts}, and for other matrices {from_itself}",
        parts=sentence_list(parts, len(parts)),
        from_itself=from_itself,
    )


def _held(result: Result) -> list[str]:
    """What bounds leave of the errors stated, value by value."""
    return str(result.any_group.attrs.get("errors_held_by_bounds", "")).splitlines()


def _all_data(table: Uncertainty, held: list[str], nouns: Nouns) -> Iterator[str]:
    """Errors of the data, and those that indicators share."""
    if table.data is not None or not table.shared:
        yield from _data(table.data, held, nouns)
    for error in table.shared:
        yield say(
            "The drawn values of {indicators} are multiplied by one lognormal number of mean 1 and "
            "relative standard deviation {cv} for {each}: the shared error {name}.",
            indicators=sentence_list(error.indicators, len(error.indicators)),
            cv=f"{error.cv:g}",
            each=nouns.said(EACH[error.by]),
            name=error.name,
        )


def _data(table: DataUncertainty | None, held: list[str], nouns: Nouns) -> Iterator[str]:
    if table is None:
        yield say("The data are taken as certain.")
        return
    yield say(
        "Values have a {law} error: {spread}.",
        law=translated(table.distribution or "lognormal"),
        spread=_spread(table, nouns),
    )
    for which, overrides in (
        ("Other for the criterion {name}: {spread}.", table.criteria),
        ("Other for the indicator {name}: {spread}.", table.indicators),
    ):
        for name, override in overrides.items():
            law = override.distribution
            if law is not None:
                name = say("{name}, {law}", name=name, law=translated(law))
            yield say(which, name=name, spread=_spread(override, nouns))
    yield say("Drawn values stay within the natural bounds of their indicators.")
    yield from (say("{text}.", text=retold(note)) for note in held)


def _spread(table: ErrorTable, nouns: Nouns) -> str:
    """Parts and bounds of a data error."""
    parts = []
    for relative, absolute in ERROR_PARTS:
        for texts, key in ((_RELATIVE, relative), (_ABSOLUTE, absolute)):
            size = getattr(table, key)
            if size is not None:
                parts.append(nouns.said(texts[relative], size=f"{size:g}"))
    if table.lower is not None:
        parts.append(say("the lower bound {value}", value=f"{table.lower:g}"))
    if table.upper is not None:
        parts.append(say("the upper bound {value}", value=f"{table.upper:g}"))
    return sentence_list(parts, len(parts)) if parts else say("no spread")


def _method(table: MethodUncertainty | None) -> str:
    drawn = ((translated(choice.words), choice.drawn(table)) for choice in CHOICES)
    parts = [how.sentence(words) for words, how in drawn if how is not None]
    if not parts:
        return say("The choices of method are held fixed.")
    return say("Drawn with their probabilities: {choices}.", choices=translated("; ").join(parts))


def _designs(result: Result) -> Iterator[tuple[str, str]]:
    """How many draws and rows, with which random numbers."""
    if "summary" in result.groups:
        attrs = result.groups["summary"].attrs
        text = (
            "{samples} independent draws of all uncertain factors together (seed {seed}), of which "
            "all are kept. Every number is a function of the study, the seed and its place alone. "
            "Intervals of probabilities are 95 % intervals by Wilson's formula."
            if "samples" in result.groups
            else "{samples} independent draws of all uncertain factors together (seed {seed}), of "
            "which their statistics are kept. Every number is a function of the study, the seed "
            "and its place alone. Intervals of probabilities are 95 % intervals by Wilson's "
            "formula."
        )
        told = say(text, samples=f"{int(attrs['samples']):,}", seed=attrs.get("seed"))
        yield say("Draws"), told
    if "sensitivity" in result.groups:
        attrs = result.groups["sensitivity"].attrs
        text = (
            "Method {method}, {rows} rows in each of {replicates} replicates (seed {seed}); "
            "intervals are 95 % intervals."
            if "replicates" in attrs
            else "Method {method}, {rows} rows (seed {seed}); intervals are 95 % intervals."
        )
        told = say(
            text,
            method=attrs.get("method"),
            rows=f"{int(attrs['samples']):,}",
            replicates=attrs.get("replicates"),
            seed=attrs.get("seed"),
        )
        yield say("Sensitivity"), told


def origin(result: Result) -> list[tuple[str, str]]:
    """Provenance: terms and what they are in this result.

    Parameters
    ----------
    result
        Groups of a result.
    """
    attrs = result.attrs
    unknown = say("not recorded")
    rows = [
        (say("content hash of the study (SHA-256)"), str(attrs.get("study_digest", unknown))),
        (say("software"), str(attrs.get("source", unknown))),
        (say("made by"), str(attrs.get("history", unknown))),
        (say("groups in the file"), ", ".join(f"/{name}" for name in result.groups)),
    ]
    for name, data in result.groups.items():
        if "seed" in data.attrs and name != "baseline":
            seed = str(data.attrs["seed"])
            if "samples" in data.attrs:
                samples = f"{int(data.attrs['samples']):,}"
                seed = say("{seed}, {samples} samples", seed=seed, samples=samples)
            rows.append((say("seed of /{group}", group=name), seed))
    if "study_comment" in attrs:
        comment = retold(str(attrs["study_comment"]))
        rows.append((say("changes of the study in Python"), comment))
    if "references" in attrs:
        rows.append((say("reference"), str(attrs["references"])))
    return rows

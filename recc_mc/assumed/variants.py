"""The assumptions that a study makes and could make otherwise: each with the edit that drops it.

Those of method come from `recc_mc.study.choices.CHOICES`, those of errors from what the study
gives.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from recc_mc.language import say, translated
from recc_mc.study import Study
from recc_mc.study.alternatives import way_words
from recc_mc.study.choices import CHOICES, SHARE, Choice
from recc_mc.study.record import settings_given
from recc_mc.study.uncertainty_settings import ERROR_PARTS

__all__ = ["Assumption", "assumptions_of", "words_of"]

_DATA = "uncertainty.data"


class Assumption(NamedTuple):
    """An assumption, and what takes its place.

    Parameters
    ----------
    name
        Its name in results.
    changes
        Values by key path, as of `Study.replace`.
    """

    name: str
    changes: Mapping[str, Any]


def assumptions_of(study: Study) -> tuple[Assumption, ...]:
    """Assumptions of a study, those of errors first, in the order of the study file.

    Parameters
    ----------
    study
        The study.
    """
    return (*_errors(study), *_choices(study))


def words_of(name: str) -> str:
    """An assumption in words, from its name, in the language that is spoken.

    Parameters
    ----------
    name
        Name of an `Assumption`.

    Examples
    --------
    >>> words_of("aggregation=geometric"), words_of("errors:data")
    ('aggregation: weighted geometric means', 'no errors of the data')
    """
    if name in _WORDS:
        return say(_WORDS[name])
    key, _, way = name.partition("=")
    if key == SHARE.name:
        texts = {"0": "weights of the data alone", "1": "weights of the judgments alone"}
        return say(texts.get(way, "the AHP weight's share held at {share}"), share=way)
    choice = next(choice for choice in CHOICES if choice.name == key.removesuffix(":held"))
    text = "{choice} held at {way}" if key.endswith(":held") else "{choice}: {way}"
    return say(text, choice=translated(choice.words), way=_way(choice, way))


def _way(choice: Choice, name: str) -> str:
    """An alternative in words: those of Methods, where they stand by themselves."""
    sentence = choice.alternatives[choice.names.index(name)].sentence
    return way_words(name) if "{" in sentence or not sentence else translated(sentence)


_WORDS = {
    "errors:judgments": "no errors of the judgments",
    "errors:weights": "no errors of the given weights",
    "errors:data": "no errors of the data",
    "errors:cell": "no errors of single values",
    "errors:systematic": "no systematic errors of the data",
    "errors:mine": "no errors that all years of a mine share",
    "errors:interpolated": "no further errors of filled cells",
    "errors:shared": "no errors that several indicators share",
    "experts:pooled": "experts not resampled",
    "consistency:keep": "inconsistent draws kept as they are",
    "missing:error": "no filled cells",
}


_MOOT = {
    "multiplicative": ("ahp_share",),
    "game_theory": ("ahp_share",),
    "fixed": ("goalposts", "scope"),
}
"""Choices that may not be drawn beside an alternative."""


def _errors(study: Study) -> Iterator[Assumption]:
    """Each kind of error that is drawn, taken away."""
    given = settings_given(study.settings).get("uncertainty", {})
    table = study.settings.uncertainty
    for kind in ("judgments", "weights", "data", "shared"):
        if given.get(kind):
            yield Assumption(f"errors:{kind}", {f"uncertainty.{kind}": None})
    if table.judgments is not None:
        if table.judgments.resample_experts:
            yield Assumption("experts:pooled", {"uncertainty.judgments.resample_experts": False})
        if table.judgments.consistency != "keep":
            yield Assumption("consistency:keep", {"uncertainty.judgments.consistency": "keep"})
    data = given.get("data") or {}
    parts = {
        name: changes
        for name, keys in zip(
            ("cell", "systematic", "mine", "interpolated"), ERROR_PARTS, strict=True
        )
        if (changes := dict(_without(data, keys, _DATA)))
    }
    # A study with one part loses all of its errors with it.
    for name, changes in parts.items() if len(parts) > 1 else ():
        yield Assumption(f"errors:{name}", changes)
    if study.panel.holes.any():
        yield Assumption("missing:error", {"method.missing": "error"})


def _without(
    table: Mapping[str, Any], keys: tuple[str, str], path: str
) -> Iterator[tuple[str, None]]:
    """Keys of a part of data errors, overrides included."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            quoted = key if key in ("criteria", "indicators") else f'"{key}"'
            yield from _without(value, keys, f"{path}.{quoted}")
        elif key in keys and value:
            yield f"{path}.{key}", None


def _choices(study: Study) -> Iterator[Assumption]:
    """Each choice of method held as in the baseline, and each alternative that no draw takes."""
    method, table = study.settings.method, study.settings.uncertainty.method
    given = settings_given(study.settings).get("uncertainty", {}).get("method", {})
    for choice in CHOICES:
        drawn, held = choice.drawn(table), choice.held(method)
        if drawn is not None and drawn.varies:
            way = held if choice.alternatives else f"{held:g}"
            yield _held(choice, way)
        if choice is SHARE:
            for share in (0.0, 1.0):
                if drawn is not None or share != held:
                    key = f"uncertainty.method.{choice.name}"
                    let_go = {} if drawn is None else {key: None}
                    yield Assumption(
                        f"{choice.name}={share:g}", {"method.ahp_share": share} | let_go
                    )
            continue
        taken = choice.taken(method, table)
        for alternative in choice.names:
            if alternative not in taken:
                yield Assumption(
                    f"{choice.name}={alternative}", _put(choice, alternative, drawn, given)
                )


def _held(choice: Choice, way: str) -> Assumption:
    name = f"{choice.name}={way}" if choice is SHARE else f"{choice.name}:held={way}"
    return Assumption(name, {f"uncertainty.method.{choice.name}": None})


def _put(
    choice: Choice, alternative: str, drawn: object, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The edit that takes an alternative in all draws, and in the baseline if it can be there."""
    key = f"uncertainty.method.{choice.name}"
    if choice.key is None:
        return {key: [alternative]}
    let_go = [] if drawn is None else [key]
    # What is not drawn beside it, because nothing would ask for it.
    let_go += [f"uncertainty.method.{name}" for name in _MOOT.get(alternative, ()) if name in given]
    return {f"method.{choice.key}": alternative} | dict.fromkeys(let_go)

"""What a run of a study varies and what it holds fixed, in the words of every table and result."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from recc_mc.language.retelling import recorded
from recc_mc.study.choices import CHOICES, COMBINATION, NO_DATA_VARY, ONE_YEAR, SHARE
from recc_mc.study.error_model import ErrorModel
from recc_mc.study.judgments import JudgmentMatrix
from recc_mc.study.shared_errors import shared_words
from recc_mc.study.study import Study
from recc_mc.study.uncertainty_settings import ERROR_PARTS

__all__ = ["NOTHING", "Variation", "is_drawn", "variation"]

NOTHING = "nothing"
"""What a run varies in which all draws are the same."""
MOST_NAMES = 5
# Of one and of several.
_SHARED = ("{count} shared error ({words})", "{count} shared errors ({words})")
_CHANGING = ("{count} method choice ({words})", "{count} method choices ({words})")
_DRAWN = ("judgments of {count} matrix ({words})", "judgments of {count} matrices ({words})")
_UNCERTAIN = ("data of {count} indicator ({words})", "data of {count} indicators ({words})")
# Of all and of some.
_JUDGMENTS = ("all judgments", "judgments of {count} of {total} matrices ({names})")
_DATA = ("all data", "data of {count} of {total} indicators ({names})")
_CHOICES = {
    "ahp_share": "ahp_share {value}",
    "prioritization": "prioritization {value}",
    "objective": "objective {value}",
    "combination": "combination {value}",
    "goalposts": "goalposts {value}",
    "scope": "scope {value}",
    "aggregation": "aggregation {value}",
}
_SIZES = {
    "cv": "cv {size}",
    "sd": "sd {size}",
    "systematic_cv": "systematic_cv {size}",
    "systematic_sd": "systematic_sd {size}",
    "mine_cv": "mine_cv {size}",
    "mine_sd": "mine_sd {size}",
    "interpolated_cv": "interpolated_cv {size}",
    "interpolated_sd": "interpolated_sd {size}",
}


class Variation(NamedTuple):
    """What is varied and what is not.

    Parameters
    ----------
    varied, held_fixed
        Both in words; `NOTHING` if there is nothing.
    """

    varied: str
    held_fixed: str

    @property
    def is_nothing(self) -> bool:
        """Whether all draws are the same."""
        return self.varied == NOTHING


def variation(study: Study) -> Variation:
    """Say what the draws of a study vary, and what they hold fixed.

    A choice whose alternatives cannot differ varies nothing: the origin of the goalposts where no
    data vary, their scope in a panel of one year.

    Parameters
    ----------
    study
        The study.

    Examples
    --------
    >>> from recc_mc import load_study
    >>> found = variation(load_study("configs/expert_steps.toml"))
    >>> found.varied
    'judgments of 9 matrices (saaty_steps, up to 1 step)'
    >>> found.held_fixed.split(", ")[:3]
    ['all data', 'ahp_share 0.5', 'prioritization geometric_mean']
    """
    data = _varying_data(study)
    matrices = [m for m in study.judgments.matrices if m.size > 1]
    drawn = [matrix for matrix in matrices if is_drawn(study, matrix)]
    shared = study.settings.uncertainty.shared
    sharing = {name for error in shared for name in error.indicators}
    choices = dict(_choices(study, varying_data=bool(data or shared)))
    moving = {name: words for name, (varies, words) in choices.items() if varies}
    varied = [
        *_judgments(study, drawn),
        *_weights(study, drawn=True),
        *_data(data),
        *_counted(len(shared), _SHARED, "; ".join(f"{e.name} {shared_words(e)}" for e in shared)),
        *_counted(len(moving), _CHANGING, "; ".join(moving.values())),
    ]
    names = study.hierarchy.names
    held = [
        *_rest(_JUDGMENTS, [m.name for m in matrices if m not in drawn], len(matrices)),
        *_weights(study, drawn=False),
        *_rest(_DATA, [n for n in names if n not in data and n not in sharing], len(names)),
        *(words for varies, words in choices.values() if not varies),
    ]
    return Variation("; ".join(varied) or NOTHING, ", ".join(held) or NOTHING)


def is_drawn(study: Study, matrix: JudgmentMatrix) -> bool:
    """Whether the judgments of a matrix are drawn, by entry or by expert."""
    table = study.settings.uncertainty.judgments
    if table is None:
        return False
    by_entry = table.steps is not None or study.judgment_sigma(matrix.name) > 0
    return by_entry or _is_resampled(study, matrix)


def _is_resampled(study: Study, matrix: JudgmentMatrix) -> bool:
    table = study.settings.uncertainty.judgments
    return table is not None and table.resample_experts and len(matrix.experts) > 1


def _judgments(study: Study, drawn: Sequence[JudgmentMatrix]) -> Iterator[str]:
    table = study.settings.uncertainty.judgments
    if table is None or not drawn:
        return
    words = []
    sigmas = [study.judgment_sigma(matrix.name) for matrix in drawn]
    if table.steps is not None:
        steps = "up to {count} steps" if table.steps > 1 else "up to {count} step"
        words += [table.distribution, recorded(steps, count=table.steps)]
    elif max(sigmas) > 0:
        size = _range(s for s in sigmas if s > 0)
        words.append(table.distribution)
        words += (
            [recorded("sigma gci"), size]
            if table.sigma == "gci"
            else [recorded("sigma {size}", size=size)]
        )
    resampled = sum(_is_resampled(study, matrix) for matrix in drawn)
    if resampled:
        words.append(recorded("experts resampled in {count}", count=resampled))
    yield from _counted(len(drawn), _DRAWN, ", ".join(words))


def _weights(study: Study, *, drawn: bool) -> Iterator[str]:
    """Given weights, if there are any and they are drawn or not."""
    table = study.settings.uncertainty.weights
    if study.settings.method.weights == "given" and drawn is (table is not None):
        law = None if table is None else ", ".join(table.law)
        yield (
            recorded("given weights")
            if law is None
            else recorded("given weights ({words})", words=law)
        )


def _varying_data(study: Study) -> dict[str, ErrorModel]:
    """Errors of the indicators whose data vary, by indicator."""
    found = {}
    for j, name in enumerate(study.hierarchy.names):
        error = study.error_model(name)
        if error is not None and error.varies(bool(study.panel.holes[:, :, j].any())):
            found[name] = error
    return found


def _data(errors: dict[str, ErrorModel]) -> Iterator[str]:
    if not errors:
        return
    models = list(errors.values())
    words = ["/".join(dict.fromkeys(model.distribution for model in models))]
    for pair in ERROR_PARTS:
        for part in pair:
            sizes = [size for model in models if (size := getattr(model, part))]
            if sizes:
                words.append(recorded(_SIZES[part], size=_range(sizes)))
    yield from _counted(len(errors), _UNCERTAIN, ", ".join(words))


def _choices(study: Study, *, varying_data: bool) -> Iterator[tuple[str, tuple[bool, str]]]:
    """For each choice of method whether it varies, and between what or what it is held at."""
    method, table = study.settings.method, study.settings.uncertainty.method
    alike = {NO_DATA_VARY: not varying_data, ONE_YEAR: len(study.panel.years) == 1}
    for choice in CHOICES:
        drawn, held = choice.drawn(table), choice.held(method)
        if choice is SHARE and "linear" not in COMBINATION.taken(method, table):
            # Nothing asks for it.
            continue
        if choice.exchange == "priorities" and not study.judgments.matrices:
            continue
        if method.goalposts == "fixed" and choice.alike:
            # Nothing to re-estimate or to scope; one word says so.
            if choice.key is None:
                yield choice.name, (False, _choice(choice.name, method.goalposts))
        elif drawn is None:
            value = held if choice.alternatives else f"{held:g}"
            yield choice.name, (False, _choice(choice.name, value))
        else:
            same = drawn.varies and alike.get(choice.alike, False)
            brief = (
                recorded("{value} (alike: {why})", value=drawn.brief, why=choice.alike)
                if same
                else drawn.brief
            )
            yield choice.name, (drawn.varies and not same, _choice(choice.name, brief))


def _choice(name: str, value: str) -> str:
    return recorded(_CHOICES[name], value=value)


def _counted(number: int, texts: tuple[str, str], words: str) -> Iterator[str]:
    if number:
        yield recorded(texts[number > 1], count=number, words=words)


def _rest(texts: tuple[str, str], names: Sequence[str], of: int) -> Iterator[str]:
    """What is held: all of a kind, or some of them by name."""
    if not names:
        return
    if len(names) == of:
        yield recorded(texts[0])
        return
    rest = len(names) - MOST_NAMES
    more = [recorded("{count} more", count=rest)] if rest > 0 else []
    listed = ", ".join([*names[:MOST_NAMES], *more])
    yield recorded(texts[1], count=len(names), total=of, names=listed)


def _range(values: Iterable[Any]) -> str:
    found = sorted(set(values))
    low, high = f"{found[0]:.3g}", f"{found[-1]:.3g}"
    return low if low == high else recorded("{low} to {high}", low=low, high=high)

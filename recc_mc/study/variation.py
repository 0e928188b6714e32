"""What a run of a study varies and what it holds fixed, in the words of every table and result."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

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
        *_counted(
            len(shared), "shared error", "; ".join(f"{e.name} {shared_words(e)}" for e in shared)
        ),
        *_counted(len(moving), "method choice", "; ".join(f"{k} {v}" for k, v in moving.items())),
    ]
    names = study.hierarchy.names
    held = [
        *_rest(
            "judgments", "matrices", [m.name for m in matrices if m not in drawn], len(matrices)
        ),
        *_weights(study, drawn=False),
        *_rest(
            "data",
            "indicators",
            [n for n in names if n not in data and n not in sharing],
            len(names),
        ),
        *(f"{name} {words}" for name, (varies, words) in choices.items() if not varies),
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
        words += [table.distribution, f"up to {table.steps} step{'s' if table.steps > 1 else ''}"]
    elif max(sigmas) > 0:
        origin = "gci, " if table.sigma == "gci" else ""
        words += [table.distribution, f"sigma {origin}{_range(s for s in sigmas if s > 0)}"]
    resampled = sum(_is_resampled(study, matrix) for matrix in drawn)
    if resampled:
        words.append(f"experts resampled in {resampled}")
    noun = "matrix" if len(drawn) == 1 else "matrices"
    yield f"judgments of {len(drawn)} {noun} ({', '.join(words)})"


def _weights(study: Study, *, drawn: bool) -> Iterator[str]:
    """Given weights, if there are any and they are drawn or not."""
    table = study.settings.uncertainty.weights
    if study.settings.method.weights == "given" and drawn is (table is not None):
        yield "given weights" if table is None else f"given weights ({', '.join(table.law)})"


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
                words.append(f"{part} {_range(sizes)}")
    yield f"data of {len(errors)} indicator{'s' if len(errors) > 1 else ''} ({', '.join(words)})"


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
                yield choice.name, (False, method.goalposts)
        elif drawn is None:
            yield choice.name, (False, held if choice.alternatives else f"{held:g}")
        else:
            same = drawn.varies and alike.get(choice.alike, False)
            why = f" (alike: {choice.alike})" if same else ""
            yield choice.name, (drawn.varies and not same, drawn.brief + why)


def _counted(number: int, noun: str, words: str) -> Iterator[str]:
    if number:
        yield f"{number} {noun}{'s' if number > 1 else ''} ({words})"


def _rest(what: str, noun: str, names: Sequence[str], of: int) -> Iterator[str]:
    """What is held: all of a kind, or some of them by name."""
    if not names:
        return
    if len(names) == of:
        yield f"all {what}"
        return
    more = [f"{len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else []
    listed = ", ".join([*names[:MOST_NAMES], *more])
    yield f"{what} of {len(names)} of {of} {noun} ({listed})"


def _range(values: Iterable[Any]) -> str:
    found = sorted(set(values))
    low, high = f"{found[0]:.3g}", f"{found[-1]:.3g}"
    return low if low == high else f"{low} to {high}"

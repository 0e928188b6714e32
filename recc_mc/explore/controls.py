"""What a visitor may change: a widget each, what it shows of a state, and what it changes."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

import panel as pn

from recc_mc.explore.exploration import SCENARIO, Change, Step, setting
from recc_mc.explore.judging import SCALE, Pair, judgment, ratio_text
from recc_mc.study import Study
from recc_mc.study.choices import LISTED, SHARE, Choice
from recc_mc.study.wording import key_path

__all__ = ["Control", "judgment_controls", "method_controls", "scenario_controls", "size_controls"]

Changes = Mapping[Change, Any]
_AS_IT_IS = "the study as it is"
_LARGEST_SIGMA, _LARGEST_CV = 0.8, 0.6


class Control(NamedTuple):
    """A widget.

    Parameters
    ----------
    widget
        The widget.
    read
        Value that it shows of a state.
    write
        Changes that a new value makes of a state.
    event
        What of it changes when the visitor has made up their mind.
    """

    widget: Any
    read: Callable[[Step], Any]
    write: Callable[[Step, Any], Changes]
    event: str = "value"


def judgment_controls(study: Study, matrix: str, expert: int) -> dict[tuple[int, int], Control]:
    """Judgments of an expert above the diagonal of a matrix, by row and column.

    Parameters
    ----------
    study
        The study.
    matrix
        Name of the matrix.
    expert
        Position of the expert.
    """
    found: dict[tuple[int, int], Control] = {}
    for row in range(study.judgments[matrix].size):
        for column in range(row + 1, study.judgments[matrix].size):
            pair = Pair(matrix, expert, row, column)
            # What an expert gave may be no step of the scale.
            values = {*SCALE, judgment(study, pair)}
            widget = pn.widgets.Select(
                options={ratio_text(value): value for value in sorted(values)},
                value=judgment(study, pair),
                width=68,
                margin=1,
                css_classes=[f"judgment-{row}-{column}"],
            )
            found[row, column] = Control(
                widget,
                partial(_read_judgment, pair),
                partial(_write, pair),
            )
    return found


def _read_judgment(pair: Pair, step: Step) -> float:
    return judgment(step.study, pair)


def _read_number(key: str, step: Step) -> float:
    return float(setting(step.study, key))


def _write(key: Change, step: Step, value: float | None) -> Changes:
    """One number; none while a field is empty."""
    return {} if value is None else {key: float(value)}


def size_controls(study: Study) -> Iterator[Control]:
    """How large the errors are, of the judgments and of the data, as far as there are any."""
    judgments, data = study.settings.uncertainty.judgments, study.settings.uncertainty.data
    if study.judgments.matrices and (judgments is None or judgments.distribution != "saaty_steps"):
        yield _slider(
            "Error of the judgments, sigma of ln a",
            "uncertainty.judgments.sigma",
            _LARGEST_SIGMA,
            _mean_sigma,
        )
    for key, words in (("cv", "each value"), ("systematic_cv", "all values of an indicator")):
        if data is None or getattr(data, key, None) is not None:
            yield _slider(
                f"Error of {words}, cv", f"uncertainty.data.{key}", _LARGEST_CV, partial(_cv, key)
            )


def _slider(words: str, key: str, largest: float, read: Callable[[Study], float]) -> Control:
    widget = pn.widgets.FloatSlider(
        label=words, start=0.0, end=largest, step=0.01, sizing_mode="stretch_width",
        css_classes=[key.replace(".", "-")],
    )  # fmt: skip
    return Control(
        widget,
        # An error beyond the end of the slider stays what it is until the slider is moved.
        lambda step: min(read(step.study), largest),
        lambda step, value: {key: round(float(value), 2)},
        "value_throttled",
    )


def _mean_sigma(study: Study) -> float:
    """Size of the errors of the judgments, a mean where matrices differ."""
    sigmas = [study.judgment_sigma(name) for name in study.judgments.names]
    return sum(sigmas) / len(sigmas)


def _cv(key: str, study: Study) -> float:
    return float(getattr(study.settings.uncertainty.data, key, None) or 0.0)


def method_controls(study: Study) -> Iterator[Control]:
    """Choices of the method and the cuts of the grades; what is ticked is what draws take."""
    if study.judgments.matrices and study.settings.method.combination == "linear":
        widget = pn.widgets.RangeSlider(
            label="Share of the AHP weight: what draws take", start=0.0, end=1.0, step=0.05,
            sizing_mode="stretch_width", css_classes=["method-ahp_share"],
        )  # fmt: skip
        yield Control(widget, _read_share, _write_share, "value_throttled")
    for choice in LISTED:
        names = [one.name for one in choice.alternatives if one.drawn]
        if _taken(choice, Step(study)) and set(_taken(choice, Step(study))) <= set(names):
            ticks = pn.widgets.CheckBoxGroup(
                label=choice.words, options={name.replace("_", " "): name for name in names},
                inline=True, css_classes=[f"method-{choice.name}"],
            )  # fmt: skip
            yield Control(ticks, partial(_taken, choice), partial(_write_ticks, choice))
    cuts = pn.widgets.RangeSlider(
        label="Cuts between low, medium and high", start=0.01, end=0.99, step=0.01,
        sizing_mode="stretch_width", css_classes=["method-grade_cuts"],
    )  # fmt: skip
    yield Control(
        cuts,
        lambda step: tuple(step.study.settings.method.grade_cuts),
        lambda step, value: {"method.grade_cuts": tuple(round(float(cut), 2) for cut in value)},
        "value_throttled",
    )


def _read_share(step: Step) -> tuple[float, float]:
    method, table = step.study.settings.method, step.study.settings.uncertainty.method
    drawn: Any = SHARE.drawn(table)
    return (method.ahp_share, method.ahp_share) if drawn is None else (drawn.low, drawn.high)


def _write_share(step: Step, value: tuple[float, float]) -> Changes:
    low, high = (round(float(end), 2) for end in value)
    key, held = "uncertainty.method.ahp_share", step.study.settings.method.ahp_share
    if low == high:
        return {"method.ahp_share": low, key: None}
    # The baseline is one of the draws.
    inside: dict[Change, Any] = (
        {} if low <= held <= high else {"method.ahp_share": round((low + high) / 2, 3)}
    )
    return {key: {"low": low, "high": high}, **inside}


def _taken(choice: Choice, step: Step) -> list[str]:
    settings = step.study.settings
    return list(choice.taken(settings.method, settings.uncertainty.method))


def _write_ticks(choice: Choice, step: Step, value: list[str]) -> Changes:
    key, held = f"uncertainty.method.{choice.name}", choice.held(step.study.settings.method)
    if not value:
        return {}
    names = [name for name in choice.names if name in value]
    drawn: Any = {name: 1 / len(names) for name in names}
    if len(names) == 1 and (choice.key is not None or names[0] == choice.default):
        drawn = None
    own: dict[Change, Any] = (
        {} if choice.key is None or held in names else {f"method.{choice.key}": names[0]}
    )
    return {key: drawn, **own}


def scenario_controls(study: Study) -> Iterator[Control]:
    """Which scenario is looked at, and the numbers of its changes that are certain."""
    items = study.scenarios.items
    if not items:
        return
    options = {_AS_IT_IS: None, **{item.title or item.name: item.name for item in items}}
    chosen = pn.widgets.Select(
        label="Scenario", options=options, sizing_mode="stretch_width", css_classes=[SCENARIO]
    )
    yield Control(chosen, lambda step: step.scenario, lambda step, value: {SCENARIO: value})
    for s, item in enumerate(items):
        for c, change in enumerate(item.changes):
            key = key_path(("scenario", s, "change", c, change.kind))
            if not isinstance(setting(study, key), int | float):
                continue
            names = ", ".join(study.panel.indicators[j] for j in change.indicators)
            number = pn.widgets.FloatInput(
                label=f"{item.name}: {change.kind} {names}", step=0.01,
                sizing_mode="stretch_width", css_classes=[f"change-{s}-{c}"],
            )  # fmt: skip
            yield Control(
                number,
                partial(_read_number, key),
                partial(_write, key),
            )

"""The page of one visitor: controls on the left, what they do to the result on the right."""

import io
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from contextlib import contextmanager
from functools import partial
from html import escape
from typing import Any, NamedTuple

import panel as pn

from recc_mc.errors import InputError, RunError
from recc_mc.explore import texts
from recc_mc.explore.controls import (
    Control,
    judgment_controls,
    method_controls,
    scenario_controls,
    size_controls,
)
from recc_mc.explore.exploration import Change, Exploration, Step
from recc_mc.explore.exporting import FOLDER, WORKBOOK, commands_of, study_book, study_files
from recc_mc.explore.later import Later, Queue
from recc_mc.explore.picture_numbers import Numbers, draw_numbers
from recc_mc.explore.pictures import Bars, Plane, Ranks
from recc_mc.explore.slow_numbers import find_drivers, find_tolerances
from recc_mc.labels.factors import study_names
from recc_mc.study import Study
from recc_mc.study.reach import draw_findings

__all__ = ["Asked", "Page"]

PATIENCE = 1.0
"""Seconds that a page stands still for its numbers; what is compiled first takes longer."""

_STYLE = """
:host { font-family: system-ui, sans-serif; font-size: 14px; }
table { border-collapse: collapse; } td, th { padding: 2px 8px; text-align: left; }
td + td { text-align: right; } .wrong { color: #b00020; font-weight: 600; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f3f3f3; padding: 6px; }
p { margin: 4px 0; } h2 { margin: 6px 0; } h3 { margin: 10px 0 2px; }
"""
# Without the first line a phone would show the page of a desk, made small.
_TEMPLATE = """
{% extends base %}
{% block preamble %}
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
{% endblock %}
{% block contents %}{{ embed(roots.page) }}{% endblock %}
"""


class Asked(NamedTuple):
    """What all visitors look at."""

    study: Study
    numbers: Numbers
    samples: int
    seed: int


class Page:
    """A page; whatever is done on it stays with its visitor.

    Parameters
    ----------
    asked
        What is explored.
    queue
        Where slow numbers are computed.
    """

    def __init__(self, asked: Asked, queue: Queue) -> None:
        self.asked = asked
        self.exploration = Exploration(asked.study)
        self.numbers = asked.numbers
        document = pn.state.curdoc
        self._queue, self._deliver = queue, document.add_next_tick_callback
        self._later = Later(queue, self._deliver)
        document.on_session_destroyed(lambda context: self._later.forget())
        self._quiet = False
        self._controls: list[Control] = []
        mines = asked.study.panel.mines
        self.plane, self.ranks = Plane(mines), Ranks(mines)
        self.drivers = Bars(study_names(asked.study))
        self._says = {
            name: _html() for name in
            ("problems", "overload", "ratios", "driving", "tolerance", "commands")
        }  # fmt: skip
        self._changes = pn.Column(sizing_mode="stretch_width")
        self._matrix = pn.Column(sizing_mode="stretch_width", styles={"overflow-x": "auto"})
        self._own: list[Control] = []
        self._buttons = {
            name: pn.widgets.Button(label=name, width=80, css_classes=[name.replace(" ", "-")])
            for name in ("undo", "redo", "reset all")
        }
        one = self.exploration
        for name, act in zip(self._buttons, (one.undo, one.redo, one.reset_all), strict=True):
            self._buttons[name].on_click(lambda event, act=act: self._act(act))
        years = list(self.numbers.years)
        self.year = pn.widgets.Select(
            label="Year", options=years, value=years[-1], width=110, css_classes=["year"]
        )
        self.year.param.watch(self._turn, "value")

    def layout(self) -> Any:
        """All of it; the halves stand one above the other where there is no room beside."""
        study = self.asked.study
        left = pn.Column(
            *self._steps(), *self._judgments(),
            *self._group("Errors", size_controls(study)),
            *self._group("Method", method_controls(study)),
            *self._group("Scenario", scenario_controls(study)),
            *self._exports(),
            styles={"flex": "1 1 320px", "min-width": "0", "max-width": "100%"},
        )  # fmt: skip
        right = pn.Column(
            self.year, self._says["problems"], _html("<h3>Overload</h3>"), self._says["overload"],
            pn.pane.Bokeh(self.plane.figure, sizing_mode="stretch_width"),
            pn.pane.Bokeh(self.ranks.figure, sizing_mode="stretch_width"),
            self._says["driving"],
            pn.pane.Bokeh(self.drivers.figure, sizing_mode="stretch_width"),
            _html("<h3>How large errors may be</h3>"), self._says["tolerance"],
            styles={"flex": "2 1 340px", "min-width": "0", "max-width": "100%"},
        )  # fmt: skip
        self._turn()
        body = pn.FlexBox(left, right, align_items="flex-start", sizing_mode="stretch_width")
        found = pn.Template(_TEMPLATE, nb_template="{{ embed(roots.page) }}")
        title = _html(f"<h2>{escape(study.title)}</h2>")
        found.add_panel("page", pn.Column(title, body, sizing_mode="stretch_width"))
        return found

    def change(self, changes: Mapping[Change, Any]) -> None:
        """Change something, and show what comes of it or why it cannot be.

        Parameters
        ----------
        changes
            As of `Exploration.change`.
        """
        self._act(partial(self.exploration.change, changes))

    def _act(self, act: Callable[[], None]) -> None:
        before = self.exploration.now
        problems: tuple[str, ...] = ()
        try:
            act()
        except InputError as error:
            problems = tuple(error.problems)
        if self.exploration.now is before:
            self._show(problems)
        else:
            self._draw()

    def _draw(self, problems: tuple[str, ...] = ()) -> None:
        """Draw the present state, and say so where that is not done at once."""
        step, asked = self.exploration.now, self.asked
        drawing = self._queue.begin(partial(draw_numbers, step, asked.samples, asked.seed))
        if wait([drawing], PATIENCE).done:
            self._arrive(step, problems, drawing)
            return
        self._show()
        self._says["problems"].object = texts.problems_text(problems, []) + texts.COMPILING
        arrive = partial(self._arrive, step, problems)
        drawing.add_done_callback(lambda done: self._deliver(partial(arrive, done)))

    def _arrive(self, step: Step, problems: tuple[str, ...], drawing: Future[Numbers]) -> None:
        """Show the numbers of a state; go back from one that has none."""
        if self.exploration.now is not step:
            return
        try:
            self.numbers = drawing.result()
        except (InputError, RunError) as error:
            self.exploration.undo()
            self._draw(tuple(error.lines))
            return
        self._show(problems)
        self._ask_later()

    def _turn(self, *events: Any) -> None:
        """Show a year."""
        if not self._quiet:
            self._show()
            self._ask_later()

    def _show(self, problems: tuple[str, ...] = ()) -> None:
        """Bring everything that is quick to the present state."""
        step = self.exploration.now
        with self._silence():
            for control in (*self._controls, *self._own):
                control.widget.value = control.read(step)
            years = list(self.numbers.years)
            if self.year.options != years:
                kept = self.year.value if self.year.value in years else years[-1]
                self.year.param.update(options=years, value=kept)
        year, before = self.year.value, self.asked.numbers
        cuts = tuple(step.study.settings.method.grade_cuts)
        self.plane.show(self.numbers, before, year, cuts)
        self.ranks.show(self.numbers, year)
        say = self._says
        say["overload"].object = texts.overload_table(step.study, self.numbers, before, year)
        say["ratios"].object = texts.ratios_table(step.study)
        say["problems"].object = texts.problems_text(problems, draw_findings(step.study))
        self._list_changes()
        file = f"{FOLDER}/study.toml"
        asked = self.asked
        say["commands"].object = texts.commands_table(
            commands_of(step, file, asked.samples, asked.seed, year)
        )

    def _ask_later(self) -> None:
        """Have the rest computed; it depends on the year of the conclusions as well."""
        step, seed, year = self.exploration.now, self.asked.seed, self.year.value
        for name in ("driving", "tolerance"):
            self._says[name].object = texts.COMPUTING
        self._later.ask(
            [
                (partial(find_drivers, step, seed), self._show_drivers),
                (partial(find_tolerances, step, year, seed), self._show_tolerances),
            ]
        )

    def _show_drivers(self, found: Any) -> None:
        if isinstance(found, InputError | RunError):
            self._says["driving"].object = texts.problems_text(found.lines, [])
            return
        self._says["driving"].object = texts.drivers_text(self.asked.study, found)
        self.drivers.show(found)

    def _show_tolerances(self, found: Any) -> None:
        if isinstance(found, InputError | RunError):
            self._says["tolerance"].object = texts.problems_text(found.lines, [])
            return
        self._says["tolerance"].object = texts.tolerances_text(found)

    def _list_changes(self) -> None:
        one = self.exploration
        self._buttons["undo"].disabled = not one.can_undo
        self._buttons["redo"].disabled = not one.can_redo
        self._buttons["reset all"].disabled = not one.now.changes
        rows = []
        for key, words in zip(one.now.changes, one.words(), strict=True):
            back = pn.widgets.Button(label="take back", width=80, margin=2)
            back.on_click(lambda event, key=key: self._act(partial(one.reset, key)))
            text = _html(f"<p class='change'>{escape(words)}</p>")
            rows.append(pn.Row(back, text, sizing_mode="stretch_width"))
        self._changes[:] = rows or [_html("<p>Nothing yet.</p>")]

    def _steps(self) -> list[Any]:
        return [
            _html("<h3>What is changed</h3>"), self._changes, pn.Row(*self._buttons.values()),
        ]  # fmt: skip

    def _group(self, title: str, controls: Any) -> list[Any]:
        """Widgets of some controls under their title; none if there are none."""
        found = list(controls)
        for control in found:
            self._wire(control)
        self._controls += found
        shown: list[Any] = [] if not found else [_html(f"<h3>{title}</h3>")]
        for control in found:
            if isinstance(control.widget, pn.widgets.CheckBoxGroup):
                shown.append(_html(f"<p>{escape(control.widget.label)}</p>"))
            shown.append(control.widget)
        return shown

    def _judgments(self) -> list[Any]:
        study = self.asked.study
        if not study.judgments.matrices:
            return []
        names = [m.name for m in study.judgments.matrices if m.size > 1]
        chosen = pn.widgets.Select(
            label="Judgments on", options=names, sizing_mode="stretch_width", css_classes=["matrix"]
        )
        experts = study.judgments.experts
        whose = pn.widgets.Select(label="Expert", options=list(experts), visible=len(experts) > 1)

        def choose(*events: Any) -> None:
            matrix = study.judgments[chosen.value]
            # Not every expert has judged every matrix.
            position = matrix.experts.index(whose.value) if whose.value in matrix.experts else 0
            self._matrix[:] = [self._table(chosen.value, position)]

        for widget in (chosen, whose):
            widget.param.watch(choose, "value")
        choose()
        return [_html("<h3>Judgments</h3>"), self._says["ratios"], chosen, whose, self._matrix]

    def _table(self, matrix: str, expert: int) -> Any:
        """Judgments as a table: how much more important a row is than a column."""
        found = self.asked.study.judgments[matrix]
        controls = judgment_controls(self.asked.study, matrix, expert)
        self._own = list(controls.values())
        for control in self._own:
            control.widget.value = control.read(self.exploration.now)
            self._wire(control)
        cells: list[Any] = [_cell(f"{found.experts[expert]}")]
        cells += [_cell(name) for name in found.items[1:]]
        for row, name in enumerate(found.items[:-1]):
            cells.append(_cell(name))
            for column in range(1, found.size):
                cells.append(controls[row, column].widget if column > row else _cell(""))
        names = _html(texts.names_text(self.asked.study, found.items))
        table = pn.GridBox(*cells, ncols=found.size)
        return pn.Column(table, names, sizing_mode="stretch_width")

    def _wire(self, control: Control) -> None:
        def changed(event: Any) -> None:
            if not self._quiet:
                self.change(control.write(self.exploration.now, event.new))

        control.widget.param.watch(changed, control.event)

    @contextmanager
    def _silence(self) -> Any:
        """Widgets that are set meanwhile are not changed by the visitor."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _exports(self) -> list[Any]:
        def made(make: Callable[..., bytes]) -> io.BytesIO:
            return io.BytesIO(make(self.exploration.now))

        kinds = ((f"{FOLDER}.zip", "TOML and tables", study_files), (WORKBOOK, "XLSX", study_book))
        buttons = [
            pn.widgets.FileDownload(
                callback=partial(made, make), filename=name, label=f"Export: {words}", width=210,
                css_classes=[name.replace(".", "-")],
            )
            for name, words, make in kinds
        ]  # fmt: skip
        words = "<p>What gives the numbers of this page, to the bit, of what is exported:</p>"
        return [_html("<h3>Export</h3>"), *buttons, _html(words), self._says["commands"]]


def _html(text: str = "") -> Any:
    return pn.pane.HTML(text, sizing_mode="stretch_width", stylesheets=[_STYLE], margin=(2, 5))


def _cell(text: str) -> Any:
    style = {"font-size": "11px", "overflow-wrap": "anywhere", "line-height": "1.1"}
    return pn.pane.HTML(escape(text), width=68, margin=1, styles=style)

"""A page whose numbers are not there at once says so, and shows them when they are."""

from threading import Event
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.explore.exploration import Step
from recc_mc.explore.picture_numbers import Numbers, draw_numbers

pytest.importorskip("panel", reason="the page needs Panel")
from bokeh.document import Document
from panel.io.state import set_curdoc

from recc_mc.errors import RunError
from recc_mc.explore import page as pages
from recc_mc.explore.later import Queue

SAMPLES, SEED = 16, 1


class Scene:
    """A page without a browser; draws wait until they may go on."""

    def __init__(self, study: rm.Study, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go, self.fails, self.queue = Event(), False, Queue()
        monkeypatch.setattr(pages, "PATIENCE", 0.05)
        monkeypatch.setattr(pages, "draw_numbers", self.draw)
        asked = pages.Asked(study, draw_numbers(Step(study), SAMPLES, SEED), SAMPLES, SEED)
        self.document = Document()
        with set_curdoc(self.document):
            self.page = pages.Page(asked, self.queue)
        self.page._ask_later = lambda: None  # type: ignore[method-assign]

    def draw(self, *given: Any) -> Numbers:
        assert self.go.wait(60)
        if self.fails:
            raise RunError("no value")
        return draw_numbers(*given)

    def said(self) -> str:
        return str(self.page._says["problems"].object)

    def arrive(self) -> None:
        """Let the draws come, and the page have what came."""
        self.go.set()
        self.queue.begin(lambda: None).result(60)
        for callback in list(self.document.session_callbacks):
            self.document.remove_next_tick_callback(callback)
            callback.callback()


@pytest.fixture
def scene(case_study: rm.Study, monkeypatch: pytest.MonkeyPatch) -> Any:
    found = Scene(case_study, monkeypatch)
    yield found
    found.go.set()
    found.queue.close()


def test_numbers_that_take_long_are_announced_and_then_shown(scene: Scene) -> None:
    before = scene.page.numbers
    scene.page.change({"uncertainty.data.cv": 0.2})
    assert "compiled first, once" in scene.said()
    assert scene.page.numbers is before
    scene.arrive()
    assert scene.said() == ""
    expected = draw_numbers(scene.page.exploration.now, SAMPLES, SEED)
    assert (scene.page.numbers.recc == expected.recc).all()


def test_a_state_without_numbers_is_left_again(scene: Scene) -> None:
    scene.page.change({"uncertainty.data.cv": 0.2})
    scene.fails = True
    scene.go.set()
    scene.queue.begin(lambda: None).result(60)
    scene.fails = False
    scene.arrive()
    assert scene.page.exploration.now.changes == {}
    assert "no value" in scene.said()

"""Pictures on axes of the caller: their texts stay apart, whatever is beside them."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from tests.plot.pictures import PICTURES, Picture
from tests.plot.results import Result


def texts(figure: Figure) -> Iterator[Text]:
    """What is written level or upright on a figure."""
    for ax in figure.axes:
        titles = [ax.title, ax._left_title, ax.xaxis.label, ax.yaxis.label]  # type: ignore[attr-defined]
        legend = ax.get_legend()
        entries = legend.get_texts() if legend is not None else []
        ticks = [t.label1 for axis in (ax.xaxis, ax.yaxis) for t in axis._update_ticks()]
        for text in (*titles, *entries, *ticks, *ax.texts):
            if text.get_visible() and text.get_text().strip() and text.get_rotation() % 90 == 0:
                yield text


def boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts(figure)]


@pytest.mark.slow
@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_texts_of_four_panels_do_not_overlap(picture: Picture, result: Result) -> None:
    figure = Figure()
    axes = list(figure.subplots(2, 2).flat)
    if picture.axes == "axes":
        picture.draw(result, axes=axes[: picture.count])
    else:
        for ax in axes[:3]:
            picture.draw(result, ax=ax)
    found = boxes(figure)
    assert len(found) > 10
    for (one, a), (other, b) in combinations(found, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        down = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert min(across, down) < 0.5, (one, other)
    width, height = figure.canvas.get_width_height()
    assert all(box.x0 > -1 and box.y0 > -1 and box.x1 < width + 1 for _, box in found)
    assert all(box.y1 < height + 1 for _, box in found)


def test_a_layout_of_the_caller_stays(result: Result) -> None:
    figure = Figure(layout="constrained")
    engine = figure.get_layout_engine()
    PICTURES[2].draw(result, ax=figure.subplots(1, 2)[0])
    assert figure.get_layout_engine() is engine

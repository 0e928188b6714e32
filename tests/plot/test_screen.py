"""A picture as a page shows it."""

import pytest
from matplotlib.text import Text

from recc_mc.plot import render
from recc_mc.plot.screen import set_for_screen
from recc_mc.plot.style import DOUBLE, SIZE
from tests.plot.pictures import PICTURES
from tests.plot.results import Result


@pytest.mark.parametrize(
    "name", ["sensitivity_bars", "rank_acceptability", "class_probabilities", "plane"]
)
def test_text_is_of_one_size_and_the_picture_as_wide_as_the_page(name: str, result: Result) -> None:
    (picture,) = (picture for picture in PICTURES if picture.name == name)
    paper = picture.draw(result)
    screen = picture.draw(result)
    set_for_screen(screen)
    render(screen)
    sizes = {text.get_fontsize() for text in screen.findobj(Text) if text.get_text()}
    assert sizes == {SIZE}
    assert min(text.get_fontsize() for text in paper.findobj(Text) if text.get_text()) < SIZE
    assert screen.get_figwidth() == (paper.get_figwidth() if name == "plane" else DOUBLE)
    assert screen.get_figheight() == paper.get_figheight()

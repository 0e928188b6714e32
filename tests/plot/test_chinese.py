"""Pictures in Chinese."""

import pytest
from matplotlib.text import Text

import recc_mc as rm
from recc_mc import plot
from recc_mc.language import catalogue, speaking
from recc_mc.plot import fonts
from recc_mc.plot.pictures import PICTURES as DECLARED
from recc_mc.report.pictures import _fitted
from recc_mc.study.shape import ALL_OUTPUTS
from tests.plot.pictures import PICTURES, Picture
from tests.plot.results import Result

HAS_FONT = fonts.font_families() != [fonts.MAIN]
needs_font = pytest.mark.skipif(not HAS_FONT, reason="no font with Chinese characters")
OPTIONS = {
    "class_probabilities": {"variable": "grade"},
    "convergence": {"statistic": "support"},
    "sensitivity_bars": {"output": "rank", "order": "first"},
}


@needs_font
@pytest.mark.slow
@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_no_text_of_a_picture_is_left_in_english(picture: Picture, result: Result) -> None:
    with speaking("zh") as missing:
        figure = picture.draw(result)
        picture.draw(result, **OPTIONS.get(picture.name, {}))
    assert missing == set()
    texts = [text.get_text() for text in figure.findobj(Text)]  # type: ignore[attr-defined]
    assert any("\u4e00" <= letter <= "\u9fff" for text in texts for letter in text)


@pytest.mark.parametrize("outputs", [ALL_OUTPUTS, ("support", "rank"), ("pressure", "rank")])
def test_titles_and_notes_of_the_report_have_chinese_lines(outputs: tuple[str, ...]) -> None:
    places = [
        place
        for picture in DECLARED.values()
        for shown in picture.shown
        if (place := _fitted(picture, shown, outputs))
    ]
    said = {text for place in places for text in (place.title, place.note)}
    # Of a single mine there are years only.
    said |= {text.replace("all mines and years", "all years") for text in said}
    assert said - catalogue("zh").keys() == set()


def test_without_a_font_the_language_is_refused(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "font_families", lambda: [fonts.MAIN])
    expected = "language: pictures in Chinese need a font .*Noto Sans CJK SC.*recc-mc.chinese"
    with plot.language("zh"), pytest.raises(rm.InputError, match=expected):
        plot.plane(result.baseline)
    plot.plane(result.baseline)

"""The page in a real browser as it is read: on a desk, on a phone, at night, on paper."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("selenium", reason="the test of the page drives a browser by selenium")
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from recc_mc.plot.style import SIZE
from recc_mc.report import write_report

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (BROWSER and DRIVER), reason="no Chromium with its chromedriver"),
]
DESK, PHONE = 1280, 390
# Contrast of WCAG 2 of the text of the elements against the page.
CONTRAST = """
const rgb = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
const light = text => rgb(text).map(c => c / 255)
  .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
const paper = light(getComputedStyle(document.body).backgroundColor);
return [paper, ...[...document.querySelectorAll(arguments[0])].map(one => {
  const ink = light(getComputedStyle(one).color);
  return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
})];
"""


class Reader:
    """A browser on the report."""

    def __init__(self, path: Path) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = str(BROWSER)
        for word in ("headless=new", "no-sandbox", "disable-dev-shm-usage", "disable-gpu"):
            options.add_argument(f"--{word}")
        self.driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        self.driver.get(path.as_uri())

    def looks(self, width: int, *, scheme: str = "light", media: str = "screen") -> None:
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"media": media, "features": features}
        )

    def asks(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def of_each(self, selector: str, expression: str) -> list[Any]:
        script = f"return [...document.querySelectorAll(arguments[0])].map(one => {expression})"
        found: list[Any] = self.asks(script, selector)
        assert found
        return found

    def scrolls_to(self, anchor: str) -> None:
        self.asks("document.getElementById(arguments[0]).scrollIntoView()", anchor)
        # The marks of the contents follow with the next frame.
        self.driver.execute_async_script(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done))"
        )


@pytest.fixture(scope="module")
def reader(small_result: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_report(small_result, path)
    found = Reader(path)
    yield found
    found.driver.quit()


@pytest.mark.parametrize(("width", "smallest"), [(DESK, 12.0), (1024, 9.0), (PHONE, 9.0)])
def test_text_of_pictures_is_as_large_as_that_of_tables(
    reader: Reader, width: int, smallest: float
) -> None:
    reader.looks(width)
    inches = "Number(getComputedStyle(one).getPropertyValue('--inches'))"
    scales = reader.of_each("div.picture img", f"one.clientWidth / {inches}")
    assert min(scales) * SIZE / 72 >= smallest
    assert reader.asks("return document.documentElement.scrollWidth") <= width


def test_the_contents_stay_and_mark_the_chapter_that_is_read(reader: Reader) -> None:
    reader.looks(DESK)
    marked = "getComputedStyle(one).fontWeight >= 600 ? one.hash : ''"
    for anchor in ("load", "drivers"):
        reader.scrolls_to(anchor)
        assert 0 <= reader.of_each("nav", "one.getBoundingClientRect().top")[0] < 100
        assert all(reader.of_each("nav a", "one.checkVisibility()"))
        assert [link for link in reader.of_each("nav a", marked) if link] == [f"#{anchor}"]
    reader.looks(PHONE)
    reader.scrolls_to("load")
    assert reader.of_each("nav", "one.getBoundingClientRect().top") == [0]
    assert not any(reader.of_each("nav a", "one.checkVisibility()"))


def test_what_goes_on_sideways_fades_at_that_edge(reader: Reader) -> None:
    reader.looks(PHONE)
    edges = "['--before', '--after'].map(name => getComputedStyle(one).getPropertyValue(name))"
    wide = "one.scrollWidth > one.clientWidth"
    shown = f"one.checkVisibility() && [{wide}, ...{edges}]"
    found = {tuple(each) for each in reader.of_each(".scroll, div.picture", shown) if each}
    assert found == {(True, "0px", "48px"), (False, "0px", "0px")}


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_text_stands_out_by_day_and_by_night(reader: Reader, scheme: str, is_dark: bool) -> None:
    reader.looks(DESK, scheme=scheme)
    paper, *contrasts = reader.asks(CONTRAST, "body, .facts, figcaption p, nav a, a, summary, dt")
    assert (paper < 0.05) == is_dark
    assert min(contrasts) >= 4.5
    filters = set(reader.of_each("div.picture img", "getComputedStyle(one).filter"))
    assert (filters == {"none"}) != is_dark
    # The darkest cell, too.
    reader.asks("for (const one of document.querySelectorAll('.share')) one.style = '--of-one: 1'")
    full = json.loads(
        reader.asks(
            """const canvas = new OffscreenCanvas(1, 1).getContext("2d");
            canvas.fillStyle = getComputedStyle(document.querySelector(".share")).backgroundColor;
            canvas.fillRect(0, 0, 1, 1);
            return JSON.stringify([...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3));"""
        )
    )
    reader.asks("document.body.style.backgroundColor = arguments[0]", f"rgb{tuple(full)}")
    assert reader.asks(CONTRAST, ".share")[1] >= 4.5
    reader.asks("document.body.style.backgroundColor = ''")


def test_paper_has_tables_unfolded_but_not_those_of_pictures(reader: Reader) -> None:
    reader.looks(720, scheme="dark", media="print")
    seen = "one.checkVisibility()"
    assert all(reader.of_each(".tabled table, .finding li, .pictured .on-paper", seen))
    assert not any(reader.of_each(".pictured table, nav", seen))
    assert reader.of_each("body", "getComputedStyle(one).backgroundColor") == ["rgb(255, 255, 255)"]
    assert reader.asks("return document.documentElement.scrollWidth") <= 720

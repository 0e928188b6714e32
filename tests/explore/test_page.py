"""The page in a real browser: what a visitor does, and what comes of it."""

import json
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import recc_mc as rm

pytest.importorskip("panel", reason="the page needs Panel")
pytest.importorskip("selenium", reason="the test of the page drives a browser by selenium")
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (BROWSER and DRIVER), reason="no Chromium with its chromedriver"),
]
SAMPLES, SEED = 256, 11
# Elements stand in trees of their own, one within the other; `ask` is said of each that is found.
FIND = """
const found = [];
const look = root => {
  found.push(...root.querySelectorAll(arguments[0]));
  for (const one of root.querySelectorAll("*")) if (one.shadowRoot) look(one.shadowRoot);
};
look(document);
return found.map(one => ASK);
"""


class Visitor:
    """A browser on the page."""

    def __init__(self, address: str, folder: Path, width: int = 1280) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = str(BROWSER)
        for word in ("headless=new", "no-sandbox", "disable-dev-shm-usage", "disable-gpu"):
            options.add_argument(f"--{word}")
        options.add_experimental_option("prefs", {"download.default_directory": str(folder)})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.driver.get(address)
        self.wait(lambda: self.find("[data-value]"))

    def find(self, selector: str, ask: str = "one") -> list[Any]:
        found: list[Any] = self.driver.execute_script(FIND.replace("ASK", ask), selector)
        return found

    def within(self, widget: str, selector: str) -> Any:
        (found,) = self.find(widget, f"one.shadowRoot.querySelector('{selector}')")
        return found

    def numbers(self, kind: str = "mine") -> dict[str, float]:
        cells = self.find(f"[data-{kind}]", f"[one.dataset.{kind}, one.dataset.value]")
        return {name: float(value) for name, value in cells}

    def text(self, selector: str) -> list[str]:
        return self.find(selector, "one.textContent")

    def wait(self, ready: Callable[[], Any], seconds: float = 120) -> None:
        end = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < end, "the page does not come to it"
            time.sleep(0.1)

    def errors(self) -> list[str]:
        log = self.driver.get_log("browser")
        return [entry["message"] for entry in log if entry["level"] == "SEVERE"]

    def hosts(self) -> set[str]:
        found = set()
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                match = re.match(r"https?://([^/:]+)", message["params"]["request"]["url"])
                found |= {match[1]} if match else set()
        return found


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    command = "import sys; from recc_mc.cli.main import main; sys.exit(main())"
    words = [
        "explore", "configs/rare_earth_mines.toml", "--no-browser", "--samples", str(SAMPLES),
        "--seed", str(SEED),
    ]  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-c", command, *words], cwd=root, stdout=subprocess.PIPE, text=True
    )
    with server:
        assert server.stdout is not None
        yield server.stdout.readline().removeprefix("page: ").strip()
        server.terminate()
        assert server.stdout.read() == "Ctrl-C ends it\n"
    assert server.returncode == 0


@pytest.fixture
def visit(address: str, tmp_path: Path) -> Iterator[Callable[..., Visitor]]:
    visitors: list[Visitor] = []

    def arrive(**screen: int) -> Visitor:
        visitors.append(Visitor(address, tmp_path, **screen))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.driver.quit()


def test_a_stranger_without_the_address_sees_nothing(address: str) -> None:
    host = address.split("/")[2]
    assert host.startswith("127.0.0.1:")
    for path in ("", "another-token/", "static/js/bokeh.min.js"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://{host}/{path}")


def test_numbers_of_a_changed_page_are_those_of_its_exported_study(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    one, other = visit(), visit()
    before, ratios = one.numbers(), one.numbers("matrix")
    slider = one.within(".uncertainty-data-cv", ".noUi-handle")
    slider.send_keys(*[Keys.ARROW_RIGHT] * 10)
    one.wait(lambda: one.text(".change"))
    script = "arguments[0].value = '1'; arguments[0].dispatchEvent(new Event('change'))"
    one.driver.execute_script(script, one.within(".judgment-0-1", "select"))
    one.wait(lambda: len(one.text(".change")) == 2)
    assert one.text(".change")[1] == "support: climate against resources 1 instead of 1/2"
    assert one.numbers("matrix")["support"] != ratios["support"]

    one.within(".explored-zip", "a").click()
    archive = tmp_path / "explored.zip"
    one.wait(archive.is_file)
    zipfile.ZipFile(archive).extractall(tmp_path)
    study = rm.load_study(tmp_path / "explored" / "study.toml")
    draws = rm.simulate(study, samples=SAMPLES, seed=SEED)
    expected = rm.summarize(draws)["overload_probability"].sel(year=2019)
    assert one.numbers() == {
        str(mine): float(expected.sel(mine=mine)) for mine in study.panel.mines
    }
    assert one.numbers() != before

    assert other.numbers() == before
    assert other.text(".change") == []
    one.within(".undo", "button").click()
    one.wait(lambda: len(one.text(".change")) == 1)
    one.within(".reset-all", "button").click()
    one.wait(lambda: one.numbers() == before and not one.text(".change"))
    for visitor in (one, other):
        assert visitor.errors() == []
        assert visitor.hosts() <= {"127.0.0.1"}


def test_drivers_and_tolerances_follow_and_a_phone_shows_all_without_moving_sideways(
    visit: Callable[..., Visitor],
) -> None:
    phone = visit(width=390)
    width = phone.driver.execute_script("return document.documentElement.scrollWidth")
    assert width <= 390
    phone.wait(lambda: phone.text("summary") == ["all conclusions"], seconds=300)
    assert "being computed" not in " ".join(phone.text("em"))
    assert phone.errors() == []

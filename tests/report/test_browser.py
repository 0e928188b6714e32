"""The report in a real browser, on a desk and on a phone."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from recc_mc.report import write_report

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
HEIGHT = 9_000
# A window is never as narrow as a phone, but a frame is.
FRAME = """<!DOCTYPE html><body style="margin:0">
<iframe id="page" src="report.html" style="width:{width}px;height:{height}px;border:0"></iframe>
<script>
const frame = document.getElementById("page");
frame.onload = () => {{
  const page = frame.contentDocument;
  const broken = [...page.images].filter((image) => !image.naturalWidth).length;
  document.title = `width ${{page.documentElement.scrollWidth}}, images ${{page.images.length}}, `
    + `broken ${{broken}}`;
}};
</script>"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")


def browse(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    assert CHROMIUM is not None
    return subprocess.run(
        [
            CHROMIUM,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            # The frame's own file may be looked into.
            "--allow-file-access-from-files",
            "--enable-logging=stderr",
            f"--user-data-dir={folder / 'profile'}",
            *options,
            f"file://{folder / 'frame.html'}",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def report(case_result: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_report(case_result, path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_and_has_no_errors(report: Path, tmp_path: Path, width: int) -> None:
    shutil.copy(report, tmp_path)
    frame = FRAME.format(width=width, height=HEIGHT)
    (tmp_path / "frame.html").write_text(frame, encoding="utf-8")
    seen = browse(tmp_path, "--dump-dom")
    title = re.search(r"<title>width (\d+), images (\d+), broken (\d+)</title>", seen.stdout)
    assert title is not None, seen.stdout[:500]
    assert int(title[1]) == width
    assert int(title[2]) > 10
    assert int(title[3]) == 0
    picture = tmp_path / f"report-{width}.png"
    shot = browse(tmp_path, f"--window-size={max(width, 600)},{HEIGHT}", f"--screenshot={picture}")
    assert picture.stat().st_size > 100_000
    for run in (seen, shot):
        assert "CONSOLE" not in run.stderr, run.stderr

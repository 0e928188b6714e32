"""In a notebook a picture shows itself, once."""

from pathlib import Path
from typing import Any

import pytest

import recc_mc as rm
from recc_mc import plot
from recc_mc.plot.notebook import ShownFigure
from tests.plot.results import Result

FIRST = """import recc_mc as rm
baseline = rm.load("result.nc")["baseline"]
year = int(baseline["year"][-1])"""
CELLS = {
    "rm.plot.plane(baseline)": 1,
    "kept = rm.plot.plane(baseline)": 0,
    "import matplotlib.pyplot as plt\n_, ax = plt.subplots()\nrm.plot.plane(baseline, ax=ax)": 1,
    "_, ax = plt.subplots()\nfigure = rm.plot.plane(baseline, ax=ax)": 1,
    "figure": 1,
}


@pytest.mark.slow
@pytest.mark.parametrize("magic", ["", "%matplotlib inline\n"])
# What the notebook's own packages say on their way is theirs.
@pytest.mark.filterwarnings("ignore")
def test_every_cell_with_a_picture_shows_one(magic: str, tmp_path: Path, result: Result) -> None:
    client = pytest.importorskip("nbclient", reason="runs a notebook")
    pytest.importorskip("ipykernel", reason="runs a notebook")
    import nbformat

    rm.save(tmp_path / "result.nc", baseline=result.baseline)
    make: Any = nbformat.v4
    sources = [magic + FIRST, *CELLS]
    notebook = make.new_notebook(cells=[make.new_code_cell(source) for source in sources])
    resources = {"metadata": {"path": str(tmp_path)}}
    client.NotebookClient(notebook, timeout=300, resources=resources).execute()
    shown = [
        sum("image/png" in output.get("data", {}) for output in cell["outputs"])
        for cell in notebook["cells"][1:]
    ]
    assert shown == list(CELLS.values())


def test_showing_a_picture_leaves_its_file_as_it_is(result: Result) -> None:
    shown, kept = plot.plane(result.baseline), plot.plane(result.baseline)
    assert isinstance(shown, ShownFigure)
    image, size = shown._repr_png_()
    assert image.startswith(b"\x89PNG")
    width, height = shown.get_size_inches()
    assert size["width"] / size["height"] == pytest.approx(width / height, rel=0.01)
    assert plot.render(shown) == plot.render(kept)

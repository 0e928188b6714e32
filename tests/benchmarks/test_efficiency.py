"""Ways to an answer lead to the same one; seconds to an error are read off rightly."""

import numpy as np
import pytest

from benchmarks import efficiency, ways
from benchmarks.efficiency import seconds_to
from benchmarks.frame import Row
from benchmarks.ways import DECOMPOSING, DRAWING

WORDS = {"SALib": "SALib", "SciPy": "scipy", "OpenTURNS": "openturns", "JAX": "jax"}


def needed(name: str) -> None:
    for word, module in WORDS.items():
        if word in name:
            pytest.importorskip(module)


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow if "JAX" in n else ()) for n in DRAWING]
)
def test_ways_to_a_mean_agree(name: str) -> None:
    needed(name)
    found = DRAWING[name](1024, 3)
    assert found["mean"] == pytest.approx(efficiency.truth("mean"), abs=0.01)
    assert found["probability"] == pytest.approx(efficiency.truth("probability"), abs=0.06)


@pytest.mark.parametrize("name", DECOMPOSING)
def test_ways_to_a_total_order_agree(name: str) -> None:
    needed(name)
    found = np.mean([DECOMPOSING[name](64, seed)["total"] for seed in range(1, 5)])
    assert found == pytest.approx(efficiency.truth("total"), abs=0.2)


def test_sets_of_rows_share_their_noise_but_for_the_independent_one() -> None:
    rows = ways.sequence(32, 1)
    same, again, apart = ways.evaluated([rows, rows, rows], 1, independent=2)
    assert (same == again).all()
    assert (same != apart).all()


@pytest.mark.parametrize(("power", "wanted"), [(0.5, 0.05), (1.0, 0.02), (0.5, 0.001)])
def test_seconds_to_an_error_follow_the_law_of_the_sizes(power: float, wanted: float) -> None:
    sizes = np.array([100, 400, 1600, 6400])
    errors = 2 * sizes**-power
    needed = (2 / wanted) ** (1 / power)
    found = seconds_to(wanted, sizes.tolist(), (0.01 * sizes).tolist(), errors.tolist())
    assert found == pytest.approx(0.01 * needed)


def test_errors_that_do_not_fall_are_no_law() -> None:
    found = seconds_to(0.01, [100, 200], [1.0, 2.0], [0.1, 0.2])
    assert 100 < found < 1e6


def test_a_picture_has_a_line_for_each_way_in_each_panel() -> None:
    more = {"seconds 100": 0.1, "error 100": 0.2, "seconds 400": 0.4, "error 400": 0.1}
    rows = [
        Row(title, name, "seconds", 1.0, more=more)
        for title in efficiency.TITLES.values()
        for name in ("recc_mc, summary", "SALib, NumPy")
    ]
    panels = efficiency.draw(rows).axes
    assert [len(panel.lines) for panel in panels] == [3, 3, 3]
    assert panels[0].lines[0].get_xydata().tolist() == [[0.1, 0.2], [0.4, 0.1]]

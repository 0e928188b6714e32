"""Models of cost find what times were made of; made-up studies have the shape asked for."""

import numpy as np
import pytest

from benchmarks.cost import fit
from benchmarks.made_up import Shape, make_study
from benchmarks.scaling import duration, growth
from recc_mc.study.hierarchy import lineage


def test_a_line_is_found_with_its_residuals() -> None:
    model = fit([1, 10, 100, 1000], [5.0, 14.0, 104.0, 1004.0])
    assert (model.fixed, model.each) == pytest.approx((4.0, 1.0))
    assert model.residual == pytest.approx(0.0, abs=1e-12)
    bent = fit([1, 10, 100, 1000], [5.0, 14.0, 104.0, 2008.0])
    assert 0.2 < bent.residual < 0.6


def test_the_power_is_that_of_the_upper_half() -> None:
    sizes = np.array([1, 10, 100, 1000])
    assert fit(sizes, 3.0 * sizes**1.5).power == pytest.approx(1.5)
    assert fit([5, 10], [1.0, 4.0]).power == pytest.approx(2.0)
    assert fit(sizes, 1000.0 + sizes).power < 0.5


def test_no_cost_is_below_nothing() -> None:
    assert fit([1, 2, 4, 8], [1.0, 3.0, 9.0, 27.0]).fixed == 0.0


def test_a_model_is_told_in_words() -> None:
    row = growth("mines", "summary", "mine", {1: 5e-6, 1001: 1.005e-3})
    assert row.value == pytest.approx(1.0)
    assert row.note.startswith("time = 4 us + 1 us N, residuals up to 0%; as N^0.7")
    assert [duration(t) for t in (2.0, 0.9996, 2e-3, 2e-6, 2e-9, 0.0)] == [
        "2 s",
        "1 s",
        "2 ms",
        "2 us",
        "2 ns",
        "0 ns",
    ]


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_made_up_study_has_its_shape(depth: int) -> None:
    study = make_study(Shape(mines=3, years=2, indicators=32, items=2, depth=depth))
    assert study.panel.values.shape == (3, 2, 32)
    assert {len(lineage(i.criterion)) for i in study.hierarchy.indicators} == {depth}
    sizes = {matrix.size for matrix in study.judgments.matrices}
    assert sizes == {1: {8, 2}, 2: {2, 4}, 3: {2}}[depth]

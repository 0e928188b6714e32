"""Matrices of more than 15 items: their consistency is measured, and by what is said."""

import warnings

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.study.description import describe
from tests.kernels.cases import of_sizes
from tests.kernels.harness import assert_agrees

SAID = (
    'random index "saaty1980" ends at 15 items: that of matrix "support 0" (18) is the "simulated" '
    "one"
)


@pytest.fixture(scope="module")
def large() -> rm.Study:
    return of_sizes((18, 2), (3,)).with_tables(uncertainty_judgments={"sigma": 0.4}).load()


def test_the_random_index_is_named(large: rm.Study, tmp_path) -> None:
    assert f"\n  {SAID}" in describe(large)
    base = rm.evaluate(large)
    assert base.attrs["simulated_random_index"] == SAID
    ratio = (base["lambda_max"][1] - 18) / 17 / 1.6141
    assert base["consistency_ratio"][1].item() == pytest.approx(ratio.item(), rel=1e-9)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rm.load_study(large.save(tmp_path / "s"))
    assert any(SAID in str(one.message) for one in caught)


def test_a_table_that_goes_so_far_is_not_told_of(large: rm.Study) -> None:
    other = large.replace({"method.random_index": "simulated"})
    assert "simulated_random_index" not in rm.evaluate(other).attrs
    assert np.array_equal(
        rm.evaluate(other)["consistency_ratio"][1], rm.evaluate(large)["consistency_ratio"][1]
    )


def test_every_draw_agrees_with_the_reference(large: rm.Study) -> None:
    assert_agrees(large)


def test_thirty_items_are_repaired_and_drawn_again() -> None:
    for policy in ("repair", "reject"):
        errors = {"sigma": 0.6, "consistency": policy, "cr_limit": 0.1}
        assert_agrees(of_sizes((30,), (1,)).with_tables(uncertainty_judgments=errors).load(), 10)

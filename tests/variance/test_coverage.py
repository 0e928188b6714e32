"""How often the intervals of a study's indices hold the truth, over 120 seeds."""

import numpy as np
import pytest

import recc_mc as rm
from tests.strategies import small_study
from tests.test_sensitivity import UNCERTAIN

SEEDS = 120


@pytest.mark.slow
def test_every_cell_that_is_reported_is_covered_as_often_as_it_says() -> None:
    study = small_study(**UNCERTAIN).load()
    orders = ("first_order", "total_order")
    truth = rm.sensitivity(study, samples=2**15, replicates=8, seed=987_654)
    hits, reported = np.zeros((2, len(orders), *truth["first_order"].shape))
    for seed in range(SEEDS):
        parts = rm.sensitivity(study, samples=256, replicates=8, seed=seed)
        for k, name in enumerate(orders):
            defined = parts[name].notnull().values
            apart = np.abs(parts[name].values - truth[name].values)
            inside = apart <= parts[f"{name}_error"].values
            hits[k] += inside & defined
            reported[k] += defined
    # Inert factors are 0 exactly, and always found.
    real = (reported > SEEDS / 2) & (truth["total_order"] != 0).values
    of_cell = np.where(real, hits, 0).sum(axis=2) / np.maximum(
        np.where(real, reported, 0).sum(axis=2), 1
    )
    of_cell = of_cell[real.any(axis=2)]
    assert len(of_cell) > 80
    assert of_cell.min() > 0.9
    assert of_cell.max() < 0.99
    # And some rare classes and ranks are not reported.
    assert (reported == 0).any()

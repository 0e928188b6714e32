"""How AHP and objective weights are combined."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from recc_mc.study import Study
from recc_mc.uncertainty import build_plan
from tests import reference
from tests.kernels.cases import made_of_four, of_sizes
from tests.kernels.harness import run

FloatArray = npt.NDArray[np.float64]


def weights(study: Study) -> dict[str, FloatArray]:
    """Combined, AHP and objective weights of the baseline."""
    plan = build_plan(study, uncertain=False)
    draws = run(study, 1, plan=plan, u=np.empty((0, 1)), kept=True).draws
    return {
        name: getattr(draws, name)[:, 0] for name in ("weight", "weight_ahp", "weight_objective")
    }


def combined(**method: Any) -> tuple[Study, dict[str, FloatArray]]:
    study = made_of_four(method=method).load()
    return study, weights(study)


@pytest.mark.parametrize("objective", ["entropy", "critic", "equal"])
def test_products_are_shares_of_their_sum(objective: str) -> None:
    study, found = combined(combination="multiplicative", objective=objective)
    for system in reference.SYSTEMS:
        own = reference.system_mask(study, system)
        product = found["weight_ahp"][own] * found["weight_objective"][own]
        np.testing.assert_allclose(found["weight"][own], product / product.sum(), rtol=1e-13)


def test_products_with_equal_weights_are_the_other_weights() -> None:
    _, found = combined(combination="multiplicative", objective="equal")
    np.testing.assert_allclose(found["weight"], found["weight_ahp"], rtol=1e-13)


@pytest.mark.parametrize("objective", ["entropy", "sd"])
def test_game_theory_solves_its_equations(objective: str) -> None:
    study, found = combined(combination="game_theory", objective=objective)
    for system in reference.SYSTEMS:
        own = reference.system_mask(study, system)
        one, other = found["weight_ahp"][own], found["weight_objective"][own]
        shares = reference.game_theory_shares(one, other)
        assert sum(shares) == pytest.approx(1)
        np.testing.assert_allclose(
            found["weight"][own], shares[0] * one + shares[1] * other, rtol=1e-13
        )


def test_game_theory_leaves_weights_that_are_the_same() -> None:
    # One indicator: both weights are 1.
    study = of_sizes((1,), (1,)).with_tables(method={"combination": "game_theory"}).load()
    np.testing.assert_array_equal(weights(study)["weight"], 1.0)


def test_the_share_of_the_ahp_does_not_count_where_weights_are_not_linear() -> None:
    for combination in ("multiplicative", "game_theory"):
        one, other = (
            combined(combination=combination, ahp_share=share)[1]["weight"] for share in (0.1, 0.9)
        )
        np.testing.assert_array_equal(one, other)


def test_weights_of_a_system_without_information_are_undefined() -> None:
    rng = np.random.default_rng(2)
    ahp = rng.dirichlet(np.ones(4))
    for combination in ("multiplicative", "game_theory"):
        undefined = np.full(4, np.nan)
        assert np.isnan(reference.combine(ahp, undefined, 0.5, combination)).all()
    none = np.array([0.0, 0, 1, 0])
    assert np.isnan(reference.combine(1 - none, none, 0.5, "multiplicative")).all()

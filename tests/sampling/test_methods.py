"""Known answers of every way of the method on the case study, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.study import Study
from tests import reference
from tests.kernels.cases import of_sizes, with_column

# S, P and C of Bayan Obo, C of Longnan and of Chongzuo in 2019, and whether Weishan comes before
# Pingyuan; by independent NumPy code.
KNOWN = [
    ({}, (0.4188, 0.5253, 1.2543), 0.8467, 0.0860, False),
    ({"ahp_share": 1.0}, (None, None, 1.1303), 0.8561, 0.0785, False),
    ({"ahp_share": 0.0}, (None, None, 1.3742), 0.8353, 0.0938, False),
    ({"objective": "critic"}, (0.4075, 0.4768, 1.1702), 0.8431, 0.0890, False),
    ({"objective": "cv"}, (None, None, 1.2233), 0.8583, 0.0854, False),
    ({"objective": "sd"}, (None, None, 1.2261), 0.8196, 0.0831, True),
    ({"objective": "critic", "ahp_share": 0.0}, (None, None, 1.2111), 0.8296, 0.0977, True),
    ({"objective": "equal", "ahp_share": 0.0}, (None, None, 1.2892), 0.7972, 0.0866, True),
    ({"combination": "multiplicative"}, (0.4258, 0.5016, 1.1779), 0.9865, 0.0951, False),
    ({"combination": "game_theory"}, (0.4184, 0.4907, 1.1726), 0.8956, 0.0827, False),
    ({"aggregation": "topsis"}, (0.4631, 0.5040, 1.0882), 0.9707, 0.0991, False),
    ({"aggregation": "topsis", "ahp_share": 0.0}, (0.5056, 0.5837, 1.1544), 0.9097, 0.1104, False),
]


@pytest.fixture(scope="module")
def case(root: Path) -> Study:
    """The case study, nothing uncertain."""
    return rm.load_study(root / "configs" / "minimal.toml")


def with_method(study: Study, **method: Any) -> Study:
    return study.replace({f"method.{key}": value for key, value in method.items()})


def of_2019(study: Study, **method: Any) -> xr.Dataset:
    return rm.evaluate(with_method(study, **method)).sel(year=2019)


@pytest.mark.parametrize(
    ("method", "bayan_obo", "longnan", "chongzuo", "weishan_first"), KNOWN, ids=lambda v: str(v)
)
def test_indices_of_2019_are_the_known_ones(
    case: Study,
    method: dict[str, Any],
    bayan_obo: tuple[float | None, ...],
    longnan: float,
    chongzuo: float,
    weishan_first: bool,
) -> None:
    found = of_2019(case, **method)
    for name, expected in zip(("support", "pressure", "recc"), bayan_obo, strict=True):
        if expected is not None:
            assert found[name].sel(mine="Bayan Obo").item() == pytest.approx(expected, abs=5e-5)
    recc = found["recc"]
    assert recc.sel(mine="Longnan").item() == pytest.approx(longnan, abs=5e-5)
    assert recc.sel(mine="Chongzuo").item() == pytest.approx(chongzuo, abs=5e-5)
    assert bool(recc.sel(mine="Weishan") > recc.sel(mine="Pingyuan")) == weishan_first
    order = ["Bayan Obo", "Longnan", "Mianning"]
    assert found["rank"].sel(mine=order).values.tolist() == [1, 2, 3]
    assert found["rank"].sel(mine="Chongzuo").item() == 6


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        ("critic", {"S2-2": 0.0793, "S2-4": 0.0705, "S3-4": 0.0486, "P3-3": 0.1022,
                    "P1-3": 0.0710, "P2-2": 0.0682}),
        ("cv", {"S2-4": 0.1096}),
        ("equal", {"S1-1": 1 / 17, "P1-1": 1 / 14}),
    ],
)  # fmt: skip
def test_objective_weights_are_the_known_ones(
    case: Study, objective: str, expected: dict[str, float]
) -> None:
    weights = rm.evaluate(with_method(case, objective=objective))["weight_objective"]
    for name, value in expected.items():
        assert weights.sel(indicator=name).item() == pytest.approx(value, abs=5e-5)


def test_shares_of_game_theory_are_the_known_ones(case: Study) -> None:
    found = rm.evaluate(with_method(case, combination="game_theory"))
    for system, expected in {
        "support": (0.526004, 0.473996), "pressure": (0.789640, 0.210360)
    }.items():  # fmt: skip
        own = found.where(found["indicator_system"] == system, drop=True)
        one, other = own["weight_ahp"].values, own["weight_objective"].values
        assert reference.game_theory_shares(one, other) == pytest.approx(expected, abs=5e-7)
        mixed = expected[0] * one + expected[1] * other
        np.testing.assert_allclose(own["weight"], mixed, atol=1e-6)


def test_contributions_to_pressure_are_shares_of_it(case: Study) -> None:
    found = of_2019(case, obstacle="both")
    criteria = [str(name) for name in found["criterion"].values]
    pressure = [
        name for name in criteria if found["criterion_system"].sel(criterion=name) != "support"
    ]
    known = {
        "Bayan Obo": (0.1074, 0.6409, 0.2518),
        "Longnan": (0.7667, 0.1131, 0.1202),
        "Mianning": (0.0826, 0.5609, 0.3565),
        "Pingyuan": (0.5000, 0.1819, 0.3181),
        "Weishan": (0.1621, 0.2773, 0.5606),
        "Chongzuo": (0.4544, 0.2712, 0.2744),
    }
    for mine, expected in known.items():
        shares = found["obstacle_criterion"].sel(mine=mine, criterion=pressure)
        np.testing.assert_allclose(shares, expected, atol=6e-5)
    degrees = found["obstacle"].sel(mine="Bayan Obo")
    degrees = degrees.where(found["indicator_system"] == "pressure", drop=True).to_series()
    assert list(degrees.nlargest(5).index) == ["P2-2", "P2-3", "P3-6", "P2-1", "P2-4"]
    own = found.where(found["indicator_system"] == "pressure", drop=True)
    parts = own["normalized"] * own["weight"] / found["pressure"]
    np.testing.assert_allclose(own["obstacle"], parts.transpose(*own["obstacle"].dims), rtol=1e-12)


def test_the_entropy_weight_is_there_where_it_is_the_objective(case: Study) -> None:
    found = rm.evaluate(case)
    xr.testing.assert_equal(
        found["weight_entropy"].drop_attrs(), found["weight_objective"].drop_attrs()
    )
    other = rm.evaluate(with_method(case, objective="cv"))
    assert "weight_entropy" not in other
    drawn = case.replace({"uncertainty.method.objective": ["entropy", "cv"]})
    for keep in ("samples", "summary"):
        draws = rm.simulate(drawn, samples=100, seed=1, keep=keep, scheduler="synchronous")
        assert "weight_objective_mean" in draws
        assert "weight_entropy_mean" not in draws
        np.testing.assert_array_equal(draws["weight_entropy_baseline"], found["weight_entropy"])
    assert "weight_objective_mean" in rm.summarize(
        rm.simulate(drawn, samples=100, seed=1, scheduler="synchronous")
    )


def test_draws_of_an_older_result_have_the_entropy_weight_alone(case_study: Study) -> None:
    draws = rm.simulate(case_study, samples=100, seed=1, scheduler="synchronous")
    new = [name for name in draws if str(name).startswith("weight_objective")]
    assert len(new) == 4
    summary = rm.summarize(draws.drop_vars(new))
    xr.testing.assert_equal(summary, rm.summarize(draws).drop_vars(new))


def test_indicators_in_no_conflict_are_refused() -> None:
    files = of_sizes((2,), (1,)).with_tables(method={"objective": "critic"})
    specs = files.indicators
    rising = np.arange(6.0).reshape(3, 2)
    files = with_column(with_column(files, 0, 10 + rising), 1, 5 - specs[1].direction * -2 * rising)
    if specs[0].direction != specs[1].direction:
        files = with_column(files, 1, 50 - 2 * rising)
    with pytest.raises(rm.InputError) as caught:
        rm.evaluate(files.load())
    (problem,) = caught.value.problems
    assert problem.endswith(
        'study.toml: method.objective: "critic" gives no weight: no two indicators of system '
        '"support" are in conflict'
    )


@pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")
def test_products_that_are_all_0_are_refused() -> None:
    # Of two indicators people give weight to one alone, and it is constant.
    indicators = pd.DataFrame(
        {
            "indicator": ["rain", "soil", "dust"],
            "system": ["support", "support", "pressure"],
            "criterion": ["water", "water", "air"],
            "direction": 1,
            "units": "1",
            "long_name": ["Rain", "Soil", "Dust"],
            "weight": [0.0, 1.0, 1.0],
        }
    )
    panel = pd.DataFrame(
        {"mine": list("NOS"), "year": 2012, "rain": [1, 2, 3], "soil": 5, "dust": [2, 1, 5]}
    )
    method = {"weights": "given", "combination": "multiplicative"}
    study = rm.make_study(panel, indicators, None, method=method)
    with pytest.raises(rm.InputError) as caught:
        rm.evaluate(study)
    (problem,) = caught.value.problems
    assert problem.endswith(
        'method.combination: "multiplicative" gives no weight: w w\' is 0 for every indicator of '
        'system "support"'
    )
    # Draws that multiply have no index; those of the other ways have.
    drawn = study.replace({
        "method.combination": "linear",
        "uncertainty.method.combination": ["linear", "multiplicative"],
    })  # fmt: skip
    draws = rm.simulate(drawn, samples=200, seed=1, scheduler="synchronous")
    undefined = draws["support"].isnull()
    assert undefined.any()
    assert not undefined.all()
    assert (undefined == undefined.isel(mine=0, year=0)).all()

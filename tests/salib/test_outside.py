"""What a method cannot attribute is measured, and said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.report.contents import Result
from recc_mc.report.findings import summarise
from recc_mc.results.measures import outside_sentence
from recc_mc.salib import run_salib
from recc_mc.salib.outside import outside_parts, outside_shares
from tests.salib.toys import ALL, ALL_SCALARS
from tests.strategies import small_study

RNG = np.random.default_rng(3)


def test_the_share_is_that_of_a_sum_of_a_column_and_noise() -> None:
    n = 4000
    column, noise, other = RNG.normal(size=(3, n))
    # Var(noise) / Var(column + 2 noise) = 4 / 5, and 0 of the column alone.
    one = np.stack([column + 2 * noise, column])
    two = np.stack([column + 2 * other, column])
    share, error, together, width = outside_shares(one, two, classes=False)
    assert abs(share[0] - 0.8) < 2 * error[0] < 0.1
    assert share[1] == error[1] == 0
    assert abs(together - 4 / 6) < 2 * width


def test_of_classes_it_is_that_of_the_indicators() -> None:
    column, noise, other = RNG.random((3, 4000)) > 0.5
    one, two = ((column * 2 + n)[None].astype(np.int8) for n in (noise, other))
    # Four equal classes: V = 3/4, half of the rows change class.
    share, error, together, _ = outside_shares(one, two, classes=True)
    assert abs(share[0] - (1 / 2) / (3 / 4)) < 2 * error[0] < 0.1
    assert together == pytest.approx(share[0])


def test_undefined_rows_and_constants_have_no_part() -> None:
    one, two = RNG.normal(size=(2, 2, 500))
    one[1], two[1] = 3.0, 3.0
    one[0, 7] = np.nan
    kept = np.delete(np.arange(500), 7)
    share, _, _, _ = outside_shares(one, two, classes=False)
    expected, _, _, _ = outside_shares(one[:, kept], two[:, kept], classes=False)
    assert share[0] == pytest.approx(expected[0])
    assert np.isnan(share[1])


@pytest.mark.parametrize(("method", "samples"), [("rbd_fast", 300), ("fast", 2561)])
def test_a_method_says_what_it_cannot_attribute(method: str, samples: int) -> None:
    study = small_study(years=1, **ALL).load()
    sobol = rm.sensitivity(study, samples=512, replicates=4, seed=1)
    assert (sobol["variance_outside"] == 0).all()
    assert (sobol["variance_outside_aggregate_error"] == 0).all()
    assert "outside" not in sobol.attrs
    with pytest.warns(rm.StudyWarning, match=f"of the variance of C is caused by .* {method}"):
        found = run_salib(study, method, samples=samples, seed=1)
    share = found["variance_outside_aggregate"].sel(output="recc")
    error = found["variance_outside_aggregate_error"].sel(output="recc")
    assert 0 < float(share) < 1
    assert float(error) < 0.3
    assert "data:water 0:cells" in found.attrs["outside"]
    assert outside_sentence(found).startswith(f"{100 * min(float(share), 1):.0f} %")


def test_without_noise_nothing_is_outside() -> None:
    study = small_study(years=1, **ALL_SCALARS).load()
    found = run_salib(study, "rbd_fast", samples=200, seed=1)
    assert outside_parts(study) == ()
    assert (found["variance_outside"] == 0).all()
    assert (found["variance_outside_aggregate"] == 0).all()
    assert outside_sentence(found) == ""


def test_cell_noise_that_is_nearly_everything(tmp_path: Path) -> None:
    # Judgments of one matrix move little; cells of 30 % move a lot.
    tables: dict[str, Any] = {
        "uncertainty_judgments": {"sigma": 0.05},
        "uncertainty_data": {"cv": 0.3},
    }
    study = small_study(**tables).load()
    parts = rm.sensitivity(study, samples=1024, replicates=4, seed=1)
    data = parts["first_order_aggregate"].sel(output="recc", factor="data")
    with pytest.warns(rm.StudyWarning):
        found = run_salib(study, "rbd_fast", samples=2000, seed=1, outputs=["recc"])
    share = found["variance_outside_aggregate"].sel(output="recc")
    assert float(share) > 0.8
    assert abs(float(share) - float(data)) < 0.1
    rm.save(tmp_path / "parts.nc", sensitivity=found)


CASE: dict[str, str] = {
    "study.toml": """
[study]
title = "t"
panel = "panel.csv"
indicators = "indicators.csv"
judgments = "judgments.toml"
[uncertainty.judgments]
distribution = "lognormal"
sigma = 0.2
[uncertainty.data]
cv = 0.05
""",
    "panel.csv": """mine,year,S1,S2,P1,P2
A,2012,10,20,5,1
A,2013,12,22,6,2
B,2012,30,25,9,4
B,2013,28,21,8,3
C,2012,18,40,2,7
C,2013,19,44,3,6
""",
    "indicators.csv": """indicator,system,criterion,direction,units,long_name
S1,support,res,1,1,S1
S2,support,res,1,1,S2
P1,pressure,pol,1,1,P1
P2,pressure,pol,1,1,P2
""",
    "judgments.toml": """
[[matrix]]
name = "res"
items = ["S1", "S2"]
upper = [[1]]
[[matrix]]
name = "pol"
items = ["P1", "P2"]
upper = [[1]]
""",
}


@pytest.fixture(scope="module")
def mostly_noise(tmp_path_factory: pytest.TempPathFactory) -> rm.Study:
    """Judgments of two matrices of one comparison, and nothing but cell noise on the data."""
    folder = tmp_path_factory.mktemp("case")
    for name, text in CASE.items():
        (folder / name).write_text(text)
    return rm.load_study(folder / "study.toml")


def test_sobol_attributes_the_noise_of_cells(mostly_noise: rm.Study) -> None:
    parts = rm.sensitivity(mostly_noise, samples=2048, replicates=8, seed=1)
    last = parts.sel(output="recc", year=2013, factor="data")
    for order in ("first_order", "total_order"):
        assert (last[order] + last[f"{order}_error"] > 0.84).all()
        assert (last[order] - last[f"{order}_error"] < 1.0).all()


def test_report_says_what_another_method_leaves_out(mostly_noise: rm.Study) -> None:
    with pytest.warns(rm.StudyWarning):
        found = run_salib(mostly_noise, "fast", samples=257, seed=1, outputs=["recc"])
    assert float(found["variance_outside"].sel(year=2013).min()) > 0.8
    assert "indices are shares of the variance without it" in found.attrs["method_comment"]
    findings = summarise(Result({"sensitivity": found}, found.attrs))
    texts = " ".join(each.text for some in findings.values() for each in some)
    assert f"{outside_sentence(found)}; the Sobol' method, morris and shapley can." in texts


def test_report_says_nothing_where_nothing_is_left_out() -> None:
    found = run_salib(small_study(years=1, **ALL_SCALARS).load(), "rbd_fast", samples=200, seed=1)
    findings = summarise(Result({"sensitivity": found}, found.attrs))
    texts = " ".join(each.text for some in findings.values() for each in some)
    assert "cannot attribute" not in texts


def test_redraws_of_rejected_matrices_are_outside() -> None:
    # Errors so large that many matrices of three items contradict themselves and are drawn again.
    judgments = {"sigma": 0.6, "consistency": "reject"}
    study = small_study(years=1, uncertainty_judgments=judgments).load()
    assert any(name.endswith(":redraws") for name in outside_parts(study))
    kept = small_study(years=1, uncertainty_judgments={"sigma": 0.6}).load()
    assert outside_parts(kept) == ()
    with pytest.warns(rm.StudyWarning, match="redraws"):
        found = run_salib(study, "rbd_fast", samples=300, seed=1, outputs=["support", "recc"])
    assert (found["variance_outside_aggregate"] > 0).any()

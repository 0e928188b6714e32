"""Sweeps and tolerances in the report."""

from pathlib import Path

import pytest

import recc_mc as rm
from recc_mc.report.document import render_report
from recc_mc.sweeps.words import tolerance_sentences
from tests.report.conftest import uncertain
from tests.report.page import Page


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return uncertain(years=1).load()


def test_a_sweep_is_shown_as_curves_and_tolerances_as_a_table(
    study: rm.Study, tmp_path: Path
) -> None:
    found = rm.tolerance(study, samples=100, seed=1)
    swept = rm.sweep(study, {"uncertainty.data.cv": [0.0, 0.1]}, samples=100, seed=1)
    path = tmp_path / "result.nc"
    rm.save(path, baseline=rm.evaluate(study), sweep=swept, tolerance=found)
    page = Page(render_report(path))
    assert "Other settings, larger errors" in page.text
    assert "Carrying capacity index C against the settings, 2012" in page.text
    assert "Probability of overload against the settings, 2012" in page.text
    # Of S and P there are no statistics in this sweep.
    assert "Support index S against the settings" not in page.text
    assert {"sweep-curves-recc", "sweep-curves-overload"} <= set(page.attributes("figure", "id"))
    assert "How large errors may be" in page.text
    for sentence in tolerance_sentences(found):
        assert page.text.count(sentence) == 2
    frame = page.frame("tolerance.csv")
    assert frame["conclusion"].tolist() == found["conclusion"].values.tolist()


def test_a_file_of_tolerances_alone_is_nothing_to_report(study: rm.Study, tmp_path: Path) -> None:
    path = tmp_path / "result.nc"
    rm.save(path, tolerance=rm.tolerance(study, samples=100, seed=1))
    with pytest.raises(rm.InputError, match="holds nothing to report; expected groups /baseline"):
        render_report(path)

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.report import render_report
from tests.kernels.cases import with_limits
from tests.report.page import Page
from tests.strategies import StudyFiles, small_study

UNCERTAIN = {
    "uncertainty_judgments": {"sigma": 0.2},
    "uncertainty_data": {"cv": 0.05},
    "uncertainty_method": {"ahp_share": {"low": 0.3, "high": 0.7}},
}


def uncertain(mines: int = 3, years: int = 3, **changes: Any) -> StudyFiles:
    """A small study with judgments, data and method uncertain."""
    return replace(small_study(mines=mines, years=years, **UNCERTAIN), **changes)


def save_groups(path: Path, study: rm.Study, *groups: str, samples: int = 400) -> Path:
    """Result file with some of the groups."""
    draws = rm.simulate(study, samples=samples, seed=1)
    made = {
        "baseline": lambda: rm.evaluate(study),
        "samples": lambda: draws,
        "summary": lambda: rm.summarize(draws),
        "sensitivity": lambda: rm.sensitivity(study, samples=64, replicates=2, seed=1),
    }
    rm.save(path, **{group: made[group]() for group in groups})
    return path


ALL = ("baseline", "samples", "summary", "sensitivity")


@pytest.fixture(scope="session")
def small_result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Result of a small study with all groups."""
    path = tmp_path_factory.mktemp("report") / "result.nc"
    beside = {"coupling": {}, "output": {"criterion_scores": True}}
    files = with_limits(uncertain()).with_tables(**beside)
    return save_groups(path, files.load(), *ALL)


@pytest.fixture(scope="session")
def page(small_result: Path) -> Page:
    """Report of that."""
    return Page(render_report(small_result))


@pytest.fixture(scope="session")
def quick_result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Result with a few pictures only, which are drawn quickly."""
    path = tmp_path_factory.mktemp("report") / "quick.nc"
    return save_groups(path, uncertain(years=1).load(), "baseline", "samples")


@pytest.fixture(scope="session")
def case_result(case_study: rm.Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Result of the case study with all groups, of few samples."""
    path = tmp_path_factory.mktemp("report") / "case.nc"
    return save_groups(path, case_study, *ALL, samples=2000)

"""What every test may use."""

import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import recc_mc as rm
from tests.study.project import INDICATORS, JUDGMENTS, PANEL, STUDY, Project

ROOT = Path(__file__).parents[1]

# A kernel's first call compiles it, which no deadline and no data-generation limit should judge.
# Fixed examples keep a failure on one machine a failure on every machine.
settings.register_profile(
    "recc_mc", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("recc_mc")

# Under nohup this signal is ignored, and so it would be by every program that a test starts: a
# program keeps to that, so that tests of a lost connection would wait for its end.
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def root() -> Path:
    """Top folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def case_study() -> rm.Study:
    """The case study as it is run by default."""
    return rm.load_study(ROOT / "configs" / "rare_earth_mines.toml")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Files of a study, ready to be changed."""
    project = Project(tmp_path)
    project.write("study.toml", STUDY)
    project.write("indicators.csv", INDICATORS)
    project.write("panel.csv", PANEL)
    project.write("judgments.toml", JUDGMENTS)
    return project

from pathlib import Path

import pytest

from tests.study.project import INDICATORS, JUDGMENTS, PANEL, STUDY, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.write("study.toml", STUDY)
    project.write("indicators.csv", INDICATORS)
    project.write("panel.csv", PANEL)
    project.write("judgments.toml", JUDGMENTS)
    return project

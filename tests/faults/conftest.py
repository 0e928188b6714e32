from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recc_mc.parts.folder import part_count, parts_folder
from recc_mc.parts.partfile import open_part
from tests.faults.contents import contents
from tests.faults.program import run
from tests.strategies import small_study

BLOCKS = 40
SAMPLES = BLOCKS * 1024 - 300
ARGUMENTS = ("simulate", "study.toml", "-o", "out.nc", "--quiet")


@pytest.fixture(scope="session")
def text() -> dict[str, str]:
    """The files of a study of 40 blocks."""
    return small_study(
        mines=5,
        years=4,
        uncertainty_judgments={"sigma": 0.3},
        uncertainty_data={"cv": 0.2, "systematic_cv": 0.1},
        simulation={"samples": SAMPLES, "seed": 1},
        run={"chunk": 1024},
    ).texts()


@pytest.fixture
def folder(text: dict[str, str], tmp_path: Path) -> Path:
    """A folder with the study in it."""
    write_study(text, tmp_path)
    return tmp_path


def write_study(text: dict[str, str], folder: Path) -> None:
    for name, content in text.items():
        (folder / name).write_text(content, encoding="utf-8")


@pytest.fixture(scope="session")
def undisturbed(
    text: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, Any]]:
    """What the file of a run that nothing disturbs says, by what it keeps."""
    found: dict[str, dict[str, Any]] = {}

    def find(keep: str) -> dict[str, Any]:
        if keep not in found:
            folder = tmp_path_factory.mktemp("undisturbed")
            write_study(text, folder)
            assert run(*ARGUMENTS, "--keep", keep, folder=folder)[0] == 0
            found[keep] = contents(folder / "out.nc")
        return found[keep]

    return find


def assert_nothing_looks_complete(output: Path) -> int:
    """Neither the output is there nor a part that is not whole; how many parts are there."""
    assert not output.exists()
    folder = parts_folder(output)
    for part in folder.glob("*.part"):
        open_part(part).verify()
    return part_count(folder)


def assert_complete(output: Path, expected: dict[str, Any]) -> None:
    """The output is what it should be, and all that is left."""
    assert contents(output) == expected
    assert not parts_folder(output).exists()

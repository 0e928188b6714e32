"""The folder of parts: where it is, and that nothing else is ever touched."""

from pathlib import Path

import pytest

from recc_mc.errors import InputError
from recc_mc.parts import folder as folders

WRITTEN = {
    folders.MANIFEST,
    folders.EDGES,
    folders.RESULT,
    folders.LOCK,
    "shard-3.lock",
    "setup.lock",
    "block-0000007.part",
    "block-0000008.part.0a1b2c3d.tmp",
    ".result.nc.0a1b2c3d.tmp",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "out.nc.parts"
    folder.mkdir()
    for name in WRITTEN:
        (folder / name).write_text(name)
    return folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_folder_stands_beside_the_file_that_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "out.nc").symlink_to(tmp_path / "far" / "away.nc")
    found = folders.parts_folder(tmp_path / "out.nc")
    assert found == tmp_path / "far" / "away.nc.parts"


def test_parts_are_counted(folder: Path) -> None:
    (folder / "block-0000009.part").write_text("")
    assert folders.part_count(folder) == 2
    assert folders.part_count(folder / "missing") == 0
    assert folders.part_path(folder, 7).is_file()


def test_a_folder_that_runs_have_written_may_be_used(folder: Path, tmp_path: Path) -> None:
    folders.check_folder(folder)
    folders.check_folder(tmp_path / "missing")


def test_a_folder_of_somebody_else_may_not(folder: Path) -> None:
    (folder / "thesis.doc").write_text("")
    with pytest.raises(InputError, match=r"parts: holds thesis\.doc, which is no part of a run$"):
        folders.check_folder(folder)


def test_a_file_may_not(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(InputError, match="is a file, expected the folder of a run"):
        folders.check_folder(tmp_path / "a")


def test_what_was_written_is_removed_but_the_lock(folder: Path) -> None:
    folders.clear(folder, *folders.SCRATCH)
    scratch = {folders.RESULT, "block-0000008.part.0a1b2c3d.tmp", ".result.nc.0a1b2c3d.tmp"}
    assert names(folder) == WRITTEN - scratch
    folders.clear(folder)
    assert names(folder) == {folders.LOCK}


def test_the_whole_folder_is_removed(folder: Path) -> None:
    folders.remove(folder)
    assert not folder.exists()


def test_what_nobody_wrote_is_not_removed(folder: Path) -> None:
    (folder / "thesis.doc").write_text("precious")
    folders.remove(folder)
    assert names(folder) == {"thesis.doc"}

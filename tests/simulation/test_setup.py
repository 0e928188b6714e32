"""How a run begins: its settings, and whether earlier parts are its own."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.errors import InputError, StudyWarning
from recc_mc.parts.folder import EDGES, MANIFEST, part_path
from recc_mc.parts.manifest import Asked, Manifest, RunSettings
from recc_mc.simulation import simulated
from recc_mc.simulation.settings import STEP, blocks_of
from recc_mc.simulation.setup import Request, Shard, read_setup, set_up
from recc_mc.summary.quantiles import find_edges
from recc_mc.summary.sketch import Edges
from recc_mc.uncertainty.compiled import CompiledStudy
from tests.strategies import small_study

NOTHING = Asked()
RUN = {"simulation": {"samples": 5000, "seed": 3}, "run": {"chunk": 2000}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "out.nc.parts"
    folder.mkdir()
    return folder


def study(**tables: Any) -> rm.Study:
    return small_study(**{**RUN, "uncertainty_data": {"cv": 0.1}, **tables}).load()


def begin(
    folder: Path, asked: Asked = NOTHING, of: rm.Study | None = None, **request: Any
) -> tuple[Manifest, Edges | None]:
    of = of or study()
    return set_up(of, CompiledStudy.of(of), folder, Request(asked, **request))


def interrupted(folder: Path, asked: Asked = NOTHING, of: rm.Study | None = None) -> Manifest:
    """A run of which a block is there."""
    manifest, _ = begin(folder, asked, of)
    part_path(folder, 0).write_text("a part")
    return manifest


def test_the_study_decides_what_no_option_says(folder: Path) -> None:
    manifest, edges = begin(folder)
    # Whole units of 1024.
    assert manifest.settings == RunSettings(5000, 3, "samples", 2048, None)
    assert (manifest.asked, edges) == (Asked(), None)
    assert read_setup(folder) == (manifest, None)
    assert [
        block.samples for block in blocks_of(CompiledStudy.of(study()).plan, manifest.settings)
    ] == [
        2048,
        2048,
        904,
    ]


def test_options_take_the_place_of_settings(folder: Path) -> None:
    asked = Asked(samples=10, seed=0, keep="samples", chunk=1)
    assert begin(folder, asked)[0].settings == RunSettings(10, 0, "samples", 1024, None)


def test_a_resumed_run_repeats_its_options(folder: Path) -> None:
    asked = Asked(samples=4000, seed=0, chunk=1024)
    before = interrupted(folder, asked)
    assert begin(folder, resume=True)[0] == before
    more = begin(folder, Asked(samples=6000), resume=True)[0]
    assert more.settings == before.settings._replace(samples=6000)
    assert read_setup(folder)[0] == more


def test_a_seed_that_was_drawn_is_kept(folder: Path) -> None:
    undecided = study(simulation={"samples": 5000})
    drawn = interrupted(folder, of=undecided).settings.seed
    assert begin(folder, of=undecided, resume=True)[0].settings.seed == drawn
    with pytest.raises(InputError, match=rf"seed: {drawn} in the parts, 3 asked for"):
        begin(folder, resume=True)


def test_another_chunk_in_the_study_is_no_reason_to_refuse(folder: Path) -> None:
    before = interrupted(folder)
    again = begin(folder, of=study(run={"chunk": 4000}), resume=True)[0]
    assert again.settings == before.settings
    with pytest.raises(InputError, match="chunk: 2048 in the parts, 4096 asked for"):
        begin(folder, Asked(chunk=4000), resume=True)


def test_parts_of_another_run_are_refused_with_every_difference(folder: Path) -> None:
    interrupted(folder)
    with pytest.raises(InputError) as caught:
        begin(folder, Asked(seed=4, samples=10), of=study(method={"ahp_share": 0.1}), resume=True)
    assert caught.value.problems == (
        f"{folder}: samples: 5000 in the parts, 10 asked for",
        f"{folder}: seed: 3 in the parts, 4 asked for",
        f"{folder}: method.ahp_share: not set in the parts, 0.1 asked for",
        f"{folder}: these parts are of another run; use --force to start over",
    )
    assert part_path(folder, 0).is_file()


def test_an_interrupted_run_is_neither_continued_nor_lost_unasked(folder: Path) -> None:
    interrupted(folder)
    with pytest.raises(InputError) as caught:
        begin(folder)
    assert str(caught.value) == (
        f"{folder}: an interrupted run has left blocks here; use --resume to continue it or "
        "--force to start over"
    )
    manifest, _ = begin(folder, Asked(seed=9), overwrite=True)
    assert (manifest.settings.seed, manifest.overwrite) == (9, True)
    assert not part_path(folder, 0).exists()


def test_a_run_that_was_killed_before_its_first_block_is_in_nobodys_way(folder: Path) -> None:
    begin(folder, Asked(seed=9))
    assert begin(folder)[0].settings.seed == 3


def test_leave_to_replace_a_file_is_kept(folder: Path) -> None:
    begin(folder, overwrite=True)
    part_path(folder, 0).write_text("a part")
    assert begin(folder, resume=True)[0].overwrite


def test_a_damaged_manifest_is_written_anew(folder: Path) -> None:
    before = interrupted(folder)
    (folder / MANIFEST).write_text("{")
    with pytest.warns(StudyWarning, match="the manifest is damaged"):
        assert begin(folder, resume=True)[0] == before
    assert read_setup(folder)[0] == before


# --- sketches ------------------------------------------------------------------------------------


def summary(folder: Path, **request: Any) -> tuple[Manifest, Edges]:
    manifest, edges = begin(folder, Asked(keep="summary"), **request)
    assert edges is not None
    return manifest, edges


def assert_same(one: Edges, other: Edges) -> None:
    for left, right in zip(one, other, strict=True):
        np.testing.assert_array_equal(left, right)


def test_bins_are_found_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest, edges = summary(folder)
    assert_same(edges, find_edges(CompiledStudy.of(study()), 3, 5000))
    part_path(folder, 0).write_text("a part")
    # Another machine might round differently.
    monkeypatch.setattr(simulated, "find_edges", None)
    again, kept = summary(folder, resume=True)
    assert again == manifest
    assert_same(kept, edges)


def test_damaged_bins_are_found_anew(folder: Path) -> None:
    manifest, edges = summary(folder)
    part_path(folder, 0).write_text("a part")
    (folder / EDGES).write_bytes((folder / EDGES).read_bytes()[:-1])
    assert read_setup(folder) == (None, None)
    with pytest.warns(StudyWarning, match="the manifest is damaged"):
        again, found = summary(folder, resume=True)
    assert again == manifest
    assert_same(found, edges)


# --- runs with a bound, shards -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chunk", "expected"), [(1, 1024), (3000, 2048), (16_384, 16_384), (10**6, 16_384)]
)
def test_blocks_of_a_run_with_a_bound_divide_its_steps(
    folder: Path, chunk: int, expected: int
) -> None:
    settings = begin(folder, Asked(chunk=chunk, until=0.01))[0].settings
    assert settings.chunk == expected
    assert STEP % expected == 0


def test_shards_agree_with_the_first_one(folder: Path) -> None:
    first, _ = begin(folder, shard=Shard(2, 3))
    part_path(folder, 1).write_text("a part")
    assert first.shards == 3
    again, _ = begin(folder, of=study(run={"chunk": 1}), shard=Shard(1, 3))
    assert (again.settings, again.run) == (first.settings, first.run)
    with pytest.raises(InputError) as caught:
        begin(folder, Asked(samples=6000), shard=Shard(1, 4))
    assert caught.value.problems == (
        f"{folder}: samples: 5000 in the parts, 6000 asked for",
        f"{folder}: shards: 3 in the parts, 4 asked for",
        f"{folder}: these parts are of another run; remove the folder to start over",
    )


def test_a_single_process_may_finish_what_shards_began(folder: Path) -> None:
    first, _ = begin(folder, shard=Shard(2, 3))
    part_path(folder, 1).write_text("a part")
    assert begin(folder, resume=True)[0] == first


def test_a_shard_leaves_alone_what_others_are_writing(folder: Path) -> None:
    begin(folder, shard=Shard(2, 3))
    writing = folder / "block-0000001.part.0a1b2c3d.tmp"
    writing.write_text("half of it")
    begin(folder, shard=Shard(1, 3))
    assert writing.exists()
    begin(folder, resume=True)
    assert not writing.exists()

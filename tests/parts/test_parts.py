"""Parts come back as they were written, and only those of the run."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import recc_mc as rm
from recc_mc.errors import StudyWarning
from recc_mc.parts.manifest import Asked, RunSettings, manifest_of
from recc_mc.parts.partfile import DamagedPartError
from recc_mc.parts.parts import Parts, flat
from recc_mc.sampling.draws import compute_block, empty_draws
from recc_mc.summary.family import Sizes
from recc_mc.summary.quantiles import find_edges
from recc_mc.summary.tally import compute_tally, empty_tally
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import Block, cut
from tests.baselines import made_up_baseline
from tests.strategies import small_study

BLOCKS = cut(3000, 1024, 1024)


@pytest.fixture(scope="module")
def study() -> rm.Study:
    tables = {"uncertainty_judgments": {"sigma": 0.3}, "uncertainty_data": {"cv": 0.2}}
    return small_study(**tables).load()


@pytest.fixture(scope="module")
def model(study: rm.Study) -> CompiledStudy:
    return CompiledStudy.of(study)


def make(study: rm.Study, folder: Path, seed: int = 1) -> Parts:
    settings = RunSettings(3000, seed, "samples", 1024, None)
    manifest = manifest_of(study, settings, Asked(), unit=1024, shards=None, overwrite=False)
    return Parts(folder, manifest)


@pytest.fixture
def parts(study: rm.Study, tmp_path: Path) -> Parts:
    return make(study, tmp_path)


def assert_same(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    assert type(one) is type(other)
    for (name, left), (same, right) in zip(flat(one), flat(other), strict=True):
        assert (name, left.dtype, left.shape) == (same, right.dtype, right.shape)
        np.testing.assert_array_equal(left, right)


def test_draws_come_back(parts: Parts, model: CompiledStudy) -> None:
    pattern = empty_draws(model.plan, 0)
    # The last block is padded, and its arrays are parts of larger ones.
    for block in (BLOCKS[0], BLOCKS[-1]):
        draws = compute_block(model, 1, block)
        parts.write(block, draws)
        assert_same(parts.read(block, pattern), draws)
    assert len(parts) == 2


def test_tallies_come_back(parts: Parts, model: CompiledStudy) -> None:
    edges = find_edges(model, 1, 3000)
    tally = compute_tally(model, 1, edges, made_up_baseline(model.plan), True, BLOCKS[1])
    parts.write(BLOCKS[1], tally)
    pattern = empty_tally(Sizes.of(model.plan, edges, compared=True), 0)
    found = parts.read(BLOCKS[1], pattern)
    assert_same(found, tally)
    assert type(found.samples) is int


@pytest.fixture
def written(parts: Parts, model: CompiledStudy) -> Parts:
    for block in BLOCKS:
        parts.write(block, compute_block(model, 1, block))
    return parts


def test_parts_of_other_blocks_or_runs_are_not_taken(
    written: Parts, study: rm.Study, tmp_path: Path
) -> None:
    others = [
        (written, Block(0, 0, 500)),
        (written, Block(0, 1024, 1024)),
        (make(study, tmp_path, seed=2), BLOCKS[0]),
        (Parts(tmp_path, replace(written.manifest, version="0.0.1")), BLOCKS[0]),
    ]
    for parts, block in others:
        with pytest.raises(DamagedPartError, match="another block or run"):
            parts.open(block)


def expected(parts: Parts, *blocks: Block) -> Iterator[str]:
    """Names of the files that are warned of, in their order."""
    with pytest.warns(StudyWarning) as caught:
        found = list(parts.intact(BLOCKS))
    assert found == list(blocks)
    for warning in caught:
        yield str(warning.message)


def test_what_is_intact_is_told_from_what_is_not(written: Parts) -> None:
    assert list(written.intact(BLOCKS)) == list(BLOCKS)
    first, second, third = (written.path(block) for block in BLOCKS)
    first.unlink()
    content = bytearray(second.read_bytes())
    content[len(content) // 3] ^= 1
    second.write_bytes(content)
    third.write_bytes(third.read_bytes()[:1000])
    # What is not there is nothing to wonder at.
    assert list(expected(written)) == [
        f"{second}: its checksum is wrong; not used",
        f"{third}: it is truncated; not used",
    ]


def is_intact(parts: Parts, block: Block) -> bool:
    try:
        parts.open(block).verify()
    except DamagedPartError:
        return False
    return True


def test_damage_at_any_place_is_found(written: Parts, model: CompiledStudy) -> None:
    pattern = empty_draws(model.plan, 0)
    path = written.path(BLOCKS[1])
    content, draws = path.read_bytes(), written.read(BLOCKS[1], pattern)
    rng = np.random.default_rng(1)
    harmless = 0
    for position in rng.integers(0, len(content), 200):
        changed = bytearray(content)
        changed[position] ^= 1 << int(rng.integers(8))
        path.write_bytes(changed)
        # Of the container some bytes mean nothing, such as those of a date.
        if is_intact(written, BLOCKS[1]):
            assert_same(written.read(BLOCKS[1], pattern), draws)
            harmless += 1
        else:
            assert len(list(expected(written, BLOCKS[0], BLOCKS[2]))) == 1
    assert harmless <= 3

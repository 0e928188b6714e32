"""Draws read from parts are those in memory."""

import os
from typing import Any

import dask
import numpy as np
import pytest
from dask.base import compute

import recc_mc as rm
from recc_mc.parts.manifest import Asked, RunSettings, manifest_of
from recc_mc.parts.memory import Memory
from recc_mc.parts.parts import Parts
from recc_mc.parts.stored import StoredVariable, stored_draws
from recc_mc.sampling.draws import PER_SAMPLE, compute_block, drawn_pattern
from recc_mc.summary.obstacles import Obstacles
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.blocks import cut
from tests.strategies import small_study

SAMPLES = 30 * 1024 + 100
BLOCKS = cut(SAMPLES, 1024, 1024)


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return small_study(uncertainty_data={"cv": 0.2}).load()


@pytest.fixture(scope="module")
def model(study: rm.Study) -> CompiledStudy:
    return CompiledStudy.of(study)


@pytest.fixture(scope="module")
def parts(study: rm.Study, model: CompiledStudy, tmp_path_factory: pytest.TempPathFactory) -> Parts:
    settings = RunSettings(SAMPLES, 1, "samples", 1024, None)
    manifest = manifest_of(study, settings, Asked(), unit=1024, shards=None, overwrite=False)
    parts = Parts(tmp_path_factory.mktemp("parts"), manifest)
    for block in BLOCKS:
        parts.write(block, compute_block(model, 1, block))
    return parts


@pytest.fixture(scope="module")
def expected(model: CompiledStudy) -> dict[str, Any]:
    memory = Memory(model.plan, SAMPLES)
    for block in BLOCKS:
        memory.write(block, compute_block(model, 1, block))
    arrays, totals = memory.draws()
    return arrays | flat(totals)


def flat(totals: Obstacles) -> dict[str, Any]:
    return {**totals.degree._asdict(), "top5": totals.top5}


def test_stored_draws_are_those_in_memory(
    model: CompiledStudy, parts: Parts, expected: dict[str, Any]
) -> None:
    arrays, totals = stored_draws(model.plan, parts, BLOCKS)
    assert tuple(arrays) == PER_SAMPLE
    found = arrays | flat(totals)
    for name, array in expected.items():
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
        np.testing.assert_array_equal(np.asarray(found[name]), array)


def test_any_part_of_them_can_be_had(
    model: CompiledStudy, parts: Parts, expected: dict[str, Any]
) -> None:
    arrays, _ = stored_draws(model.plan, parts, BLOCKS)
    for index in (
        (slice(None), slice(1, None), slice(1000, 5000)),
        (slice(1, 2), slice(None), slice(2047, 2049)),
        (slice(None), slice(0, 2), slice(0, None, 700)),
        (2, 1, 30_000),
    ):
        part, whole = arrays["recc"][index], expected["recc"][index]
        np.testing.assert_array_equal(part.compute(), whole)


def test_no_file_stays_open(model: CompiledStudy, parts: Parts) -> None:
    arrays, _ = stored_draws(model.plan, parts, BLOCKS)
    # A study of a million samples has more parts than a process may have open files.
    before = len(os.listdir("/proc/self/fd"))
    stored = StoredVariable(drawn_pattern(model.plan)["recc"], parts, BLOCKS, "recc")
    blocks = [stored[:, :, block.first : block.first + 5] for block in BLOCKS]
    assert len(os.listdir("/proc/self/fd")) == before
    assert blocks[0].base is None
    with dask.config.set(scheduler="synchronous"):
        held = compute(*(arrays["recc"].blocks[0, 0, k] for k in range(len(BLOCKS))))
    assert len(held) == len(BLOCKS)
    assert len(os.listdir("/proc/self/fd")) == before

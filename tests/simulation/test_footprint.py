"""Estimates of memory: of the right size, and honoured."""

import subprocess
import sys
from pathlib import Path

import dask.config
import pytest

import recc_mc as rm
from recc_mc.parts.manifest import Asked
from recc_mc.simulation import footprint as footprints
from recc_mc.simulation.footprint import (
    Crew,
    crew,
    footprint,
    largest_chunk,
)
from recc_mc.simulation.setup import Request, set_up
from recc_mc.simulation.simulated import Simulated
from recc_mc.uncertainty.compiled import CompiledStudy
from recc_mc.workers.placement import Placement
from tests.strategies import small_study

MIB = 2**20


@pytest.fixture(scope="module")
def study() -> rm.Study:
    tables = {"uncertainty_judgments": {"sigma": 0.3}, "uncertainty_data": {"mine_cv": 0.2}}
    return small_study(mines=20, years=10, simulation={"seed": 1}, **tables).load()


@pytest.fixture(scope="module")
def model(study: rm.Study) -> CompiledStudy:
    return CompiledStudy.of(study)


@pytest.mark.parametrize(
    ("placement", "expected"),
    [
        (Placement("synchronous"), Crew(1, 0)),
        (Placement("threads"), Crew(3, 0)),
        (Placement("threads", workers=5), Crew(5, 0)),
        (Placement("processes", workers=4), Crew(4, 4)),
        (Placement("processes", workers=4, threads_per_worker=2), Crew(8, 4)),
        (Placement("tcp://far:8786"), None),
        (Placement("slurm", workers=4), None),
    ],
)
def test_who_computes_on_this_machine(placement: Placement, expected: Crew | None) -> None:
    with dask.config.set(num_workers=3):
        assert crew(placement) == expected


def estimate(
    study: rm.Study, model: CompiledStudy, folder: Path, asked: Asked, workers: Crew
) -> int:
    manifest, edges = set_up(study, model, folder, Request(asked))
    return footprint(Simulated(study, model, manifest.settings, edges), workers)


def test_draws_of_all_blocks_in_work_count(
    study: rm.Study, model: CompiledStudy, tmp_path: Path
) -> None:
    def of(chunk: int, threads: int) -> int:
        asked = Asked(chunk=chunk)
        return estimate(study, model, tmp_path, asked, Crew(threads, 0)) - 350 * MIB

    # 200 mine-years, each of three floats, two classes and a rank.
    draws = 200 * (3 * 8 + 2 + 2) * 8192
    assert 3 * draws < of(8192, 1) < 5 * draws
    assert of(16_384, 1) == pytest.approx(2 * of(8192, 1), rel=0.01)
    assert 5 * draws < of(8192, 2) < 8 * draws


def test_tallies_take_the_same_for_more_samples(
    study: rm.Study, model: CompiledStudy, tmp_path: Path
) -> None:
    sizes = [
        estimate(study, model, tmp_path, Asked(n, keep="summary", chunk=8192), Crew(2, 0))
        for n in (10**5, 10**7)
    ]
    assert sizes[0] == sizes[1]
    assert sizes[0] > 8 * 3 * 200 * 2048 * 8


def test_the_memory_decides_how_large_blocks_may_be(
    model: CompiledStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for free in (1000 * MIB, 8000 * MIB):
        monkeypatch.setattr(footprints, "available_memory", lambda free=free: free)
        chunk = largest_chunk(model, Crew(2, 0))
        draws = 200 * (3 * 8 + 2 + 2) * chunk
        assert 3 * draws < free / 2 - 350 * MIB < 8 * draws
    monkeypatch.setattr(footprints, "available_memory", lambda: 10)
    assert largest_chunk(model, Crew(2, 0)) == 1


def test_blocks_are_cut_to_the_memory_unless_a_chunk_is_asked_for(
    study: rm.Study, model: CompiledStudy, tmp_path: Path
) -> None:
    def chunk(asked: Asked, most: int | None) -> int:
        return set_up(study, model, tmp_path, Request(asked), most)[0].settings.chunk

    assert chunk(Asked(), None) == chunk(Asked(), 10**6) == 16_384
    assert chunk(Asked(), 3000) == 3072
    assert chunk(Asked(chunk=8192), 3000) == 8192
    # Draws that are tallied are never in memory all at once.
    assert chunk(Asked(keep="summary"), 3000) == 16_384


PROBE = """
import re, sys
from pathlib import Path
from recc_mc import load_study
from recc_mc.simulation.runs import produce
from recc_mc.parts.manifest import Asked
from recc_mc.workers.placement import Placement
from recc_mc.simulation.setup import Request, Shard
asked = Asked(samples=100_000, keep=sys.argv[2], chunk=16_384)
place = Placement("threads", workers=2)
produce(load_study(sys.argv[1]), "out.nc", Request(asked, shard=Shard(1, 1)), placement=place)
# Not what getrusage says, which is no less than the parent had when it started this process.
print(1024 * int(re.search("VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("keep", ["samples", "summary"])
def test_a_run_takes_no_more_than_was_said(
    model: CompiledStudy, study: rm.Study, tmp_path: Path, keep: str
) -> None:
    files = small_study(
        mines=20,
        years=10,
        simulation={"seed": 1},
        uncertainty_judgments={"sigma": 0.3},
        uncertainty_data={"mine_cv": 0.2},
    )
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(files.write(tmp_path)), keep],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    (tmp_path / "x").mkdir()
    asked = Asked(keep=keep, samples=100_000, chunk=16_384)
    said = estimate(study, model, tmp_path / "x", asked, Crew(2, 0))
    assert 0.5 * said < int(done.stdout) < said

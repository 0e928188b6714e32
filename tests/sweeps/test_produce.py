"""Sweeps to a file: what is kept of them, and how they go on."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.machine.stopping import RunStopped, Stop
from recc_mc.sweeps import gathering
from recc_mc.sweeps.axes import axes_of
from recc_mc.sweeps.kept import may_replace, sweep_folder
from recc_mc.sweeps.produce import produce_sweep
from recc_mc.workers.placement import Placement
from tests.strategies import small_study

CV = "uncertainty.data.cv"
VALUES = [0.0, 0.05, 0.1, 0.2]
NOTHING = {"samples": None, "seed": None, "chunk": None, "outputs": None}


class Sweeps:
    """Sweeps of one study to one file, and how many points each of them computed."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.study = small_study(
            uncertainty={"judgments": {"sigma": 0.2}, "data": {"cv": 0.1}}
        ).load()
        self.output = folder / "out.nc"
        self.computed = 0
        self.stop_after: int | None = None
        self.said: list[str] = []
        self._compute = gathering.compute_points
        monkeypatch.setattr(gathering, "compute_points", self._counted)

    @property
    def folder(self) -> Path:
        return sweep_folder(self.output)

    def _counted(self, points: Any, run: Any, stop: Stop) -> Iterator[Any]:
        for number, found in self._compute(points, run, stop):
            if self.computed == self.stop_after:
                raise RunStopped("stopped")
            self.computed += 1
            yield number, found

    def run(
        self, values: list[float] | None = None, *, resume: bool = False, force: bool = False,
        study: rm.Study | None = None, **asked: Any,
    ) -> xr.Dataset:  # fmt: skip
        self.computed = 0
        return produce_sweep(
            study or self.study,
            axes_of({CV: VALUES if values is None else values}),
            self.output,
            asked={**NOTHING, "samples": 500, **asked},
            placement=Placement("synchronous"),
            resume=resume,
            overwrite=force,
            write=lambda swept: rm.save(self.output, sweep=swept, overwrite=force or resume),
            say=self.said.append,
        )

    def interrupted(self, after: int = 2) -> str:
        self.stop_after = after
        with pytest.raises(RunStopped) as caught:
            self.run(seed=5)
        self.stop_after = None
        return str(caught.value)


@pytest.fixture
def sweeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sweeps:
    return Sweeps(tmp_path, monkeypatch)


def test_a_sweep_to_a_file_is_the_one_in_memory_and_leaves_nothing_else(sweeps: Sweeps) -> None:
    found = sweeps.run(seed=5)
    xr.testing.assert_identical(found, rm.sweep(sweeps.study, {CV: VALUES}, samples=500, seed=5))
    assert os.listdir(sweeps.output.parent) == ["out.nc"]


def test_a_stopped_sweep_goes_on_with_its_points_and_its_seed(sweeps: Sweeps) -> None:
    assert sweeps.interrupted() == f"stopped; 2 points are kept in {sweeps.folder}"
    assert not sweeps.output.exists()
    found = sweeps.run(resume=True)
    assert sweeps.computed == 2
    assert sweeps.said == ["resumed: 2 of 4 points are there"]
    xr.testing.assert_identical(found, rm.sweep(sweeps.study, {CV: VALUES}, samples=500, seed=5))
    assert not sweeps.folder.exists()


def test_points_are_found_again_among_more_values(sweeps: Sweeps) -> None:
    sweeps.interrupted()
    values = [0.3, *VALUES[::-1]]
    found = sweeps.run(values, resume=True)
    assert sweeps.computed == 3
    xr.testing.assert_identical(found, rm.sweep(sweeps.study, {CV: values}, samples=500, seed=5))


def test_a_damaged_point_is_computed_again(sweeps: Sweeps) -> None:
    sweeps.interrupted()
    part = sorted(sweeps.folder.glob("block-*.part"))[0]
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    with pytest.warns(rm.StudyWarning, match=r"block-\d+\.part: its checksum is wrong; not used"):
        found = sweeps.run(resume=True, seed=5)
    assert sweeps.computed == 3
    xr.testing.assert_identical(found, rm.sweep(sweeps.study, {CV: VALUES}, samples=500, seed=5))


def test_points_of_an_earlier_run_are_not_passed_over(sweeps: Sweeps) -> None:
    sweeps.interrupted()
    with pytest.raises(rm.InputError) as caught:
        sweeps.run(seed=5)
    assert str(caught.value) == (
        f"{sweeps.folder}: an interrupted sweep has left points here; use --resume to continue it "
        "or --force to start over"
    )
    sweeps.run(force=True, seed=5)
    assert sweeps.computed == 4


def test_points_of_other_settings_are_refused_and_kept(sweeps: Sweeps) -> None:
    sweeps.interrupted()
    with pytest.raises(rm.InputError) as caught:
        sweeps.run(resume=True, seed=6, samples=700)
    assert [problem.partition(": ")[2] for problem in caught.value.problems] == [
        "samples: 500 in the parts, 700 asked for",
        "seed: 5 in the parts, 6 asked for",
        "these points are of another run; use --force to start over",
    ]
    sweeps.run(resume=True)
    assert sweeps.computed == 2


def test_points_of_another_study_are_of_no_use(sweeps: Sweeps) -> None:
    sweeps.interrupted()
    other = sweeps.study.replace({"uncertainty.judgments.sigma": 0.4})
    found = sweeps.run(resume=True, study=other)
    assert sweeps.computed == 4
    xr.testing.assert_identical(found, rm.sweep(other, {CV: VALUES}, samples=500, seed=5))


def test_a_run_that_replaces_a_result_may_do_so_when_it_goes_on(sweeps: Sweeps) -> None:
    assert not may_replace(sweeps.output)
    sweeps.interrupted()
    assert not may_replace(sweeps.output)
    sweeps.stop_after = 1
    with pytest.raises(RunStopped):
        sweeps.run(force=True, seed=6)
    assert may_replace(sweeps.output)
    sweeps.stop_after = None
    sweeps.run(resume=True)
    assert sweeps.computed == 3
    assert not sweeps.folder.exists()


def test_what_goes_wrong_at_the_start_leaves_no_folder(sweeps: Sweeps) -> None:
    with pytest.raises(rm.InputError):
        sweeps.run([-1.0])
    assert os.listdir(sweeps.output.parent) == []

"""What is said of a run before it begins, and what is refused."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.errors import InputError, RunError
from recc_mc.machine.stopping import RunStopped, Stop
from recc_mc.parts.folder import PREFIX, part_numbers, parts_folder
from recc_mc.parts.manifest import Asked
from recc_mc.simulation import forecast, job
from recc_mc.simulation.runs import produce
from recc_mc.simulation.setup import Request, Shard
from recc_mc.workers.blocks import Block
from recc_mc.workers.placement import Placement
from tests.faults.contents import contents
from tests.faults.program import Program, run
from tests.strategies import small_study

HERE = Placement("threads", workers=2)
SAMPLES = 40 * 1024
GIB = 2**30


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return small_study(
        uncertainty_judgments={"sigma": 0.3},
        uncertainty_data={"cv": 0.2},
        simulation={"samples": SAMPLES, "seed": 1},
        run={"chunk": 2048},
    ).load()


def foreseen(
    study: rm.Study, path: Path, monkeypatch: pytest.MonkeyPatch, request: Request
) -> tuple[forecast.Forecast, int]:
    """Forecast of a run, and the bytes that its parts and its result really took."""
    found: list[forecast.Forecast] = []
    foresee = forecast.foresee

    def note(*args: Any, **more: Any) -> forecast.Forecast:
        found.append(foresee(*args, **more))
        return found[-1]

    monkeypatch.setattr("recc_mc.simulation.runs.foresee", note)
    share = request._replace(shard=Shard(1, 1))
    produce(study, path, share, placement=HERE)
    size = sum(part.stat().st_size for part in parts_folder(path).glob("block-*.part"))
    shutil.rmtree(parts_folder(path))
    found.clear()
    produce(study, path, request, placement=HERE)
    return found[0], size + path.stat().st_size


@pytest.mark.parametrize("keep", ["samples", "summary"])
def test_a_run_takes_about_the_disk_that_was_foreseen(
    study: rm.Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: str
) -> None:
    path = tmp_path / "out.nc"
    said, taken = foreseen(study, path, monkeypatch, Request(Asked(keep=keep)))
    assert said.samples == SAMPLES
    assert 0.5 * taken < said.disk < 2 * taken


@pytest.mark.parametrize(
    ("forecast_of", "expected"),
    [
        (
            (10**8, int(1.1 * GIB), 43 * GIB, 1320.0),
            "100,000,000 samples: about 1.1 GiB of memory, 43 GiB on disk in results, 22 min",
        ),
        (
            (10**12, None, 2**51, None),
            "1,000,000,000,000 samples: about 2.0 PiB on disk in results",
        ),
        (
            (1, 2**20, 0, 3e6),
            "1 samples: about 1.0 MiB of memory, 0.1 MiB on disk in results, 35 days",
        ),
    ],
)
def test_a_forecast_is_one_line(forecast_of: Any, expected: str) -> None:
    assert str(forecast.Forecast(*forecast_of, Path("results"))) == expected


@pytest.mark.parametrize("shard", [None, Shard(2, 3)])
def test_a_run_that_the_disk_cannot_hold_is_refused(
    study: rm.Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shard: Shard | None
) -> None:
    free = type("Usage", (), {"free": 2**16})
    monkeypatch.setattr(forecast.shutil, "disk_usage", lambda folder: free)
    path = tmp_path / "out.nc"
    with pytest.raises(RunError) as caught:
        produce(study, path, Request(shard=shard), placement=HERE)
    assert re.fullmatch(
        r".*: [\d,]+ samples take about [\d.]+ MiB on disk, only 0\.1 MiB are free; use --keep "
        r"summary, which stores no samples, or fewer samples or another disk",
        str(caught.value),
    )
    assert not path.exists()
    # With a bound nobody knows how many samples there will be.
    if shard is None:
        produce(study, path, Request(Asked(until=0.4)), placement=HERE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    small_study(uncertainty_data={"cv": 0.2}, simulation={"seed": 1}).write(tmp_path)
    return tmp_path


def test_draws_that_no_disk_holds_are_refused_at_once(folder: Path) -> None:
    arguments = ("simulate", "study.toml", "-o", "out.nc", "--samples", str(10**12))
    code, out, err = run(*arguments, folder=folder)
    assert (code, out) == (1, "")
    assert re.fullmatch(
        rf"error: {folder}: 1,000,000,000,000 samples take about .* TiB on disk, only .* are free; "
        "use --keep summary, which stores no samples, or fewer samples or another disk\n",
        err,
    )
    assert not parts_folder(folder / "out.nc").exists()


def test_more_samples_than_counts_hold_are_refused(folder: Path) -> None:
    for samples in (10**30, 2**53 + 1):
        for keep in ("samples", "summary"):
            arguments = ("--samples", str(samples), "--keep", keep)
            code, _, err = run("simulate", "study.toml", *arguments, folder=folder)
            assert (code, err) == (
                2,
                f"error: --samples: must be <= 9007199254740992, got {samples}\n",
            )
            study = rm.load_study(folder / "study.toml")
            said = r"^samples: must be <= 9007199254740992, got"
            request = Request(Asked(samples=samples, keep=keep))
            with pytest.raises(InputError, match=said):
                rm.simulate(study, samples=samples, keep=keep)
            with pytest.raises(InputError, match=said):
                produce(study, folder / "out.nc", request, placement=HERE)


def test_arrays_of_too_many_blocks_are_refused(folder: Path) -> None:
    study = rm.load_study(folder / "study.toml")
    with pytest.raises(InputError, match=r"would have [\d,]+ blocks, more than 200,000; use keep="):
        rm.simulate(study, samples=10**12)


def blocks_kept(folder: Path, *more: str) -> int:
    """Stop a run of very many samples when it has made some progress; how many blocks are kept."""
    arguments = ("simulate", "study.toml", "-o", "out.nc", "--keep", "summary", "--chunk", "8192")
    program = Program(*arguments, "--samples", str(10**10), *more, folder=folder)
    place = parts_folder(folder / "out.nc")
    begun = {path.name for path in place.glob("block-*.part")}
    assert program.wait_until(
        lambda: len({path.name for path in place.glob("block-*.part")} - begun) >= 2
    )
    program.process.terminate()
    code, _, err = program.end()
    assert code == 75, err
    match = re.search(rf"(\d+) of {-(-(10**10) // 8192)} blocks are kept", err)
    assert match, err
    return int(match[1])


@pytest.mark.slow
def test_a_run_of_very_many_samples_begins_stops_and_goes_on(folder: Path) -> None:
    before = blocks_kept(folder)
    assert blocks_kept(folder, "--resume") > before


def interrupt(
    study: rm.Study, path: Path, monkeypatch: pytest.MonkeyPatch, request: Request, blocks: int
) -> None:
    """Stop a run after some blocks."""
    stop = Stop()
    write = job.Parts.write
    written: list[Block] = []

    def write_and_ask(self: Any, block: Block, result: Any) -> None:
        write(self, block, result)
        written.append(block)
        if len(written) == blocks:
            stop.ask()

    with monkeypatch.context() as patch:
        patch.setattr(job.Parts, "write", write_and_ask)
        with pytest.raises(RunStopped, match=r"of 20 blocks are kept in"):
            produce(study, path, request, placement=HERE, stop=stop)


@pytest.mark.parametrize("blocks", [1, 4, 7])
def test_the_total_takes_the_place_of_parts_and_the_result_is_the_same(
    study: rm.Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocks: int
) -> None:
    asked = Asked(keep="summary")
    undisturbed, path = tmp_path / "undisturbed.nc", tmp_path / "out.nc"
    produce(study, undisturbed, Request(asked), placement=HERE)
    monkeypatch.setattr(job, "FOLDED", 3)
    for resume in (False, True):
        interrupt(study, path, monkeypatch, Request(asked, resume=resume), blocks)
    place = parts_folder(path)
    assert (place / PREFIX).exists() or blocks == 1
    assert len(part_numbers(place)) <= 3 + 4
    produce(study, path, Request(asked, resume=True), placement=HERE)
    assert contents(path) == contents(undisturbed)
    assert not place.exists()


def test_a_run_that_is_folded_can_be_made_longer(
    study: rm.Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "FOLDED", 3)
    undisturbed, path = tmp_path / "undisturbed.nc", tmp_path / "out.nc"
    longer = Asked(keep="summary", samples=SAMPLES + 5000)
    produce(study, undisturbed, Request(longer), placement=HERE)
    interrupt(study, path, monkeypatch, Request(Asked(keep="summary")), 12)
    produce(study, path, Request(longer, resume=True), placement=HERE)
    assert contents(path) == contents(undisturbed)


def test_a_damaged_total_is_computed_again(
    study: rm.Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(keep="summary")
    undisturbed, path = tmp_path / "undisturbed.nc", tmp_path / "out.nc"
    produce(study, undisturbed, Request(asked), placement=HERE)
    monkeypatch.setattr(job, "FOLDED", 3)
    with monkeypatch.context() as patch:
        patch.setattr("recc_mc.simulation.runs.assemble", None)
        with pytest.raises(TypeError):
            produce(study, path, Request(asked), placement=HERE)
    total = parts_folder(path) / PREFIX
    damaged = bytearray(total.read_bytes())
    damaged[len(damaged) // 3] ^= 4
    total.write_bytes(damaged)
    with pytest.warns(rm.StudyWarning, match="prefix.part: its checksum is wrong; not used"):
        produce(study, path, Request(asked, resume=True), placement=HERE)
    assert contents(path) == contents(undisturbed)

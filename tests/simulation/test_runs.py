"""Runs to a file: the same result whatever happens on the way, or a message that helps."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.errors import InputError, RunError, StudyWarning
from recc_mc.machine import disk
from recc_mc.machine.stopping import RunStopped, Stop
from recc_mc.parts import memory
from recc_mc.parts.folder import (
    MANIFEST,
    RESULT,
    clear,
    part_count,
    part_path,
    parts_folder,
)
from recc_mc.parts.manifest import Asked
from recc_mc.simulation import assembly, job, simulated
from recc_mc.simulation.assembly import Outcome
from recc_mc.simulation.runs import merge, produce
from recc_mc.simulation.setup import Request, Shard
from recc_mc.workers.blocks import Block
from recc_mc.workers.placement import Placement
from tests.faults.contents import contents
from tests.strategies import small_study

SAMPLES = 20 * 1024 + 100
BLOCKS = 21
HERE = Placement("synchronous")
KEEPS = ("samples", "summary")


@pytest.fixture(scope="module")
def study() -> rm.Study:
    return small_study(
        uncertainty_judgments={"sigma": 0.3},
        uncertainty_data={"cv": 0.2},
        simulation={"samples": SAMPLES, "seed": 1},
        run={"chunk": 1024},
    ).load()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out.nc"


def run(
    study: rm.Study,
    path: Path,
    asked: Asked | None = None,
    *,
    stop: Stop | None = None,
    **more: Any,
) -> Outcome | None:
    request = Request(asked or Asked(), **more)
    return produce(study, path, request, placement=HERE, command="a test", stop=stop)


@pytest.fixture(scope="module")
def undisturbed(
    study: rm.Study, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Asked], dict[str, Any]]:
    """What the file of a run that nothing disturbs says."""
    folder = tmp_path_factory.mktemp("undisturbed")
    known: dict[Asked, dict[str, Any]] = {}

    def find(asked: Asked) -> dict[str, Any]:
        if asked not in known:
            run(study, folder / f"{len(known)}.nc", asked)
            known[asked] = contents(folder / f"{len(known)}.nc")
        return known[asked]

    return find


def interrupt(study: rm.Study, path: Path, asked: Asked, blocks: int, **more: Any) -> int:
    """A run that is stopped after some blocks; how many are there then."""
    stop = Stop()
    written: list[Block] = []
    before = part_count(parts_folder(path))
    write = job.Parts.write

    def write_and_ask(self: Any, block: Block, result: Any) -> None:
        write(self, block, result)
        written.append(block)
        if len(written) == blocks:
            stop.ask()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job.Parts, "write", write_and_ask)
        with pytest.raises(RunStopped) as caught:
            run(study, path, asked, stop=stop, **more)
    kept = part_count(parts_folder(path))
    assert blocks <= kept - before <= blocks + 2
    message = f"stopped; {kept} of {BLOCKS} blocks are kept in {parts_folder(path)}"
    assert str(caught.value) == message
    assert not path.exists()
    return kept


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- the result ----------------------------------------------------------------------------------


def test_samples_by_way_of_parts_are_those_of_the_functions(study: rm.Study, path: Path) -> None:
    outcome = run(study, path)
    samples = rm.simulate(study)
    groups = {"baseline": rm.evaluate(study), "samples": samples}
    direct = path.with_name("direct.nc")
    rm.save(direct, **groups, summary=rm.summarize(samples))
    assert contents(path) == contents(direct)
    assert outcome is not None
    assert outcome.summary.attrs["samples"] == SAMPLES
    assert names(path.parent) == ["direct.nc", "out.nc"]


def test_a_summary_by_way_of_parts_is_that_of_the_function(study: rm.Study, path: Path) -> None:
    run(study, path, Asked(keep="summary"))
    direct = path.with_name("direct.nc")
    rm.save(direct, baseline=rm.evaluate(study), summary=rm.simulate(study, keep="summary"))
    assert contents(path) == contents(direct)


def test_draws_larger_than_the_memory_are_read_from_the_parts(
    study: rm.Study,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    undisturbed: Callable[[Asked], dict[str, Any]],
) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: 0)
    monkeypatch.setattr(memory.Memory, "write", None)
    run(study, path)
    assert contents(path) == undisturbed(Asked())


@pytest.mark.parametrize("asked", [Asked(chunk=5000), Asked(samples=SAMPLES), Asked(seed=1)])
def test_neither_blocks_nor_who_says_so_change_anything(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]], asked: Asked
) -> None:
    run(study, path, asked)
    assert contents(path) == undisturbed(Asked())
    assert undisturbed(Asked(seed=2)) != undisturbed(Asked())


@pytest.mark.slow
def test_threads_and_processes_write_the_same(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]]
) -> None:
    for scheduler in ("threads", "processes"):
        where = Placement(scheduler, workers=2)
        produce(study, path, Request(overwrite=True), placement=where)
        assert contents(path) == undisturbed(Asked())


# --- stopped and continued -----------------------------------------------------------------------


@pytest.mark.parametrize("keep", KEEPS)
def test_a_run_that_was_stopped_twice_ends_as_if_nothing_had_been(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]], keep: str
) -> None:
    asked = Asked(keep=keep)
    interrupt(study, path, asked, 5)
    kept = interrupt(study, path, asked, 4, resume=True)
    said: list[str] = []
    produce(study, path, Request(resume=True), placement=HERE, say=said.append)
    assert said == [f"resumed: {kept} of 21 blocks are there"]
    assert contents(path) == undisturbed(asked)
    assert names(path.parent) == ["out.nc"]


@pytest.mark.parametrize("keep", KEEPS)
def test_damaged_parts_are_computed_again_and_named(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]], keep: str
) -> None:
    asked = Asked(keep=keep)
    interrupt(study, path, asked, 8)
    folder = parts_folder(path)
    for number, change in {
        0: lambda content: content[:-100],
        1: lambda content: content[: len(content) // 3] + b"?" + content[len(content) // 3 + 1 :],
        2: lambda content: b"",
        3: lambda content: part_path(folder, 4).read_bytes(),
    }.items():
        file = part_path(folder, number)
        file.write_bytes(change(file.read_bytes()))
    part_path(folder, 5).unlink()
    with pytest.warns(StudyWarning) as caught:
        run(study, path, resume=True)
    said = [re.sub(r"^.*/", "", str(warning.message)) for warning in caught]
    assert said == [
        "block-0000000.part: it is truncated; not used",
        "block-0000001.part: its checksum is wrong; not used",
        "block-0000002.part: it is truncated; not used",
        "block-0000003.part: it is the part of another block or run; not used",
    ]
    assert contents(path) == undisturbed(asked)


def test_parts_without_their_manifest_are_still_known(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]]
) -> None:
    kept = interrupt(study, path, Asked(), 6)
    (parts_folder(path) / MANIFEST).write_text("scribble")
    said: list[str] = []
    with pytest.warns(StudyWarning, match="manifest is damaged"):
        produce(study, path, Request(resume=True), placement=HERE, say=said.append)
    assert said == [f"resumed: {kept} of 21 blocks are there"]
    assert contents(path) == undisturbed(Asked())


@pytest.mark.parametrize("keep", KEEPS)
def test_more_samples_may_be_asked_for(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]], keep: str
) -> None:
    more = Asked(samples=SAMPLES + 3000, keep=keep)
    # The last one, which is shorter, is there as well.
    assert interrupt(study, path, Asked(keep=keep), BLOCKS - 2) == BLOCKS
    run(study, path, more, resume=True)
    assert contents(path) == undisturbed(more)


def test_another_run_does_not_take_up_the_parts(study: rm.Study, path: Path) -> None:
    interrupt(study, path, Asked(), 3)
    before = names(parts_folder(path))
    with pytest.raises(InputError, match="seed: 1 in the parts, 2 asked for"):
        run(study, path, Asked(seed=2), resume=True)
    with pytest.raises(InputError, match="use --resume to continue it or --force to start over"):
        run(study, path)
    assert names(parts_folder(path)) == before


def test_a_run_may_be_started_over(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]]
) -> None:
    interrupt(study, path, Asked(), 3)
    run(study, path, Asked(seed=2), overwrite=True)
    assert contents(path) == undisturbed(Asked(seed=2))


def test_with_nothing_to_continue_a_run_begins(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]]
) -> None:
    run(study, path, resume=True)
    assert contents(path) == undisturbed(Asked())


# --- the file ------------------------------------------------------------------------------------


def test_an_existing_file_stays_until_its_successor_is_complete(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]]
) -> None:
    path.write_text("precious")
    with pytest.raises(InputError, match="exists already"):
        run(study, path)
    with pytest.raises(RunStopped), pytest.warns(StudyWarning, match="all of it is replaced"):
        stop_at_once(study, path, overwrite=True)
    assert path.read_text() == "precious"
    # What was allowed at the beginning is allowed to the continuation.
    with pytest.raises(InputError, match="exists already"):
        run(study, path)
    with pytest.warns(StudyWarning, match="all of it is replaced"):
        run(study, path, resume=True)
    assert contents(path) == undisturbed(Asked())


def stop_at_once(study: rm.Study, path: Path, **more: Any) -> None:
    stop = Stop()
    write = job.Parts.write

    def write_and_ask(self: Any, block: Block, result: Any) -> None:
        write(self, block, result)
        if block.number == 0:
            stop.ask()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job.Parts, "write", write_and_ask)
        run(study, path, stop=stop, **more)


def test_a_file_that_came_in_between_is_not_replaced(
    study: rm.Study, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = assembly.write_groups

    def save_late(*arguments: Any, **options: Any) -> None:
        save(*arguments, **options)
        path.write_text("precious")

    monkeypatch.setattr(assembly, "write_groups", save_late)
    with pytest.raises(InputError, match="exists already"):
        run(study, path)
    assert path.read_text() == "precious"


def test_a_link_stays_one(study: rm.Study, path: Path) -> None:
    far = path.parent / "far"
    far.mkdir()
    path.symlink_to(far / "away.nc")
    run(study, path)
    assert path.is_symlink()
    assert names(far) == ["away.nc"]


@pytest.mark.parametrize("gone", [(), (MANIFEST,)])
@pytest.mark.parametrize("keep", KEEPS)
def test_a_run_that_is_complete_has_nothing_left_to_do(
    study: rm.Study,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    keep: str,
    gone: tuple[str, ...],
) -> None:
    asked = Asked(keep=keep)
    monkeypatch.setattr(assembly, "remove", lambda folder: clear(folder, *gone) if gone else None)
    first = run(study, path, asked)
    # Killed between the two: the result is in its place, and the parts are not all gone.
    assert parts_folder(path).is_dir()
    content = path.read_bytes()
    said: list[str] = []
    again = produce(study, path, Request(asked, resume=True), placement=HERE, say=said.append)
    assert said == [f"{path}: is complete already"]
    assert path.read_bytes() == content
    assert names(path.parent) == ["out.nc"]
    assert first is not None
    assert again is not None
    for one, other in zip(first, again, strict=True):
        assert one.equals(other)
    # Nor if it is asked for once more.
    assert run(study, path, asked, resume=True) is not None
    for other_run in (asked._replace(samples=2000), asked._replace(seed=2)):
        with pytest.raises(InputError, match="exists already"):
            run(study, path, other_run, resume=True)


@pytest.mark.parametrize("content", [b"", b"text", b"CDF\x01"])
def test_a_file_that_is_no_result_is_in_the_way(
    study: rm.Study, path: Path, content: bytes
) -> None:
    path.write_bytes(content)
    with pytest.raises(InputError, match="exists already"):
        run(study, path, resume=True)


# --- failures ------------------------------------------------------------------------------------


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A disk that is full after 13 files."""
    written: list[Path] = []
    replacing = disk.replacing

    def limited(path: Path) -> Any:
        if len(written) >= 13:
            raise RunError(f"{path}: could not be written: No space left on device")
        written.append(path)
        return replacing(path)

    monkeypatch.setattr("recc_mc.parts.partfile.replacing", limited)
    yield
    monkeypatch.undo()


def test_what_is_done_is_kept_when_the_disk_is_full(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]], full: None
) -> None:
    with pytest.raises(RunError) as caught:
        run(study, path)
    folder = parts_folder(path)
    assert str(caught.value) == (
        f"{part_path(folder, 13)}: could not be written: No space left on device; 13 of 21 blocks "
        f"are kept in {folder}, --resume continues"
    )
    assert not path.exists()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("recc_mc.parts.partfile.replacing", disk.replacing)
        run(study, path, resume=True)
        assert contents(path) == undisturbed(Asked())


def test_the_parts_are_kept_when_the_result_cannot_be_written(
    study: rm.Study,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    undisturbed: Callable[[Asked], dict[str, Any]],
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RunError("could not be written")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "write_groups", fail)
        with pytest.raises(RunError, match=r"written; 21 of 21 blocks are kept in .*, --resume"):
            run(study, path)
    # A process that is killed may leave an incomplete file behind, in the folder of the parts.
    (parts_folder(path) / f".{RESULT}.0a1b2c3d.tmp").write_text("half of it")
    run(study, path, resume=True)
    assert contents(path) == undisturbed(Asked())
    assert names(path.parent) == ["out.nc"]


def test_nothing_is_left_of_a_run_that_has_nothing_to_keep(
    study: rm.Study, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RunError("no acceptable draw")

    monkeypatch.setattr(simulated, "compute_block", fail)
    with pytest.raises(RunError, match=r"^no acceptable draw$"):
        run(study, path)
    assert names(path.parent) == []


def test_a_part_that_the_disk_spoils_is_not_used(
    study: rm.Study, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = job.Parts.write

    def spoil(self: Any, block: Block, result: Any) -> None:
        write(self, block, result)
        if block.number == 4:
            os.truncate(self.path(block), self.path(block).stat().st_size - 1000)

    monkeypatch.setattr(job.Parts, "write", spoil)
    # What does not fit into memory is read from the parts.
    monkeypatch.setattr(simulated, "fits_memory", lambda *_: False)
    with pytest.warns(StudyWarning, match="0000004.part: it is truncated"):  # noqa: SIM117
        with pytest.raises(RunError, match="parts were damaged since they were written; 21 of"):
            run(study, path)
    assert not path.exists()


def test_a_folder_of_somebody_else_is_left_alone(study: rm.Study, path: Path) -> None:
    folder = parts_folder(path)
    folder.mkdir()
    (folder / "spare.txt").write_text("precious")
    with pytest.raises(InputError, match=r"holds spare\.txt, which is no part of a run"):
        run(study, path, overwrite=True)
    assert names(folder) == ["spare.txt"]


# --- shards --------------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", KEEPS)
def test_shards_in_any_order_make_the_whole(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]], keep: str
) -> None:
    asked = Asked(keep=keep)
    for number in (3, 1, 4, 2):
        assert run(study, path, asked, shard=Shard(number, 4)) is None
        assert not path.exists()
    assert merge(study, path).summary.attrs["samples"] == SAMPLES
    assert contents(path) == undisturbed(asked)
    assert names(path.parent) == ["out.nc"]


def test_missing_blocks_and_their_shards_are_named(study: rm.Study, path: Path) -> None:
    folder = parts_folder(path)
    for number in (1, 3):
        run(study, path, shard=Shard(number, 3))
    part_path(folder, 6).unlink()
    with pytest.raises(RunError) as caught:
        merge(study, path)
    assert str(caught.value) == (
        f"{folder}: missing or damaged blocks: 1, 4, 6, 7, 10, 13, 16, 19; run these "
        "shards again: 1/3, 2/3"
    )
    said: list[str] = []
    for number in (1, 2):
        request = Request(shard=Shard(number, 3))
        produce(study, path, request, placement=HERE, say=said.append)
    assert said == ["resumed: 6 of 7 blocks are there"]
    merge(study, path)


def test_a_merge_finds_an_interrupted_run_incomplete(study: rm.Study, path: Path) -> None:
    interrupt(study, path, Asked(), 3)
    with pytest.raises(
        RunError, match=r"missing or .*, \.\.\.; recc-mc simulate --resume computes"
    ):
        merge(study, path)


def test_a_merge_needs_parts_of_the_same_study(study: rm.Study, path: Path) -> None:
    with pytest.raises(InputError, match="there are no parts of a run"):
        merge(study, path)
    run(study, path, shard=Shard(1, 1))
    other = small_study(method={"ahp_share": 0.1}).load()
    with pytest.raises(InputError, match=r"method\.ahp_share: not set in the parts, 0\.1 asked"):
        merge(other, path)


def test_a_merge_replaces_a_file_if_it_may(study: rm.Study, path: Path) -> None:
    run(study, path, shard=Shard(1, 1))
    path.write_text("precious")
    with pytest.raises(InputError, match="exists already"):
        merge(study, path)
    assert path.read_text() == "precious"
    with pytest.warns(StudyWarning, match=r"all of it is replaced \(not a NetCDF-4 file\)$"):
        merge(study, path, overwrite=True)
    assert not parts_folder(path).exists()


@pytest.mark.filterwarnings("ignore::recc_mc.StudyWarning")
def test_shards_need_a_common_seed(path: Path) -> None:
    undecided = small_study(simulation={"samples": 2000}).load()
    with pytest.raises(InputError, match="--shard: needs a seed"):
        run(undecided, path, shard=Shard(1, 2))
    assert run(undecided, path, Asked(seed=0), shard=Shard(1, 2)) is None


# --- runs with a bound ---------------------------------------------------------------------------


def bound(study: rm.Study) -> float:
    """A bound between the error after the first step and that after the second."""
    errors = []
    for samples in (16_384, 32_768):
        summary = rm.simulate(study, samples=samples, keep="summary")
        names = [name for name in summary if str(name).endswith("_probability_error")]
        errors.append(max(float(summary[name].max()) for name in names))
    assert errors[1] < errors[0]
    return sum(errors) / 2


@pytest.mark.parametrize("keep", KEEPS)
def test_a_run_with_a_bound_ends_when_it_is_met_also_if_it_was_stopped(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]], keep: str
) -> None:
    asked = Asked(samples=100_000, keep=keep, until=bound(study), chunk=4096)
    expected = undisturbed(Asked(samples=32_768, keep=keep))
    run(study, path, asked)
    assert contents(path) == expected
    path.unlink()
    stop = Stop()
    write = job.Parts.write

    def write_and_ask(self: Any, block: Block, result: Any) -> None:
        write(self, block, result)
        if block.number == 4:
            stop.ask()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job.Parts, "write", write_and_ask)
        with pytest.raises(RunStopped):
            run(study, path, asked, stop=stop)
    run(study, path, resume=True)
    assert contents(path) == expected
    # It is complete, though it has fewer samples than it might have had.
    assert run(study, path, asked, resume=True) is not None


def test_a_bound_that_is_not_met_takes_all_samples(
    study: rm.Study, path: Path, undisturbed: Callable[[Asked], dict[str, Any]]
) -> None:
    run(study, path, Asked(until=1e-6))
    assert contents(path) == undisturbed(Asked())


# --- memory --------------------------------------------------------------------------------------


def test_a_run_that_takes_much_memory_says_so(
    study: rm.Study, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    produce(study, path, Request(), placement=HERE, say=said.append)
    assert said == []
    monkeypatch.setattr("recc_mc.simulation.runs.NOTABLE", 1)
    monkeypatch.setattr("recc_mc.simulation.forecast._NOTABLE_BYTES", 1)
    monkeypatch.setattr("recc_mc.simulation.runs.available_memory", lambda: 2**20)
    with pytest.warns(StudyWarning, match=r"memory: only 1\.0 MiB are free"):
        produce(study, path, Request(overwrite=True), placement=HERE, say=said.append)
    pattern = r"20,580 samples: about \d+ MiB of memory, (.*) MiB on disk in (.*), \d+ s"
    match = re.fullmatch(pattern, said[0])
    assert match, said
    assert Path(match[2]) == path.parent.resolve()

"""Runs of scenarios: in memory and to a file, interrupted, shared out, beside other results."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.errors import InputError
from recc_mc.machine.stopping import RunStopped, Stop
from recc_mc.parts import memory
from recc_mc.parts.folder import part_count
from recc_mc.parts.manifest import Asked
from recc_mc.simulation import job
from recc_mc.simulation.assembly import Outcome
from recc_mc.simulation.runs import merge, produce
from recc_mc.simulation.scenarios import ScenarioRun
from recc_mc.simulation.setup import Request, Shard
from recc_mc.workers.blocks import Block
from recc_mc.workers.placement import Placement
from tests.faults.contents import contents
from tests.sweeps import toys

SAMPLES = 6 * 1024 + 100
BLOCKS = 7
HERE = Placement("synchronous")
KEEPS = ("samples", "summary")
INDICES = ("support", "pressure", "recc")


def less(name: str, by: Any, **more: Any) -> dict[str, Any]:
    """A scenario that multiplies the pressure of A."""
    change = {"indicators": ["p"], "mines": ["A"], "multiply": by, **more}
    return {"name": name, "change": [change]}


SOME, TENTH = less("some", {"low": 0.5, "high": 0.9}), less("tenth", 0.9)


@pytest.fixture(scope="module")
def study() -> rm.Study:
    toy = toys.load(
        uncertainty_data={"cv": 0.1},
        simulation={"samples": SAMPLES, "seed": 1},
        run={"chunk": 1024},
    )
    return toy.replace({"scenario": [SOME, TENTH]})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out.nc"


def run(
    study: rm.Study, path: Path, asked: Asked | None = None, stop: Stop | None = None, **more: Any
) -> Outcome | None:
    request = Request(asked or Asked(), **more)
    return produce(
        study, path, request, placement=HERE, command="a test", stop=stop, kind=ScenarioRun
    )


@pytest.fixture(scope="module")
def undisturbed(
    study: rm.Study, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, Any]]:
    """What a file says that the public functions have filled, by what it keeps."""
    folder, known = tmp_path_factory.mktemp("undisturbed"), dict[str, dict[str, Any]]()

    def find(keep: str) -> dict[str, Any]:
        if keep not in known:
            found = rm.scenarios(study, keep=keep, scheduler="synchronous")
            rm.save(folder / f"{keep}.nc", baseline=rm.evaluate(study), scenarios=found)
            known[keep] = contents(folder / f"{keep}.nc")
        return known[keep]

    return find


def interrupt(study: rm.Study, path: Path, asked: Asked, blocks: int, **more: Any) -> None:
    """A run that is asked to stop when so many blocks are there."""
    stop, write = Stop(), job.Parts.write
    written: list[Block] = []

    def write_and_ask(self: Any, block: Block, result: Any) -> None:
        write(self, block, result)
        written.append(block)
        if len(written) == blocks:
            stop.ask()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job.Parts, "write", write_and_ask)
        with pytest.raises(RunStopped, match=rf"of {BLOCKS} blocks are kept in .*scenarios\.parts"):
            run(study, path, asked, stop, **more)
    assert not path.exists()


# --- in memory -----------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", KEEPS)
def test_no_chunk_and_no_scheduler_changes_a_bit(study: rm.Study, keep: str) -> None:
    one = rm.scenarios(study, keep=keep, chunk=1024, scheduler="synchronous")
    elsewhere = "threads" if keep == "samples" else "processes"
    other = rm.scenarios(study, keep=keep, chunk=4000, scheduler=elsewhere)
    xr.testing.assert_identical(one, other)
    assert one["scenario"].values.tolist() == ["reference", "some", "tenth"]
    assert ("sample" in one.dims) == (keep == "samples")


def test_samples_are_those_of_simulate_and_their_statistics_those_of_the_group(
    study: rm.Study,
) -> None:
    found, draws = rm.scenarios(study, keep="samples"), rm.simulate(study, keep="samples")
    for name in INDICES:
        np.testing.assert_array_equal(found[name].sel(scenario="reference"), draws[name])
        np.testing.assert_allclose(found[f"{name}_mean"], found[name].mean("sample"))
    change = found["recc"] - found["recc"].sel(scenario="reference")
    np.testing.assert_allclose(found["recc_change_mean"], change.mean("sample"), atol=1e-15)
    assert (change.sel(mine="B") == 0).all()


def test_some_of_the_scenarios_have_the_numbers_they_have_among_all(study: rm.Study) -> None:
    alone, all_of_them = rm.scenarios(study, only="tenth"), rm.scenarios(study)
    assert alone["scenario"].values.tolist() == ["reference", "tenth"]
    for name in ("recc_mean", "recc_change_std", "overload_probability", "recc_quantile"):
        expected = all_of_them[name].sel(scenario=["reference", "tenth"])
        np.testing.assert_array_equal(alone[name], expected)
    assert rm.scenarios(study, only=["some"]).sizes["scenario"] == 2


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"only": ["tenht"]}, 'only: unknown scenario "tenht"; did you mean "tenth"?'),
        ({"samples": 0, "keep": "all"}, "samples: must be >= 1, got 0"),
        ({"scheduler": "threads:2"}, "scheduler: "),
    ],
)
def test_wrong_arguments_are_named(study: rm.Study, options: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError) as caught:
        rm.scenarios(study, **options)
    assert caught.value.problems[0].startswith(problem)


def test_a_study_without_scenarios_says_what_to_add(study: rm.Study) -> None:
    with pytest.raises(InputError, match=r"holds no scenario; add a \[\[scenario\]\] table"):
        rm.scenarios(study.replace({"scenario": None}))


def test_samples_that_do_not_fit_into_memory_belong_into_a_file(
    study: rm.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: 0)
    with pytest.raises(InputError, match='use keep="summary", fewer samples, or recc-mc scenarios'):
        rm.scenarios(study, keep="samples")


def test_what_a_change_draws_is_uncertain_enough(study: rm.Study) -> None:
    exact = study.replace({"uncertainty.data": None})
    rm.scenarios(exact, only="some", samples=10)
    with pytest.warns(rm.StudyWarning, match="nothing is uncertain"):
        rm.scenarios(exact.replace({"scenario": [TENTH]}), samples=10)


# --- to a file -----------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", KEEPS)
def test_a_run_that_was_stopped_goes_on_to_the_same_result(
    study: rm.Study, path: Path, undisturbed: Callable[[str], dict[str, Any]], keep: str
) -> None:
    asked = Asked(keep=keep)
    interrupt(study, path, asked, 2)
    interrupt(study, path, asked, 2, resume=True)
    outcome = run(study, path, resume=True)
    assert contents(path) == undisturbed(keep)
    assert outcome is not None
    assert outcome.summary["scenario"].size == 3
    assert [file.name for file in path.parent.iterdir()] == ["out.nc"]
    # Nothing is left to do, unless something else is wanted.
    again = run(study, path, Asked(keep=keep), resume=True)
    assert again is not None
    with pytest.raises(InputError, match="exists already"):
        run(study, path, Asked(keep=keep, only=("some",)), resume=True)


def test_the_total_of_many_blocks_takes_their_place(
    study: rm.Study,
    path: Path,
    undisturbed: Callable[[str], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(job, "FOLDED", 2)
    asked = Asked(keep="summary")
    interrupt(study, path, asked, 4)
    assert (ScenarioRun.folder(path) / "prefix.part").exists()
    run(study, path, resume=True)
    assert contents(path) == undisturbed("summary")


def test_samples_larger_than_the_memory_are_read_from_the_parts(
    study: rm.Study,
    path: Path,
    undisturbed: Callable[[str], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: 0)
    run(study, path, Asked(keep="samples"))
    assert contents(path) == undisturbed("samples")


@pytest.mark.parametrize("keep", KEEPS)
def test_shards_make_the_same_result(
    study: rm.Study, path: Path, undisturbed: Callable[[str], dict[str, Any]], keep: str
) -> None:
    for number in (2, 1):
        assert run(study, path, Asked(keep=keep), shard=Shard(number, 2)) is None
    assert part_count(ScenarioRun.folder(path)) == BLOCKS
    merge(study, path, command="a test", kind=ScenarioRun)
    assert contents(path) == undisturbed(keep)


def test_a_run_with_a_bound_ends_when_it_is_met(study: rm.Study, path: Path) -> None:
    longer = Asked(samples=10**6, keep="summary", until=0.01)
    outcome = run(study, path, longer)
    assert outcome is not None
    assert outcome.summary.attrs["samples"] == 16_384


def test_parts_of_other_scenarios_are_of_another_run(study: rm.Study, path: Path) -> None:
    asked = Asked(keep="summary")
    interrupt(study, path, asked, 2)
    other, some = study.replace({"scenario": [SOME, less("tenth", 0.8)]}), ("some",)
    for of, wanted, problem in (
        (other, asked, "scenario[2].change[1].multiply: 0.9 in the parts, 0.8 asked for"),
        (study, asked._replace(only=some), "only: not set in the parts, some asked for"),
    ):
        with pytest.raises(InputError) as caught:
            run(of, path, wanted, resume=True)
        assert caught.value.problems[0].endswith(f".scenarios.parts: {problem}")


@pytest.mark.parametrize("keep", KEEPS)
def test_scenarios_and_draws_are_added_to_one_result(
    study: rm.Study, path: Path, keep: str
) -> None:
    # Each keeps what the other has made, in the type in which it is stored.
    wide = study.replace({"output.dtype": "float64"})
    run(wide, path, Asked(keep=keep))
    narrow = study.replace({"output.dtype": "float32"})
    before = contents(path)
    if wide.digest == narrow.digest:
        produce(narrow, path, Request(Asked(keep=keep)), placement=HERE)
        after = contents(path)
        own = {name: value for name, value in before.items() if name.startswith("/scenarios")}
        assert own.items() <= after.items()
    produce(wide, path, Request(Asked(keep=keep), overwrite=True), placement=HERE)
    with rm.load(path) as tree:
        assert {"baseline", "summary", "scenarios"} <= set(tree.children)
    with pytest.raises(InputError, match=r"/scenarios|exists already"):
        run(wide, path, Asked(keep=keep))
    run(wide, path, Asked(keep=keep, seed=2), overwrite=True)
    with rm.load(path) as tree:
        assert "summary" in tree.children
        assert tree["scenarios"].attrs["seed"] == 2

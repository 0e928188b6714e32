"""Where a run is computed, from the study and from arguments."""

import multiprocessing
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from distributed import Client, LocalCluster

from recc_mc import InputError, Study, load_study
from recc_mc.simulation.placing import place
from recc_mc.workers.placement import Placement

ROOT = Path(__file__).parents[2]


@pytest.fixture
def study(tmp_path: Path) -> Any:
    """A study with tables of its own."""

    def make(tables: str = "") -> Study:
        text = (ROOT / "configs" / "minimal.toml").read_text(encoding="utf-8")
        (tmp_path / "study.toml").write_text(f"{text}\n{tables}", encoding="utf-8")
        return load_study(tmp_path / "study.toml")

    return make


SLURM = """
[run]
scheduler = "slurm"
workers = 20
memory_limit = "4 GiB"
[cluster]
queue = "short"
job_extra_directives = ["--nice"]
"""


def test_by_default_threads_as_many_as_there_are_cores(study: Any) -> None:
    assert place(study()) == Placement("threads", None, None, None, {})


def test_the_study_decides(study: Any) -> None:
    options = {"queue": "short", "job_extra_directives": ["--nice"]}
    assert place(study(SLURM)) == Placement("slurm", 20, None, "4 GiB", options)


def test_an_argument_stands_in_for_one_setting(study: Any) -> None:
    found = place(study(SLURM), workers=np.int32(3), threads_per_worker=2)
    assert found[:4] == ("slurm", 3, 2, "4 GiB")
    assert type(found.workers) is int
    assert place(study(SLURM), scheduler="slurm").workers == 20


def test_another_scheduler_sets_the_options_of_the_studys_aside(study: Any) -> None:
    assert place(study(SLURM), scheduler="threads")[:4] == ("threads", None, None, None)
    assert place(study(SLURM), scheduler="threads", workers=2).workers == 2


def test_another_address_is_the_same_kind_of_scheduler(study: Any) -> None:
    found = place(study("[run]\nscheduler = 'tcp://a:1'"), scheduler="tls://b:2")
    assert found.scheduler == "tls://b:2"


def test_where_a_scheduler_file_is_looked_for(
    study: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("HOME", "/home/someone")
    found = study("[run]\nscheduler = 'scheduler-file:s.json'")
    assert place(found).scheduler == f"scheduler-file:{tmp_path}/s.json"
    for path, expected in [
        ("s.json", f"{elsewhere}/s.json"),
        (" /s.json", "/s.json"),
        ("~/s.json", "/home/someone/s.json"),
    ]:
        given = place(found, scheduler=f"scheduler-file:{path}").scheduler
        assert given == f"scheduler-file:{expected}"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"scheduler": "thread"}, 'scheduler: must be "threads", .*; did you mean "threads"'),
        (
            {"scheduler": "inproc://10.0.0.1/7/1"},
            'scheduler: must not be an inproc:// .* "threads"',
        ),
        ({"scheduler": 3}, "scheduler: must be a text in quotes, got 3"),
        ({"workers": 0}, "workers: must be >= 1, got 0"),
        ({"workers": True}, "workers: must be a whole number, got true"),
        ({"memory_limit": "1 GiB"}, 'memory_limit: is not for scheduler = "threads"'),
        ({"scheduler": "tcp://a:1", "workers": 2}, "workers: is not for a cluster that is runn"),
    ],
)
def test_wrong_arguments(study: Any, arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=f"^{problem}"):
        place(study(), **arguments)


def test_all_wrong_arguments_are_reported_together(study: Any) -> None:
    with pytest.raises(InputError) as caught:
        place(study(), scheduler="synchronous", workers=2, threads_per_worker=2, memory_limit="x")
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "memory_limit", "memory_limit", "workers", "threads_per_worker",
    ]  # fmt: skip


def test_objects_of_dask_are_no_addresses(study: Any) -> None:
    with (
        LocalCluster(
            n_workers=1,
            processes=False,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        for given, kind in ((client, "Client"), (cluster, "LocalCluster")):
            with pytest.raises(InputError, match=f"must be a text, got a {kind} of dask: give the"):
                place(study(), scheduler=cast(Any, given))
        with pytest.raises(InputError, match="must not be an inproc:// address"):
            place(study(), scheduler=cluster.scheduler_address)


def place_in_pool(scheduler: str) -> str:
    try:
        return place(load_study(ROOT / "configs" / "minimal.toml"), scheduler=scheduler).scheduler
    except InputError as error:
        return str(error)


def test_a_daemonic_process_is_told_to_use_threads() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        said = pool.map(place_in_pool, ["processes", "threads"])
    assert said == [
        'scheduler: "processes" is not possible within a daemonic process, such as a worker of '
        'multiprocessing.Pool, which may not start any; use "threads"',
        "threads",
    ]

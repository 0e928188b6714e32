"""What parts of a cluster have installed."""

from typing import Any

import pytest
from distributed.versions import get_versions

from recc_mc import RunError, StudyWarning
from recc_mc.workers.versions import RELEVANT, check_versions

WORKER = "worker tcp://192.0.2.7:4000"


def versions(**packages: str | None) -> dict[str, Any]:
    here = get_versions(RELEVANT)["packages"]
    return {"packages": here | {name.replace("_", "-"): v for name, v in packages.items()}}


def test_equal_versions_are_not_mentioned() -> None:
    check_versions({"the scheduler": versions(), WORKER: versions()}, "it")


def test_a_worker_without_the_package_is_named() -> None:
    current = versions()["packages"]["recc-mc"]
    with pytest.raises(RunError) as caught:
        check_versions({"worker tcp://a:1": versions(), WORKER: versions(recc_mc=None)}, "it")
    assert str(caught.value) == (
        f"{WORKER} cannot import recc_mc: install recc-mc {current} there, the version here"
    )


def test_a_worker_with_another_version_of_the_package_is_refused() -> None:
    with pytest.raises(RunError, match=rf"^{WORKER} has recc-mc 0\.0\.7: install recc-mc .* here$"):
        check_versions({WORKER: versions(recc_mc="0.0.7")}, "it")


@pytest.mark.parametrize("package", ["numba", "numpy", "python", "dask"])
def test_other_versions_of_what_it_computes_with_are_warned_of(package: str) -> None:
    current = versions()["packages"][package]
    with pytest.warns(StudyWarning) as caught:
        check_versions({WORKER: versions(**{package: "0.1"})}, "the cluster")
    (message,) = (str(warning.message) for warning in caught)
    assert message.endswith(f"last bits: {WORKER} has {package} 0.1, here it is {current}")


def test_of_many_workers_a_few_are_listed() -> None:
    found = {f"worker {number}": versions(recc_mc=None) for number in range(5)}
    with pytest.raises(RunError, match=r"^worker 0, worker 1, worker 2, and 2 more cannot import"):
        check_versions(found, "it")

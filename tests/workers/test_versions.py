"""What parts of a cluster have installed."""

from typing import Any

import pytest

from recc_mc import RunError, StudyWarning
from recc_mc.workers.introductions import check_versions, here

WORKER = "worker tcp://192.0.2.7:4000"
VERSION = here()["version"]


def said(**changes: Any) -> dict[str, Any]:
    return here() | changes


def test_equal_versions_are_not_mentioned() -> None:
    check_versions({"the scheduler": said(), WORKER: said()}, "it")


def test_a_worker_that_cannot_import_the_package_is_named_with_the_reason() -> None:
    broken = said(version=None, code="", failure="No module named 'numba'")
    with pytest.raises(RunError) as caught:
        check_versions({"worker tcp://a:1": said(), WORKER: broken}, "it")
    assert str(caught.value) == (
        f"{WORKER} cannot import recc_mc (No module named 'numba'): install recc-mc {VERSION} "
        "there, the version here"
    )


def test_a_worker_with_another_version_of_the_package_is_refused() -> None:
    with pytest.raises(RunError, match=rf"^{WORKER} has recc-mc 0\.0\.7: install recc-mc .* here$"):
        check_versions({WORKER: said(version="0.0.7")}, "it")


def test_files_that_were_not_installed_are_known_by_what_they_hold() -> None:
    check_versions({WORKER: said(version=None)}, "it")
    with pytest.raises(RunError, match=f"^{WORKER} has recc-mc of no known version, with other"):
        check_versions({WORKER: said(version=None, code="0a1b")}, "it")


def test_other_code_of_one_version_is_warned_of() -> None:
    with pytest.warns(StudyWarning, match=f"{WORKER} has other code of recc-mc {VERSION} than"):
        check_versions({WORKER: said(code="0a1b")}, "it")


@pytest.mark.parametrize("package", ["numba", "numpy", "python", "dask"])
def test_other_versions_of_what_it_computes_with_are_warned_of(package: str) -> None:
    packages = here()["packages"]
    with pytest.warns(StudyWarning) as caught:
        check_versions({WORKER: said(packages=packages | {package: "0.1"})}, "the cluster")
    (message,) = (str(warning.message) for warning in caught)
    expected = f"last bits: {WORKER} has {package} 0.1, here it is {packages[package]}"
    assert message.endswith(expected)


def test_of_many_workers_a_few_are_listed() -> None:
    found = {f"worker {number}": said(failure="no") for number in range(5)}
    some = ", ".join(rf"worker {number} cannot import recc_mc \(no\)" for number in range(3))
    with pytest.raises(RunError, match=rf"^{some}, and 2 more: install"):
        check_versions(found, "it")

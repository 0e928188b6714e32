"""asv's benchmarks run, at a size too small to measure anything."""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks import asv_suite

KINDS = ("time_", "peakmem_", "track_")
TINY = {"samples": 64, "values": 1}


def classes() -> Iterator[type[Any]]:
    """Classes that asv finds."""
    for name, kind in inspect.getmembers(asv_suite, inspect.isclass):
        if kind.__module__ == asv_suite.__name__ and not name.startswith("_"):
            yield kind


def methods(kind: type[Any]) -> list[str]:
    return [name for name in dir(kind) if name.startswith(KINDS)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(classes()), ids=lambda kind: kind.__name__)
def test_every_method_runs_once(kind: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in TINY.items():
        if hasattr(kind, name):
            monkeypatch.setattr(kind, name, size)
    given = [kind.params[0]] if hasattr(kind, "params") else []
    one = kind()
    getattr(one, "setup", lambda *given: None)(*given)
    for name in methods(kind):
        found = getattr(one, name)(*given)
        assert (found is not None) == name.startswith("track_")
        assert found is None or found > 0
    getattr(one, "teardown", lambda *given: None)(*given)


def test_there_is_every_kind_and_no_class_without() -> None:
    found = [methods(kind) for kind in classes()]
    assert all(found)
    assert {name.partition("_")[0] + "_" for names in found for name in names} == set(KINDS)


def test_asv_is_told_where_they_are_and_makes_no_environments(root: Path) -> None:
    told = json.loads((root / "asv.conf.json").read_text(encoding="utf-8"))
    assert told["environment_type"] == "existing"
    assert (root / told["benchmark_dir"] / "asv_suite.py").is_file()

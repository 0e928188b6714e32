"""Arguments of another kind: one sentence, whatever function they are given to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xarray as xr

import recc_mc as rm
from recc_mc.salib.runs import run_salib
from tests.strategies import small_study

NO_STUDIES = ["study.toml", Path("study.toml"), None, 5, xr.Dataset(), [1, 2]]
OF_STUDIES: list[Callable[[Any], object]] = [
    rm.evaluate,
    rm.simulate,
    rm.sensitivity,
    rm.salib_problem,
    lambda study: rm.evaluate_rows(study, [[0.5]]),
    lambda study: run_salib(study, "morris"),
]
OF_RESULTS: list[Callable[[Any], object]] = [
    rm.summarize,
    lambda data: rm.compare(data, data),
    lambda data: rm.compare(rm.evaluate(small_study().load()), data),
    lambda data: rm.save("out.nc", baseline=data),
    lambda data: rm.save("out.nc", summary=data),
    rm.plot.ribbons,
    lambda data: rm.plot.plane(data, data),
    rm.plot.render,
    lambda data: rm.plot.save(data, "out.svg"),
]
OF_FILES: list[Callable[[Any], object]] = [
    rm.load_study,
    rm.load,
    lambda path: rm.write_report(path, "out.html"),
    lambda path: rm.write_report([path], "out.html"),
    lambda path: rm.save(path, baseline=rm.evaluate(small_study().load())),
]


def sentence(function: Callable[[Any], object], value: object) -> str:
    with pytest.raises(rm.InputError) as caught:
        function(value)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize("value", NO_STUDIES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("function", OF_STUDIES)
def test_what_is_no_study_is_refused(function: Callable[[Any], object], value: object) -> None:
    said = sentence(function, value)
    assert said.startswith("study: must be a Study as recc_mc.load_study returns it, got ")
    assert said.endswith(str(value) if isinstance(value, Path) else type(value).__name__) or (
        str(value) in said
    )


@pytest.mark.parametrize("value", ["out.nc", Path("out.nc"), None, 5, {}])
@pytest.mark.parametrize("function", OF_RESULTS)
def test_what_is_no_result_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    function: Callable[[Any], object],
    value: object,
) -> None:
    monkeypatch.chdir(tmp_path)
    if value is None and function in OF_RESULTS[3:5]:
        assert sentence(function, value) == "save: no results were given"
    else:
        assert "must be" in sentence(function, value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [None, 5, 0.5, xr.Dataset()], ids=repr)
@pytest.mark.parametrize("function", OF_FILES)
def test_what_is_no_file_name_is_refused(function: Callable[[Any], object], value: object) -> None:
    assert "must be" in sentence(function, value)

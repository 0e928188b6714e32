"""What the build puts into a wheel: compiled kernels where they can be compiled, or nothing."""

import importlib.util
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import recc_mc as rm
from recc_mc.kernels.chain import run_block
from recc_mc.kernels.goals import find_changes
from recc_mc.kernels.nested import count_unit
from recc_mc.kernels.scenarios import run_scenarios
from recc_mc.uncertainty.more import asks_for_more
from recc_mc.variance.rows import run_unit

WRITES = "import pathlib, sys; (pathlib.Path(sys.argv[1]) / 'key.bitcode').write_text('code')"


def script(root: Path, name: str) -> ModuleType:
    """A script of the top folder as a module."""
    spec = importlib.util.spec_from_file_location(name, root / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def hook(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The hook of a build in an empty folder, without the builder."""
    interface = "hatchling.builders.hooks.plugin.interface"
    for name in ("hatchling", "hatchling.builders", "hatchling.builders.hooks"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, f"{interface[: -len('.interface')]}", ModuleType("plugin"))
    stub: Any = ModuleType(interface)
    stub.BuildHookInterface = type("BuildHookInterface", (), {})
    monkeypatch.setitem(sys.modules, interface, stub)
    made = script(root, "hatch_build").CompiledKernels()
    made.root, made.target_name, made.said = str(tmp_path), "wheel", []
    made.app = SimpleNamespace(display_info=made.said.append)
    return made


def build(hook: Any, version: str = "standard") -> dict[str, str]:
    """Files that a build adds, by their place in the wheel."""
    data: dict[str, Any] = {"force_include": {}}
    hook.initialize(version, data)
    included = {place: Path(file).read_text() for file, place in data["force_include"].items()}
    hook.finalize(version, data, "")
    return included


def test_compiled_kernels_are_in_a_wheel(hook: Any) -> None:
    Path(hook.root, "ship_kernels.py").write_text(WRITES)
    assert build(hook) == {"recc_mc/kernels/compiled/key.bitcode": "code"}
    assert hook.said == ["a wheel with compiled kernels"]


def test_where_the_package_does_not_run_a_wheel_has_none(hook: Any) -> None:
    Path(hook.root, "ship_kernels.py").write_text("import no_such_module")
    assert build(hook) == {}
    assert "no_such_module" in hook.said[0]
    assert hook.said[1] == "a wheel without compiled kernels"


def test_kernels_that_fail_to_compile_are_not_left_out_in_silence(hook: Any) -> None:
    Path(hook.root, "ship_kernels.py").write_text("raise RuntimeError('no object')")
    with pytest.raises(RuntimeError, match="could not be compiled: RuntimeError: no object"):
        build(hook)


@pytest.mark.slow
def test_what_most_runs_compile_can_be_shipped(root: Path, tmp_path: Path) -> None:
    program = (
        "import recc_mc as rm, ship_kernels; "
        "ship_kernels.call_usual(rm.load_study('configs/rare_earth_mines.toml')); "
        "print(len(ship_kernels.content()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) > 1_000_000


def test_nothing_is_compiled_for_an_editable_install_or_a_source_archive(hook: Any) -> None:
    Path(hook.root, "ship_kernels.py").write_text(WRITES)
    assert build(hook, "editable") == {}
    hook.target_name = "sdist"
    assert build(hook) == {}


def test_kernels_that_python_calls_are_shipped(root: Path) -> None:
    kernels = script(root, "ship_kernels").kernels().values()
    asked = (run_block, run_unit, run_scenarios, find_changes, count_unit)
    assert [kernel for kernel in asked if kernel not in kernels] == []


def test_both_forms_of_kernels_are_shipped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []

    def note(command: str, study: rm.Study, **settings: Any) -> None:
        named = "keep", "scenario", "information"
        words = [command, *(f"{name}={settings[name]}" for name in named if name in settings)]
        asked.append((" ".join(words), asks_for_more(study)))

    for command in ("simulate", "sensitivity", "scenarios", "target", "evaluate"):
        monkeypatch.setattr(rm, command, partial(note, command))
    script(root, "ship_kernels").call_kernels()
    usual = ("evaluate", "simulate keep=samples", "simulate keep=summary", "sensitivity")
    questions = ("scenarios", "target", "sensitivity scenario=treatment")
    assert asked == [
        *((command, more) for more in (False, True) for command in usual),
        *((command, False) for command in (*questions, "sensitivity information=True")),
    ]

"""The package as a whole: public names, what importing it costs, what it ships."""

import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import recc_mc as rm

PUBLIC = {
    "InputError": "recc_mc.errors",
    "RunError": "recc_mc.errors",
    "Study": "recc_mc.study",
    "StudyWarning": "recc_mc.errors",
    "compare": "recc_mc.comparison",
    "assumptions": "recc_mc.assumed.assumptions",
    "evaluate": "recc_mc.scenario.evaluated",
    "evaluate_rows": "recc_mc.salib",
    "export": "recc_mc.report",
    "inputs": "recc_mc.sampling.inputs",
    "load": "recc_mc.results",
    "load_study": "recc_mc.study",
    "make_study": "recc_mc.study",
    "meta_analysis": "recc_mc.synthesis",
    "salib_problem": "recc_mc.salib",
    "save": "recc_mc.results",
    "scenarios": "recc_mc.simulation.scenarios",
    "sensitivity": "recc_mc.sensitivity_analysis",
    "simulate": "recc_mc.simulation.simulate",
    "summarize": "recc_mc.summary.labelled",
    "sweep": "recc_mc.sweeps.sweep",
    "target": "recc_mc.targets.target",
    "tolerance": "recc_mc.sweeps.tolerance",
    "write_report": "recc_mc.report",
}

HEAVY = {
    "SALib", "dask", "distributed", "matplotlib", "netCDF4", "numba", "numpy", "pandas", "pydantic",
    "scipy", "xarray",
}  # fmt: skip


@pytest.mark.parametrize(("name", "home"), PUBLIC.items())
def test_a_public_name_is_the_object_of_its_module(name: str, home: str) -> None:
    assert getattr(rm, name) is getattr(import_module(home), name)


def test_public_names_are_all_and_only_these() -> None:
    assert set(rm.__all__) == PUBLIC.keys() | {"__version__", "plot"}
    assert set(rm.__all__) <= set(dir(rm))


def test_public_functions_are_documented() -> None:
    assert [name for name in PUBLIC if not getattr(rm, name).__doc__] == []


def test_pictures_are_a_subpackage_that_is_imported_on_first_use() -> None:
    assert rm.plot is import_module("recc_mc.plot")


@pytest.mark.parametrize("name", PUBLIC)
def test_no_module_takes_the_place_of_a_public_name(name: str) -> None:
    # Importing recc_mc.NAME would bind the module over the function of that name.
    with pytest.raises(ModuleNotFoundError):
        import_module(f"recc_mc.{name}")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'recc_mc' has no attribute 'simulte'"):
        rm.simulte  # noqa: B018


def test_the_version_is_that_of_pyproject(root: Path) -> None:
    with (root / "pyproject.toml").open("rb") as file:
        assert rm.__version__ == tomllib.load(file)["project"]["version"]


@pytest.mark.parametrize(
    "statement",
    [
        "import recc_mc; recc_mc.__version__; dir(recc_mc)",
        "import recc_mc; recc_mc.InputError",
        "import recc_mc.cli.main",
    ],
)
def test_importing_is_light(statement: str) -> None:
    code = f"import sys; {statement}; print(*(name for name in sys.modules if '.' not in name))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "recc_mc" in run.stdout.split()
    assert HEAVY.isdisjoint(run.stdout.split())


def test_types_are_declared() -> None:
    assert (Path(rm.__file__).parent / "py.typed").is_file()


def test_nothing_of_the_package_is_ignored_by_version_control(root: Path) -> None:
    # The wheel leaves out what .gitignore matches, and `results` is also a subpackage.
    patterns = (root / ".gitignore").read_text(encoding="utf-8").split()
    folders = {path.name for path in (root / "recc_mc").rglob("*") if path.is_dir()}
    assert {pattern.rstrip("/") for pattern in patterns}.isdisjoint(folders - {"__pycache__"})


def test_the_plan_for_contributors_is_the_import_contract(root: Path) -> None:
    plan = (root / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```")[1]
    contract = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = [re.findall(r"\w+", layer) for layer in contract["contracts"][0]["layers"]]
    level = {room: k for k, rooms in enumerate(layers) for room in rooms if room != "__main__"}
    assert set(level) <= set(re.findall(r"\w+", plan))
    first = [line.split()[0] for line in plan.splitlines()[1:] if line]
    assert [level[room] for room in first] == sorted(level[room] for room in first)

"""Monte Carlo uncertainty of resource and environmental carrying capacity (RECC) indices.

The public names below are imported on first use, so that ``import recc_mc`` and the command
line's ``--help`` do not wait for numba, dask and xarray.
"""

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recc_mc import plot as plot
    from recc_mc.assumed.assumptions import assumptions as assumptions
    from recc_mc.comparison import compare as compare
    from recc_mc.errors import InputError as InputError
    from recc_mc.errors import RunError as RunError
    from recc_mc.errors import StudyWarning as StudyWarning
    from recc_mc.report import export as export
    from recc_mc.report import write_report as write_report
    from recc_mc.results import load as load
    from recc_mc.results import save as save
    from recc_mc.salib import evaluate_rows as evaluate_rows
    from recc_mc.salib import salib_problem as salib_problem
    from recc_mc.sampling.inputs import inputs as inputs
    from recc_mc.scenario.evaluated import evaluate as evaluate
    from recc_mc.sensitivity_analysis import sensitivity as sensitivity
    from recc_mc.simulation.scenarios import scenarios as scenarios
    from recc_mc.simulation.simulate import simulate as simulate
    from recc_mc.study import Study as Study
    from recc_mc.study import load_study as load_study
    from recc_mc.study import make_study as make_study
    from recc_mc.summary.labelled import summarize as summarize
    from recc_mc.sweeps.sweep import sweep as sweep
    from recc_mc.sweeps.tolerance import tolerance as tolerance
    from recc_mc.synthesis import meta_analysis as meta_analysis
    from recc_mc.targets.target import target as target

_HOMES = {
    "InputError": "errors",
    "RunError": "errors",
    "Study": "study",
    "StudyWarning": "errors",
    "assumptions": "assumed.assumptions",
    "compare": "comparison",
    "evaluate": "scenario.evaluated",
    "evaluate_rows": "salib",
    "export": "report",
    "inputs": "sampling.inputs",
    "load": "results",
    "load_study": "study",
    "make_study": "study",
    "meta_analysis": "synthesis",
    "salib_problem": "salib",
    "save": "results",
    "scenarios": "simulation.scenarios",
    "sensitivity": "sensitivity_analysis",
    "simulate": "simulation.simulate",
    "summarize": "summary.labelled",
    "sweep": "sweeps.sweep",
    "target": "targets.target",
    "tolerance": "sweeps.tolerance",
    "write_report": "report",
}

__all__ = sorted([*_HOMES, "__version__", "plot"])


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = metadata.version("recc-mc")
    elif name == "plot":
        value = import_module(f"{__name__}.plot")
    elif name in _HOMES:
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""Monte Carlo uncertainty of resource and environmental carrying capacity (RECC) indices.

The public names below are imported on first use, so that ``import recc_mc`` and the command
line's ``--help`` do not wait for numba, dask and xarray.
"""

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recc_mc import plot
    from recc_mc.comparison import compare
    from recc_mc.errors import InputError, RunError, StudyWarning
    from recc_mc.report import write_report
    from recc_mc.results import load, save
    from recc_mc.salib import evaluate_rows, salib_problem
    from recc_mc.sampling.evaluate import evaluate
    from recc_mc.sensitivity_analysis import sensitivity
    from recc_mc.simulation.simulate import simulate
    from recc_mc.study import Study, load_study
    from recc_mc.summary.labelled import summarize

__all__ = [
    "InputError",
    "RunError",
    "Study",
    "StudyWarning",
    "__version__",
    "compare",
    "evaluate",
    "evaluate_rows",
    "load",
    "load_study",
    "plot",
    "salib_problem",
    "save",
    "sensitivity",
    "simulate",
    "summarize",
    "write_report",
]

_HOMES = {
    "InputError": "errors",
    "RunError": "errors",
    "Study": "study",
    "StudyWarning": "errors",
    "compare": "comparison",
    "evaluate": "sampling.evaluate",
    "evaluate_rows": "salib",
    "load": "results",
    "load_study": "study",
    "salib_problem": "salib",
    "save": "results",
    "sensitivity": "sensitivity_analysis",
    "simulate": "simulation.simulate",
    "summarize": "summary.labelled",
    "write_report": "report",
}


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

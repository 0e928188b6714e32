"""The arguments of `run_salib`, checked."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from recc_mc.errors import InputError
from recc_mc.machine.memory import available_memory
from recc_mc.salib.methods import METHODS, Method
from recc_mc.simulation.placing import place
from recc_mc.study import Study
from recc_mc.study.arguments import first_seed, whole
from recc_mc.study.names import hint
from recc_mc.study.shape import analysed_outputs
from recc_mc.study.wording import shown
from recc_mc.workers.placement import Placement

__all__ = ["Run", "check_enough", "check_memory", "checked"]

# Share of the available memory that rows and outputs may take.
MEMORY_SHARE = 0.5


class Run(NamedTuple):
    """Arguments, checked."""

    name: str
    method: Method
    samples: int
    seed: int
    resamples: int
    outputs: tuple[str, ...]
    years: tuple[int, ...]
    grouped: bool
    where: Placement


def checked(
    study: Study,
    name: str,
    samples: int | None,
    seed: int | None,
    outputs: Sequence[str] | None,
    years: Sequence[int] | None,
    grouped: bool | None,
    resamples: int | None,
    scheduler: str | None,
) -> Run:
    """Arguments of `run_salib`, each from the argument or else from the study or the method.

    Raises
    ------
    InputError
        If some are not allowed; all are named.
    """
    if name not in METHODS:
        raise InputError(f"method: must be one of {', '.join(METHODS)}, got {shown(name)}")
    method = METHODS[name]
    settings = study.settings
    samples = settings.sensitivity.samples if samples is None else samples
    resamples = method.resamples if resamples is None else resamples
    problems: list[str] = []
    there = analysed_outputs(study)
    known = tuple(output for output in method.outputs if output in there)
    run = Run(
        name,
        method,
        whole(problems, "samples", samples, 1),
        first_seed(problems, seed, settings.simulation.seed),
        whole(problems, "resamples", resamples, 2 if method.resamples else 0),
        known if outputs is None else tuple(outputs),
        study.panel.years if years is None else tuple(years),
        bool(method.grouped) if grouped is None else grouped,
        place(study, scheduler=scheduler),
    )
    problems += _unknown("outputs", run.outputs, known)
    problems += _unknown("years", run.years, study.panel.years)
    if run.grouped and method.grouped is None:
        problems.append(f"grouped: {name} has no groups of inputs")
    if problems:
        raise InputError(problems)
    return run


def _unknown(argument: str, given: Sequence[Any], known: Sequence[Any]) -> list[str]:
    names = [str(item) for item in known]
    problems = [
        f"{argument}: must be among {', '.join(names)}, got {shown(item)}{hint(str(item), names)}"
        for item in given
        if item not in known
    ]
    return problems if given else [f"{argument}: must name at least one"]


def check_enough(run: Run, samples: int, factors: int, columns: int) -> None:
    """Refuse fewer samples than the method has an answer for.

    Raises
    ------
    InputError
        Says how many it needs.
    """
    fewest = run.method.fewest(factors, columns)
    if samples < fewest:
        raise InputError(
            f"samples: {run.name} needs at least {fewest} {run.method.unit} for {columns} inputs, "
            f"got {samples}"
        )
    if run.name == "hdmr" and columns < 2:
        raise InputError(f"method: {run.name} needs at least 2 inputs, the study has {columns}")


def check_memory(run: Run, factors: int, columns: int, objects: int) -> None:
    """Refuse what would not fit into memory.

    Parameters
    ----------
    run
        The run.
    factors
        Number of factors that the design tells apart.
    columns
        Dimension of the unit cube.
    objects
        Number of mines and selected years.

    Raises
    ------
    InputError
        Says how much it would be.
    """
    rows = {"morris": factors + 1, "shapley": factors + 1, "fast": columns}.get(run.name, 1)
    needed = 8 * run.samples * rows * (2 * columns + objects * len(run.outputs))
    available = MEMORY_SHARE * available_memory()
    if needed > available:
        raise InputError(
            f"samples: {run.samples} {run.method.unit} take {needed / 2**30:.1f} GiB, more than "
            f"the {available / 2**30:.1f} GiB there are; ask for fewer samples, outputs or years"
        )

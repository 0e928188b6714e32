"""Options of the command line that stand in for settings of the study."""

import argparse
from typing import Any

from recc_mc.errors import InputError

__all__ = ["SCHEDULERS", "run_options"]

SCHEDULERS = ("threads", "processes", "synchronous")
# The smallest and the largest value of a number; a result must be able to record its seed.
_RANGES = {"samples": (1, None), "seed": (0, 2**63 - 1), "chunk": (1, None)}


def run_options(args: argparse.Namespace) -> dict[str, Any]:
    """Options that were given, checked.

    Parameters
    ----------
    args
        Parsed arguments; the values are still text.

    Returns
    -------
    dict
        Keyword arguments of `recc_mc.simulate`; None where the study decides.

    Raises
    ------
    InputError
        If values are not allowed; all are named, in the words of the study file's errors.
    """
    problems: list[str] = []
    options: dict[str, Any] = {}
    for name, (smallest, largest) in _RANGES.items():
        text = getattr(args, name)
        problem = None if text is None else _number_problem(text, smallest, largest)
        if problem:
            problems.append(f"--{name}: {problem}, got {text}")
        else:
            options[name] = None if text is None else int(text)
    if args.scheduler not in (None, *SCHEDULERS):
        allowed = f"{', '.join(SCHEDULERS[:-1])} or {SCHEDULERS[-1]}"
        problems.append(f"--scheduler: must be {allowed}, got {args.scheduler}")
    if problems:
        raise InputError(problems)
    return options | {"scheduler": args.scheduler}


def _number_problem(text: str, smallest: int, largest: int | None) -> str | None:
    try:
        number = int(text)
    except ValueError:
        return "must be a whole number"
    if number < smallest:
        return f"must be >= {smallest}"
    if largest is not None and number > largest:
        return f"must be <= {largest}"
    return None

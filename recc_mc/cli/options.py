"""Options of the command line that stand in for settings of the study."""

import argparse
import math
import re
from typing import Any

from recc_mc.errors import InputError
from recc_mc.sampling.limits import MOST_SAMPLES

__all__ = ["KEEPS", "option_name", "run_options", "seed_option", "shard_option"]

KEEPS = ("samples", "summary")
# The smallest value of a number.
_SMALLEST = {
    "samples": 1,
    "seed": 0,
    "chunk": 1,
    "workers": 1,
    "threads_per_worker": 1,
    "replicates": 2,
}


def run_options(args: argparse.Namespace) -> dict[str, Any]:
    """Options that were given, checked.

    Parameters
    ----------
    args
        Parsed arguments; the values are still text.

    Returns
    -------
    dict
        Values by name; None where the study decides.

    Raises
    ------
    InputError
        If values are not allowed; all are named, in the words of the study file's errors.
    """
    # Slow to import, and not what the help waits for.
    from recc_mc.study.arguments import SEEDS

    problems: list[str] = []
    options: dict[str, Any] = {}
    largest = {"samples": MOST_SAMPLES, "seed": SEEDS - 1}
    for name, smallest in _SMALLEST.items():
        text = getattr(args, name, None)
        expected = None if text is None else _expected(text, smallest, largest.get(name))
        if expected:
            problems.append(f"{option_name(name)}: must be {expected}, got {text}")
        else:
            options[name] = None if text is None else int(text)
    if args.keep not in (None, *KEEPS):
        problems.append(f"--keep: must be {' or '.join(KEEPS)}, got {args.keep}")
    options |= {name: getattr(args, name) for name in ("keep", "scheduler", "memory_limit")}
    options["until"] = None if args.until is None else _bound(args.until, problems)
    if problems:
        raise InputError(problems)
    return options


def option_name(setting: str) -> str:
    """Option that stands in for a setting.

    Examples
    --------
    >>> option_name("memory_limit")
    '--memory-limit'
    """
    return f"--{setting.replace('_', '-')}"


def seed_option(text: str, problems: list[str]) -> int:
    """Seed that was given to a command without other options of a run.

    Parameters
    ----------
    text
        What was given.
    problems
        Takes a sentence if it is not allowed; the seed is 0 then.
    """
    from recc_mc.study.arguments import SEEDS

    expected = _expected(text, 0, SEEDS - 1)
    if expected:
        problems.append(f"--seed: must be {expected}, got {text}")
    return 0 if expected else int(text)


def shard_option(args: argparse.Namespace) -> tuple[int, int] | None:
    """Number of a shard and of how many it is one, if that was given.

    Parameters
    ----------
    args
        Parsed arguments; the values are still text.

    Raises
    ------
    InputError
        If it is not allowed, or not beside the other options.
    """
    if args.shard is None:
        return None
    match = re.fullmatch(r"(\d+)/(\d+)", args.shard)
    number, shards = (int(text) for text in match.groups()) if match else (0, 0)
    problems = []
    if not 1 <= number <= shards:
        problems.append(f"--shard: must be I/N with 1 <= I <= N, got {args.shard}")
    for name in ("force", "resume", "until"):
        if getattr(args, name) not in (None, False):
            problems.append(f"--{name}: is not allowed beside --shard{_REASONS[name]}")
    if problems:
        raise InputError(problems)
    return number, shards


_REASONS = {
    "force": ", which leaves the result to recc-mc merge",
    "resume": ", which always continues",
    "until": ": no shard knows the error of the whole run",
}


def _expected(text: str, smallest: int, largest: int | None) -> str | None:
    from recc_mc.study.arguments import limits

    try:
        return limits(int(text), smallest, largest)
    except ValueError:
        return "a whole number"


def _bound(text: str, problems: list[str]) -> float | None:
    try:
        bound = float(text)
    except ValueError:
        bound = math.nan
    if not 0 < bound < 1:
        problems.append(f"--until: must be a number between 0 and 1, got {text}")
    return bound

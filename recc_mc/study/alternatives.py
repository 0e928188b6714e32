"""Method choices that are themselves uncertain: a few alternatives with probabilities."""

from dataclasses import dataclass
from math import fsum
from typing import Any

from pydantic import PlainValidator

from recc_mc.study.names import hint, quoted
from recc_mc.study.tables import Problem, problems_error
from recc_mc.study.wording import shown

__all__ = ["Alternatives", "alternatives_of"]


@dataclass(frozen=True)
class Alternatives:
    """The alternatives of a choice, in the order of the file.

    Parameters
    ----------
    names
        Names of the alternatives, all distinct.
    probabilities
        Probability of each; they sum to 1 within rounding.
    """

    names: tuple[str, ...]
    probabilities: tuple[float, ...]


def alternatives_of(*allowed: str) -> PlainValidator:
    """Validator of a key that takes a list of alternatives, or a table of their probabilities."""

    def parse(value: Any) -> Alternatives:
        if isinstance(value, Alternatives):
            return value
        if isinstance(value, list) and value:
            return _from_list(value, allowed)
        if isinstance(value, dict) and value:
            return _from_table(value, allowed)
        example = ", ".join(f'"{name}"' for name in allowed)
        sentence = f"must be a list such as [{example}], or a table alternative = probability"
        raise problems_error([Problem((), sentence)])

    return PlainValidator(parse)


def _from_list(names: list[Any], allowed: tuple[str, ...]) -> Alternatives:
    problems = [p for i, name in enumerate(names) for p in _unknown(name, (i,), allowed)]
    problems += [
        Problem((i,), f'"{name}" is listed twice')
        for i, name in enumerate(names)
        if name in names[:i] and name in allowed
    ]
    if problems:
        raise problems_error(problems)
    return Alternatives(tuple(names), (1.0 / len(names),) * len(names))


def _from_table(table: dict[str, Any], allowed: tuple[str, ...]) -> Alternatives:
    problems = [p for name in table for p in _unknown(name, (name,), allowed)]
    numbers = [value for value in table.values() if _is_probability(value)]
    problems += [
        Problem((name,), f"must be a probability from 0 to 1, got {shown(value)}")
        for name, value in table.items()
        if not _is_probability(value)
    ]
    if len(numbers) == len(table) and abs(fsum(numbers) - 1.0) > 1e-9:
        problems.append(Problem((), f"probabilities must sum to 1, got {fsum(numbers):.12g}"))
    if problems:
        raise problems_error(problems)
    return Alternatives(tuple(table), tuple(float(value) for value in numbers))


def _unknown(name: Any, keys: tuple[str | int, ...], allowed: tuple[str, ...]) -> list[Problem]:
    if name in allowed:
        return []
    suggestion = hint(name, allowed) if isinstance(name, str) else ""
    # A hint that merely lists the alternatives would repeat the sentence.
    suggestion = suggestion if "did you mean" in suggestion else ""
    return [Problem(keys, f"must be {quoted(allowed)}, got {shown(name)}{suggestion}")]


def _is_probability(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1

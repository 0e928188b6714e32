"""Method choices that are themselves uncertain: alternatives with probabilities, or an interval.

Both kinds tell of themselves under the same names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum
from typing import Any

from pydantic import PlainValidator

from recc_mc.language import say, translated
from recc_mc.language.retelling import recorded
from recc_mc.study.names import hint, quoted
from recc_mc.study.toml_table import Fraction, Problem, Table, problems_error
from recc_mc.study.wording import shown

__all__ = ["Alternatives", "Share", "alternatives_of", "one_of"]


class Share(Table):
    """Range of a share, drawn uniformly."""

    low: Fraction
    high: Fraction

    def conflicts(self) -> Iterator[Problem]:
        """The range may be a point but not reversed."""
        if self.low > self.high:
            yield Problem((), f"low must be <= high, got {self.low:g} and {self.high:g}")

    @property
    def varies(self) -> bool:
        """Whether draws differ."""
        return self.low < self.high

    @property
    def brief(self) -> str:
        """What draws take, in few digits."""
        low, high = f"{self.low:.3g}", f"{self.high:.3g}"
        return low if low == high else recorded("{low} to {high}", low=low, high=high)

    @property
    def exact(self) -> str:
        """What draws take, as the study gives it."""
        return recorded("{low} to {high}", low=f"{self.low:g}", high=f"{self.high:g}")

    @property
    def law(self) -> tuple[str, str]:
        """Name of the distribution, and its size."""
        return "uniform", self.exact

    def sentence(self, what: str) -> str:
        """How the choice that is called ``what`` is drawn."""
        text = "{choice} is uniform from {low} to {high}"
        return say(text, choice=what, low=f"{self.low:g}", high=f"{self.high:g}")

    def takes(self, value: float) -> bool:
        """Whether some draw takes a value."""
        return self.low <= value <= self.high


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

    @property
    def possible(self) -> dict[str, float]:
        """Alternatives that some draw takes, and their probabilities."""
        pairs = zip(self.names, self.probabilities, strict=True)
        return {name: chance for name, chance in pairs if chance > 0}

    @property
    def varies(self) -> bool:
        """Whether draws differ."""
        return len(self.possible) > 1

    @property
    def brief(self) -> str:
        """What draws take."""
        *others, text = self.possible
        for name in reversed(others):
            text = recorded("{one} or {other}", one=name, other=text)
        return text

    @property
    def exact(self) -> str:
        """What draws take, as TOML writes it."""
        return quoted(self.possible)

    @property
    def law(self) -> tuple[str, str]:
        """Name of the distribution, and the probabilities."""
        pairs = zip(self.names, self.probabilities, strict=True)
        return "alternatives", ", ".join(f"{name} {chance:.4g}" for name, chance in pairs)

    def sentence(self, what: str) -> str:
        """How the choice that is called ``what`` is drawn."""
        pairs = zip(self.names, self.probabilities, strict=True)
        ways = [
            say("{way} ({chance})", way=way_words(name), chance=f"{chance:g}")
            for name, chance in pairs
        ]
        return say("{choice}: {ways}", choice=what, ways=translated(" or ").join(ways))

    def takes(self, value: str) -> bool:
        """Whether some draw takes an alternative."""
        return value in self.possible


def way_words(name: str) -> str:
    """Name of an alternative in a sentence."""
    return translated(name.replace("_", " "))


def one_of(*allowed: str) -> PlainValidator:
    """Validator of a key that takes one of several names."""

    def parse(value: Any) -> str:
        if problems := _unknown(value, (), allowed):
            raise problems_error(problems)
        return str(value)

    return PlainValidator(parse)


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

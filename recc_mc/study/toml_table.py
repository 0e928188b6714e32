"""What every table of a study file has in common: strict types and checks across its keys."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from recc_mc.study.names import BadName, clean_name, clean_path
from recc_mc.study.wording import shown

__all__ = [
    "Fraction",
    "NonNegative",
    "Numbers",
    "Positive",
    "Problem",
    "Table",
    "clean_keys",
    "clean_paths",
    "named",
    "problems_error",
]

NonNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]
# A tuple is immutable, but TOML has only lists; the items stay strict.
Numbers = Annotated[tuple[Fraction, ...], Field(strict=False)]


class Problem(NamedTuple):
    """One thing wrong in a table: the path of keys below it, and a sentence."""

    keys: tuple[str | int, ...]
    sentence: str


def problems_error(problems: Iterable[Problem]) -> ValidationError:
    """Pydantic's error for problems that our own checks found, so that all end in one report."""
    return ValidationError.from_exception_data(
        "study",
        [
            # The sentence goes in as a value: a template would choke on braces in a user's names.
            InitErrorDetails(
                type=PydanticCustomError("rule", "{sentence}", {"sentence": problem.sentence}),
                loc=problem.keys,
                input=None,
            )
            for problem in problems
        ],
    )


class Table(BaseModel):
    """A table of the study file: no unknown keys, no conversions, no changes after reading."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)

    def conflicts(self) -> Iterator[Problem]:
        """Find values that are fine alone but not together."""
        yield from ()

    @model_validator(mode="after")
    def _check_conflicts(self) -> Self:
        found = list(self.conflicts())
        if found:
            raise problems_error(found)
        return self

    def gives(self, key: str) -> bool:
        """Whether the file names the key, rather than leaving it at its default."""
        return key in self.model_fields_set


def named(value: Any, clean: Callable[[str], str] = clean_name) -> Any:
    """Table with its keys as names; what is no table is left to whoever expects one.

    Parameters
    ----------
    value
        The table.
    clean
        What makes a name of a key.

    Raises
    ------
    ValidationError
        If a key is no name, or two are the same name.
    """
    if not isinstance(value, dict):
        return value
    table: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, item in value.items():
        try:
            name = clean(key)
        except BadName as problem:
            problems.append(Problem((key,), f"{shown(key)}: expected {problem}"))
            continue
        if name in table:
            problems.append(Problem((key,), f'"{name}" is given twice'))
        table[name] = item
    if problems:
        raise problems_error(problems)
    return table


clean_keys = BeforeValidator(named)
"""For tables whose keys are names of indicators."""
clean_paths = BeforeValidator(partial(named, clean=clean_path))
"""For tables whose keys are paths of criteria."""

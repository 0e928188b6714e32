"""The tables [evidence.NAME]: what other studies found, as a source of uncertain changes."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import BeforeValidator

from recc_mc.evidence.options import ESTIMATORS, MEASURES, TESTS, VARIANCES
from recc_mc.study.alternatives import one_of
from recc_mc.study.names import BadName
from recc_mc.study.scenario_tables import NAME
from recc_mc.study.toml_table import Problem, Table, named

__all__ = ["BUILTIN_PREFIX", "EvidenceTable", "EvidenceTables"]

BUILTIN_PREFIX = "builtin:"
"""What the name of a data set begins with that comes with the package."""


class EvidenceTable(Table):
    """[evidence.NAME]: a table of studies, and how they are pooled."""

    data: str | None = None
    file: str | None = None
    sheet: str | None = None
    measure: Annotated[str, one_of(*MEASURES)] = MEASURES[0]
    variance: Annotated[str, one_of(*VARIANCES)] = VARIANCES[0]
    estimator: Annotated[str, one_of(*ESTIMATORS)] = ESTIMATORS[0]
    test: Annotated[str, one_of(*TESTS)] = TESTS[0]

    @property
    def place(self) -> tuple[str | None, ...]:
        """Where the table of studies is."""
        return self.data, self.file, self.sheet

    @property
    def options(self) -> tuple[str, ...]:
        """What decides what is made of it."""
        return self.measure, self.variance, self.estimator, self.test

    def conflicts(self) -> Iterator[Problem]:
        """The studies are in one place."""
        if (self.data is None) == (self.file is None):
            found = "none" if self.data is None else "both"
            sentence = f'give data = "{BUILTIN_PREFIX}NAME" or file = a table of studies'
            yield Problem((), f"{sentence}, got {found}")
        if self.data is not None and not self.data.startswith(BUILTIN_PREFIX):
            yield Problem(("data",), f'must be "{BUILTIN_PREFIX}NAME", got "{self.data}"')
        if self.sheet is not None and self.file is None:
            yield Problem(("sheet",), "is only for a file")
        if self.gives("variance") and self.measure != MEASURES[0]:
            yield Problem(("variance",), f'is only for measure = "{MEASURES[0]}"')


def _bare(key: str) -> str:
    if not NAME.fullmatch(key):
        raise BadName("a name of letters, digits, _ and -")
    return key


EvidenceTables = Annotated[
    Mapping[str, EvidenceTable], BeforeValidator(lambda value: named(value, _bare))
]
"""[evidence]: tables by name."""

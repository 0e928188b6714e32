"""The study file's tables, with their defaults.

The values in this module are the defaults of the study file, except under [uncertainty], where
nothing is assumed.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from recc_mc.study.arguments import SEEDS
from recc_mc.study.choices import COMBINATION, LISTED, MethodTable, MethodUncertainty
from recc_mc.study.evidence_settings import EvidenceTables
from recc_mc.study.further_settings import CouplingTable, FuzzyTable
from recc_mc.study.names import BadName, clean_name, clean_text, quoted, visible
from recc_mc.study.nouns import MINES, Nouns, nouns_of
from recc_mc.study.run_settings import Cluster, RunTable
from recc_mc.study.scenario_tables import ScenariosTable, ScenarioTable, repeated_names
from recc_mc.study.targets import TargetTable
from recc_mc.study.toml_table import Numbers, Problem, Table, problems_error
from recc_mc.study.uncertainty_settings import Uncertainty
from recc_mc.study.weighing import JUDGMENTS_REQUIRED, weighing_problems
from recc_mc.study.wording import shown

__all__ = [
    "SENSITIVITY_METHODS",
    "InformationTable",
    "OutputTable",
    "SensitivityTable",
    "Settings",
    "SimulationTable",
    "StudyTable",
]

_FILES = ("panel", "indicators", "judgments")
_BUILTIN_PREFIX = "builtin:"


def _title(text: str) -> str:
    try:
        return clean_text(text)
    except BadName as problem:
        raise problems_error([Problem((), f"expected {problem}")]) from None


def _noun(text: str) -> str:
    """Noun as it stands in sentences."""
    noun = _title(text)
    if not any(letter.isalpha() for letter in noun):
        raise problems_error([Problem((), f"must be a noun, got {shown(text)}")])
    return noun


def _file_name(text: str) -> str:
    """File name as it is given, unless no terminal could show it."""
    try:
        clean_name(text)
    except BadName as problem:
        raise problems_error([Problem((), f"{shown(text)}: expected {problem}")]) from None
    return text


def _code(text: str) -> str:
    """Code of a missing value as it is found in cells."""
    seen = visible(text)
    if not seen:
        problem = "must be what stands in a cell; a blank cell is always a missing value"
        raise problems_error([Problem((), problem)])
    return seen


_Noun = Annotated[str, AfterValidator(_noun)]
_FileName = Annotated[str, AfterValidator(_file_name)]
_Codes = Annotated[tuple[Annotated[str, AfterValidator(_code)], ...], Field(strict=False)]
SHEETS = ("panel_sheet", "indicators_sheet")
"""Keys of [study] that name sheets of spreadsheets."""


class StudyTable(Table):
    """[study]: what is studied, and where the tables are."""

    title: Annotated[str, AfterValidator(_title)] | None = None
    data: _FileName | None = None
    panel: _FileName | None = None
    indicators: _FileName | None = None
    judgments: _FileName | None = None
    # Sheets of spreadsheets, where they are not the first.
    panel_sheet: str | None = None
    indicators_sheet: str | None = None
    # What stands in cells of the panel that have no value.
    missing_values: _Codes = ()
    # What the objects are called that the panel has a row of each year for.
    noun: _Noun = MINES.one
    nouns: _Noun | None = None

    @property
    def words(self) -> Nouns:
        """What the objects of the study are called."""
        return nouns_of({"noun": self.noun, "nouns": self.nouns})

    @property
    def has_judgments(self) -> bool:
        """Whether the study has judgments."""
        return self.data is not None or self.judgments is not None

    @property
    def builtin(self) -> str | None:
        """Name of the data set that comes with the package, if the study uses one."""
        return None if self.data is None else self.data.removeprefix(_BUILTIN_PREFIX)

    def conflicts(self) -> Iterator[Problem]:
        """Either the data of the package or the three files of the user."""
        if self.nouns is not None and not self.gives("noun"):
            yield Problem(
                ("nouns",), f"needs noun beside it: what one of the {self.nouns} is called"
            )
        given = [name for name in _FILES if getattr(self, name) is not None]
        sheets = [name for name in SHEETS if getattr(self, name) is not None]
        if self.data is not None:
            for name in given + sheets:
                yield Problem((name,), "is not allowed beside data: give data or the three files")
            if not self.data.startswith(_BUILTIN_PREFIX):
                yield Problem(("data",), f'must be "{_BUILTIN_PREFIX}NAME", got "{self.data}"')
            return
        required = f'is required: a file name (or data = "{_BUILTIN_PREFIX}NAME")'
        missing = [name for name in _FILES if name not in given]
        # Whether judgments alone may be missing hangs on the method.
        for name in missing if missing != ["judgments"] else ():
            sentence = JUDGMENTS_REQUIRED if name == "judgments" else required
            yield Problem((name,), sentence)


class SimulationTable(Table):
    """[simulation]: how many samples, and what is kept of them."""

    samples: Annotated[int, Field(ge=1)] = 100_000
    seed: Annotated[int, Field(ge=0, le=SEEDS - 1)] | None = None
    keep: Literal["samples", "summary"] = "samples"
    quantiles: Numbers = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)
    # Ranks and pairs of mines; None: kept up to a number of mines, above which they grow large.
    compare_mines: bool | None = None

    def conflicts(self) -> Iterator[Problem]:
        """Quantiles are a coordinate of the result: in order, each once."""
        if not self.quantiles or list(self.quantiles) != sorted(set(self.quantiles)):
            shown = ", ".join(f"{level:g}" for level in self.quantiles)
            yield Problem(("quantiles",), f"must be levels in ascending order, got [{shown}]")


SensitivityMethod = Literal[
    "sobol", "morris", "fast", "rbd_fast", "delta", "pawn", "hdmr", "shapley"
]
SENSITIVITY_METHODS: tuple[str, ...] = get_args(SensitivityMethod)
"""All methods of [sensitivity]; those after the first are SALib's."""


class InformationTable(Table):
    """[sensitivity.information]: what it is worth to know a factor, by nested rows."""

    # Values that become known, of each factor in each replicate, and rows for each of them.
    outer: Annotated[int, Field(ge=2)] = 64
    inner: Annotated[int, Field(ge=128)] = 1024

    def conflicts(self) -> Iterator[Problem]:
        """Halves are whole tiles."""
        if self.inner & (self.inner - 1):
            below = 2 ** (self.inner.bit_length() - 1)
            sentence = f"must be a power of two, such as {below} or {2 * below}, got {self.inner}"
            yield Problem(("inner",), sentence)


class SensitivityTable(Table):
    """[sensitivity]: how the variance is split among the factors."""

    method: SensitivityMethod = "sobol"
    samples: Annotated[int, Field(ge=2)] = 4096
    replicates: Annotated[int, Field(ge=2)] = 8
    information: InformationTable | None = None

    def conflicts(self) -> Iterator[Problem]:
        """A Sobol' sequence is balanced at powers of two only; nested rows have its factors."""
        if self.method != "sobol" and self.information is not None:
            yield Problem(("information",), f'is only for method = "sobol", not "{self.method}"')
        if self.method == "sobol" and self.samples & (self.samples - 1):
            below = 2 ** (self.samples.bit_length() - 1)
            near = quoted([str(below), str(2 * below)]).replace('"', "")
            sentence = f'must be a power of two for method = "sobol", such as {near}, '
            yield Problem(("samples",), sentence + f"got {self.samples}")


class OutputTable(Table):
    """[output]: how the samples are stored; every statistic comes from float64."""

    dtype: Literal["float32", "float64"] = "float32"
    compression: Literal["zlib", "none"] = "zlib"
    # Of every draw, in samples and summary: for each mine and year a number for every criterion.
    criterion_scores: bool = False


class Settings(Table):
    """A whole study file."""

    study: StudyTable
    method: MethodTable = MethodTable()
    coupling: CouplingTable | None = None
    fuzzy: FuzzyTable | None = None
    uncertainty: Uncertainty = Uncertainty()
    simulation: SimulationTable = SimulationTable()
    sensitivity: SensitivityTable = SensitivityTable()
    scenarios: ScenariosTable | None = None
    scenario: Annotated[tuple[ScenarioTable, ...], Field(strict=False)] = ()
    evidence: EvidenceTables = Field(default_factory=dict)
    target: Annotated[tuple[TargetTable, ...], Field(strict=False)] = ()
    output: OutputTable = OutputTable()
    run: RunTable = RunTable()
    cluster: Cluster = Field(default_factory=dict)

    def conflicts(self) -> Iterator[Problem]:
        """Single precision is for weighted sums; fixed goalposts have no alternatives."""
        yield from weighing_problems(self)
        choices = self.uncertainty.method
        yield from _of_double(self.method, choices)
        yield from _of_linear(self.method, choices)
        yield from repeated_names("scenario", self.scenario)
        yield from repeated_names("target", self.target)
        if self.method.goalposts != "fixed" or choices is None:
            return
        for key in ("goalposts", "scope"):
            if getattr(choices, key) is not None:
                yield Problem(
                    ("uncertainty", "method", key),
                    'is not allowed with method.goalposts = "fixed"',
                )


def _of_double(method: MethodTable, table: MethodUncertainty | None) -> Iterator[Problem]:
    """Ways of the method that are for double precision, held or drawn in single."""
    if method.precision == "double":
        return
    # Next to its goalpost a value has lost digits that its logarithm tells: of ten million S of a
    # study, one was 0 instead of 0.17. What it does to the others nobody has measured.
    for choice in LISTED:
        taken = {*choice.taken(method), *choice.taken(method, table)}
        for way in choice.alternatives:
            if way.double and way.name in taken:
                words = f"{way.name.replace('_', ' ')} {choice.words}"
                sentence = f'must be "double" with {words}, held or drawn, got "single"'
                yield Problem(("method", "precision"), sentence)


def _of_linear(method: MethodTable, table: MethodUncertainty | None) -> Iterator[Problem]:
    """A share of the AHP that varies where nothing asks for it."""
    share = None if table is None else table.ahp_share
    taken = COMBINATION.taken(method, table)
    if share is not None and share.varies and "linear" not in taken:
        drawn = table is not None and table.combination is not None
        key = f"{'uncertainty.' if drawn else ''}method.combination"
        sentence = f'is only for {key} = "linear", not {quoted(taken)}'
        yield Problem(("uncertainty", "method", "ahp_share"), sentence)

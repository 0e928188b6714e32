"""Studies for tests: small ones written out by hand, and random ones for hypothesis.

A study is made as its files (a TOML study file, two CSV tables, a TOML file of judgments), so that
what is tested has come in by the door every user comes in by. Sizes and options are hypothesis'
choice and shrink; the numbers in the tables come from a seeded generator.
"""

import csv
import io
import json
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from recc_mc.errors import StudyWarning
from recc_mc.study import Study, load_study
from recc_mc.study.hierarchy import Hierarchy
from recc_mc.study.judgments import JudgmentMatrix, Judgments

FloatArray = npt.NDArray[np.float64]

SYSTEMS = ("support", "pressure")
#: Judgments a random expert may give: Saaty's scale and a value between its points.
SAATY = (1 / 9, 1 / 7, 1 / 5, 1 / 4, 1 / 3, 1 / 2, 1.0, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 9.0)


def toml_value(value: Any) -> str:
    """TOML text of a plain value; tables are written inline."""
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{json.dumps(k)} = {toml_value(v)}" for k, v in value.items()) + " }"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value.item() if isinstance(value, np.generic) else value)


def toml_lines(table: Mapping[str, Any]) -> list[str]:
    """One ``key = value`` for each entry of a table."""
    return [f"{json.dumps(k, ensure_ascii=False)} = {toml_value(v)}" for k, v in table.items()]


def shared_table(**errors: Any) -> dict[str, Any]:
    """[uncertainty] with shared errors: by name what ``by`` is, how large and of which."""
    return {
        "uncertainty": {
            "shared": [
                {"name": name, "by": by, "cv": cv, "indicators": list(indicators)}
                for name, (by, cv, indicators) in errors.items()
            ]
        }
    }


def toml_document(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """TOML text of tables of plain values."""
    lines = []
    for name, table in tables.items():
        lines += [
            f"[{name}]",
            *(f"{json.dumps(k)} = {toml_value(v)}" for k, v in table.items()),
            "",
        ]
    return "\n".join(lines)


def csv_text(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """CSV text of a table."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerows([header, *rows])
    return buffer.getvalue()


@dataclass(frozen=True)
class IndicatorSpec:
    """A line of the indicators' table."""

    name: str
    system: str
    criterion: str
    direction: int = 1
    lower: float | None = None
    upper: float | None = None
    units: str = "1"
    minimum: float | str | None = None
    maximum: float | str | None = None
    optimum: tuple[float, float] | None = None
    limits: tuple[float, float, float] | None = None
    weight: float | None = None


@dataclass(frozen=True)
class MatrixSpec:
    """A judgment matrix of one expert."""

    name: str
    items: tuple[str, ...]
    upper: tuple[tuple[float | str, ...], ...]
    expert: str = ""


@dataclass(frozen=True)
class StudyFiles:
    """A study as the content of its files; a cell of None is left out of the panel."""

    indicators: tuple[IndicatorSpec, ...]
    matrices: tuple[MatrixSpec, ...]
    mines: tuple[str, ...]
    years: tuple[int, ...]
    values: tuple[tuple[tuple[float | None, ...], ...], ...]
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    expert_weights: Mapping[str, float] = field(default_factory=dict)

    def texts(self) -> dict[str, str]:
        """Content of the files by name; the study file is ``study.toml``."""
        fixed = any(i.lower is not None for i in self.indicators)
        natural = any((i.minimum, i.maximum) != (None, None) for i in self.indicators)
        ranged = any(i.optimum is not None for i in self.indicators)
        graded = any(i.limits is not None for i in self.indicators)
        weighed = any(i.weight is not None for i in self.indicators)
        header = ["indicator", "system", "criterion", "direction", "units", "long_name"]
        lines = [
            [i.name, i.system, i.criterion, i.direction, i.units, f"Indicator {i.name}"]
            + ([i.lower, i.upper] if fixed else [])
            + ([i.minimum, i.maximum] if natural else [])
            + ([*(i.optimum or (None, None))] if ranged else [])
            + (list(i.limits or 3 * [None]) if graded else [])
            + ([i.weight] if weighed else [])
            for i in self.indicators
        ]
        cells = [
            [mine, year, indicator.name, repr(self.values[m][y][j])]
            for m, mine in enumerate(self.mines)
            for y, year in enumerate(self.years)
            for j, indicator in enumerate(self.indicators)
            if self.values[m][y][j] is not None
        ]
        header += ["lower", "upper"] * fixed + ["min", "max"] * natural
        header += ["optimum_lower", "optimum_upper"] * ranged
        header += ["limit_1", "limit_2", "limit_3"] * graded
        header += ["weight"] * weighed
        study = {
            "study": {
                "title": "A test's study",
                "panel": "panel.csv",
                "indicators": "indicators.csv",
                **({"judgments": "judgments.toml"} if self.matrices else {}),
            },
            **self.tables,
        }
        return {
            "study.toml": toml_document(study),
            "indicators.csv": csv_text(header, lines),
            "panel.csv": csv_text(["mine", "year", "indicator", "value"], cells),
            "judgments.toml": self.judgments_text(),
        }

    def judgments_text(self) -> str:
        """Content of the judgments' file."""
        text = toml_document({"expert_weights": self.expert_weights} if self.expert_weights else {})
        for matrix in self.matrices:
            keys = {"name": matrix.name, "items": matrix.items, "upper": matrix.upper}
            keys |= {"expert": matrix.expert} if matrix.expert else {}
            text += "\n".join(["[[matrix]]", *toml_lines(keys), "", ""])
        return text

    def write(self, directory: Path) -> Path:
        """Write the files into a directory; the path of the study file."""
        for name, text in self.texts().items():
            (directory / name).write_text(text, encoding="utf-8")
        return directory / "study.toml"

    def load(self) -> Study:
        """Study of these files, its warnings set aside."""
        with tempfile.TemporaryDirectory() as directory, warnings.catch_warnings():
            warnings.simplefilter("ignore", StudyWarning)
            return load_study(self.write(Path(directory)))

    def with_tables(self, **tables: Mapping[str, Any]) -> "StudyFiles":
        """Same data, other tables; ``uncertainty_data`` stands for ``uncertainty.data``."""
        named = {
            key.replace("uncertainty_", "uncertainty."): table for key, table in tables.items()
        }
        return replace(self, tables={**self.tables, **named})


def of_system(files: StudyFiles, system: str) -> StudyFiles:
    """The study with the indicators of one system only."""
    kept = [j for j, indicator in enumerate(files.indicators) if indicator.system == system]
    specs = tuple(files.indicators[j] for j in kept)
    nodes = nodes_of(specs)
    return replace(
        files,
        indicators=specs,
        matrices=tuple(matrix for matrix in files.matrices if matrix.name in nodes),
        values=tuple(tuple(tuple(row[j] for j in kept) for row in mine) for mine in files.values),
    )


def upper_rows(matrix: FloatArray) -> tuple[tuple[float, ...], ...]:
    """Rows of the strict upper triangle, as in the judgments' file."""
    return tuple(tuple(float(a) for a in matrix[i, i + 1 :]) for i in range(len(matrix) - 1))


def small_study(seed: int = 1, mines: int = 3, years: int = 3, **tables: Any) -> StudyFiles:
    """A fixed study of four criteria and nine indicators, one of direction -1, for plain tests.

    ``soil`` has one item, ``air`` two, and every matrix is nearly consistent.
    """
    criteria = {
        "water": ("support", 3),
        "soil": ("support", 1),
        "air": ("pressure", 2),
        "noise": ("pressure", 3),
    }
    indicators = tuple(
        IndicatorSpec(f"{name} {k}", system, name, -1 if (name, k) == ("air", 1) else 1, 0.0, 120.0)
        for name, (system, size) in criteria.items()
        for k in range(size)
    )
    rng = np.random.default_rng(seed)
    values = rng.uniform(20, 100, (mines, years, len(indicators))).round(2)
    entries = {2: ((2.0,),), 3: ((2.0, 3.0), (2.0,))}
    matrices = tuple(
        MatrixSpec(name, items, entries[len(items)])
        for name, items in nodes_of(indicators).items()
        if len(items) > 1
    )
    return StudyFiles(
        indicators,
        matrices,
        tuple(f"Mine {m}" for m in range(mines)),
        tuple(range(2012, 2012 + years)),
        tuple(tuple(tuple(map(float, row)) for row in mine) for mine in values),
    ).with_tables(**tables)


def permuted(
    study: Study, mines: Sequence[int] | None = None, indicators: Sequence[int] | None = None
) -> Study:
    """The same study with its mines or its indicators in another order."""
    panel = study.panel
    m = np.arange(len(panel.mines)) if mines is None else np.asarray(mines)
    j = np.arange(len(panel.indicators)) if indicators is None else np.asarray(indicators)
    hierarchy = Hierarchy(tuple(study.hierarchy.indicators[k] for k in j))
    matrices = []
    for name, items in hierarchy.nodes.items():
        old = study.judgments[name]
        order = [old.items.index(item) for item in items]
        stack = old.stack[:, order][:, :, order]
        matrices.append(JudgmentMatrix(name, items, old.experts, stack, old.shares))
    moved = replace(
        panel,
        mines=tuple(panel.mines[k] for k in m),
        indicators=tuple(panel.indicators[k] for k in j),
        values=panel.values[m][:, :, j],
        filled=panel.filled[m][:, :, j],
    )
    return replace(study, panel=moved, hierarchy=hierarchy, judgments=Judgments(tuple(matrices)))


def with_values(study: Study, values: FloatArray) -> Study:
    """The same study with other values in its panel."""
    return replace(study, panel=replace(study.panel, values=values))


# --- hypothesis ------------------------------------------------------------------------------


def seeds() -> st.SearchStrategy[int]:
    """Seeds of a generator."""
    return st.integers(0, 2**32 - 1)


def judgment_arrays(
    max_items: int = 7, judgments: Sequence[float] = SAATY
) -> st.SearchStrategy[FloatArray]:
    """Reciprocal matrices of any consistency."""

    @st.composite
    def build(draw: st.DrawFn) -> FloatArray:
        n = draw(st.integers(1, max_items))
        matrix = np.eye(n)
        for i, k in zip(*np.triu_indices(n, 1), strict=True):
            matrix[i, k] = draw(st.sampled_from(judgments))
            matrix[k, i] = 1 / matrix[i, k]
        return matrix

    return build()


def priority_vectors(max_items: int = 7) -> st.SearchStrategy[FloatArray]:
    """Positive weights that sum to 1, no two further apart than Saaty's scale reaches."""
    values = st.lists(st.floats(1, 9), min_size=1, max_size=max_items)
    return values.map(lambda w: np.array(w) / np.sum(w))


def consistent_enough(rng: np.random.Generator, n: int, spread: float = 0.05) -> FloatArray:
    """A matrix near consistency, CR well below 0.1, entries within Saaty's scale."""
    logs = rng.uniform(0, np.log(7), n)
    upper = np.triu(logs[:, None] - logs[None, :] + rng.normal(0, spread, (n, n)), 1)
    return np.exp(np.clip(upper - upper.T, -np.log(9), np.log(9)))


OBJECTIVES = ("entropy", "critic", "cv", "sd", "equal")
COMBINATIONS = ("linear", "multiplicative", "game_theory")
AGGREGATIONS = ("linear", "geometric", "topsis")


@st.composite
def method_tables(draw: st.DrawFn, *, fixed: bool = True) -> dict[str, Any]:
    """[method]: the fixed choices."""
    scopes = ["pooled", "yearly"] + ["fixed"] * fixed
    table = {
        "goalposts": draw(st.sampled_from(scopes)),
        "prioritization": draw(st.sampled_from(["eigenvector", "geometric_mean"])),
        "random_index": draw(st.sampled_from(["saaty1980", "simulated"])),
        "ahp_share": draw(st.sampled_from([0.0, 0.3, 0.5, 1.0])),
        # Indicators of few objects may all agree, which leaves a baseline by CRITIC no weight.
        "objective": draw(st.sampled_from([name for name in OBJECTIVES if name != "critic"])),
        "combination": draw(st.sampled_from(COMBINATIONS)),
        "aggregation": draw(st.sampled_from(AGGREGATIONS)),
        "grade_cuts": draw(st.sampled_from([[0.33, 0.66], [0.25, 0.5]])),
        "obstacle": draw(st.sampled_from(["support", "both"])),
        "missing": "interpolate",
    }
    return table | ({"clip": True} if table["goalposts"] == "fixed" else {})


@st.composite
def judgment_tables(draw: st.DrawFn, matrices: Sequence[str], reject: bool) -> dict[str, Any]:
    """[uncertainty.judgments]."""
    distributions = ["lognormal", "saaty_steps", "uniform", "triangular"]
    table: dict[str, Any] = {"distribution": draw(st.sampled_from(distributions))}
    if table["distribution"] == "saaty_steps":
        table["steps"] = draw(st.integers(1, 3))
    else:
        one = st.sampled_from([0.0, 0.1, 0.3, "gci"])
        some = st.dictionaries(st.sampled_from(list(matrices)), one, min_size=1)
        table["sigma"] = draw(one | some)
    policies = ["keep", "repair"] + ["reject"] * reject
    return table | {
        "consistency": draw(st.sampled_from(policies)),
        "limit_to_scale": draw(st.booleans()),
        "resample_experts": draw(st.booleans()),
    }


@st.composite
def error_tables(draw: st.DrawFn, *, lognormal: bool = True) -> dict[str, Any]:
    """Parts of a data error: an override, or [uncertainty.data] without its overrides."""
    names = ["lognormal"] * lognormal + ["normal", "uniform", "triangular"]
    table: dict[str, Any] = {"distribution": draw(st.sampled_from(names))}
    for part in ("", "systematic_", "mine_", "interpolated_"):
        kinds = ["none", "cv"] + ["sd"] * (table["distribution"] != "lognormal")
        kind = draw(st.sampled_from(kinds))
        if kind != "none":
            table[part + kind] = draw(st.sampled_from([0.0, 0.05, 0.2]))
    if draw(st.booleans()):
        table |= {"lower": 0.5, "upper": 150.0}
    return table


@st.composite
def data_tables(draw: st.DrawFn, specs: Sequence[IndicatorSpec]) -> dict[str, Any]:
    """[uncertainty.data], with overrides whose distribution and parts replace the table's."""
    table = draw(error_tables())
    # An override of a cv alone fits every distribution; anything else might not.
    override = st.sampled_from([{"cv": 0.3}, {"systematic_cv": 0.1, "cv": 0.0}, {"mine_cv": 0.2}])
    criteria = st.sampled_from(sorted({i.criterion for i in specs}))
    indicators = st.sampled_from([i.name for i in specs])
    return table | {
        "criteria": draw(st.dictionaries(criteria, override, max_size=2)),
        "indicators": draw(st.dictionaries(indicators, override, max_size=2)),
    }


@st.composite
def choice_tables(draw: st.DrawFn, *, fixed: bool) -> dict[str, Any]:
    """[uncertainty.method]; goalposts and scope stay out with fixed goalposts."""
    choices = {
        "prioritization": ("eigenvector", "geometric_mean"),
        "objective": OBJECTIVES,
        "combination": COMBINATIONS,
        "goalposts": ("reestimated", "frozen"),
        "scope": ("pooled", "yearly"),
        "aggregation": AGGREGATIONS,
    }
    table: dict[str, Any] = {}
    for choice, names in choices.items():
        if fixed and choice in ("goalposts", "scope"):
            continue
        one, two = draw(st.permutations(names))[:2]
        listed = draw(st.sampled_from([None, [one, two], [two], {two: 0.75, one: 0.25}]))
        if listed is not None:
            table[choice] = listed
    if "linear" in table.get("combination", ()) and draw(st.booleans()):
        table["ahp_share"] = {"low": 0.3, "high": 0.7}
    return table


@st.composite
def indicator_specs(draw: st.DrawFn) -> tuple[IndicatorSpec, ...]:
    """Indicators of one to three criteria per system, all of one level or some below others.

    Names have blanks and letters beyond ASCII; a criterion may have a single indicator; some are
    percentages.
    """
    sizes = st.lists(st.integers(1, 4), min_size=1, max_size=3)
    directions, units = st.sampled_from([1, -1, 0]), st.sampled_from(["1", "%"])
    optima = st.sampled_from([(49.5, 50.5), (60.0, 60.0), (-5.0, 4.0)])
    above = st.sampled_from(["", "{} é0/", "{} é0/ß/"]) if draw(st.booleans()) else st.just("")
    return tuple(
        IndicatorSpec(
            f"{system[0]}{c} № {k}",
            system,
            path,
            direction := draw(directions),
            0,
            110,
            draw(units),
            optimum=None if direction else draw(optima),
        )
        for system in SYSTEMS
        for c, size in enumerate(draw(sizes))
        for path in [draw(above).format(system) + f"{system} é{c}"]
        for k in range(size)
    )


def nodes_of(specs: Sequence[IndicatorSpec]) -> dict[str, tuple[str, ...]]:
    """Items of each judgment matrix by its name."""
    nodes: dict[str, tuple[str, ...]] = {}

    def visit(name: str, below: str, members: list[IndicatorSpec]) -> None:
        # What is left of each path below the node, the indicator itself at its end.
        paths = [(*f"{i.criterion}/"[len(below) :].split("/")[:-1], i.name) for i in members]
        nodes[name] = tuple(dict.fromkeys(path[0] for path in paths))
        for item in nodes[name]:
            deeper = [
                i
                for i, path in zip(members, paths, strict=True)
                if path[0] == item and len(path) > 1
            ]
            if deeper:
                visit(below + item, f"{below}{item}/", deeper)

    for system in SYSTEMS:
        if members := [i for i in specs if i.system == system]:
            visit(system, "", members)
    return nodes


@st.composite
def study_files(
    draw: st.DrawFn,
    *,
    uncertain: bool = True,
    reject: bool = False,
    holes: bool = True,
    fixed: bool = True,
) -> StudyFiles:
    """Small studies of any shape with any combination of options.

    Parameters
    ----------
    uncertain
        Whether tables under [uncertainty] may be drawn.
    reject
        Whether consistency = "reject" may be drawn.
    holes
        Whether cells may be missing (and interpolated).
    fixed
        Whether goalposts may be fixed.
    """
    rng = np.random.default_rng(draw(seeds()))
    specs = draw(indicator_specs())
    mines, years = draw(st.integers(2, 4)), draw(st.integers(1, 4))
    values: list[list[list[float | None]]] = (
        rng.uniform(5, 100, (mines, years, len(specs))).round(2).tolist()
    )
    if holes and years > 1 and draw(st.booleans()):
        values[0][int(rng.integers(years))][int(rng.integers(len(specs)))] = None
    nodes = nodes_of(specs)
    tables: dict[str, Any] = {"method": draw(method_tables(fixed=fixed))}
    kinds: dict[str, st.SearchStrategy[dict[str, Any]]] = {
        "judgments": judgment_tables(tuple(nodes), reject),
        "data": data_tables(specs),
        "method": choice_tables(fixed=tables["method"]["goalposts"] == "fixed"),
    }
    for kind, strategy in kinds.items():
        if uncertain and draw(st.booleans()):
            tables[f"uncertainty.{kind}"] = draw(strategy)
    matrices = draw(matrix_specs(nodes, rng, near=reject))
    experts = sorted({m.expert for m in matrices} - {""})
    weights = {name: float(k + 1) for k, name in enumerate(experts)} if draw(st.booleans()) else {}
    return StudyFiles(
        specs,
        matrices,
        tuple(f"Mine ü{m}" for m in range(mines)),
        tuple(range(2000, 2000 + years)),
        tuple(tuple(tuple(row) for row in mine) for mine in values),
        tables,
        weights,
    )


@st.composite
def matrix_specs(
    draw: st.DrawFn, nodes: Mapping[str, tuple[str, ...]], rng: np.random.Generator, near: bool
) -> tuple[MatrixSpec, ...]:
    """Matrices of one to three experts per node; near: all of them nearly consistent."""
    spread = 0.05 if near else draw(st.sampled_from([0.0, 0.05, 0.8]))
    # The matrix of a single item is implied, unless the file would then hold nothing.
    sizes = {len(items) for items in nodes.values()}
    smallest = 2 if sizes != {1} and draw(st.booleans()) else 1
    specs = []
    for name, items in nodes.items():
        if len(items) < smallest:
            continue
        for expert in draw(st.sampled_from([("",), ("Ada", "Bo"), ("Ada", "Bo", "Cy")])):
            matrix = consistent_enough(rng, len(items), spread)
            specs.append(MatrixSpec(name, items, upper_rows(matrix), expert))
    return tuple(specs)


def studies(**options: Any) -> st.SearchStrategy[Study]:
    """Loaded studies of :func:`study_files`."""
    return study_files(**options).map(StudyFiles.load)


def cell_variates(study: Study, seed: int) -> FloatArray:
    """Standard normals (mine, year, indicator) for the cells of a study."""
    return np.random.default_rng(seed).standard_normal(study.panel.values.shape)

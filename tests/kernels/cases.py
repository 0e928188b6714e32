"""Studies that together use every option of the method and of its uncertainty model."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.strategies import (
    IndicatorSpec,
    MatrixSpec,
    StudyFiles,
    consistent_enough,
    nodes_of,
    of_system,
    shared_table,
    small_study,
    upper_rows,
)

JUDGMENTS = ("lognormal", "uniform", "triangular", "saaty_steps")
POLICIES = ("keep", "repair", "reject")
ADDITIVE = ("normal", "uniform", "triangular")
PARTS = ("", "systematic_", "mine_")

Tables = Mapping[str, Any]
FloatArray = npt.NDArray[np.float64]


def made_of_four(**options: Any) -> StudyFiles:
    """The small study with a fourth indicator of noise.

    Up to three items the eigenvector and the row geometric mean are the same priorities, and up to
    five indicators of a system are all among its five largest obstacles.
    """
    files = small_study(**options)
    fourth = replace(files.indicators[-1], name="noise 3")
    rng = np.random.default_rng(11)
    values = tuple(
        tuple((*row, round(float(rng.uniform(20, 100)), 2)) for row in mine)
        for mine in files.values
    )
    noise = MatrixSpec(
        "noise",
        tuple(f"noise {k}" for k in range(4)),
        ((2.0, 3.0, 5.0), (2.0, 3.0), (1.5,)),
    )
    matrices = tuple(noise if m.name == "noise" else m for m in files.matrices)
    indicators = (*files.indicators, fourth)
    return replace(files, indicators=indicators, matrices=matrices, values=values)


def judged(**table: Any) -> StudyFiles:
    """The small study with judgment errors."""
    return made_of_four(uncertainty_judgments=table)


def measured(**table: Any) -> StudyFiles:
    """The small study with data errors."""
    return made_of_four(uncertainty_data=table)


def chosen(**table: Any) -> StudyFiles:
    """The small study with open method choices, and with data errors that let them matter."""
    return made_of_four(uncertainty_method=table, uncertainty_data={"cv": 0.1, "mine_cv": 0.1})


def fixed(**table: Any) -> StudyFiles:
    """The small study with the choices of [method], and with data errors."""
    return made_of_four(method=table, uncertainty_data={"cv": 0.1, "systematic_cv": 0.1})


def wide(distribution: str) -> Tables:
    """Judgment errors so large that some draws are not consistent."""
    if distribution == "saaty_steps":
        return {"distribution": distribution, "steps": 3}
    return {"distribution": distribution, "sigma": 0.6}


def with_experts(files: StudyFiles) -> StudyFiles:
    """Three experts of different weight for water, two for support, the others alone."""
    opinions = {
        "water": (((2.0, 3.0), (2.0,)), ((1.0, 4.0), (3.0,)), ((0.5, 2.0), (2.5,))),
        "support": (((3.0,),), ((0.5,),)),
    }
    matrices = tuple(
        replace(matrix, upper=upper, expert=expert)
        for matrix in files.matrices
        for expert, upper in zip(
            ("Ada", "Bo", "Cy") if matrix.name in opinions else ("",),
            opinions.get(matrix.name, (matrix.upper,)),
            strict=False,
        )
    )
    weights = {"Ada": 1.0, "Bo": 2.0, "Cy": 4.0}
    return replace(files, matrices=matrices, expert_weights=weights)


def with_holes(files: StudyFiles) -> StudyFiles:
    """Cells missing inside, at the start and at the end of a mine's years."""
    values = [[list(row) for row in mine] for mine in files.values]
    for mine, year, indicator in [(0, 1, 0), (1, 0, 0), (1, 2, 4), (2, 1, 8)]:
        values[mine][year][indicator] = None
    filled = tuple(tuple(tuple(row) for row in mine) for mine in values)
    method = {**files.tables.get("method", {}), "missing": "interpolate"}
    return replace(files, values=filled).with_tables(method=method)


def with_column(files: StudyFiles, indicator: int, values: Any) -> StudyFiles:
    """Other values of one indicator, (mine, year)."""
    column = np.broadcast_to(values, (len(files.mines), len(files.years)))
    changed = tuple(
        tuple(
            (*row[:indicator], float(x), *row[indicator + 1 :])
            for row, x in zip(*pair, strict=True)
        )
        for pair in zip(files.values, column, strict=True)
    )
    return replace(files, values=changed)


def with_bounds(files: StudyFiles, lower: float, upper: float) -> StudyFiles:
    """Fixed goalposts of every indicator."""
    specs = tuple(replace(i, lower=lower, upper=upper) for i in files.indicators)
    return replace(files, indicators=specs)


def with_limits(files: StudyFiles) -> StudyFiles:
    """Limits of the grades of every indicator within its values, and the fuzzy evaluation."""
    specs = (replace(i, limits=(80.0, 62.0, 35.0)[:: i.direction]) for i in files.indicators)
    return replace(files, indicators=tuple(specs)).with_tables(fuzzy={})


def with_natural_bounds(files: StudyFiles, **spec: Any) -> StudyFiles:
    """Units and natural bounds of every indicator."""
    return replace(files, indicators=tuple(replace(i, **spec) for i in files.indicators))


def turned(files: StudyFiles) -> StudyFiles:
    """Every indicator of the other direction."""
    specs = tuple(replace(i, direction=-i.direction) for i in files.indicators)
    return replace(files, indicators=specs)


def ranged(files: StudyFiles, *optima: tuple[float, float]) -> StudyFiles:
    """The first indicators of each system best within ranges."""
    left = {system: list(optima) for system in ("support", "pressure")}
    specs = tuple(
        replace(i, direction=0, optimum=left[i.system].pop(0)) if left[i.system] else i
        for i in files.indicators
    )
    return replace(files, indicators=specs)


def of_sizes(
    support: tuple[int, ...], pressure: tuple[int, ...], *, mines: int = 3, years: int = 2
) -> StudyFiles:
    """A study with criteria of the given numbers of indicators."""
    named = (
        {f"{system} {c}": size for c, size in enumerate(sizes)}
        for system, sizes in (("support", support), ("pressure", pressure))
    )
    return of_paths(*named, mines=mines, years=years)


def of_paths(
    support: Mapping[str, int], pressure: Mapping[str, int], *, mines: int = 3, years: int = 2
) -> StudyFiles:
    """A study with criteria of the given paths and numbers of indicators."""
    rng = np.random.default_rng(3)
    specs = tuple(
        IndicatorSpec(f"{system} {c} {k}", system, path, 1 - 2 * (k % 2), 0.0, 120.0)
        for system, sizes in (("support", support), ("pressure", pressure))
        for c, (path, size) in enumerate(sizes.items())
        for k in range(size)
    )
    matrices = tuple(
        MatrixSpec(name, items, upper_rows(consistent_enough(rng, len(items), 0.1)))
        for name, items in nodes_of(specs).items()
    )
    values = rng.uniform(20, 100, (mines, years, len(specs))).round(2)
    return StudyFiles(
        specs,
        matrices,
        tuple(f"Mine {m}" for m in range(mines)),
        tuple(range(2012, 2012 + years)),
        tuple(tuple(tuple(map(float, row)) for row in mine) for mine in values),
    )


#: Criteria with indicators, with criteria, and with both, one to four levels below their system.
DEEP = (
    {"a/b": 2, "c": 1, "a": 1, "a/b/d/e": 2, "f/g/h": 2},
    {"k": 3, "l/m": 2, "l/n/o": 1, "l": 2},
)


def weighed(files: StudyFiles, **tables: Any) -> StudyFiles:
    """The same with weights that are given, one of them 0, in place of judgments."""
    weights = np.random.default_rng(5).uniform(0.5, 3, len(files.indicators)).round(3)
    weights[1] = 0.0
    specs = tuple(
        replace(i, weight=float(w)) for i, w in zip(files.indicators, weights, strict=True)
    )
    named = {name: table for name, table in files.tables.items() if name != "uncertainty.judgments"}
    plain = replace(files, indicators=specs, matrices=(), tables=named)
    return plain.with_tables(**{"method": {"weights": "given"}, **tables})


EVERYTHING: Tables = {
    "method": {"random_index": "simulated", "obstacle": "both", "grade_cuts": [0.25, 0.5]},
    "uncertainty_judgments": {"sigma": {"water": 0.5}, "cr_limit": 0.05, "limit_to_scale": True},
    "uncertainty_data": {
        "cv": 0.1,
        "systematic_cv": 0.05,
        "mine_cv": 0.02,
        "interpolated_cv": 0.3,
        "criteria": {"air": {"distribution": "triangular", "cv": 0.2}},
        "indicators": {"air 1": {"sd": 5.0, "lower": 10.0}, "noise 2": {"cv": 0.0}},
    },
    "uncertainty_method": {
        "ahp_share": {"low": 0.2, "high": 0.9},
        "prioritization": ["eigenvector", "geometric_mean"],
        "objective": ["entropy", "critic", "cv", "sd", "equal"],
        "combination": ["linear", "multiplicative", "game_theory"],
        "goalposts": ["reestimated", "frozen"],
        "scope": ["pooled", "yearly"],
        "aggregation": ["linear", "geometric", "topsis"],
    },
}
NOISE: Tables = {
    "uncertainty_data": {"cv": 0.2, "systematic_cv": 0.2},
    "uncertainty_judgments": {"sigma": 0.4},
}
#: Ways of the method that are not those of the defaults.
OTHERS = {
    "objective": ("critic", "cv", "sd", "equal"),
    "combination": ("multiplicative", "game_theory"),
    "aggregation": ("geometric", "topsis"),
}


def one_matrix(matrix: FloatArray, *others: FloatArray, **tables: Any) -> StudyFiles:
    """One uncertain judgment matrix (or one of each expert), whose priorities are the weights.

    The weights are the AHP's alone. What is there besides is as small as it can be: criterion
    ``support 0`` has the items, two mines a single year.
    """
    files = of_sizes((len(matrix),), (1,), mines=2, years=1)
    (items,) = (m.items for m in files.matrices if m.name == "support 0")
    opinions = [matrix, *others]
    specs = tuple(
        MatrixSpec("support 0", items, upper_rows(one), f"E{k}" if others else "")
        for k, one in enumerate(opinions)
    )
    method = {"ahp_share": 1.0, **tables.pop("method", {})}
    return replace(files, matrices=specs).with_tables(method=method, **tables)


def judgment_cases() -> Iterator[tuple[str, StudyFiles]]:
    for distribution in JUDGMENTS:
        for policy in POLICIES:
            yield f"{distribution}, {policy}", judged(**wide(distribution), consistency=policy)
        limited = judged(**wide(distribution), limit_to_scale=True, consistency="keep")
        yield f"{distribution}, limited", limited
        for policy in POLICIES:
            table = {**wide(distribution), "resample_experts": True, "consistency": policy}
            yield f"{distribution}, experts, {policy}", with_experts(judged(**table))
    yield "sigma by default", made_of_four(uncertainty_judgments={})
    yield "sigma 0", judged(sigma=0.0)
    yield "sigma by matrix", judged(sigma={"water": 0.7, "noise": "gci", "air": 0.0})
    yield "sigma of one matrix alone", judged(sigma={"water": 0.7, "noise": 0, "air": 0} | PAIRS)
    yield "sigma from the experts' mean", with_experts(judged(sigma="gci"))
    yield "experts alone", with_experts(judged(sigma=0.0, resample_experts=True, cr_limit=0.02))
    redrawn = {"sigma": 0.0, "resample_experts": True, "consistency": "reject", "cr_limit": 0.05}
    yield "experts alone, rejected", with_experts(judged(**redrawn))
    yield "limit and redraw", judged(sigma=1.5, limit_to_scale=True, consistency="reject")
    yield "limit and repair", judged(sigma=1.5, limit_to_scale=True)
    yield "strict limit", judged(sigma=0.3, cr_limit=0.02)
    yield "loose limit", judged(sigma=1.0, cr_limit=0.5)
    simulated = {"random_index": "simulated"}
    for policy in POLICIES:
        table = {"sigma": 0.6, "consistency": policy}
        other = made_of_four(method=simulated, uncertainty_judgments=table)
        yield f"simulated random index, {policy}", other
    for sigma in (0.1, 0.3):
        large = of_sizes((15, 4), (8, 1, 5)).with_tables(uncertainty_judgments={"sigma": sigma})
        yield f"fifteen items, sigma {sigma}", large
    for distribution in JUDGMENTS:
        for policy in POLICIES:
            table = {**wide(distribution), "consistency": policy}
            yield f"not judged, {distribution}, {policy}", with_blanks(judged(**table))
    table = {**wide("lognormal"), "limit_to_scale": True}
    yield "not judged, limited", with_blanks(judged(**table))
    for table in ({"sigma": "gci"}, {"sigma": 0.3, "resample_experts": True}):
        yield f"not judged, {[*table][-1]}, experts", with_blanks(with_experts(judged(**table)))
    hard = {"sigma": 1.0, "consistency": "repair"}
    yield "fifteen items far off", of_sizes((15,), (10,)).with_tables(uncertainty_judgments=hard)


def with_blanks(files: StudyFiles) -> StudyFiles:
    """Two of six pairs of noise that nobody judges, and one of water that one expert does not."""

    def blank(matrix: MatrixSpec) -> MatrixSpec:
        if matrix.name == "noise":
            (a, _, c), (d, _), (f,) = matrix.upper
            return replace(matrix, upper=((a, "", c), (d, ""), (f,)))
        if matrix.name == "water" and matrix.expert in ("", "Bo"):
            (a, _), (c,) = matrix.upper
            return replace(matrix, upper=((a, ""), (c,)))
        return matrix

    return replace(files, matrices=tuple(map(blank, files.matrices)))


PAIRS = {"support": 0.0, "pressure": 0.0}


def data_cases() -> Iterator[tuple[str, StudyFiles]]:
    for part in PARTS:
        for cv in (0.02, 0.4):
            yield f"lognormal {part}cv {cv}", measured(**{f"{part}cv": cv})
        for distribution in ADDITIVE:
            for kind, size in (("cv", 0.1), ("sd", 4.0)):
                table = {"distribution": distribution, f"{part}{kind}": size}
                yield f"{distribution} {part}{kind}", measured(**table)
    parts = {"cv": 0.2, "systematic_cv": 0.1, "mine_cv": 0.3}
    for distribution in ("lognormal", *ADDITIVE):
        whole = {"distribution": distribution, **parts}
        yield f"{distribution}, all parts", measured(**whole)
        yield f"{distribution}, bounded", measured(**whole, lower=15.0, upper=101.0)
        yield f"{distribution}, holes", with_holes(measured(**whole, interpolated_cv=0.4))
        holes = with_holes(measured(distribution=distribution, interpolated_cv=0.4))
        yield f"{distribution}, only holes", holes
        for spec in ({"units": "%"}, {"minimum": 0.0}, {"minimum": "none", "maximum": 101.0}):
            name = f"{distribution}, natural bounds of {spec}"
            yield name, with_natural_bounds(with_holes(measured(**whole)), **spec)
    sd = {"distribution": "normal", "sd": 3.0, "interpolated_sd": 8.0}
    yield "normal, holes by sd", with_holes(measured(**sd))
    yield "bounded below", measured(cv=0.3, lower=18.0)
    yield "bounded above", measured(distribution="normal", mine_cv=0.3, upper=100.0)
    yield "holes that cannot matter", with_holes(measured(cv=0.1))
    yield "extra sd without holes", measured(systematic_cv=0.1, interpolated_cv=0.3)
    yield "override by criterion", measured(cv=0.1, criteria={"water": {"cv": 0.4}})
    yield "override by indicator", measured(cv=0.1, indicators={"water 1": {"cv": 0.4}})
    overrides = {
        "criteria": {"water": {"distribution": "uniform", "cv": 0.3}, "air": {"mine_cv": 0.2}},
        "indicators": {
            "water 1": {"sd": 9.0, "lower": 0.0, "upper": 100.0},
            "air 0": {"distribution": "triangular", "systematic_sd": 3.0},
            "soil 0": {"cv": 0.0},
        },
    }
    yield "overrides of overrides", measured(cv=0.1, **overrides)
    yield "a single uncertain indicator", measured(indicators={"noise 0": {"cv": 0.3}})
    shifted = measured(distribution="normal", cv=0.2, systematic_cv=0.1, mine_cv=0.1)
    column = np.linspace(-50, 50, 9).reshape(3, 3)
    yield "negative values", with_column(shifted, 2, column)


def shared_cases() -> Iterator[tuple[str, StudyFiles]]:
    own = {"uncertainty_data": {"cv": 0.1, "systematic_cv": 0.1, "mine_cv": 0.1}}
    some = ("water 0", "soil 0", "air 0", "noise 2")
    for by in ("cell", "mine", "all"):
        table = shared_table(one=(by, 0.3, some))
        yield f"shared by {by}", made_of_four(**table)
        yield f"shared by {by}, with errors of their own", made_of_four(**table, **own)
    table = shared_table(
        one=("cell", 0.3, some), two=("mine", 0.2, some[:2]), three=("cell", 0.1, some[1:])
    )
    choices = {"goalposts": ["frozen", "reestimated"], "scope": ["yearly", "pooled"]}
    yield "several shared", made_of_four(**table, **own, uncertainty_method=choices)
    fixed = {"method": {"goalposts": "fixed", "clip": True}}
    yield "shared and clipped", with_bounds(made_of_four(**table, **fixed), 40.0, 80.0)


def method_cases() -> Iterator[tuple[str, StudyFiles]]:
    yield "open share", chosen(ahp_share={"low": 0.0, "high": 1.0})
    yield "closed share", chosen(ahp_share={"low": 0.2, "high": 0.2})
    for choice, alternatives in {
        "prioritization": ("eigenvector", "geometric_mean"),
        "goalposts": ("reestimated", "frozen"),
        "scope": ("pooled", "yearly"),
        "aggregation": ("linear", "geometric"),
    }.items():
        one, two = alternatives
        for listed in ([one, two], [two, one], [one], [two]):
            yield f"{choice} of {', '.join(listed)}", chosen(**{choice: listed})
        yield f"{choice} with probabilities", chosen(**{choice: {two: 0.8, one: 0.2}})
        yield f"{choice} never the first", chosen(**{choice: {one: 0.0, two: 1.0}})
    for key, names in OTHERS.items():
        for name in names:
            yield f"{key} {name}", made_of_four(method={key: name}, **NOISE)
            far = {"goalposts": ["frozen"], key: [name]}
            yield (
                f"{key} {name}, far off",
                made_of_four(uncertainty_data={"systematic_cv": 0.6}, uncertainty_method=far),
            )
    for objective in OTHERS["objective"]:
        for combination in OTHERS["combination"]:
            table = {"objective": objective, "combination": combination, "aggregation": "topsis"}
            yield f"{objective}, {combination}, topsis", made_of_four(method=table, **NOISE)
    yield "objectives of one column each", chosen(objective=["cv", "entropy", "equal", "sd"])
    yearly = {"method": {"goalposts": "yearly"}, "uncertainty_data": {"cv": 0.3}}
    frozen = made_of_four(**yearly, uncertainty_method={"goalposts": ["frozen"]})
    yield "frozen by year", frozen
    either = {"goalposts": ["frozen", "reestimated"], "scope": ["yearly", "pooled"]}
    yield "either goalposts of either scope", made_of_four(**yearly, uncertainty_method=either)
    yield "everything", with_holes(made_of_four(**EVERYTHING))
    yield "everything, turned", with_holes(turned(made_of_four(**EVERYTHING)))


def index_cases() -> Iterator[tuple[str, StudyFiles]]:
    yield "nothing uncertain", made_of_four()
    for scope in ("pooled", "yearly", "fixed"):
        for aggregation in ("linear", "geometric", "topsis"):
            table = {"goalposts": scope, "aggregation": aggregation, "obstacle": "both"}
            files = with_bounds(fixed(**table), 0.0, 300.0)
            yield f"{scope}, {aggregation}", files
            yield f"{scope}, {aggregation}, turned", turned(files)
    clipped = fixed(goalposts="fixed", clip=True, obstacle="both")
    for name, files in {"clipped": clipped, "clipped, turned": turned(clipped)}.items():
        yield name, with_bounds(files, 40.0, 80.0)
    beyond = with_bounds(fixed(goalposts="fixed", obstacle="both"), 0.0, 60.0)
    specs = tuple(replace(i, direction=1) for i in beyond.indicators)
    yield "beyond the upper goalpost", replace(beyond, indicators=specs)
    for scope in ("pooled", "yearly", "fixed"):
        for aggregation in ("linear", "geometric"):
            table = {"goalposts": scope, "aggregation": aggregation, "obstacle": "both"}
            files = ranged(fixed(**table), (40.0, 70.0), (55.0, 55.0), (-10.0, 30.0))
            yield f"best within a range, {scope}, {aggregation}", with_bounds(files, -90.0, 300.0)
    files = ranged(fixed(goalposts="fixed", clip=True), (45.0, 70.0), (60.0, 60.0))
    yield "best within a range, clipped", with_bounds(files, 30.0, 90.0)
    # All values within: first for certain, then but for some draws.
    either = {"goalposts": ["frozen", "reestimated"], "scope": ["yearly", "pooled"]}
    for name, optimum in {"far": (-1e3, 1e3), "just": (20.0, 100.0)}.items():
        files = ranged(chosen(**either), optimum, (40.0, 70.0))
        yield f"all within a range, {name}", files
    yield "geometric means", fixed(prioritization="geometric_mean")
    for share in (0.0, 0.3, 1.0):
        yield f"share {share}", fixed(ahp_share=share)
    yield "other cuts", fixed(grade_cuts=[0.45, 0.55])
    for scope in ("pooled", "yearly", "fixed"):
        table = {"goalposts": scope, "obstacle": "both"}
        shared = made_of_four(method=table, uncertainty_data={"systematic_cv": 0.2})
        shared = with_bounds(shared, 0.0, 300.0)
        yield f"a constant indicator, {scope}", with_column(shared, 1, 50.0)
        constant_years = with_column(shared, 1, np.array([[5.0, 6.0, 7.0]]))
        yield f"an indicator constant by year, {scope}", constant_years
        for objective in OTHERS["objective"]:
            other = constant_years.with_tables(method={**table, "objective": objective})
            yield f"an indicator constant by year, {scope}, {objective}", other
    for mines, years in [(2, 1), (5, 1), (2, 4), (7, 2)]:
        size = made_of_four(mines=mines, years=years, **NOISE)
        yield f"{mines} mines, {years} years", size
        yield (
            f"{mines} mines, {years} years, yearly",
            size.with_tables(method={"goalposts": "yearly", "obstacle": "both"}),
        )
    both = {"method": {"obstacle": "both"}, **NOISE}
    lists = {key.replace("uncertainty_", "uncertainty."): table for key, table in both.items()}
    for sizes in [((1,), (1,)), ((1, 1), (1, 1, 1)), ((2,), (7, 1)), ((3, 3, 1), (6,))]:
        files = replace(of_sizes(*sizes), tables=lists)
        yield f"criteria of {sizes}", files
        for objective in OTHERS["objective"]:
            other = {"objective": objective, "obstacle": "both"}
            yield f"criteria of {sizes}, {objective}", files.with_tables(method=other)
        for aggregation in ("linear", "geometric"):
            table = {"goalposts": ["frozen"], "aggregation": [aggregation]}
            far = files.with_tables(
                uncertainty_method=table, uncertainty_data={"systematic_cv": 2.0}
            )
            yield f"criteria of {sizes}, far off, {aggregation}", far
    for name, law in (("cv", {"cv": 0.4}), ("concentration", {"concentration": 30.0})):
        share = {"uncertainty_method": {"ahp_share": {"low": 0.2, "high": 1.0}}}
        given = weighed(replace(of_sizes((3, 2), (4,)), tables=lists), **share)
        yield f"given weights by {name}", given.with_tables(uncertainty_weights=law)
        one = weighed(replace(of_sizes((2, 1), (1,)), tables=lists))
        yield f"given weights by {name}, one of them 1", one.with_tables(uncertainty_weights=law)
    yield "given weights, certain", weighed(replace(of_sizes((3, 2), (4,)), tables=lists))
    deep = replace(of_paths(*DEEP), tables=lists)
    yield "criteria below criteria", deep
    yield (
        "criteria below criteria, by step",
        deep.with_tables(
            uncertainty_judgments={"distribution": "saaty_steps", "steps": 2},
            uncertainty_method={"prioritization": ["eigenvector", "geometric_mean"]},
            uncertainty_data={"cv": 0.1, "criteria": {"a": {"cv": 0.4}, "a/b": {"mine_cv": 0.3}}},
        ),
    )
    for system in ("support", "pressure"):
        for aggregation in ("linear", "geometric"):
            table = {"aggregation": aggregation, "obstacle": "both"}
            yield (
                f"{system} alone, {aggregation}",
                of_system(made_of_four(method=table, **NOISE), system),
            )
    yield "one mine", made_of_four(mines=1, years=5, **NOISE)
    yield "one mine, support alone", of_system(made_of_four(mines=1, years=5, **NOISE), "support")
    whole = made_of_four(method={"goalposts": "yearly"})
    yield "no support at times", with_column(with_column(whole, 0, 1.0), 1, 2.0)


def all_cases() -> dict[str, StudyFiles]:
    """Every case by its name."""
    cases: dict[str, StudyFiles] = {}
    for group in (judgment_cases, data_cases, shared_cases, method_cases, index_cases):
        for name, files in group():
            assert name not in cases
            cases[name] = files
    return cases

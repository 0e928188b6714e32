"""Every variable and coordinate of a result, declared once.

The tables below serve the checks of `recc_mc.results.labels.dataset`, the attributes that readers
of a file see, and its encoding.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

__all__ = ["COMPARED_PROBABILITIES", "COORDINATES", "FILL", "GRADES", "GROUPS", "ZONES", "Variable"]

ZONES = ("high_value_surplus", "low_value_surplus", "low_value_load", "high_value_load")
"""Coupling zones; the code of a zone is its position, 0 to 3."""
GRADES = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
"""Grade blocks; the code of a grade is its number, 1 to 9."""
FILL = -1
"""Code of a class, rank or year that is undefined because S, P or C is."""


@dataclass(frozen=True)
class Variable:
    """What is known of a variable before it is computed.

    Parameters
    ----------
    name, dims
        Name and dimensions.
    dtype
        Type in memory and in the file: a NumPy name, or ``"str"``.
    long_name
        What a reader is told it is.
    units
        Units, ``"1"`` if dimensionless; None for names and classes, which have none, and where
        they differ along a dimension.
    wide
        A larger type that is accepted instead, for numbers that can outgrow `dtype`.
    per_sample
        One float per sample: stored in the precision of ``[output] dtype``.
    fill
        Value that marks a missing integer; for floats it is NaN.
    attrs
        Further attributes: flags, valid range, comment.
    """

    name: str
    dims: tuple[str, ...]
    dtype: str
    long_name: str
    units: str | None = "1"
    wide: str | None = None
    per_sample: bool = False
    fill: int | None = None
    attrs: Mapping[str, object] = field(default_factory=dict)


Declarations = Iterable[Variable]

CELL = ("mine", "year")
DRAWN = ("mine", "year", "sample")
BY_INDICATOR = ("mine", "year", "indicator")

INDICES = {
    "support": "support index S",
    "pressure": "pressure index P",
    "recc": "carrying capacity index C = P / S",
}
ZONE_FLAGS = {"flag_values": tuple(range(len(ZONES))), "flag_meanings": " ".join(ZONES)}
GRADE_FLAGS = {
    "flag_values": tuple(range(1, len(GRADES) + 1)),
    "flag_meanings": " ".join(GRADES),
    "comment": "I to III: low pressure, IV to VI: medium, VII to IX: high; "
    "within each, low, medium and high support",
}
UNDEFINED = {
    "flag_values": (0, 1, 2, 3, 4),
    "flag_meanings": "defined constant_output too_few_rows undefined_rows analysis_failed",
    "comment": "constant or too few in some of the replicates counts as too few rows",
}
COMPARED_PROBABILITIES = tuple(f"{x}_probability" for x in ("overload", "zone", "grade", "rank"))
KENDALL = (
    "concordant less discordant pairs of mines by the number of pairs; pairs tied in either are "
    "neither"
)
FROM_HISTOGRAMS = (
    "only where samples were not kept: the quantiles are read from histograms of this bin"
)
FROM_FIRST = "from the first samples of the run, as many as the attribute samples says"
PROBABILITY = {"valid_range": (0.0, 1.0)}
NOT_NEGATIVE = {"valid_min": 0.0}


def _real(name: str, dims: tuple[str, ...], long_name: str, **attrs: object) -> Variable:
    return Variable(name, dims, "float64", long_name, attrs=attrs)


def _drawn(name: str, dims: tuple[str, ...], long_name: str, **attrs: object) -> Variable:
    return Variable(name, dims, "float64", long_name, per_sample=True, attrs=attrs)


def _text(name: str, dim: str, long_name: str) -> Variable:
    return Variable(name, (dim,), "str", long_name, units=None)


def _flags(
    name: str, dims: tuple[str, ...], long_name: str, attrs: Mapping[str, object]
) -> Variable:
    return Variable(name, dims, "int8", long_name, units=None, attrs=attrs)


def _classes(dims: tuple[str, ...], suffix: str = "", prefix: str = "") -> Declarations:
    """Zone, grade and rank."""
    zone = _flags(f"zone{suffix}", dims, f"{prefix}coupling zone", ZONE_FLAGS)
    yield replace(zone, fill=FILL)
    grade = _flags(f"grade{suffix}", dims, f"{prefix}grade block", GRADE_FLAGS)
    yield replace(grade, fill=FILL)
    comment = "rank 1 is the largest C of the year, the most loaded mine; ties share the lower rank"
    attrs = {"valid_min": 1, "comment": comment}
    label = f"{prefix}rank by carrying capacity index"
    yield Variable(f"rank{suffix}", dims, "int16", label, wide="int32", fill=FILL, attrs=attrs)


def _with_error(variable: Variable) -> Declarations:
    """Yield a statistic and its standard error."""
    yield variable
    label = f"standard error of the {variable.long_name}"
    yield _real(f"{variable.name}_error", variable.dims, label, **NOT_NEGATIVE)


def _probability(name: str, dims: tuple[str, ...], long_name: str) -> Declarations:
    return _with_error(_real(name, dims, long_name, **PROBABILITY))


def _moments(name: str, label: str) -> Declarations:
    """Mean with error, standard deviation, bias and quantiles of an index over the samples."""
    yield from _with_error(_real(f"{name}_mean", CELL, f"mean of the {label}"))
    yield _real(f"{name}_std", CELL, f"standard deviation of the {label}", **NOT_NEGATIVE)
    comment = "mean over the samples minus the deterministic value"
    yield _real(f"{name}_bias", CELL, f"bias of the {label}", comment=comment)
    yield _real(f"{name}_quantile", (*CELL, "quantile"), f"quantiles of the {label}")
    label = f"largest error of the quantiles of the {label}"
    yield _real(f"{name}_quantile_resolution", CELL, label, comment=FROM_HISTOGRAMS, **NOT_NEGATIVE)


def _ranking() -> Declarations:
    """Ranks, and rankings against that of the baseline."""
    yield _real("rank_mean", CELL, "mean of the rank", valid_min=1.0)
    yield _real("rank_std", CELL, "standard deviation of the rank", **NOT_NEGATIVE)
    comment = "smallest rank whose cumulated probability reaches the level"
    dims = (*CELL, "quantile")
    yield _real("rank_quantile", dims, "quantiles of the rank", valid_min=1.0, comment=comment)
    tau = "Kendall's tau between the rankings of the draws and of the baseline"
    attrs = {"valid_range": (-1.0, 1.0), "comment": KENDALL}
    yield _real("kendall_tau_mean", ("year",), f"mean of {tau}", **attrs)
    yield _real("kendall_tau_std", ("year",), f"standard deviation of {tau}", **NOT_NEGATIVE)
    yield _real("kendall_tau_quantile", ("year", "quantile"), f"quantiles of {tau}", **attrs)
    label = "probability that all mines have the rank of the baseline"
    yield from _probability("ranking_unchanged_probability", ("year",), label)


def _flips() -> Declarations:
    """Probabilities that a class is not that of the baseline."""
    for name, label in (
        ("zone", "coupling zone"),
        ("grade", "grade block"),
        ("rank", "rank"),
        ("overload", "overload, C >= 1 or not,"),
    ):
        label = f"probability that the {label} is not that of the baseline"
        yield from _probability(f"{name}_flip_probability", CELL, label)


def _change_statistics(name: str, label: str) -> Declarations:
    """Change of an index from the first to the last year over the samples, year of its peak."""
    dims, change = ("mine",), f"change of the {label}, first to last year"
    yield _real(f"{name}_change_mean", dims, f"mean of the {change}")
    yield _real(f"{name}_change_std", dims, f"standard deviation of the {change}", **NOT_NEGATIVE)
    yield _real(f"{name}_change_quantile", (*dims, "quantile"), f"quantiles of the {change}")
    error = f"largest error of the quantiles of the {change}"
    resolution = f"{name}_change_quantile_resolution"
    yield _real(resolution, dims, error, comment=FROM_HISTOGRAMS, **NOT_NEGATIVE)
    yield _real(f"{name}_change_baseline", dims, f"deterministic {change}")
    increase = f"probability that the {label} is larger in the last year than in the first"
    yield from _probability(f"{name}_increase_probability", dims, increase)
    peak = f"probability that the {label} of the mine is largest in the year"
    comment = "the first of the largest years on ties; years in which it is undefined do not count"
    for variable in _probability(f"{name}_peak_probability", CELL, peak):
        yield replace(variable, attrs={**variable.attrs, "comment": comment})


def _correlation() -> Declarations:
    label = "correlation of support index S and pressure index P over the samples"
    comment = "NaN where one of them does not vary, or is undefined in some sample"
    attrs = {"valid_range": (-1.0, 1.0), "comment": comment}
    yield _real("support_pressure_correlation", CELL, label, **attrs)


def _trends(name: str, label: str) -> Declarations:
    """Trends of an index over the years, and its mean over the mines."""
    yield _real(f"{name}_change", ("mine",), f"change of the {label}, first to last year")
    peak = f"year of the largest {label}"
    yield Variable(f"{name}_peak_year", ("mine",), "int32", peak, fill=FILL)
    yield _real(f"{name}_mine_mean", ("year",), f"mean of the {label} over the mines")


def _goalpost(bound: str) -> Variable:
    label = f"{bound} goalpost of the normalisation, in the units of the indicator"
    return replace(_real(f"goalpost_{bound}", ("year", "indicator"), label), units=None)


def _weights() -> Declarations:
    for name, label in (
        ("weight", "combined weight"),
        ("weight_ahp", "AHP weight"),
        ("weight_entropy", "entropy weight"),
    ):
        yield _real(name, ("indicator",), f"{label} of the indicator within its system")
    label = "combined weight of the indicators of the criterion"
    yield _real("criterion_weight", ("criterion",), label)


def _matrix_draws() -> Declarations:
    dims = ("matrix", "sample")
    yield _drawn("consistency_ratio", dims, "consistency ratio of the judgment matrix as used")
    comment = "1: used as drawn; 0: replaced by the nearest consistent matrix"
    yield _drawn("repair", dims, "exponent t of the repair of the drawn matrix", comment=comment)
    label = "number of further attempts until the drawn matrix was accepted"
    yield Variable("redraws", dims, "int8", label, attrs={"valid_min": 0})


def _obstacle_statistics() -> Declarations:
    yield _real("obstacle_mean", BY_INDICATOR, "mean obstacle degree", **NOT_NEGATIVE)
    label = "standard deviation of the obstacle degree"
    yield _real("obstacle_std", BY_INDICATOR, label, **NOT_NEGATIVE)
    label = "quantiles of the obstacle degree"
    attrs = {"comment": FROM_FIRST, **NOT_NEGATIVE}
    yield _real("obstacle_quantile", (*BY_INDICATOR, "quantile"), label, **attrs)
    label = "mean obstacle degree of the criterion"
    yield _real("obstacle_criterion_mean", (*CELL, "criterion"), label, **NOT_NEGATIVE)
    label = "probability that the indicator is among the five largest obstacles"
    yield from _probability("obstacle_top5_probability", BY_INDICATOR, label)


def _weight_statistics() -> Declarations:
    dims = ("indicator",)
    yield _real("weight_mean", dims, "mean of the combined weight")
    yield _real("weight_std", dims, "standard deviation of the combined weight", **NOT_NEGATIVE)
    comment = f"{FROM_FIRST}; from all where there is no such attribute"
    label = "quantiles of the combined weight"
    yield _real("weight_quantile", (*dims, "quantile"), label, comment=comment)


def _part_weight_statistics() -> Declarations:
    """AHP and entropy weights over the first samples."""
    dims = ("indicator",)
    for name, label in (("weight_ahp", "AHP weight"), ("weight_entropy", "entropy weight")):
        comment = {"comment": FROM_FIRST}
        yield _real(f"{name}_mean", dims, f"mean of the {label}", **comment)
        deviation = f"standard deviation of the {label}"
        yield _real(f"{name}_std", dims, deviation, **comment, **NOT_NEGATIVE)
        yield _real(f"{name}_quantile", (*dims, "quantile"), f"quantiles of the {label}", **comment)


def _baselines() -> Declarations:
    """The baseline, beside what is compared with it."""
    yield from _for_each_index(CELL, suffix="_baseline", prefix="deterministic ")
    yield from _classes(CELL, "_baseline", "deterministic ")
    for variable in _weights():
        if variable.dims == ("indicator",):
            label = f"deterministic {variable.long_name}"
            yield replace(variable, name=f"{variable.name}_baseline", long_name=label)
    label = "consistency ratio of the judgment matrix of the study"
    yield _real("consistency_ratio_baseline", ("matrix",), label)


def _shares() -> Declarations:
    for name, label in (
        ("share_accepted", "share of samples whose first drawn matrix was within the CR limit"),
        ("share_repaired", "share of samples whose drawn matrix was repaired"),
        ("share_redrawn", "share of samples whose matrix was drawn again"),
    ):
        yield _real(name, ("matrix",), label, **PROBABILITY)


def _class_probabilities() -> Declarations:
    yield from _probability("zone_probability", (*CELL, "zone"), "probability of the coupling zone")
    yield from _probability("grade_probability", (*CELL, "grade"), "probability of the grade block")
    yield from _probability("rank_probability", (*CELL, "rank_position"), "probability of the rank")
    label = "probability of overload, carrying capacity index C >= 1"
    yield from _probability("overload_probability", CELL, label)
    label = "probability that the mine is more loaded (larger C) than the other mine"
    yield from _probability("outranks_probability", ("mine", "other_mine", "year"), label)


def _undefined_count() -> Declarations:
    label = "number of samples in which the carrying capacity index is undefined"
    comment = "C = P / S is undefined where S is below 1e-9"
    attrs = {"valid_min": 0, "comment": comment}
    yield Variable("recc_undefined", CELL, "int64", label, attrs=attrs)


def _with_half_width(variable: Variable) -> Declarations:
    """Yield an estimate and its interval's half-width."""
    yield variable
    label = f"half-width of the 95 % interval of the {variable.long_name}"
    yield _real(f"{variable.name}_error", variable.dims, label, **NOT_NEGATIVE)


def _orders(prefix: str, dims: tuple[str, ...], whose: str) -> Declarations:
    """First and total order, by cell and over all cells."""
    for order in ("first", "total"):
        name, label = f"{prefix}{order}_order", f"{order}-order index{whose}"
        yield from _with_half_width(_real(name, ("factor", *dims), label))
        label = f"{label} aggregated over the cells"
        yield from _with_half_width(_real(f"{name}_aggregate", ("factor",), label))


def _outputs_first(variables: Declarations) -> Declarations:
    return (replace(variable, dims=("output", *variable.dims)) for variable in variables)


def _effects() -> Declarations:
    yield from _outputs_first(_orders("", CELL, ""))
    dims = ("output", *CELL)
    for suffix, where in (("", dims), ("_aggregate", dims[:1])):
        label = "sum of the first-order indices of all factors" + (suffix and ", aggregated")
        yield from _with_half_width(_real(f"first_order_sum{suffix}", where, label))
        label = "share of the variance that is due to interactions, 1 minus the sum of first orders"
        yield _real(f"interaction_share{suffix}", where, label)
    comment = "of a class: sum over its values k of p_k (1 - p_k)"
    yield _real("variance", dims, "variance of the output", comment=comment, **NOT_NEGATIVE)
    yield Variable(
        "undefined", dims, "int8", "why the indices of the output are NaN", None, attrs=UNDEFINED
    )
    comment = "rows in which the output is undefined in A, B or any exchange of columns"
    attrs = {"valid_min": 0, "comment": comment}
    yield Variable("dropped_rows", dims, "int64", "rows that were left out", attrs=attrs)
    whose = " of the average shift in rank"
    yield from _orders("rank_shift_", ("year",), whose)
    comment = "mean over the mines of |rank - rank of the baseline|, Saisana et al. (2005)"
    label = "variance of the average shift in rank"
    yield _real("rank_shift_variance", ("year",), label, comment=comment, **NOT_NEGATIVE)
    label = f"why the indices{whose} are NaN"
    yield Variable("rank_shift_undefined", ("year",), "int8", label, None, attrs=UNDEFINED)


def _salib_measures() -> Declarations:
    """Measures of SALib's methods, under its names."""
    ks = "Kolmogorov-Smirnov distance of conditional and unconditional distribution (PAWN)"
    for name, label, has_interval in (
        ("mu", "mean elementary effect (Morris)", False),
        ("mu_star", "mean absolute elementary effect (Morris)", True),
        ("sigma", "standard deviation of the elementary effects (Morris)", False),
        ("S1", "first-order index", True),
        ("ST", "total-order index", True),
        ("delta", "moment-independent index delta (Borgonovo)", True),
        ("pawn_minimum", f"minimum {ks}", False),
        ("pawn_mean", f"mean {ks}", False),
        ("pawn_median", f"median {ks}", False),
        ("pawn_maximum", f"maximum {ks}", False),
        ("pawn_cv", f"coefficient of variation of the {ks}", False),
        ("pawn_stdev", f"standard deviation of the {ks}", False),
        ("Sa", "structural contribution to the variance (HDMR)", True),
        ("Sb", "correlative contribution to the variance (HDMR)", True),
        ("S", "contribution to the variance (HDMR)", True),
        ("shapley", "Shapley effect", True),
        ("shapley_normalized", "Shapley effect as share of the variance", True),
    ):
        dims = ("output", "factor", *CELL)
        yield _real(name, dims, label)
        if has_interval:
            label = f"half-width of the 95 % interval of the {label}"
            yield _real(f"{name}_conf", dims, label, **NOT_NEGATIVE)


def _difference(variable: Variable, errors: bool = True) -> Declarations:
    """Yield a statistic of both results, the second minus the first, and its standard error."""
    yield replace(variable, dims=("result", *variable.dims))
    label = f"difference of the {variable.long_name}"
    difference = _real(f"{variable.name}_difference", variable.dims, label)
    yield from _with_error(difference) if errors else (difference,)


def _differences() -> Declarations:
    for name, label in INDICES.items():
        yield from _difference(_real(f"{name}_baseline", CELL, f"deterministic {label}"), False)
        yield from _difference(_real(f"{name}_mean", CELL, f"mean of the {label}"))
        quantiles = _real(f"{name}_quantile", (*CELL, "quantile"), f"quantiles of the {label}")
        yield from _difference(quantiles)
    for variable in _class_probabilities():
        if variable.name in COMPARED_PROBABILITIES:
            yield from _difference(variable)


def _table(*parts: Declarations) -> Mapping[str, Variable]:
    variables = [variable for part in parts for variable in part]
    table = {variable.name: variable for variable in variables}
    if len(table) < len(variables):
        raise ValueError("a variable is declared twice")
    return MappingProxyType(table)


def _for_each_index(dims: tuple[str, ...], suffix: str = "", prefix: str = "") -> Declarations:
    for name, label in INDICES.items():
        yield _real(f"{name}{suffix}", dims, f"{prefix}{label}")


GROUPS: Mapping[str, Mapping[str, Variable]] = MappingProxyType(
    {
        "baseline": _table(
            _for_each_index(CELL),
            _classes(CELL),
            [_real("normalized", BY_INDICATOR, "normalised value r of the indicator")],
            _weights(),
            [_real("consistency_ratio", ("matrix",), "consistency ratio of the judgment matrix")],
            [_real("lambda_max", ("matrix",), "principal eigenvalue of the judgment matrix")],
            [_real("obstacle", BY_INDICATOR, "obstacle degree of the indicator")],
            [_real("obstacle_criterion", (*CELL, "criterion"), "obstacle degree of the criterion")],
            [_goalpost("lower"), _goalpost("upper")],
            *(_trends(name, label) for name, label in INDICES.items()),
        ),
        "samples": _table(
            (_drawn(name, DRAWN, label) for name, label in INDICES.items()),
            _classes(DRAWN),
            [_drawn("weight", ("indicator", "sample"), "combined weight of the indicator")],
            _matrix_draws(),
            _baselines(),
            _obstacle_statistics(),
            _part_weight_statistics(),
        ),
        "summary": _table(
            *(_moments(name, label) for name, label in INDICES.items()),
            _undefined_count(),
            _class_probabilities(),
            _flips(),
            _ranking(),
            *(_change_statistics(name, label) for name, label in INDICES.items()),
            _correlation(),
            _weight_statistics(),
            _part_weight_statistics(),
            _baselines(),
            _obstacle_statistics(),
            _shares(),
        ),
        "sensitivity": _table(_effects(), _salib_measures()),
        "comparison": _table(_differences()),
    }
)
"""Variables of each group of a result, by name."""

COORDINATES: Mapping[str, Variable] = _table(
    [
        _text("mine", "mine", "mine"),
        _text("other_mine", "other_mine", "mine compared with"),
        Variable("year", ("year",), "int32", "calendar year"),
        Variable(
            "sample",
            ("sample",),
            "int64",
            "number of the Monte Carlo sample",
            attrs={"standard_name": "realization"},
        ),
        _text("indicator", "indicator", "indicator"),
        _text("indicator_long_name", "indicator", "long name of the indicator"),
        _text("indicator_units", "indicator", "units of the indicator"),
        _text("indicator_system", "indicator", "system of the indicator"),
        _text("indicator_criterion", "indicator", "criterion of the indicator"),
        _flags(
            "indicator_direction",
            ("indicator",),
            "what a larger value of the indicator means",
            {"flag_values": (-1, 1), "flag_meanings": "less_of_its_system more_of_its_system"},
        ),
        _text("criterion", "criterion", "criterion"),
        _text("criterion_system", "criterion", "system of the criterion"),
        _text("matrix", "matrix", "judgment matrix"),
        Variable("matrix_size", ("matrix",), "int8", "number of items compared"),
        _real("quantile", ("quantile",), "probability of the quantile"),
        _flags("zone", ("zone",), "coupling zone", ZONE_FLAGS),
        _text("zone_name", "zone", "name of the coupling zone"),
        _flags("grade", ("grade",), "grade block", GRADE_FLAGS),
        _text("grade_name", "grade", "name of the grade block"),
        Variable("rank_position", ("rank_position",), "int32", "rank, 1 the most loaded mine"),
        _text("factor", "factor", "uncertain factor"),
        _text("factor_kind", "factor", "judgment, data or method; class: all factors of a kind"),
        _text("output", "output", "output of the model"),
        _text("result", "result", "result that is compared"),
    ]
)
"""Coordinates by name; an auxiliary one begins with the name of its dimension."""

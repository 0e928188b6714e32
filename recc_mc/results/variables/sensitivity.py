"""Indices of the uncertain factors: the group sensitivity."""

from dataclasses import replace

from recc_mc.labels.declaration import (
    CELL,
    NOT_NEGATIVE,
    PROBABILITY,
    Declarations,
    Variable,
    real,
)

__all__ = [
    "dummies",
    "effects",
    "information",
    "outside",
    "salib_measures",
]

UNDEFINED = {
    "flag_values": (0, 1, 2, 3, 4, 5),
    "flag_meanings": "defined constant_output too_few_rows undefined_rows analysis_failed "
    "too_few_changes",
    "comment": "too few changes: the output so rarely leaves its commonest value (constant in some "
    "replicates, or fewer than 10 rows expected in which two independent draws both have left it) "
    "that an interval would not tell its error",
}
# Measures of SALib's methods that an inert factor does not have 0 of.
WITH_DUMMY = (
    *("S1", "delta", "Sa", "Sb", "S"),
    *(f"pawn_{name}" for name in ("minimum", "mean", "median", "maximum", "cv", "stdev")),
)
# Of all cells together.
TOGETHER = UNDEFINED | {
    "comment": "defined where at least half of the variance is of cells that have indices"
}

INFORMATION_VALUE = (
    "expected value of perfect information on the factor, E[max_d P(d is right | X)] - max_d P(d "
    "is right); by nested rows, decisions being made on one half of them and judged on the other: "
    "too low rather than too high, and below 0 by chance only; at most the chance itself, of which "
    "what is rare may show in no value that became known"
)
INFORMATION_BIAS = (
    "that estimate is too high, so that the value is between information_value and the sum of both "
    "but for its half-width"
)
INFORMATION_HALF = (
    "knowing a report on the factor that is true with a chance of sqrt(1/2), else of an "
    "independent draw: of the variance of whatever the factor makes by itself, half is left"
)


def _with_half_width(variable: Variable) -> Declarations:
    """Yield an estimate and its interval's half-width."""
    yield variable
    label = f"half-width of the 95 % interval of the {variable.long_name}"
    yield real(f"{variable.name}_error", variable.dims, label, **NOT_NEGATIVE)


def _orders(prefix: str, dims: tuple[str, ...], whose: str) -> Declarations:
    """First and total order, by cell and over all cells."""
    for order in ("first", "total"):
        name, label = f"{prefix}{order}_order", f"{order}-order index{whose}"
        yield from _with_half_width(real(name, ("factor", *dims), label))
        label = f"{label} aggregated over the cells"
        yield from _with_half_width(real(f"{name}_aggregate", ("factor",), label))


def _outputs_first(variables: Declarations) -> Declarations:
    return (replace(variable, dims=("output", *variable.dims)) for variable in variables)


def effects() -> Declarations:
    """Sobol' indices, and what belongs to them."""
    yield from _outputs_first(_orders("", CELL, ""))
    dims = ("output", *CELL)
    for suffix, where in (("", dims), ("_aggregate", dims[:1])):
        label = "sum of the first-order indices of all factors" + (suffix and ", aggregated")
        yield from _with_half_width(real(f"first_order_sum{suffix}", where, label))
        label = "share of the variance that is due to interactions, 1 minus the sum of first orders"
        yield real(f"interaction_share{suffix}", where, label)
    comment = "of a class: sum over its values k of p_k (1 - p_k)"
    yield real("variance", dims, "variance of the output", comment=comment, **NOT_NEGATIVE)
    yield Variable(
        "undefined", dims, "int8", "why the indices of the output are NaN", None, attrs=UNDEFINED
    )
    label = "why the indices of the output aggregated over the cells are NaN"
    yield Variable("undefined_aggregate", dims[:1], "int8", label, None, attrs=TOGETHER)
    comment = "rows in which the output is undefined in A, B or any exchange of columns"
    attrs = {"valid_min": 0, "comment": comment}
    yield Variable("dropped_rows", dims, "int64", "rows that were left out", attrs=attrs)
    whose = " of the average shift in rank"
    yield from _orders("rank_shift_", ("year",), whose)
    comment = "mean over the mines of |rank - rank of the baseline|, Saisana et al. (2005)"
    label = "variance of the average shift in rank"
    yield real("rank_shift_variance", ("year",), label, comment=comment, **NOT_NEGATIVE)
    label = f"why the indices{whose} are NaN"
    yield Variable("rank_shift_undefined", ("year",), "int8", label, None, attrs=UNDEFINED)
    label = f"{label}, aggregated over the years"
    yield Variable(
        "rank_shift_undefined_aggregate", ("factor",), "int8", label, None, attrs=TOGETHER
    )


def outside() -> Declarations:
    """What the method cannot attribute, of any method."""
    dims = ("output", *CELL)
    comment = "E[Var(Y | columns)] / Var(Y) of noise that is no factor; 0 if all of it is"
    for suffix, where in (("", dims), ("_aggregate", dims[:1])):
        label = "share of the variance that the method cannot attribute"
        label += suffix and ", aggregated over the cells"
        yield from _with_half_width(
            real(f"variance_outside{suffix}", where, label, comment=comment)
        )


def salib_measures() -> Declarations:
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
        yield real(name, dims, label)
        if has_interval:
            label = f"half-width of the 95 % interval of the {label}"
            yield real(f"{name}_conf", dims, label, **NOT_NEGATIVE)


def dummies() -> Declarations:
    """What the methods that do not give an inert factor 0 give it, by their measures' names."""
    comment = (
        "of columns of uniform random numbers beside the inputs, which no output depends on; what "
        "does not exceed it and its half-width together is not told apart from no effect"
    )
    for variable in list(salib_measures()):
        if variable.name not in WITH_DUMMY:
            continue
        dims = ("output", *CELL)
        label = f"value without any effect of the {variable.long_name}"
        yield real(f"{variable.name}_dummy", dims, label, comment=comment)
        label = f"half-width of the 95 % interval of the {label}"
        yield real(f"{variable.name}_dummy_conf", dims, label, **NOT_NEGATIVE)


def information() -> Declarations:
    """What it is worth to know a factor, for two decisions that may be wrong."""
    label = "probability that the mine has the largest C of the year, or shares it"
    comment = "nothing being known; named as the most loaded one is the first mine of the largest"
    yield real("most_loaded_probability", CELL, label, comment=comment, **PROBABILITY)
    error = "chance of naming a wrong mine as the most loaded one"
    comment = "1 - max_d P(d has the largest C); of mines that share the largest C each is right"
    yield from _values("", ("year",), error, comment)
    error = "chance of a wrong verdict on overload (C >= 1)"
    comment = "1 - max(P(C >= 1), P(C < 1))"
    yield from _values("overload_", CELL, error, comment)


def _values(prefix: str, dims: tuple[str, ...], error: str, comment: str) -> Declarations:
    """What one decision is worth knowing for."""
    whose = "; rows without any C do not count, counts that are equal go to the first option"
    yield from _with_half_width(
        real(f"{prefix}decision_error", dims, error, comment=comment + whose, **PROBABILITY)
    )
    label = f"by how much knowing the factor lowers the {error}"
    dims = ("factor", *dims)
    yield from _with_half_width(
        real(f"{prefix}information_value", dims, label, comment=INFORMATION_VALUE)
    )
    label = "how much more that would be if decisions were judged on the rows they are made on"
    yield real(f"{prefix}information_value_bias", dims, label, comment=INFORMATION_BIAS)
    label = f"by how much halving the uncertainty of the factor lowers the {error}"
    yield from _with_half_width(
        real(f"{prefix}information_value_half", dims, label, comment=INFORMATION_HALF)
    )

"""Statistics of the draws: the group summary."""

from dataclasses import replace

from recc_mc.results.variables.declaration import (
    CELL,
    NOT_NEGATIVE,
    Declarations,
    Variable,
    probability,
    real,
    with_error,
)

__all__ = [
    "change_statistics",
    "class_probabilities",
    "correlation",
    "first_overload",
    "flips",
    "moments",
    "ranking",
    "undefined_count",
    "weight_statistics",
]

KENDALL = (
    "concordant less discordant pairs of mines by the number of pairs; pairs tied in either are "
    "neither; NaN where all mines are tied in the baseline, and without the draws in which they are"
)


FROM_SKETCH = (
    "only where samples were not kept: the quantiles are read from a sketch, and none is further than "
    "this from the quantile of the draws themselves, whatever their distribution"
)


def moments(name: str, label: str) -> Declarations:
    """Mean with error, standard deviation, bias and quantiles of an index over the samples."""
    yield from with_error(real(f"{name}_mean", CELL, f"mean of the {label}"))
    yield real(f"{name}_std", CELL, f"standard deviation of the {label}", **NOT_NEGATIVE)
    comment = "mean over the samples minus the deterministic value"
    yield real(f"{name}_bias", CELL, f"bias of the {label}", comment=comment)
    yield real(f"{name}_quantile", (*CELL, "quantile"), f"quantiles of the {label}")
    yield _resolution(f"{name}_quantile", (*CELL, "quantile"), label)


def _resolution(name: str, dims: tuple[str, ...], label: str) -> Variable:
    """Bound of the error of quantiles that are read from a sketch."""
    text = f"largest possible error of the quantiles of the {label}"
    return real(f"{name}_resolution", dims, text, comment=FROM_SKETCH, **NOT_NEGATIVE)


def ranking() -> Declarations:
    """Ranks, and rankings against that of the baseline."""
    yield real("rank_mean", CELL, "mean of the rank", valid_min=1.0)
    yield real("rank_std", CELL, "standard deviation of the rank", **NOT_NEGATIVE)
    comment = "smallest rank whose cumulated probability reaches the level"
    dims = (*CELL, "quantile")
    yield real("rank_quantile", dims, "quantiles of the rank", valid_min=1.0, comment=comment)
    tau = "Kendall's tau between the rankings of the draws and of the baseline"
    attrs = {"valid_range": (-1.0, 1.0), "comment": KENDALL}
    yield real("kendall_tau_mean", ("year",), f"mean of {tau}", **attrs)
    yield real("kendall_tau_std", ("year",), f"standard deviation of {tau}", **NOT_NEGATIVE)
    yield real("kendall_tau_quantile", ("year", "quantile"), f"quantiles of {tau}", **attrs)
    label = "probability that all mines have the rank of the baseline"
    yield from probability("ranking_unchanged_probability", ("year",), label)


def flips() -> Declarations:
    """Probabilities that a class is not that of the baseline."""
    for name, label in (
        ("zone", "coupling zone"),
        ("grade", "grade block"),
        ("rank", "rank"),
        ("overload", "overload, C >= 1 or not,"),
    ):
        label = f"probability that the {label} is not that of the baseline"
        yield from probability(f"{name}_flip_probability", CELL, label)


def change_statistics(name: str, label: str) -> Declarations:
    """Change of an index from the first to the last year over the samples, year of its peak."""
    dims, change = ("mine",), f"change of the {label}, first to last year"
    yield real(f"{name}_change_mean", dims, f"mean of the {change}")
    yield real(f"{name}_change_std", dims, f"standard deviation of the {change}", **NOT_NEGATIVE)
    yield real(f"{name}_change_quantile", (*dims, "quantile"), f"quantiles of the {change}")
    yield _resolution(f"{name}_change_quantile", (*dims, "quantile"), change)
    yield real(f"{name}_change_baseline", dims, f"deterministic {change}")
    increase = f"probability that the {label} is larger in the last year than in the first"
    yield from probability(f"{name}_increase_probability", dims, increase)
    peak = f"probability that the {label} of the mine is largest in the year"
    comment = "the first of the largest years on ties; years in which it is undefined do not count"
    yield from _with_comment(probability(f"{name}_peak_probability", CELL, peak), comment)


def _with_comment(variables: Declarations, comment: str) -> Declarations:
    """Variables with a comment beside their own."""
    for variable in variables:
        texts = (comment, str(variable.attrs.get("comment", "")))
        yield replace(variable, attrs={**variable.attrs, "comment": "; ".join(filter(None, texts))})


def first_overload() -> Declarations:
    """Which year is the first one of overload."""
    comment = "of the draws in which C is defined in all years; with never, the years add up to 1"
    label = "probability that C >= 1 in the year and in no earlier one"
    yield from _with_comment(probability("overload_first_probability", CELL, label), comment)
    label = "probability that C >= 1 in no year"
    yield from _with_comment(probability("overload_never_probability", ("mine",), label), comment)
    label = "number of samples in which C is undefined in some year"
    comment = "they are left out of overload_first_probability and overload_never_probability"
    attrs = {"valid_min": 0, "comment": comment}
    yield Variable("overload_first_undefined", ("mine",), "int64", label, attrs=attrs)


def correlation() -> Declarations:
    """S and P over the samples."""
    label = "correlation of support index S and pressure index P over the samples"
    comment = "NaN where one of them does not vary by more than rounding, or is undefined in some sample"
    attrs = {"valid_range": (-1.0, 1.0), "comment": comment}
    yield real("support_pressure_correlation", CELL, label, **attrs)


def weight_statistics() -> Declarations:
    """Combined weights over the samples."""
    dims = ("indicator",)
    yield real("weight_mean", dims, "mean of the combined weight")
    yield real("weight_std", dims, "standard deviation of the combined weight", **NOT_NEGATIVE)
    yield real("weight_quantile", (*dims, "quantile"), "quantiles of the combined weight")
    yield _resolution("weight_quantile", (*dims, "quantile"), "combined weight")


def class_probabilities() -> Declarations:
    """Zones, grades, ranks, overload and pairs of mines."""
    yield from probability("zone_probability", (*CELL, "zone"), "probability of the coupling zone")
    yield from probability("grade_probability", (*CELL, "grade"), "probability of the grade block")
    yield from probability("rank_probability", (*CELL, "rank_position"), "probability of the rank")
    label = "probability of overload, carrying capacity index C >= 1"
    yield from probability("overload_probability", CELL, label)
    label = "probability that the mine is more loaded (larger C) than the other mine"
    yield from probability("outranks_probability", ("mine", "other_mine", "year"), label)


def undefined_count() -> Declarations:
    """How often C has no value."""
    label = "number of samples in which the carrying capacity index is undefined"
    comment = "C = P / S is undefined where S is below 1e-9"
    attrs = {"valid_min": 0, "comment": comment}
    yield Variable("recc_undefined", CELL, "int64", label, attrs=attrs)

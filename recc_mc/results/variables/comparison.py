"""Differences of two results: the group comparison."""

from dataclasses import replace

from recc_mc.labels.declaration import (
    CELL,
    INDICES,
    Declarations,
    Variable,
    real,
    with_error,
)
from recc_mc.scenario.variables import SCENARIOS
from recc_mc.summary.tally import SUMMARY

__all__ = [
    "differences",
]

COMPARED_SCENARIOS = (
    *(f"{index}_{what}" for index in INDICES for what in ("mean", "change_mean")),
    "overload_probability",
)
"""Variables of scenarios that are compared; in a comparison ``scenario_`` stands before them."""
COMPARED_PROBABILITIES = tuple(f"{x}_probability" for x in ("overload", "zone", "grade", "rank"))


CERTAIN = (
    "where a probability is 0 or 1 in all n draws that count, or none of n paired draws differs, "
    "the bound 3/n within which it is with 95 % confidence; NaN for fewer than two draws"
)


def _difference(variable: Variable, errors: bool = True) -> Declarations:
    """Yield a statistic of both results, the second minus the first, and its standard error."""
    yield replace(variable, dims=("result", *variable.dims))
    label = f"difference of the {variable.long_name}"
    difference = real(f"{variable.name}_difference", variable.dims, label)
    if not errors:
        yield difference
    elif variable.name.endswith("_probability"):
        value, error = with_error(difference)
        yield from (value, replace(error, attrs={**error.attrs, "comment": CERTAIN}))
    else:
        yield from with_error(difference)


def differences() -> Declarations:
    """What `recc_mc.compare` finds of two results."""
    for name, label in INDICES.items():
        yield from _difference(real(f"{name}_baseline", CELL, f"deterministic {label}"), False)
        yield from _difference(real(f"{name}_mean", CELL, f"mean of the {label}"))
        quantiles = real(f"{name}_quantile", (*CELL, "quantile"), f"quantiles of the {label}")
        yield from _difference(quantiles)
    for variable in SUMMARY.values():
        if variable.name in COMPARED_PROBABILITIES:
            yield from _difference(variable)
    for name in COMPARED_SCENARIOS:
        declared = SCENARIOS[name]
        yield from _difference(replace(declared, name=f"scenario_{name}"))

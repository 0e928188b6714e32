"""How a variable is declared, and what the declarations of all groups share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from recc_mc.study.class_names import GRADES, ZONES

__all__ = [
    "BY_INDICATOR",
    "CELL",
    "DRAWN",
    "FILL",
    "GRADE_FLAGS",
    "INDICES",
    "NOT_NEGATIVE",
    "PROBABILITY",
    "ZONE_FLAGS",
    "ZONE_NAMES",
    "Declarations",
    "Variable",
    "classes",
    "drawn",
    "flags",
    "for_each_index",
    "probability",
    "real",
    "table",
    "text",
    "with_comment",
    "with_error",
]

ZONE_NAMES = tuple(name.replace("_value_", "-value ") for name in ZONES)
"""The same as they stand in a sentence: "high-value surplus" and so on."""

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


PROBABILITY = {"valid_range": (0.0, 1.0)}


PROBABILITY_ERROR = (
    "sqrt(p (1 - p) / n) of the n draws that count; where p is 0 or 1 in all of them, the bound "
    "3/n, at most 1, within which it is with 95 % confidence (rule of three, Hanley and "
    "Lippman-Hand 1983); NaN for fewer than two draws"
)


NOT_NEGATIVE = {"valid_min": 0.0}


def real(name: str, dims: tuple[str, ...], long_name: str, **attrs: object) -> Variable:
    """A float."""
    return Variable(name, dims, "float64", long_name, attrs=attrs)


def drawn(name: str, dims: tuple[str, ...], long_name: str, **attrs: object) -> Variable:
    """A float per sample."""
    return Variable(name, dims, "float64", long_name, per_sample=True, attrs=attrs)


def text(name: str, dim: str, long_name: str) -> Variable:
    """Names along a dimension."""
    return Variable(name, (dim,), "str", long_name, units=None)


def flags(
    name: str, dims: tuple[str, ...], long_name: str, attrs: Mapping[str, object]
) -> Variable:
    """Codes of classes."""
    return Variable(name, dims, "int8", long_name, units=None, attrs=attrs)


def classes(dims: tuple[str, ...], suffix: str = "", prefix: str = "") -> Declarations:
    """Zone, grade and rank."""
    zone = flags(f"zone{suffix}", dims, f"{prefix}coupling zone", ZONE_FLAGS)
    yield replace(zone, fill=FILL)
    grade = flags(f"grade{suffix}", dims, f"{prefix}grade block", GRADE_FLAGS)
    yield replace(grade, fill=FILL)
    comment = "rank 1 is the largest C of the year, the most loaded mine; ties share the lower rank"
    attrs = {"valid_min": 1, "comment": comment}
    label = f"{prefix}rank by carrying capacity index"
    yield Variable(f"rank{suffix}", dims, "int16", label, wide="int32", fill=FILL, attrs=attrs)


def for_each_index(dims: tuple[str, ...], suffix: str = "", prefix: str = "") -> Declarations:
    """S, P and C."""
    for name, label in INDICES.items():
        yield real(f"{name}{suffix}", dims, f"{prefix}{label}")


def with_error(variable: Variable) -> Declarations:
    """Yield a statistic and its standard error."""
    yield variable
    label = f"standard error of the {variable.long_name}"
    yield real(f"{variable.name}_error", variable.dims, label, **NOT_NEGATIVE)


def probability(name: str, dims: tuple[str, ...], long_name: str) -> Declarations:
    """A probability and its standard error."""
    share, error = with_error(real(name, dims, long_name, **PROBABILITY))
    return share, replace(error, attrs={**PROBABILITY, "comment": PROBABILITY_ERROR})


def with_comment(variables: Declarations, comment: str) -> Declarations:
    """Variables with a comment beside their own."""
    for variable in variables:
        texts = (comment, str(variable.attrs.get("comment", "")))
        yield replace(variable, attrs={**variable.attrs, "comment": "; ".join(filter(None, texts))})


def table(*parts: Declarations) -> Mapping[str, Variable]:
    """Variables by name.

    Raises
    ------
    ValueError
        If one is declared twice.
    """
    variables = [variable for part in parts for variable in part]
    by_name = {variable.name: variable for variable in variables}
    if len(by_name) < len(variables):
        raise ValueError("a variable is declared twice")
    return MappingProxyType(by_name)

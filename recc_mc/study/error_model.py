"""The error of one indicator's data, from the table and its overrides."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

from recc_mc.study.hierarchy import Hierarchy, Indicator, lineage
from recc_mc.study.uncertainty_settings import ERROR_PARTS, DataUncertainty, ErrorTable
from recc_mc.study.wording import key_path

__all__ = ["ErrorModel", "error_model", "error_model_problems"]

_TABLE = ("uncertainty", "data")
_RIVAL = {a: b for pair in ERROR_PARTS for a, b in (pair, pair[::-1])}


@dataclass(frozen=True)
class ErrorModel:
    """How an indicator's values may be off; a part that is 0 is absent.

    Parameters
    ----------
    distribution
        One of `recc_mc.study.distributions.DISTRIBUTIONS`.
    cv, systematic_cv, mine_cv
        Relative standard deviation of the part of each cell, of the part all cells share, and of
        the part all years of a mine share.
    sd, systematic_sd, mine_sd
        The same in the indicator's units; at most one of the two is nonzero for each part.
    lower, upper
        Bounds of a drawn value.
    interpolated_cv, interpolated_sd
        Additional standard deviation of the cells that were interpolated.
    """

    distribution: str
    cv: float = 0.0
    systematic_cv: float = 0.0
    mine_cv: float = 0.0
    sd: float = 0.0
    systematic_sd: float = 0.0
    mine_sd: float = 0.0
    lower: float = -inf
    upper: float = inf
    interpolated_cv: float = 0.0
    interpolated_sd: float = 0.0

    def varies(self, interpolated: bool) -> bool:
        """Whether anything is drawn, given whether the indicator has interpolated cells."""
        parts = ERROR_PARTS if interpolated else ERROR_PARTS[:-1]
        return any(getattr(self, part) for pair in parts for part in pair)


@dataclass
class _Merged:
    """Keys of a table and its overrides together, and the path each value comes from."""

    distribution: str = "lognormal"
    numbers: dict[str, float] = field(default_factory=dict)
    origin: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"distribution": (*_TABLE, "distribution")}
    )

    def override(self, table: ErrorTable, keys: tuple[str, ...]) -> None:
        """Take over the keys a narrower table names."""
        for key in ErrorTable.model_fields:
            value = getattr(table, key)
            if value is None:
                continue
            self.origin[key] = (*keys, key)
            if key == "distribution":
                self.distribution = value
            else:
                self.numbers.pop(_RIVAL.get(key, ""), None)
                self.numbers[key] = value


def error_model(data: DataUncertainty, indicator: Indicator) -> ErrorModel:
    """Resolve the error of an indicator: its own override, then its criterion's, then the table.

    Of the criteria that it is in the nearest with an override comes first.

    An override replaces only the keys it names; an absolute standard deviation replaces the
    relative one of the same part, and the other way round.
    """
    merged = _merge(data, indicator)
    return ErrorModel(merged.distribution, **merged.numbers)


def _merge(data: DataUncertainty, indicator: Indicator) -> _Merged:
    merged = _Merged()
    merged.override(data, _TABLE)
    for criterion in lineage(indicator.criterion):
        if criterion in data.criteria:
            merged.override(data.criteria[criterion], (*_TABLE, "criteria", criterion))
    if indicator.name in data.indicators:
        keys = (*_TABLE, "indicators", indicator.name)
        merged.override(data.indicators[indicator.name], keys)
    return merged


def error_model_problems(data: DataUncertainty, hierarchy: Hierarchy) -> list[str]:
    """Combinations of table and overrides that make no error model, each named once."""
    problems = (p for i in hierarchy.indicators for p in _problems(_merge(data, i)))
    return list(dict.fromkeys(problems))


def _problems(merged: _Merged) -> Iterator[str]:
    for relative, absolute in ERROR_PARTS:
        if merged.distribution == "lognormal" and absolute in merged.numbers:
            yield (
                f"{key_path(merged.origin[absolute])}: is not for a lognormal error "
                f"({key_path(merged.origin['distribution'])}), which takes {relative}"
            )
    lower, upper = merged.numbers.get("lower", -inf), merged.numbers.get("upper", inf)
    if lower >= upper:
        yield (
            f"{key_path(merged.origin['upper'])}: must be > {key_path(merged.origin['lower'])} = "
            f"{lower:g}, got {upper:g}"
        )

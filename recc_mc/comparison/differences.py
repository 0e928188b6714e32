"""The public function `compare`: what differs between two results, and how sure that is."""

from collections.abc import Iterator, Mapping
from functools import partial, reduce
from typing import Any, NamedTuple

import numpy as np
import xarray as xr

from recc_mc._typing import Floats
from recc_mc.comparison.scenarios import Scenarios, compared_scenarios
from recc_mc.errors import InputError
from recc_mc.kernels.classes import FIRST_GRADE, FIRST_ZONE
from recc_mc.labels.provenance import CONVENTIONS, source
from recc_mc.results import dataset
from recc_mc.results.outputs import main_index
from recc_mc.results.variables import COMPARED_PROBABILITIES, INDICES
from recc_mc.study.kinds import check_kind
from recc_mc.study.names import folded
from recc_mc.study.nouns import NOUN_ATTRIBUTES, nouns_of
from recc_mc.study.reach import TOLD
from recc_mc.summary.influence import mean_influence, quantile_influence, standard_error
from recc_mc.summary.labelled import summarize
from recc_mc.summary.probability import bound_of_certain

__all__ = ["INDEPENDENT", "NO_ERRORS", "PAIRED", "RESULTS", "compare"]

Result = xr.Dataset | xr.DataTree

PAIRED, INDEPENDENT, NO_ERRORS = "paired", "independent", "none"
RESULTS = ("A", "B")
# Attributes of each of the two that the comparison carries, with the letter of the result.
_TOLD = (
    "title",
    "comment",
    "study",
    "study_comment",
    "study_digest",
    "seed",
    "samples",
    "source",
    *TOLD,
)
SCENARIOS = "scenarios"
KINDS = ("baseline", "samples", "summary", SCENARIOS)
DRAWN = (*INDICES, "zone", "grade", "rank")


def compare(a: Result, b: Result) -> xr.Dataset:
    """Compare two results: of two studies, or of two settings of one.

    Only mines and years that both results hold are compared. If both hold draws of the same seed
    and the same samples, these share their random numbers, and standard errors come from the
    differences draw by draw; else from the errors of the two results as if these were independent.

    Parameters
    ----------
    a, b
        Trees as `recc_mc.load` returns them, or single groups: summary, samples or baseline.

    Returns
    -------
    xarray.Dataset
        For each statistic X that both results have, X (result, ...), ``X_difference``, B minus A,
        and its standard error ``X_difference_error``, all dimensionless. Statistics: baseline, mean
        and quantiles of the indices S, P and C (mine, year); probabilities of overload, zone, grade
        and, if the mines and the index that ranks them are the same, rank. Baselines have no
        error. Of scenarios that both results hold, ``scenario_X`` for the mean of S, P and C, of
        their change and the probability of overload (scenario, mine, year), whose errors the
        attribute ``scenario_errors`` tells the kind of. The attribute ``errors`` says ``"paired"``
        or ``"independent"`` and ``errors_comment`` why; ``left_out`` names the mines, years and
        scenarios that only one result holds.

    Raises
    ------
    InputError
        If a result is none, or the two have nothing in common.

    Notes
    -----
    Errors of quantile differences need the draws of both results and are NaN without, as are all
    errors of fewer than two draws. Where a probability is 0 or 1 in all n draws, or in none of n
    paired draws another one, its error is the 95 % bound 3/n, unless all draws are the same.

    Examples
    --------
    >>> import recc_mc as rm
    >>> study = rm.load_study("configs/rare_earth_mines.toml")
    >>> draws = rm.simulate(study, samples=1000, seed=1)
    >>> same = rm.compare(draws, draws)
    >>> same.attrs["errors"], float(abs(same["recc_mean_difference"]).max())
    ('paired', 0.0)
    """
    for name, result in (("a", a), ("b", b)):
        expected = "a tree as recc_mc.load returns it, or a Dataset"
        check_kind(f"compare: {name}", result, (xr.Dataset, xr.DataTree), expected)
    given = _groups(a, "a"), _groups(b, "b")
    common = _common(given)
    groups = [_alike(one[SCENARIOS]) if SCENARIOS in one else None for one in given]
    scenarios = compared_scenarios(groups, common.mines, RESULTS)
    both = tuple({name: one[name] for name in one if name != SCENARIOS} or one for one in given)
    shown = tuple({name: _select(data, common) for name, data in one.items()} for one in both)
    errors, reason = _pairing(both)
    if errors == NO_ERRORS and scenarios.differences is not None:
        reason = "beside scenarios only baselines are compared: a result holds no summary"
    same_index = len({main_index(_first(one)) for one in both}) == 1
    ranked_alike = same_index and not common.other_mines
    arrays = dict(_baselines(shown)) | dict(_statistics(shown, ranked_alike=ranked_alike))
    if not arrays and scenarios.differences is None:
        raise InputError("compare: the results have no statistic in common")
    if arrays and all("samples" in one for one in both):
        arrays |= _errors_of_draws(shown, arrays, paired=errors == PAIRED)
    coords = _coordinates(shown, arrays)
    first = next(iter(shown[0].values()))
    words = {name: first.attrs[name] for name in NOUN_ATTRIBUTES if name in first.attrs}
    origin = first.drop_attrs(deep=False).assign_attrs(words)
    found = dataset("comparison", origin, arrays, coords=coords)
    attrs = _attributes(both, common, scenarios) | {"errors": errors, "errors_comment": reason}
    return _joined(found, scenarios).assign_attrs(attrs)


_Groups = Mapping[str, xr.Dataset]


def _joined(found: xr.Dataset, scenarios: Scenarios) -> xr.Dataset:
    """All differences; years that only scenarios reach have none of anything else."""
    more = scenarios.differences
    if more is None:
        return found
    if not found.data_vars:
        return more.assign_attrs({**found.attrs, **more.attrs})
    kept = {name: found[name].attrs for name in found.coords}
    joined = xr.merge([found, more], join="outer", combine_attrs="override", compat="override")
    for name, attrs in kept.items():
        joined[name].attrs = attrs
    return joined.assign_attrs({**found.attrs, **more.attrs})


class _Common(NamedTuple):
    """Mines and years that are compared, and a sentence about those that are not."""

    mines: list[str]
    years: list[int]
    left_out: str
    other_mines: bool


def _groups(result: Result, name: str) -> dict[str, xr.Dataset]:
    """Groups of a result by name; draws that come without their summary get it."""
    if isinstance(result, xr.DataTree):
        groups = {str(key): node.to_dataset() for key, node in result.children.items()}
    else:
        groups = {_kind(result): result}
    found = {kind: groups[kind] for kind in KINDS if kind in groups}
    if not found:
        kinds = ", ".join(KINDS)
        raise InputError(f"compare: {name} is no result; expected a tree or a group: {kinds}")
    if "samples" in found and "summary" not in found:
        found["summary"] = summarize(found["samples"])
    return found


def _kind(data: xr.Dataset) -> str:
    """Name of the group that a dataset is."""
    if "scenario" in data.dims:
        return SCENARIOS
    if "sample" in data.dims:
        return "samples"
    index = main_index(data)
    return "summary" if f"{index}_mean" in data else "baseline" if index in data else ""


def _first(groups: _Groups) -> xr.Dataset:
    return next(iter(groups.values()))


def _common(both: tuple[_Groups, ...]) -> _Common:
    a, b = (_first(one) for one in both)
    shared: dict[str, list[Any]] = {}
    left_out: dict[str, list[str]] = {}
    for dim in ("mine", "year"):
        first, second = _labels(a, dim), _labels(b, dim)
        shared[dim] = [label for label in first if label in second]
        left_out[dim] = [
            f"{label} (only in {name})"
            for name, labels in zip(RESULTS, (first, second), strict=True)
            for label in labels
            if label not in shared[dim]
        ]
    words = {"mine": nouns_of(a.attrs).one, "year": "year"}
    problems = [
        f"compare: the results have no {words[dim]} in common" for dim in shared if not shared[dim]
    ]
    if problems:
        raise InputError(problems)
    named = ", ".join(left_out["mine"] + left_out["year"])
    return _Common(shared["mine"], shared["year"], named, bool(left_out["mine"]))


def _labels(data: xr.Dataset, dim: str) -> list[Any]:
    """Years, or mines by folded names: a file of others may hold them as they were typed."""
    labels = data[dim].values.tolist()
    return [folded(label) for label in labels] if dim == "mine" else labels


def _select(data: xr.Dataset, common: _Common) -> xr.Dataset:
    return _alike(data).sel(mine=common.mines, year=common.years)


def _alike(data: xr.Dataset) -> xr.Dataset:
    """Group with its mines named as those of every other."""
    return data.assign_coords(mine=data["mine"].copy(data=_labels(data, "mine")))


def _pairing(both: tuple[_Groups, ...]) -> tuple[str, str]:
    """Whether errors are those of paired draws, and why."""
    if any("summary" not in one for one in both):
        return NO_ERRORS, "only baselines are compared: a result holds no uncertainty"
    if any("samples" not in one for one in both):
        return INDEPENDENT, "a result keeps no samples"
    a, b = (one["samples"] for one in both)
    if a.attrs.get("seed") is None or a.attrs.get("seed") != b.attrs.get("seed"):
        return INDEPENDENT, "the seeds differ"
    if not np.array_equal(a["sample"].values, b["sample"].values):
        return INDEPENDENT, "the numbers of samples differ"
    return PAIRED, "common random numbers: the same seed and the same samples"


def _baselines(shown: tuple[_Groups, ...]) -> Iterator[tuple[str, Floats]]:
    for index in INDICES:
        values = [_baseline(one, index) for one in shown]
        known = [value for value in values if value is not None]
        if len(known) == len(values):
            yield from _difference(f"{index}_baseline", np.stack(known))


def _baseline(groups: _Groups, index: str) -> Floats | None:
    if index in groups.get("baseline", ()):
        return groups["baseline"][index].values
    name = f"{index}_baseline"
    return next((data[name].values for data in groups.values() if name in data), None)


def _statistics(shown: tuple[_Groups, ...], *, ranked_alike: bool) -> Iterator[tuple[str, Floats]]:
    """Statistics of the summaries, with errors as if the results were independent."""
    if any("summary" not in one for one in shown):
        return
    a, b = (one["summary"] for one in shown)
    levels = _levels(a, b)
    for name in (*(f"{index}_mean" for index in INDICES), *COMPARED_PROBABILITIES):
        # A rank is a place among all mines of its result, by the index of the result.
        if name in a and name in b and (ranked_alike or name != "rank_probability"):
            yield from _difference(name, np.stack([a[name].values, b[name].values]))
            yield _error(name), np.hypot(a[f"{name}_error"].values, b[f"{name}_error"].values)
    for name in (f"{index}_quantile" for index in INDICES) if levels else ():
        if name not in a or name not in b:
            continue
        values = np.stack([data[name].sel(quantile=levels).values for data in (a, b)])
        yield from _difference(name, values)
        yield _error(name), np.full(values.shape[1:], np.nan)


def _levels(a: xr.Dataset, b: xr.Dataset) -> list[float]:
    """Levels of the quantiles that both results have."""
    return [level for level in a["quantile"].values.tolist() if level in b["quantile"].values]


def _difference(name: str, values: Floats) -> Iterator[tuple[str, Floats]]:
    yield name, values
    yield f"{name}_difference", values[1] - values[0]


def _error(name: str) -> str:
    return f"{name}_difference_error"


def _errors_of_draws(
    shown: tuple[_Groups, ...], arrays: Mapping[str, Floats], *, paired: bool
) -> dict[str, Floats]:
    """Standard errors of the differences, from the draws of both results."""
    names = [name for name in arrays if _error(name) in arrays]
    found = {name: np.empty_like(arrays[_error(name)]) for name in names}
    levels = _levels(*(one["summary"] for one in shown))
    for cell in np.ndindex(arrays[f"{names[0]}_difference"].shape[:2]):
        draws = [
            one["samples"][[name for name in DRAWN if name in one["samples"]]]
            .isel(mine=cell[0], year=cell[1])
            .compute()
            for one in shown
        ]
        for name in names:
            parts = [_influence(name, data, levels, found[name].shape[-1]) for data in draws]
            parts = [parts[1] - parts[0]] if paired else parts
            counts = [_defined(name, data) for data in draws]
            counts = [min(counts)] if paired else counts
            if paired and draws[0].equals(draws[1]):
                # Not even the numbers behind a class differ: nothing is left to chance.
                found[name][cell] = parts[0].std(axis=-1)
                continue
            errors = map(partial(_standard_error, name), parts, counts)
            found[name][cell] = reduce(np.hypot, errors)
    return {_error(name): errors for name, errors in found.items()}


def _standard_error(name: str, influence: Floats, draws: int) -> Floats:
    """Standard error of a statistic or a paired difference; its bound where no draw differs."""
    error = standard_error(influence)
    if name.endswith("_probability"):
        return np.where(error == 0, bound_of_certain(draws), error)
    return error


def _defined(name: str, draws: xr.Dataset) -> int:
    """How many draws of one mine and year count."""
    what = name.partition("_")[0]
    if what in ("zone", "grade", "rank"):
        return int((draws[what].values >= 0).sum())
    return int(np.count_nonzero(~np.isnan(draws["recc" if what == "overload" else what].values)))


def _influence(name: str, draws: xr.Dataset, levels: list[float], classes: int) -> Floats:
    """Influence values (..., sample) of the draws of one mine and year on a statistic."""
    what, _, kind = name.rpartition("_")
    if kind == "mean":
        return mean_influence(draws[what].values)
    if kind == "quantile":
        return quantile_influence(draws[what].values, levels)
    if what == "overload":
        ratio = draws["recc"].values
        return mean_influence(np.where(np.isnan(ratio), np.nan, ratio >= 1))
    codes = draws[what].values
    first = FIRST_ZONE if what == "zone" else FIRST_GRADE  # and ranks start at 1 as grades do
    events = codes == np.arange(first, first + classes)[:, None]
    return mean_influence(np.where(codes < 0, np.nan, events))


def _coordinates(shown: tuple[_Groups, ...], arrays: Mapping[str, Floats]) -> dict[str, Any]:
    coords: dict[str, Any] = {"result": list(RESULTS)}
    if any(name.endswith("_quantile") for name in arrays):
        coords["quantile"] = _levels(*(one["summary"] for one in shown))
    return coords


def _attributes(both: tuple[_Groups, ...], common: _Common, scenarios: Scenarios) -> dict[str, Any]:
    """What is compared, with all that is needed to repeat both runs."""
    attrs: dict[str, Any] = {"Conventions": CONVENTIONS, "source": source()}
    for name, groups in zip(RESULTS, both, strict=True):
        known = {**_first(groups).attrs, **groups.get("summary", _first(groups)).attrs}
        for key in _TOLD:
            if key in known:
                attrs[f"{key}_{name}"] = known[key]
    titles = [attrs.get(f"title_{name}", "untitled") for name in RESULTS]
    attrs["title"] = f"Comparison of A, {titles[0]}, and B, {titles[1]}"
    left_out = ", ".join(filter(None, (common.left_out, *scenarios.left_out)))
    return attrs | ({"left_out": left_out} if left_out else {})

"""The public function `inputs`: what the samples of a run draw, from its seed alone."""

from collections.abc import Collection, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import xarray as xr

from recc_mc._typing import Floats
from recc_mc.errors import InputError
from recc_mc.kernels.chain import choose_method
from recc_mc.kernels.given import draw_given
from recc_mc.kernels.judgments import draw_logs
from recc_mc.kernels.records import Plan
from recc_mc.kernels.variates import NORMAL, fill_scalar_variates
from recc_mc.labels.dataset import labelled
from recc_mc.labels.declaration import table
from recc_mc.labels.inputs import drawn_inputs
from recc_mc.sampling.limits import most_samples
from recc_mc.sampling.random import RandomDesign
from recc_mc.study import Study
from recc_mc.study.arguments import first_seed, whole
from recc_mc.study.choices import CHOICES, LISTED
from recc_mc.study.factors import Factor, list_factors
from recc_mc.study.given_weights import given_weights
from recc_mc.study.kinds import check_study
from recc_mc.uncertainty.compiled import CompiledStudy

__all__ = ["inputs"]

INPUTS = table(drawn_inputs())
"""Variables of the drawn factors."""


def inputs(study: Study, *, samples: int | None = None, seed: int | None = None) -> xr.Dataset:
    """What the samples of `simulate` draw, for scatter plots and scenario discovery.

    A sample's factors are a function of seed and number alone: these are the ones of every run of
    the study with this seed, and `sample` is the one of its draws.

    Parameters
    ----------
    study
        The study.
    samples, seed
        As of `simulate`: what the study says if None.

    Returns
    -------
    xarray.Dataset
        Of what varies in the study: `judgment` (entry, sample), the judgments above the diagonal
        as drawn, before a matrix that is not consistent is repaired or drawn again;
        `given_weight` (indicator, sample), weights that are given in place of judgments;
        `systematic_error` (indicator, sample) and `mine_error` (indicator, mine, sample), in
        standard deviations, NaN where an indicator has none; `shared_error` (shared, mine, sample),
        in those of its logarithm; `method_choice` (choice, sample), a share or the code of an
        alternative. The coordinates `entry_factor`, `indicator_factor`, `shared_factor` and
        `choice_factor` are the names of the factors in other results. The noise of single
        cells is left out. Dimensionless.

    Raises
    ------
    InputError
        If an argument is not allowed, or the study was changed in Python to what no study file
        can say.

    Examples
    --------
    >>> import recc_mc as rm
    >>> study = rm.load_study("configs/rare_earth_mines.toml")
    >>> drawn = rm.inputs(study, samples=1000, seed=1)
    >>> drawn["method_choice"].sel(choice="ahp_share").mean().round(2).item()
    0.51
    """
    check_study(study)
    problems: list[str] = []
    wanted = study.settings.simulation
    count = whole(
        problems,
        "samples",
        wanted.samples if samples is None else samples,
        1,
        most_samples(len(study.panel.mines)),
    )
    key = first_seed(problems, seed, wanted.seed)
    if problems:
        raise InputError(problems)
    model = CompiledStudy.of(study)
    u = RandomDesign(model.columns, key).rows(0, count)
    factors = list_factors(study)
    arrays: dict[str, Any] = {}
    coords: dict[str, Any] = {"indicator_factor": [f"data:{name}" for name in model.indicators]}
    for drawn, names in (
        _judgments(study, model.plan, factors, u),
        _errors(model.plan, study.panel.mines, u),
        _shared(study, model.plan, u),
        _choices(model.plan, factors, u),
    ):
        arrays |= drawn
        coords |= names
    left_out = "noise of single cells" if any(factor.has_cells for factor in factors) else None
    return labelled("inputs", INPUTS, study, arrays, coords=coords, seed=key, left_out=left_out)


_Drawn = tuple[Mapping[str, Any], Mapping[str, Any]]


def _judgments(study: Study, plan: Plan, factors: tuple[Factor, ...], u: Floats) -> _Drawn:
    """Judgments of the matrices that vary, and what each of them is."""
    varying = {factor.name for factor in factors if factor.kind == "judgment"}
    values: list[Floats] = []
    entries: list[tuple[str, str, str]] = []
    xi = np.empty(u.shape[1])
    if given_weights(study):
        return _given(plan, varying, u), {}
    for row, matrix in zip(plan.matrices, study.judgments.matrices, strict=True):
        if matrix.name not in varying:
            continue
        logs = np.empty((matrix.size * (matrix.size - 1) // 2, u.shape[1]))
        draw_logs(plan, row, u, 0, False, xi, logs)
        values.append(np.exp(logs))
        entries += [(matrix.name, *pair) for pair in combinations(matrix.items, 2)]
    if not entries:
        return {}, {}
    names, items, others = zip(*entries, strict=True)
    return {"judgment": np.concatenate(values)}, {
        "entry": [f"{name}: {item} / {other}" for name, item, other in entries],
        "entry_matrix": names,
        "entry_item": items,
        "entry_other_item": others,
        "entry_factor": [f"judgment:{name}" for name in names],
    }


def _given(plan: Plan, varying: Collection[str], u: Floats) -> Mapping[str, Any]:
    """Given weights as drawn, if any vary."""
    weight = np.empty((len(plan.indicators), u.shape[1]))
    for row in plan.matrices:
        draw_given(plan, row, u, 0, np.empty(u.shape[1]), weight)
    return {"given_weight": weight[plan.path[:, 0]]} if varying else {}


def _errors(plan: Plan, mines: tuple[str, ...], u: Floats) -> _Drawn:
    """Standardised errors that the cells of an indicator, or of a mine in it, share."""
    parts: dict[str, tuple[str, tuple[int, ...]]] = {
        "systematic_error": ("systematic_column", ()),
        "mine_error": ("mine_column", (len(mines),)),
    }
    arrays: dict[str, Floats] = {}
    for name, (column, shape) in parts.items():
        varying = np.flatnonzero(plan.indicators[column] >= 0)
        if not varying.size:
            continue
        arrays[name] = np.full((len(plan.indicators), *shape, u.shape[1]), np.nan)
        for j in varying:
            row = plan.indicators[j]
            for number, error in enumerate(arrays[name][j].reshape(-1, u.shape[1])):
                fill_scalar_variates(row["variate"], u, row[column] + number, 0, error)
    return arrays, {}


def _shared(study: Study, plan: Plan, u: Floats) -> _Drawn:
    """Standardised errors that indicators share, those of every mine."""
    mines, drawn = len(study.panel.mines), np.flatnonzero(plan.shared["column"] >= 0)
    if not drawn.size:
        return {}, {}
    values = np.empty((len(drawn), mines, u.shape[1]))
    for error, row in zip(values, plan.shared[drawn], strict=True):
        for mine in range(mines):
            column = row["column"] + (mine if row["by_mine"] else 0)
            fill_scalar_variates(NORMAL, u, column, 0, error[mine])
    names = [study.settings.uncertainty.shared[k].name for k in drawn]
    labels = {"shared": names, "shared_factor": [f"shared:{name}" for name in names]}
    return {"shared_error": values}, labels


def _choices(plan: Plan, factors: tuple[Factor, ...], u: Floats) -> _Drawn:
    """Method choices that vary."""
    names = [factor.name for factor in factors if factor.kind == "method"]
    if not names:
        return {}, {}
    samples = u.shape[1]
    share, codes = np.empty(samples), np.empty((len(LISTED), samples), np.int64)
    choose_method(plan, u, 0, samples, share, codes)
    taken = {choice.name: row for choice, row in zip(LISTED, codes.astype(float), strict=True)}
    drawn = np.stack([taken.get(name, share) for name in names])
    return {"method_choice": drawn}, {
        "choice": names,
        "choice_factor": [f"method:{name}" for name in names],
        "choice_codes": [_codes(name) for name in names],
    }


def _codes(name: str) -> str:
    """What the numbers of a choice stand for."""
    (choice,) = (choice for choice in CHOICES if choice.name == name)
    codes = [f"{code}: {one.name}" for code, one in enumerate(choice.alternatives)]
    return ", ".join(codes) or "share of the AHP weight"

"""The function `run_salib`: a method of SALib for every output of a study."""

import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from tqdm import tqdm

from recc_mc.errors import StudyWarning
from recc_mc.results import dataset
from recc_mc.results.measures import INTERVALS, OTHERS_CAN, outside_sentence
from recc_mc.salib.arguments import Run, checked
from recc_mc.salib.designs import Design
from recc_mc.salib.dummies import dummy_columns, split_dummies
from recc_mc.salib.forecast import OUTPUTS_PER_BLOCK, foresee
from recc_mc.salib.measures import Analysis, OutputTask, analyze_block
from recc_mc.salib.outputs import Draws, Evaluated, designed, evaluated, given, objects_of
from recc_mc.salib.outside import outside_parts, variance_outside
from recc_mc.salib.problem import salib_problem
from recc_mc.study import Study
from recc_mc.study.factors import FAMILIES
from recc_mc.study.kinds import check_study
from recc_mc.study.reach import draw_attributes, warn_of_draws
from recc_mc.study.shape import COORDINATION, OUTPUTS, analysed_outputs
from recc_mc.workers.stream import stream

__all__ = ["run_salib"]

UNEXPLAINED = "the noise of single cells is a part of the variance that no input explains"
SHARED = "rows that are compared share the noise of single cells, which so makes no effect"
ATTRIBUTED = "the noise of single cells is a part of its indicator's effect"


def run_salib(
    study: Study,
    method: str,
    *,
    samples: int | None = None,
    seed: int | None = None,
    draws: Draws | None = None,
    outputs: Sequence[str] | None = None,
    years: Sequence[int] | None = None,
    grouped: bool | None = None,
    resamples: int | None = None,
    scheduler: str | None = None,
    progress: bool = False,
) -> xr.Dataset:
    """Sensitivity of every output by one of SALib's methods.

    The noise of an indicator's cells, and the redraws of a matrix under the policy "reject", are an
    input of the methods that exchange inputs (morris, shapley): a part of their factor or, where
    inputs are not grouped, one of their own. To the others, which read an output as a function of
    each input, they are none. The rows of a search curve (fast) share their noise, so that it makes
    no effect: what is measured is the mean over the noise of the sensitivity given it. In the
    methods that work on any rows it is a part of the variance that no input explains.

    Parameters
    ----------
    study
        The study.
    method
        ``"morris"``, ``"fast"``, ``"rbd_fast"``, ``"delta"``, ``"pawn"``, ``"hdmr"`` or
        ``"shapley"``.
    samples
        Number of trajectories (morris, shapley), of rows per input (fast), else of rows; None for
        that of the study. With `draws`, so many of the first draws; None for all.
    seed
        Seed, 0 <= seed < 2**63; None for that of the study's simulation. If that gives none either,
        one is drawn.
    draws
        Draws of this study that are there already, as `recc_mc.simulate` returns them or in a file,
        for the methods that work on any rows; None for a Latin hypercube sample.
    outputs
        Which outputs; None for all that the method can judge: delta takes the indices S, P and C,
        pawn also the rank, and the others zone and grade too, by the indicators of the classes.
    years
        Which years; None for all.
    grouped
        Whether the columns of a factor count as one (morris, shapley, pawn); None for the method's
        default, which is yes for morris and shapley.
    resamples
        Bootstrap resamples for the confidence intervals; None for the method's default.
    scheduler
        Where to compute, as of `recc_mc.simulate`; changes no bit.
    progress
        Whether to show progress on stderr and, if the run will be long, how long beforehand.

    Returns
    -------
    xarray.Dataset
        Group ``sensitivity``: the method's measures (output, factor, mine, year) under its own
        names, ``*_conf`` the half-widths of their 95 % intervals; the variance of the outputs, and
        ``undefined``, which says why measures are NaN; ``variance_outside``, the share of the
        variance that noise causes which the method cannot attribute (attribute ``outside``: whose).
        ``mu`` of noise by itself is 0 but for chance, as its steps have no direction.
        For methods that do not give a factor without effect 0, ``*_dummy`` (output, mine, year) is
        what they give columns of random numbers, with ``*_dummy_conf``. All dimensionless.

    Raises
    ------
    InputError
        If an argument is not allowed, or `draws` are not of this study.
    RunError
        If some row has no value.

    Warns
    -----
    StudyWarning
        If some of the variance is outside of what the method can attribute, or the baseline makes
        a choice that no draw can make.
    """
    check_study(study)
    run = checked(study, method, samples, seed, outputs, years, grouped, resamples, scheduler)
    warn_of_draws(study)
    ready = None if draws is None else given(study, run, draws, samples)
    design, seed = (designed(study, run), run.seed) if ready is None else (ready.design, ready.seed)
    analysis = _analysis(study, run, design, seed)
    if progress:
        _foresee(study, run, design, analysis, computed=ready is not None)
    done = evaluated(study, run, design, progress) if ready is None else ready
    outside = variance_outside(study, run, done)
    parts = _labelled(study, run, done, _analyzed(study, run, done, analysis, progress) | outside)
    _warn(parts)
    return parts


def _warn(parts: xr.Dataset) -> None:
    """Say how much of the variance the method does not see."""
    sentence = outside_sentence(parts)
    if sentence:
        warnings.warn(f"{sentence}; {OTHERS_CAN}", StudyWarning, stacklevel=3)


def _foresee(study: Study, run: Run, design: Design, analysis: Analysis, *, computed: bool) -> None:
    """Say what a long run will take, where its progress is shown too."""
    objects = len(objects_of(study, run))
    forecast = foresee(study, run, design, analysis, objects, computed=computed)
    if forecast.is_notable:
        tqdm.write(str(forecast), file=sys.stderr)


def _analyzed(
    study: Study, run: Run, done: Evaluated, analysis: Analysis, progress: bool
) -> dict[str, NDArray[Any]]:
    """Measures (output, factor, mine, year), reasons and variances (output, mine, year)."""
    shape = (len(run.outputs), len(study.panel.mines), len(run.years))
    count = int(np.prod(shape))
    measures = {name: np.empty((analysis.factors, count)) for name in run.method.classes}
    undefined, variance = np.empty(count, np.int8), np.empty(count)
    compute, blocks = partial(analyze_block, analysis), tuple(_blocks(run, done))
    with closing(stream(compute, blocks, scheduler=run.where, progress=progress)) as results:
        for block, (found, reasons, variances) in results:
            part = slice(block.first, block.first + block.samples)
            for name, array in found.items():
                measures[name][:, part] = array
            undefined[part], variance[part] = reasons, variances
    # Factors, where there are any, stand behind the outputs.
    arranged = {
        name: np.moveaxis(array.reshape(*array.shape[:-1], *shape), 0, array.ndim - 1)
        for name, array in split_dummies(measures, analysis.dummies).items()
    }
    if run.name != "morris":
        # The levels of a Morris design are not distributed as the inputs are.
        arranged["variance"] = variance.reshape(shape)
    return arranged | {"undefined": undefined.reshape(shape)}


def _analysis(study: Study, run: Run, design: Design, seed: int) -> Analysis:
    """What the analyses have in common, with the dummies beside the inputs."""
    problem = salib_problem(study, noise=run.method.noise)
    labels = problem["groups" if run.grouped else "names"]
    groups = tuple(design.factors.index(label) for label in labels)
    factors, inputs, count = len(design.factors), design.inputs, run.method.dummies
    if inputs is not None and count:
        inputs = np.hstack([inputs, dummy_columns(len(inputs), count, seed)])
    dummies = tuple(range(factors, factors + count))
    return Analysis(run.name, inputs, groups + dummies, factors + count, run.resamples, seed, count)


def _blocks(run: Run, done: Evaluated) -> Iterator[OutputTask]:
    names = [name for name in run.outputs for _ in done.values[name]]
    values = np.concatenate([_numbers(done.values[name]) for name in run.outputs])
    for number, first in enumerate(range(0, len(names), OUTPUTS_PER_BLOCK)):
        some = tuple(names[first : first + OUTPUTS_PER_BLOCK])
        yield OutputTask(number, first, len(some), some, values[first : first + len(some)])


def _numbers(values: NDArray[Any]) -> NDArray[np.float64]:
    """Values as floats, NaN where a class or rank is undefined."""
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    return np.where(values < 0, np.nan, values)


def _labelled(
    study: Study, run: Run, done: Evaluated, arrays: dict[str, NDArray[Any]]
) -> xr.Dataset:
    factors = done.design.factors
    coords = {
        "output": run.outputs,
        "factor": factors,
        "factor_kind": [FAMILIES.get(kind, kind) for kind, *_ in (f.split(":") for f in factors)],
        "year": run.years,
    }
    there, every = analysed_outputs(study), (*OUTPUTS, COORDINATION)
    left_out = [name for name in every if name in there and name not in run.outputs]
    skipped = f"; not for {', '.join(left_out)}" if left_out else ""
    outside = outside_parts(study, noise=run.method.noise)
    noise = _noise(run, outside)
    return dataset(
        "sensitivity",
        study,
        arrays,
        coords=coords,
        seed=done.seed,
        method=run.name,
        samples=done.samples,
        rows=len(done.design.rows),
        resamples=run.resamples or None,
        outside=", ".join(outside) or None,
        **draw_attributes(study),
        interval_comment=INTERVALS.get(run.name),
        method_comment=f"SALib {run.name}, {done.samples} {run.method.unit}{skipped}; {noise}",
    )


def _noise(run: Run, outside: Sequence[str]) -> str:
    """What the noise of single cells is to a method."""
    if run.method.noise:
        return ATTRIBUTED
    if run.method.given_data:
        return UNEXPLAINED
    return f"{SHARED}: indices are shares of the variance without it" if outside else SHARED

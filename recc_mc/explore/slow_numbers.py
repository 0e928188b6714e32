"""What follows a moment later: which factor moves the result, and how large errors may be."""

from typing import NamedTuple

import numpy as np

from recc_mc.errors import InputError
from recc_mc.explore.exploration import Step
from recc_mc.sensitivity_analysis import sensitivity
from recc_mc.study.factors import list_factors
from recc_mc.study.scenarios import chosen_scenarios
from recc_mc.sweeps.tolerance import tolerance
from recc_mc.sweeps.words import tolerance_sentences, tolerance_text
from recc_mc.uncertainty.groups import CLASS

__all__ = [
    "REPLICATES",
    "ROWS",
    "TOLERANCE_SAMPLES",
    "Drivers",
    "Tolerances",
    "find_drivers",
    "find_tolerances",
]

ROWS, REPLICATES = 128, 2
"""Design of the drivers: which lead is seen, their sizes to a few hundredths."""
TOLERANCE_SAMPLES = 512
"""Draws at each size of an error."""


class Drivers(NamedTuple):
    """Total orders of C, over all mines and years."""

    factors: tuple[str, ...]  # the largest first
    total: tuple[float, ...]


class Tolerances(NamedTuple):
    """How large errors may be before conclusions of a year cease to hold."""

    sentences: tuple[str, ...]
    sources: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # conclusion, then a text for each error


def find_drivers(step: Step, seed: int) -> Drivers:
    """Find which factors make C vary; none if nothing does.

    Parameters
    ----------
    step
        The state: its study, or one of its scenarios.
    seed
        Seed of all states.

    Raises
    ------
    RunError
        If some row has no value.
    """
    drawn = step.scenario and chosen_scenarios(step.study, [step.scenario]).draws
    if not list_factors(step.study) and not drawn:
        return Drivers((), ())
    found = sensitivity(
        step.study,
        samples=ROWS,
        replicates=REPLICATES,
        seed=seed,
        method="sobol",
        information=False,
        scenario=step.scenario,
        scheduler="synchronous",
    )
    found = found.sel(output="recc", factor=found["factor_kind"] != CLASS)
    total = found["total_order_aggregate"].values
    order = np.argsort(-np.nan_to_num(total, nan=-1.0), kind="stable")
    names = found["factor"].values
    return Drivers(
        tuple(str(names[k]) for k in order), tuple(float(max(total[k], 0.0)) for k in order)
    )


def find_tolerances(step: Step, year: int, seed: int) -> Tolerances:
    """Find up to which errors the conclusions of the study hold; scenarios have no part in it.

    Parameters
    ----------
    step
        The state.
    year
        Year of the conclusions, the last one of the panel if it is none of them.
    seed
        Seed of all states.

    Raises
    ------
    RunError
        If some sample has no value.
    """
    years = step.study.panel.years
    try:
        found = tolerance(
            step.study,
            samples=TOLERANCE_SAMPLES,
            seed=seed,
            year=year if year in years else years[-1],
            scheduler="synchronous",
        )
    except InputError as error:
        return Tolerances(tuple(error.problems), (), ())
    sources = [str(name) for name in found["error_source"].values]
    rows = tuple(
        (
            str(found["conclusion"].values[k]),
            *(
                tolerance_text(found.isel(conclusion=k, error_source=j))
                for j in range(len(sources))
            ),
        )
        for k in range(found.sizes["conclusion"])
    )
    return Tolerances(tuple(tolerance_sentences(found)), tuple(sources), rows)

"""SALib's methods: what each needs, can do, and returns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from recc_mc._typing import Floats
from recc_mc.salib import designs, estimators
from recc_mc.salib.designs import Design
from recc_mc.study import Study
from recc_mc.study.shape import COORDINATION, OUTPUTS

__all__ = ["METHODS", "Method"]

Sampler = Callable[[Study, int, int, bool], Design]
Estimator = Callable[[Floats, Floats, tuple[int, ...], int, Sequence[int]], dict[str, Floats]]

NUMBERS = ("support", "pressure", "recc", "rank", COORDINATION)
PAWN = tuple(f"pawn_{name}" for name in ("minimum", "mean", "median", "maximum", "cv", "stdev"))
INDICES = ("support", "pressure", "recc", COORDINATION)
# How the measures of the indicators 1{class = k} make that of a class: by mean with their
# variances as weights, by sum, or by half the sum, as every change of class shows in two of them.
MEAN, SUM, HALF, NONE = "mean", "sum", "half", "none"
# Enough dummies for their spread to be known to a quarter of itself.
SEVERAL = 10


@dataclass(frozen=True)
class Method:
    """One method.

    Parameters
    ----------
    sample, estimate
        Sampler, and estimator for outputs of numbers.
    main
        The measure by which factors are ranked.
    classes
        Measures, each with how those of the indicators of a class output are combined.
    unit
        What ``samples`` counts.
    fewest
        Smallest number of samples, from the number of factors and of columns.
    outputs
        Outputs the method has a meaning for.
    noise
        Whether it exchanges inputs, so that noise can be one, selected by a column of its design.
    given_data
        Whether it works on any independent rows, so also on draws that are there already.
    grouped
        Whether columns are grouped by factor if nothing is said; None if it cannot.
    resamples
        Bootstrap resamples if nothing is said.
    dummies
        Columns of random numbers beside the inputs, for methods that do not give an inert factor 0.
    joint
        Whether all columns are fitted together, so that the dummies need an analysis apart.
    """

    sample: Sampler
    estimate: Estimator
    main: str
    classes: Mapping[str, str]
    unit: str
    fewest: Callable[[int, int], int]
    outputs: tuple[str, ...] = (*OUTPUTS, COORDINATION)
    noise: bool = False
    given_data: bool = False
    grouped: bool | None = None
    resamples: int = 25
    dummies: int = 0
    joint: bool = False


def _with_conf(names: tuple[str, ...], rule: str) -> dict[str, str]:
    return {name + end: rule for name in names for end in ("", "_conf")}


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "morris": Method(
            designs.morris_design,
            estimators.morris,
            "mu_star",
            {"mu": NONE, "mu_star": HALF, "mu_star_conf": HALF, "sigma": NONE},
            "trajectories",
            lambda factors, columns: 4,
            noise=True,
            grouped=True,
            resamples=100,
        ),
        "fast": Method(
            designs.fast_design,
            estimators.fast,
            "ST",
            _with_conf(("S1", "ST"), MEAN),
            "rows per input",
            # SALib gives all curves one phase, so that inputs of the same frequency move as one:
            # there must be a frequency for each, floor(floor((N - 1) / 8) / 8) of them and 1 more.
            lambda factors, columns: 64 * max(1, columns - 1) + 1,
        ),
        "rbd_fast": Method(
            designs.latin_design,
            estimators.rbd_fast,
            "S1",
            _with_conf(("S1",), MEAN),
            "rows",
            # The bootstrap takes half of the rows, and its bias correction needs 2 M = 20.
            lambda factors, columns: 100,
            given_data=True,
            dummies=SEVERAL,
        ),
        "delta": Method(
            designs.latin_design,
            estimators.delta,
            "delta",
            _with_conf(("delta", "S1"), NONE),
            "rows",
            # Its 3 to 7 classes for so few rows need some tens each for a density.
            lambda factors, columns: 200,
            outputs=INDICES,
            given_data=True,
            resamples=10,
            dummies=SEVERAL,
        ),
        "pawn": Method(
            designs.latin_design,
            estimators.pawn,
            "pawn_median",
            dict.fromkeys(PAWN, NONE),
            "rows",
            # Ten intervals of ten rows.
            lambda factors, columns: 100,
            outputs=NUMBERS,
            given_data=True,
            grouped=False,
            resamples=0,
            dummies=SEVERAL,
        ),
        "hdmr": Method(
            designs.latin_design,
            estimators.hdmr,
            "S",
            _with_conf(("Sa", "Sb", "S", "ST"), MEAN),
            "rows",
            # Each fit takes half of the rows and has five coefficients per input.
            lambda factors, columns: max(300, 20 * columns),
            given_data=True,
            resamples=5,
            # Its fit of few rows does not bear many more columns that explain nothing.
            dummies=5,
            joint=True,
        ),
        "shapley": Method(
            designs.shapley_design,
            estimators.shapley,
            "shapley_normalized",
            _with_conf(("shapley",), SUM) | _with_conf(("shapley_normalized",), MEAN),
            "trajectories",
            lambda factors, columns: 10,
            noise=True,
            grouped=True,
            resamples=0,
        ),
    }
)
"""Methods by name."""

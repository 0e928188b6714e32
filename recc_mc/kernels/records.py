"""What a kernel is told about a study: arrays and tables, the kernels' only input format.

Flattened axes: ``object`` runs over mines and years, mine-major; ``pair`` over the strict upper
triangle of a matrix, row by row; ``entry`` over the pairs and ``item`` over the rows of all
matrices, one after the other. A column is a row number of the unit-cube block ``u`` (column,
sample); -1 stands for "has none".

Whatever there is one of per matrix, indicator or choice is a structured array, one field each:
kernels stay readable, and few arrays are handed around, which decides how long they take to
compile.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recc_mc._typing import Floats as Floats
from recc_mc._typing import Integers as Integers

Records = NDArray[Any]

#: Consistency policies.
KEEP, REPAIR, REJECT = 0, 1, 2
#: Judgment distributions; the continuous ones are the codes of :mod:`.variates`.
SAATY_STEPS = 3
#: Data error models.
EXACT, LOGNORMAL, ADDITIVE, BOUNDED = 0, 1, 2, 3
#: What the weights of a matrix's items come from: judgments, or numbers that are given.
JUDGED, GIVEN, DIRICHLET = 0, 1, 2
#: Alternatives of the method choices.
EIGENVECTOR, GEOMETRIC_MEAN = 0, 1
ENTROPY, CRITIC, CV, SD, EQUAL = 0, 1, 2, 3, 4
LINEAR, MULTIPLICATIVE, GAME_THEORY = 0, 1, 2
REESTIMATED, FROZEN = 0, 1
POOLED, YEARLY, FIXED = 0, 1, 2
LINEAR, GEOMETRIC, TOPSIS = 0, 1, 2

#: One judgment matrix, or the given weights of a system, whose entries are the items themselves.
MATRIX = np.dtype(
    [
        ("kind", np.int64),  # JUDGED, GIVEN or DIRICHLET
        ("size", np.int64),
        ("first_item", np.int64),
        ("first_entry", np.int64),
        ("entry_column", np.int64),  # column of the first entry
        ("sigma", np.float64),  # sd of ln a, or of ln w
        ("first_expert", np.int64),
        ("experts", np.int64),
        ("expert_column", np.int64),  # column of the first expert slot
        ("cr_scale", np.float64),  # CR = (lambda_max - n) * cr_scale
        ("stream", np.uint64),  # added to the stream of its redraws
        ("redraw_column", np.int64),  # its bits number the redraws; -1: the sample does
    ],
    align=True,
)

#: One indicator: its error, its place in the index, its goalposts.
INDICATOR = np.dtype(
    [
        ("model", np.int64),  # EXACT, LOGNORMAL, ADDITIVE or BOUNDED
        ("variate", np.int64),  # distribution of the standardised variates
        ("has_cells", np.bool_),
        ("stream", np.uint64),  # added to the stream of its cells
        ("cell_column", np.int64),  # its bits number the cells' noise; -1: the sample does
        ("near_zero", np.bool_),  # |s z - s^2/2| of the cell part stays below NEAR_ZERO
        ("systematic_column", np.int64),
        ("mine_column", np.int64),  # column of the first mine
        ("two_sided", np.float64),  # BOUNDED: 1 with both bounds, 0 with one
        ("bounded", np.bool_),  # rounding may leave the bounds: hold the values within
        ("lower", np.float64),  # bounds of a drawn value
        ("upper", np.float64),
        ("direction", np.int64),  # 0: best within a range
        ("optimum_lower", np.float64),  # that range
        ("optimum_upper", np.float64),
        ("fixed_lower", np.float64),
        ("fixed_upper", np.float64),
        ("limit", np.float64, 3),  # limits of the grades of the fuzzy evaluation
    ],
    align=True,
)

#: One error that several indicators share: their draws are multiplied by the same number.
SHARED_ERROR = np.dtype(
    [
        ("scale", np.float64),  # sd of its logarithm
        ("column", np.int64),  # first column, of all or of the first mine; -1: one per object
        ("by_mine", np.bool_),
        ("stream", np.uint64),  # added to the stream of its cells
        ("cell_column", np.int64),  # its bits number the cells' noise; -1: the sample does
    ],
    align=True,
)

#: From how many alternatives a method choice can be drawn.
MOST_ALTERNATIVES = 8
#: One method choice: the alternatives that it is drawn from, given by their codes.
CHOICE = np.dtype(
    [
        ("column", np.int64),
        ("count", np.int64),
        ("threshold", np.float64, MOST_ALTERNATIVES),  # cumulative probabilities
        ("code", np.int64, MOST_ALTERNATIVES),
    ],
    align=True,
)
#: Rows of the table of choices.
PRIORITIZATION, OBJECTIVE, COMBINATION, GOALPOSTS, SCOPE, AGGREGATION = 0, 1, 2, 3, 4, 5

#: What is coupled.
NOTHING, SYSTEMS, CRITERIA = 0, 1, 2

#: Second axis of ``Plan.cells``: the value, the scale (s or sd) of each part of its error and what
#: is added to its exponent. Under BOUNDED, ANCHOR is the bound that the error starts from and SPAN
#: is what the law spans from there; where a value has no error, the value itself and 0.
VALUE, CELL, CELL_SHIFT, SYSTEMATIC, MINE, ANCHOR, SPAN = 0, 1, 2, 3, 4, 5, 6
CELL_ROWS = 7


class Options(NamedTuple):
    """What there is one of per study."""

    mines: int
    years: int
    unit: int  # samples over which floating sums run
    support_members: int  # how many of ``member`` belong to the support system
    alone: int  # the only system that has indicators, 0 or 1, whose index C then is; else -1
    obstacle_systems: int  # 1 support, 2 both
    clip: bool  # fixed goalposts: clip r to [0, 1]
    log_objects: float  # ln m
    low_cut: float
    high_cut: float
    share_column: int
    share_low: float
    share_high: float
    distribution: int  # of the judgments
    steps: int
    limited: bool  # judgment draws limited to [1/9, 9]
    policy: int
    cr_limit: float
    scored: bool  # whether the criteria's scores are kept


class Coupling(NamedTuple):
    """The coupling coordination degree, if it is asked for."""

    of: int  # NOTHING, SYSTEMS or CRITERIA
    reverse: bool  # of systems: 1 - P in place of P
    modified: bool  # the form of C
    weighted: bool  # shares in T: the criteria's weights, else equal
    criteria: Integers  # (number,) which criteria


class Plan(NamedTuple):
    """Everything the chain needs to know."""

    options: Options
    # None if a study asks for no more than most do: what only others need is then not compiled.
    more: tuple[()] | None
    matrices: Records  # (matrix,) of MATRIX
    indicators: Records  # (indicator,) of INDICATOR
    choices: Records  # (choice,) of CHOICE
    shared: Records  # (error,) of SHARED_ERROR
    sharing: NDArray[np.bool_]  # (error, indicator) which indicators share it
    member: Integers  # (indicator,) the indicators in the order of their systems
    # (indicator, depth) items whose weights multiply to the indicator's, from the top; -1 beyond.
    path: Integers
    log_value: Floats  # (entry,) ln a of the aggregated judgment, or ln w of the given weight
    # (entry, QUANTILE or SLOPE, node) of what DIRICHLET draws; nothing without.
    quantile: Floats
    unjudged: NDArray[np.bool_]  # (entry,) whether nobody judged the pair
    # (entry, pair) how much ln a of an entry that nobody judged moves with those of its matrix;
    # nothing where all are judged.
    following: Floats
    expert_log: Floats  # (expert of any matrix, pair) ln a of one expert
    expert_share: Floats  # (expert of any matrix,)
    # In the precision of what is made of the drawn values: kernels take it from here.
    cells: NDArray[np.floating]  # (indicator, VALUE..., object)
    frozen: Floats  # (lower or upper, scope, indicator, year) goalposts of the unperturbed data
    within: NDArray[np.bool_]  # (criterion, indicator) which indicators belong to each criterion
    coupling: Coupling
    fuzzy_scores: Floats  # (grade,) none where no fuzzy evaluation is asked for


class Inputs(NamedTuple):
    """Rows of the unit cube, and what is drawn beside them: what a block of samples is made of.

    Kernels say by ``first`` where in the block a tile or a unit starts, by ``start`` where a tile
    starts in the arrays of its unit; the number of a sample in the run is ``sample + first``.
    """

    u: Floats  # (column, sample), padded to whole tiles
    sample: int  # number of the first sample
    samples: int  # how many count; the rest is computed and ignored
    seed: np.uint64  # key of the counter-based numbers
    stream: np.uint64  # and the first of their streams


class Scores(NamedTuple):
    """Scores of the criteria in one tile."""

    score: Floats  # (criterion, object, lane); no criteria where nobody asks for them
    share: Floats  # (criterion, lane) their weights


class Draws(NamedTuple):
    """Outputs of the chain; the sample axis is padded to whole tiles."""

    support: Floats  # (object, sample)
    pressure: Floats  # (object, sample)
    recc: Floats  # (object, sample)
    zone: NDArray[np.int8]  # (object, sample)
    grade: NDArray[np.int8]  # (object, sample)
    rank: NDArray[np.int16]  # (object, sample)
    weight: Floats  # (indicator, sample)
    consistency_ratio: Floats  # (matrix, sample)
    repair: Floats  # (matrix, sample)
    redraws: NDArray[np.int8]  # (matrix, sample)
    # Sums of obstacle degrees, by unit of samples.
    obstacle_defined: Integers  # (unit, object, indicator) how many samples have degrees
    obstacle_mean: Floats  # (unit, object, indicator) 0 where none has
    obstacle_squares: Floats  # (unit, object, indicator) squared deviations from that mean
    obstacle_top5: Integers  # (object, indicator)
    # What is kept only if asked for: no samples where not.
    obstacle: Floats  # (object, indicator, sample) obstacle degrees; NaN where there are none
    weight_ahp: Floats  # (indicator, sample)
    weight_objective: Floats  # (indicator, sample)
    # What is made of an index beside it; no rows where nobody asks for it.
    criterion_score: Floats  # (object and criterion, sample)
    coupling: Floats  # (object, sample)
    coordination_index: Floats  # (object, sample)
    coordination: Floats  # (object, sample)
    coordination_class: NDArray[np.int8]  # (object, sample)
    fuzzy_score: Floats  # (system and object, sample)
    fuzzy_grade: NDArray[np.int8]  # (system and object, sample)

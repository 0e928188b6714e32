"""What kernels are told about scenarios: tables of what changes, where, and by what.

Tables are flat: a scenario has consecutive rows, which are all mines in the years that it touches
(mine-major), and consecutive steps, one for each indicator that it changes in the order of the
systems; a step has consecutive changes in the order of the study file. A cell is a row of its
scenario, counted from the scenario's first.

The reference's rows are the objects of the panel, then, where it goes on with a trend, the mines in
the years after its last one; under ``hold`` those years are the last one's. Of the values drawn of
these, those that some scenario starts from are kept, each at its *place*.
"""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.records import Floats, Integers, Records

#: Kinds of changes.
MULTIPLY, ADD, SET, GROW = 0, 1, 2, 3

#: What a change can be found to be: a value that its indicator cannot have.
POSSIBLE, NEGATIVE_FACTOR, NOT_POSITIVE, BEYOND_GOALPOSTS = 0, 1, 2, 3

#: One scenario.
SCENARIO = np.dtype(
    [
        ("first_row", np.int64),  # among the rows of all scenarios
        ("rows", np.int64),
        ("years", np.int64),  # in which it changes something
        ("first_step", np.int64),
        ("steps", np.int64),
        ("touches", np.int64, 2),  # 1 for each system that it changes
        ("fresh", np.bool_),  # no scenario: the reference itself in the years after the last
    ],
    align=True,
)

#: One indicator in one scenario.
STEP = np.dtype(
    [
        ("indicator", np.int64),
        ("system", np.int64),
        ("member", np.int64),  # its place in the system
        ("slot", np.int64),  # its place among the indicators that are drawn again
        ("first_change", np.int64),
        ("changes", np.int64),
        ("first_cell", np.int64),  # cells that any of the changes concerns
        ("cells", np.int64),
        ("lower", np.float64),  # natural bounds
        ("upper", np.float64),
        ("bounded", np.bool_),  # it, or one of its changes, has a bound
        ("positive", np.bool_),  # it varies, and its error is lognormal
        ("scenario", np.int64),  # row of the counts
    ],
    align=True,
)

#: One change of one indicator.
CHANGE = np.dtype(
    [
        ("kind", np.int64),
        ("value", np.int64),  # row of the numbers that the samples draw
        ("first_cell", np.int64),
        ("cells", np.int64),
        ("lower", np.float64),  # bounds of the changed value
        ("upper", np.float64),
    ],
    align=True,
)

#: One indicator that is drawn again.
DRAWN = np.dtype(
    [
        ("indicator", np.int64),
        ("kept", np.int64),  # where its values are kept; -1 if it is not changed
    ],
    align=True,
)

#: Last axis of the counts: samples and cells beyond the goalposts, and held at a bound.
ABOVE, BELOW, BOUNDED = 0, 1, 2


class Changes(NamedTuple):
    """The changes of all scenarios."""

    scenarios: Records  # (scenario,) of SCENARIO
    steps: Records  # (step,) of STEP
    changes: Records  # (change,) of CHANGE
    cell: Integers  # (cell,) row of the scenario
    weight: Floats  # (cell,) phase weight phi; the power of GROW
    origin: Integers  # (row,) row of the reference that a row is compared with
    place: Integers  # (row,) where the drawn values are that a row starts from
    needed: Integers  # (place,) which of all values drawn they are
    year: Integers  # (row,) year of the panel whose goalposts are those of the row
    drawn: Records  # (slot,) of DRAWN
    slots: Integers  # (system, 2) first slot of a system and how many it has
    full: Integers  # (system,) 1 if more than differences of a weighted sum is asked for
    # (indicator, mine, year after the last) what is added to the last drawn value; no years: hold
    trend: Floats
    bound: Floats  # (lower or upper, indicator) that trends are held at

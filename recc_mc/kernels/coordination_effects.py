"""Sums of a pick-freeze design for one more output: the coordination of support and pressure.

Like all others it is made of S and P of A, of B and of every exchange, which are there.
"""

from typing import NamedTuple

import numpy as np

from recc_mc.kernels.coupling import couple_object, take_systems
from recc_mc.kernels.effects import (
    FOLD,
    PRESSURE,
    RANK,
    SUPPORT,
    Bytes,
    Partial,
    add_cells,
    add_numbers,
    find_defined,
)
from recc_mc.kernels.options import LANES, kernel, tile_code
from recc_mc.kernels.records import SYSTEMS, Floats

#: Place among the outputs that are numbers.
COORDINATION = RANK + 1


class CoordinationScratch(NamedTuple):
    """Scratch for the sums of one tile; of no objects where nobody asks for them."""

    a: Floats  # (object, lane) coordination of the rows of A
    b: Floats  # (object, lane)
    ab: Floats  # (object, lane)
    known: Bytes  # (number, object, lane) 1 where the row counts, of the last number
    apart: Floats  # (number, object, lane) y_B less its origin, likewise
    partial: Partial
    u: Floats  # (system, lane)
    share: Floats  # (system, lane)
    found: Floats  # (3, lane)


@kernel
def make_coordination_scratch(plan, objects):
    """Scratch for a panel."""
    count = objects if plan.coupling.of == SYSTEMS else 0
    return CoordinationScratch(
        np.empty((count, LANES)),
        np.empty((count, LANES)),
        np.empty((count, LANES)),
        np.empty((COORDINATION + 1, count, LANES), np.int8),
        np.empty((COORDINATION + 1, count, LANES)),
        Partial(np.empty((count, FOLD)), np.empty((count, FOLD)), np.empty((count, FOLD))),
        np.empty((2, LANES)),
        np.full((2, LANES), 0.5),
        np.empty((3, LANES)),
    )


@kernel
def _coordinate(coupling, support, pressure, scratch, degree):
    """Coordination D of one set of rows, (object, lane)."""
    for i in range(degree.shape[0]):
        take_systems(coupling.reverse, support[i], pressure[i], 0, scratch.u)
        couple_object(coupling.modified, scratch.u, scratch.share, scratch.found)
        for lane in range(LANES):
            degree[i, lane] = scratch.found[2, lane]


@kernel
def _exchange(coupling, slots, group, indices, scratch):
    """Coordination of the rows of an exchange."""
    support, pressure = indices.a[SUPPORT], indices.a[PRESSURE]
    if slots[group, SUPPORT] >= 0:
        support = indices.supports[slots[group, SUPPORT]]
    if slots[group, PRESSURE] >= 0:
        pressure = indices.pressures[slots[group, PRESSURE]]
    _coordinate(coupling, support, pressure, scratch, scratch.ab)


@kernel
def _keep_defined(y, known):
    """Leave the rows that count among those that did, by one exchange more."""
    tile_code()
    for i in range(known.shape[0]):
        for lane in range(LANES):
            known[i, lane] &= np.int8(y[i, lane] == y[i, lane])


@kernel
def add_coordination(plan, slots, active, indices, origin, scratch, numbers):
    """Add a tile's rows to the sums of the coordination.

    Parameters
    ----------
    plan, slots, active, indices, origin
        As of :func:`~recc_mc.kernels.effects.add_effects`.
    scratch
        Of `make_coordination_scratch`.
    numbers
        Sums of numbers, the last of which these are.
    """
    coupling, known = plan.coupling, scratch.known[COORDINATION]
    _coordinate(coupling, indices.a[SUPPORT], indices.a[PRESSURE], scratch, scratch.a)
    _coordinate(coupling, indices.b[SUPPORT], indices.b[PRESSURE], scratch, scratch.b)
    find_defined(active, scratch.a, scratch.b, indices.supports[:0], known)
    # Twice, for a row counts only where it is defined in all exchanges.
    for group in range(slots.shape[0]):
        if slots[group, SUPPORT] >= 0 or slots[group, PRESSURE] >= 0:
            _exchange(coupling, slots, group, indices, scratch)
            _keep_defined(scratch.ab, known)
    near = origin.numbers[COORDINATION]
    add_cells(scratch.a, scratch.b, COORDINATION, near, scratch, numbers)
    for group in range(slots.shape[0]):
        if slots[group, SUPPORT] >= 0 or slots[group, PRESSURE] >= 0:
            _exchange(coupling, slots, group, indices, scratch)
            add_numbers(
                scratch.a, scratch.ab, COORDINATION, group,
                scratch.apart, scratch.known, scratch.partial, numbers,
            )  # fmt: skip

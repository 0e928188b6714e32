"""What it is worth to know a factor, for a decision that is right or wrong.

Of each of several options it is counted in how many rows it is right: by half of the rows, so that
what is decided on one half is judged on the other. A decision that is judged on the rows it is made
on looks better than it is, the more so the fewer these are; one that is made on half of the rows is
worse than it could be. The first is too high, the second too low, and both are known.
"""

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recc_mc._typing import Floats, Integers
from recc_mc.variance.replicates import Replicates

__all__ = ["HALF_KNOWN", "Verdict", "decision_arrays", "judge"]

HALF_KNOWN = float(np.sqrt(0.5))
"""Chance that a report on a factor is true which leaves half of the variance of what it makes.

If it is true with chance a, and else of an independent draw, E[h(X) | report] is a h(report) + (1 -
a) E[h(X)] for any function h of the factor, of variance a^2 Var h(X).
"""
# First axis of gains: the factor is known; a report on it is, and is true; it is, and is not.
_KNOWN, _TRUE, _FALSE = 0, 1, 2


class Verdict(NamedTuple):
    """How often decisions are right, in some rows; sums of integers, the same in any order.

    Knowing the factor makes other rows of each value, and leaves the decision without knowledge
    right in other ones, too: how often is noted for its mean, which further rows tell better.
    """

    values: Integers  # () how many values became known
    options: Integers  # (option, cell) further rows in which each option is right
    further_rows: Integers  # (cell,) further rows that count, once for each half
    further_right: Integers  # (cell,) those in which the decision without knowledge is right
    rows: Integers  # (cell,) rows of A that count
    right: Integers  # (cell,) those in which the decision without knowledge is right
    own_right: Integers  # (cell,) the same if judged on the rows that it is made on
    known_rows: Integers  # (group, cell) rows that count with the factor known
    known_right: Integers  # (group, cell) in which the decision without knowledge is right
    known_squares: Integers  # (group, cell) squares of these numbers of each value
    gains: Integers  # (3, group, cell) rows more in which the decision with knowledge is right
    products: Integers  # (3, group, cell) of these numbers and `known_right` of each value
    own_more: Integers  # (group, cell) still more if judged on the rows that it is made on

    def plus(self, other: Self) -> Self:
        """Of the rows of both."""
        return type(self)(*(one + more for one, more in zip(self, other, strict=True)))


def judge(
    right: Integers, rows: Integers, further_right: Integers, further_rows: Integers
) -> Verdict:
    """Decide with one value of every factor known, and see how often that is right.

    Parameters
    ----------
    right
        (half, option, set, cell) rows in which an option is right. Set 0 knows nothing, each of the
        following knows a factor; all share their rows, so that an inert factor changes nothing.
    rows
        (half, set, cell) rows that count.
    further_right, further_rows
        (option, cell) and (cell,) of rows of their own, with nothing known.
    """
    before, after = right[:, :, :1], right[:, :, 1:]
    unknown = np.broadcast_to(before, after.shape)
    report = before + HALF_KNOWN * (after - before)
    named = before[:, :, 0].argmax(axis=1)
    prior = np.broadcast_to(named[:, None], (2, *after.shape[2:]))
    known, by_report = after.argmax(axis=1), report.argmax(axis=1)
    without, with_it = _judged(after, prior), _judged(after, known)
    gains = np.stack(
        [
            with_it - without,
            _judged(after, by_report) - without,
            _judged(unknown, by_report) - _judged(unknown, prior),
        ]
    )
    return Verdict(
        values=np.array(1),
        options=further_right,
        further_rows=2 * further_rows,
        further_right=np.take_along_axis(further_right, named, axis=0).sum(axis=0),
        rows=rows[:, 0].sum(axis=0),
        right=_judged(before, named[:, None])[0],
        own_right=before.sum(axis=0).max(axis=0)[0],
        known_rows=rows[:, 1:].sum(axis=0),
        known_right=without,
        known_squares=without**2,
        gains=gains,
        products=gains * without,
        own_more=after.sum(axis=0).max(axis=0) - with_it,
    )


def _judged(counts: Integers, choice: Integers) -> Integers:
    """Rows (set, cell) in which an option is right that the other half of the rows chooses."""
    taken = np.take_along_axis(counts[::-1], choice[:, None], axis=1)
    return np.asarray(taken[:, 0].sum(axis=0))


def decision_arrays(verdicts: Sequence[Verdict], everything: Sequence[bool]) -> dict[str, Floats]:
    """Estimates, and the half-widths of their intervals.

    Parameters
    ----------
    verdicts
        One of each replicate.
    everything
        Which groups hold all that is uncertain: knowing them leaves no error at all.

    Returns
    -------
    dict
        ``chances`` (option, cell) that an option is right; ``decision_error`` (cell,) and values of
        information (group, cell).
    """
    total = verdicts[0]
    for verdict in verdicts[1:]:
        total = total.plus(verdict)
    slopes, means = _slopes(total, np.array(everything)), dict[str, Replicates]()
    for verdict in verdicts:
        for name, values in _estimates(verdict, slopes).items():
            means[name] = means.get(name, Replicates.none()).add(values)
    found = {"chances": _share(2 * total.options, total.further_rows)}
    for name, each in means.items():
        found[name] = each.mean
        found[f"{name}_error"] = each.half_width
    del found["information_value_bias_error"]
    return found


def _slopes(total: Verdict, everything: NDArray[np.bool_]) -> Floats:
    """By how much gains (3, group, cell) fall where the decision without knowledge is right.

    0 of a factor that never changes the decision, and 1 of all that is uncertain together, whose
    gains and right decisions make up all rows.
    """
    squares = total.values * total.known_squares - total.known_right**2
    products = total.values * total.products - total.gains * total.known_right
    slopes = np.zeros(products.shape)
    np.divide(-products, squares, out=slopes, where=squares > 0)
    slopes[_KNOWN, everything] = 1.0
    return slopes


def _estimates(verdict: Verdict, slopes: Floats) -> dict[str, Floats]:
    """Estimates of one replicate.

    A value is the mean gain less what it owes to values under which the decision without knowledge
    is more often right, or less often, than it is in further rows: a control variate.
    """
    right = _share(verdict.further_right, verdict.further_rows)
    known = verdict.gains + slopes * verdict.known_right
    known = _share(known, verdict.known_rows) - slopes * right
    # Where a report is not true, the rows are those of A.
    untrue = _share(verdict.gains[_FALSE], verdict.rows)
    untrue = untrue + known[_FALSE] - _share(verdict.gains[_FALSE], verdict.known_rows)
    # Of a factor without effect both decisions are the same, and so is what they seem to be better.
    own = _share(verdict.own_more, verdict.known_rows)
    own = own - (1.0 - slopes[_KNOWN]) * _share(verdict.own_right - verdict.right, verdict.rows)
    return {
        "decision_error": 1.0 - right,
        "information_value": known[_KNOWN],
        "information_value_bias": own,
        "information_value_half": HALF_KNOWN * known[_TRUE] + (1.0 - HALF_KNOWN) * untrue,
    }


def _share(count: ArrayLike, rows: Integers) -> Floats:
    """Share of the rows that count; NaN where there are none."""
    count, rows = np.broadcast_arrays(count, rows)
    found = np.full(count.shape, np.nan)
    return np.asarray(np.divide(count, rows, out=found, where=rows > 0))

"""At what size of an error the share of draws in which something holds falls below a level.

The share is a function of the size that is estimated with the same draws at every size, so that it
is nearly as smooth as the probability, and falls where that does. It is tried on a geometric grid;
the brackets in which something crosses are halved, for all of them together; within a bracket the
probit of the share is linear in the logarithm of the size. The first crossing counts: below it
everything that was tried holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

from recc_mc._typing import Floats, Integers
from recc_mc.summary.intervals import NORMAL_95

__all__ = ["Search", "fewest_draws"]

POINTS = 12
"""Sizes that are tried first."""
ROUNDS = 2
"""How often the brackets are halved: they are 10 % wide then if the sizes span a factor of 60."""


def fewest_draws(level: float) -> int:
    """Draws of which some share differs from a level by its interval: of fewer, none holds surely.

    Examples
    --------
    >>> fewest_draws(0.95)
    73
    """
    # An upper limit of 1 has to be above the level by the score interval.
    return int(np.floor(NORMAL_95**2 * max(level / (1 - level), (1 - level) / level))) + 1


@dataclass
class Search:
    """Search for the first sizes at which shares fall below a level.

    Parameters
    ----------
    level
        The level.
    wanted
        Sizes to try next, in ascending order; none when the search is done.
    """

    level: float
    wanted: Floats
    sizes: Floats = field(default_factory=lambda: np.empty(0))
    counts: Integers = field(default_factory=lambda: np.empty((0, 0, 2), np.int64))
    rounds: int = ROUNDS

    def add(self, counts: Integers) -> None:
        """Take in how often things hold at the wanted sizes (size, thing, (hits, draws))."""
        both = counts if not self.sizes.size else np.concatenate([self.counts, counts])
        sizes = np.concatenate([self.sizes, self.wanted])
        order = np.argsort(sizes)
        self.sizes, self.counts = sizes[order], both[order]
        self.wanted = np.empty(0)
        if self.rounds:
            self.rounds -= 1
            brackets = {int(k) for first in self._failures() for k in first}
            inner = sorted(brackets - {0, len(self.sizes)})
            self.wanted = np.array([np.sqrt(self.sizes[k - 1] * self.sizes[k]) for k in inner])

    def crossings(self) -> tuple[Floats, Floats, Floats]:
        """First sizes at which shares fall below the level, and their 95 % limits.

        The limits are where the share crosses the level by as much as its interval is wide there
        (Wilson 1927), so that they cover the size at which the probability is the level as often
        as that interval covers the probability.

        Returns
        -------
        tuple
            Crossings, lower and upper limits (thing,): 0 where even the smallest size fails,
            infinite where none does.
        """
        found = [
            np.array([self._crossing(j, k, target[:, j]) for j, k in enumerate(first)])
            for target, first in zip(self._targets(), self._failures(), strict=True)
        ]
        return found[0], found[1], found[2]

    @property
    def shares(self) -> Floats:
        """Shares (size, thing) of the draws; NaN where there is none."""
        hits, draws = self.counts[..., 0], self.counts[..., 1]
        return np.where(draws > 0, hits / np.maximum(draws, 1), np.nan)

    def _targets(self) -> Iterable[Floats]:
        """The level, and what a share has to exceed for its lower, and upper, limit to do so."""
        draws = np.maximum(self.counts[..., 1], 1)
        half = NORMAL_95 * np.sqrt(self.level * (1 - self.level) / draws)
        level = np.full(draws.shape, self.level)
        return level, np.minimum(level + half, 1.0), np.maximum(level - half, 0.0)

    def _failures(self) -> Iterable[Integers]:
        """For each target the first size that fails; one more than there are if none does."""
        for target in self._targets():
            # A share of 1 cannot be exceeded; one that is undefined does not hold.
            fails = ~(self.shares >= target) | (target >= 1)
            yield np.where(fails.any(axis=0), fails.argmax(axis=0), len(self.sizes))

    def _crossing(self, thing: int, first: int, target: Floats) -> float:
        if first == 0:
            return 0.0
        if first == len(self.sizes):
            return np.inf
        pair = slice(first - 1, first + 1)
        draws = np.maximum(self.counts[pair, thing, 1], 1)
        # Of a share of 0 or 1 the probit is infinite; it is not known to be more extreme than this.
        share = np.clip(np.nan_to_num(self.shares[pair, thing]), 0.5 / draws, 1 - 0.5 / draws)
        above, below = ndtri(share) - ndtri(np.clip(target[pair], 1e-12, 1 - 1e-12))
        above, below = max(above, 0.0), min(below, 0.0)
        part = above / (above - below) if above > below else 1.0
        small, large = self.sizes[pair]
        return float(small * (large / small) ** part)

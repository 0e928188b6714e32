"""A study as a worker needs it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from recc_mc.kernels.chain import Room, make_room
from recc_mc.kernels.records import Plan
from recc_mc.study import Study
from recc_mc.study.factors import Factor, column_count, list_factors
from recc_mc.study.given_weights import weight_nodes
from recc_mc.uncertainty.plan import build_plan
from recc_mc.uncertainty.rooms import Rooms

__all__ = ["CompiledStudy"]


@dataclass(frozen=True, eq=False)
class CompiledStudy:
    """A study as a worker needs it: arrays for the kernels, and names for messages.

    Parameters
    ----------
    plan
        The study's arrays.
    columns
        Dimension of the unit cube.
    indicators, matrices
        Names by the numbers that kernels use.
    """

    plan: Plan
    columns: int
    indicators: tuple[str, ...]
    matrices: tuple[str, ...]

    @cached_property
    def rooms(self) -> Rooms[Room]:
        """Rooms for blocks of its samples."""
        return Rooms(self.plan, make_room)

    @classmethod
    def of(
        cls,
        study: Study,
        *,
        uncertain: bool = True,
        noise: bool = False,
        factors: tuple[Factor, ...] | None = None,
    ) -> Self:
        """Compile a study.

        Parameters
        ----------
        study
            The study.
        uncertain
            False leaves all uncertainty out: every sample is the deterministic index.
        noise
            Whether columns select the counter-based numbers, as of
            `recc_mc.uncertainty.list_factors`.
        factors
            Its uncertain factors on other columns than those of `list_factors`.
        """
        if factors is None:
            plan = build_plan(study, uncertain=uncertain, noise=noise)
            factors = list_factors(study, noise=noise) if uncertain else ()
        else:
            plan = build_plan(study, factors=factors)
        return cls(
            plan,
            column_count(factors),
            study.hierarchy.names,
            tuple(node.name for node in weight_nodes(study)),
        )

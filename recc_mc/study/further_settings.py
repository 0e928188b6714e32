"""The tables [coupling] and [fuzzy]: what is made of an index beside it, only if asked for."""

from collections.abc import Iterator
from typing import Literal

from recc_mc.study.hierarchy import SYSTEMS, Hierarchy
from recc_mc.study.names import quoted
from recc_mc.study.toml_table import Numbers, Problem, Table

__all__ = ["CouplingTable", "FuzzyTable", "fuzzy_problems", "too_few_to_couple"]

_GRADES = 3
# Names that a sentence lists.
_LISTED = 5


class CouplingTable(Table):
    """[coupling]: the coupling coordination degree.

    Parameters
    ----------
    of
        What is coupled: both systems by their indices, or the criteria of one by their scores.
    pressure
        Whether the pressure index counts as 1 - P, so that all that is coupled is good where it is
        large; None where no pressure index is coupled.
    form
        The standard form, or that of Wang et al. (2021), whose C takes all of [0, 1].
    weights
        Shares in the coordination index T: all equal, or the criteria's combined weights.
    """

    of: Literal["systems", "support", "pressure"] = "systems"
    pressure: Literal["reversed", "as_is"] | None = None
    form: Literal["standard", "modified"] = "standard"
    weights: Literal["equal", "combined"] = "equal"

    def conflicts(self) -> Iterator[Problem]:
        """A system has no combined weight, and criteria are not reversed."""
        if self.of != "systems" and self.pressure is not None:
            yield Problem(("pressure",), 'is only for of = "systems"')
        if self.of == "systems" and self.weights == "combined":
            sentence = f"is only for of = {quoted(SYSTEMS)}, whose criteria have weights"
            yield Problem(("weights",), f'"combined" {sentence}')


class FuzzyTable(Table):
    """[fuzzy]: the fuzzy comprehensive evaluation of each system.

    Parameters
    ----------
    scores
        Scores of the three grades, the first one's the largest.
    """

    scores: Numbers = (0.95, 0.5, 0.05)

    def conflicts(self) -> Iterator[Problem]:
        """The first grade is the one of the most of a system."""
        falling = all(a > b for a, b in zip(self.scores, self.scores[1:], strict=False))
        if len(self.scores) != _GRADES or not falling:
            shown = ", ".join(f"{score:g}" for score in self.scores)
            sentence = f"must be three numbers with first > second > third, got [{shown}]"
            yield Problem(("scores",), sentence)


def too_few_to_couple(table: CouplingTable | None, hierarchy: Hierarchy) -> Iterator[str]:
    """Why the systems, or the criteria of one, cannot be coupled."""
    if table is None:
        return
    if table.of == "systems":
        for absent in set(SYSTEMS).difference(hierarchy.systems):
            yield f'coupling.of: "systems" needs both, and no indicator is in system "{absent}"'
    else:
        count = len(hierarchy.nodes.get(table.of, ()))
        if count < 2:
            criteria = "criterion" if count == 1 else "criteria"
            yield f'coupling.of: system "{table.of}" has {count} {criteria}: expected at least 2'


def fuzzy_problems(table: FuzzyTable | None, hierarchy: Hierarchy, name: str) -> Iterator[str]:
    """Why an index cannot be evaluated by grades: indicators without limits of grades.

    Parameters
    ----------
    table
        [fuzzy]; None if it is not asked for.
    hierarchy
        The indicators.
    name
        What messages call their table.
    """
    if table is None:
        return
    ranged = [i.name for i in hierarchy.indicators if i.is_ranged]
    without = [i.name for i in hierarchy.indicators if not (i.has_limits or i.is_ranged)]
    if without:
        yield (
            f"{name}: [fuzzy] needs limit_1, limit_2 and limit_3 of every indicator, "
            f"missing for {_listed(without)}"
        )
    if ranged:
        yield (
            f"{name}: [fuzzy] has grades of more or less, not of a range: expected direction 1 or "
            f"-1 of every indicator, got 0 for {_listed(ranged)}"
        )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(f'"{name}"' for name in names[:_LISTED]) + more

"""Pictures of results, each with the table of its numbers.

Every function takes groups of a result, draws on given axes or on a new matplotlib figure, and
returns the figure. `recc_mc.plot.tables` holds functions of the same names that return the numbers.
"""

from recc_mc.plot import tables
from recc_mc.plot.classes import class_probabilities
from recc_mc.plot.convergence import convergence
from recc_mc.plot.obstacles import obstacles
from recc_mc.plot.plane import plane
from recc_mc.plot.ranks import rank_acceptability, rank_intervals
from recc_mc.plot.ribbons import ribbons
from recc_mc.plot.save import render, save
from recc_mc.plot.sensitivity import sensitivity_bars, sensitivity_map
from recc_mc.plot.trends import trends
from recc_mc.plot.variance import variance_split
from recc_mc.plot.weights import weights

__all__ = [
    "class_probabilities",
    "convergence",
    "obstacles",
    "plane",
    "rank_acceptability",
    "rank_intervals",
    "render",
    "ribbons",
    "save",
    "sensitivity_bars",
    "sensitivity_map",
    "tables",
    "trends",
    "variance_split",
    "weights",
]

"""The numbers that the pictures show, by the name of the picture, as tidy tables."""

from recc_mc.plot.classes import class_probabilities_table as class_probabilities
from recc_mc.plot.convergence import convergence_table as convergence
from recc_mc.plot.obstacles import obstacles_table as obstacles
from recc_mc.plot.plane import plane_table as plane
from recc_mc.plot.ranks import rank_acceptability_table as rank_acceptability
from recc_mc.plot.ranks import rank_intervals_table as rank_intervals
from recc_mc.plot.ribbons import ribbons_table as ribbons
from recc_mc.plot.sensitivity import sensitivity_bars_table as sensitivity_bars
from recc_mc.plot.sensitivity import sensitivity_map_table as sensitivity_map
from recc_mc.plot.trends import trends_table as trends
from recc_mc.plot.variance import variance_split_table as variance_split
from recc_mc.plot.weights import weights_table as weights

__all__ = [
    "class_probabilities",
    "convergence",
    "obstacles",
    "plane",
    "rank_acceptability",
    "rank_intervals",
    "ribbons",
    "sensitivity_bars",
    "sensitivity_map",
    "trends",
    "variance_split",
    "weights",
]

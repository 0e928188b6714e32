"""Pictures of results, each with the table of its numbers.

Every function takes groups of a result, draws on given axes or on a new matplotlib figure, and
returns the figure. `recc_mc.plot.tables` holds functions of the same names that return the numbers.
Within ``with recc_mc.plot.language("zh"):`` they are drawn in Chinese.
"""

from recc_mc.language import speaking as language
from recc_mc.plot import tables
from recc_mc.plot.pictures.classes import class_probabilities
from recc_mc.plot.pictures.contributions import contributions
from recc_mc.plot.pictures.convergence import convergence
from recc_mc.plot.pictures.coordination import coordination
from recc_mc.plot.pictures.criteria import criterion_scores
from recc_mc.plot.pictures.decomposition import density_by_factors
from recc_mc.plot.pictures.forest import forest
from recc_mc.plot.pictures.fuzzy import fuzzy_grades
from recc_mc.plot.pictures.information import information_map, information_value
from recc_mc.plot.pictures.obstacles import obstacles
from recc_mc.plot.pictures.paths import scenario_paths
from recc_mc.plot.pictures.plane import plane
from recc_mc.plot.pictures.ranks import rank_acceptability, rank_intervals
from recc_mc.plot.pictures.ribbons import ribbons
from recc_mc.plot.pictures.scenarios import scenario_changes, scenario_overload
from recc_mc.plot.pictures.sensitivity import sensitivity_bars, sensitivity_map
from recc_mc.plot.pictures.sweeps import sweep_curves
from recc_mc.plot.pictures.targets import target_curves, target_levers
from recc_mc.plot.pictures.trends import trends
from recc_mc.plot.pictures.variance import variance_split
from recc_mc.plot.pictures.weights import weights
from recc_mc.plot.save import render, save

__all__ = [
    "class_probabilities",
    "contributions",
    "convergence",
    "coordination",
    "criterion_scores",
    "density_by_factors",
    "forest",
    "fuzzy_grades",
    "information_map",
    "information_value",
    "language",
    "obstacles",
    "plane",
    "rank_acceptability",
    "rank_intervals",
    "render",
    "ribbons",
    "save",
    "scenario_changes",
    "scenario_overload",
    "scenario_paths",
    "sensitivity_bars",
    "sensitivity_map",
    "sweep_curves",
    "tables",
    "target_curves",
    "target_levers",
    "trends",
    "variance_split",
    "weights",
]

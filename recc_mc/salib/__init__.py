"""Sensitivity methods of SALib, for every output of a study."""

from recc_mc.salib.problem import salib_problem
from recc_mc.salib.rows import evaluate_rows
from recc_mc.salib.runs import run_salib

__all__ = ["evaluate_rows", "run_salib", "salib_problem"]

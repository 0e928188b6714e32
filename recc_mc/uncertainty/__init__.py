"""What is uncertain in a study: factors on the unit cube, and the kernels' view of both."""

from recc_mc.study.factors import Factor, list_factors
from recc_mc.uncertainty.plan import build_plan

__all__ = ["Factor", "build_plan", "list_factors"]

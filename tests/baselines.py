"""Something to compare draws with, where it does not matter what."""

import numpy as np

from recc_mc.kernels.records import Plan
from recc_mc.summary.family import Baseline, baseline_of


def made_up_baseline(plan: Plan) -> Baseline:
    """Index whose first mine has the largest C in every year."""
    shape = plan.options.mines, plan.options.years
    rank = np.broadcast_to(np.arange(1, shape[0] + 1)[:, None], shape)
    return baseline_of(1.0 / rank, rank)

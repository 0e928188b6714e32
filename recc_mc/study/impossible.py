"""How often an error without bounds draws what hardly can be.

That is a value below 0 where none is given; and, where the bound of a percentage was lifted, one
above 100, which then is allowed, but which a reader wants to know of.
"""

from math import erfc, inf, sqrt

import numpy as np

from recc_mc._typing import Floats
from recc_mc.study.distributions import DISTRIBUTIONS
from recc_mc.study.error_law import ErrorLaw
from recc_mc.study.natural_bounds import PERCENT_BOUNDS, is_percentage
from recc_mc.study.study import Study

__all__ = [
    "LARGEST_SHARE",
    "impossible_findings",
    "share_above_whole",
    "share_below",
    "share_of_impossible",
]


LARGEST_SHARE = 0.01
"""Share of impossible draws from which on a study is warned of."""

_MIDPOINTS = (np.arange(64) + 0.5) / 64


def share_of_impossible(study: Study, indicator: str) -> float:
    """Share of an indicator's draws that its values give no reason to believe in.

    Where the table of indicators and the units say nothing of a smallest value and no value given
    is below 0, draws below 0 count as impossible. Bounds keep draws within; a bound that was
    lifted (``none``) says that nothing is impossible there.
    """
    j = study.panel.indicators.index(indicator)
    values, law = study.panel.values[:, :, j], study.error_law(indicator)
    model = study.error_model(indicator)
    if law is None or model is None or model.lower > -inf or law.form == "multiplicative":
        return 0.0
    if study.hierarchy[indicator].minimum == -inf or values.min() < 0:
        return 0.0
    return float(share_below(0.0, values, law, model.distribution).mean())


def share_above_whole(study: Study, indicator: str) -> float:
    """Share of draws above 100 of a percentage that lies below and whose bound was lifted."""
    j = study.panel.indicators.index(indicator)
    values, law = study.panel.values[:, :, j], study.error_law(indicator)
    model, whole = study.error_model(indicator), PERCENT_BOUNDS[1]
    lifted = study.hierarchy[indicator].maximum == inf and is_percentage(study.hierarchy[indicator])
    if law is None or model is None or not lifted or model.upper < inf or values.max() > whole:
        return 0.0
    if law.form == "additive":
        return float(1.0 - share_below(whole, values, law, model.distribution).mean())
    # Lognormal from the lower bound, which is 0 if the error is multiplicative.
    scale = np.sqrt(law.cell**2 + law.systematic**2 + law.mine**2)
    start = np.zeros_like(values) if law.form == "multiplicative" else law.anchor
    varies = (scale > 0) & (values > start)
    room = np.log((whole - start) / np.where(varies, values - start, 1.0))
    apart = room / np.where(varies, scale, 1.0) + scale / 2
    return float(np.where(varies, _normal_tail(apart), 0.0).mean())


def _normal_tail(z: Floats) -> Floats:
    """Probability that a standard normal variate exceeds z."""
    return np.asarray(0.5 * np.vectorize(erfc)(z / sqrt(2.0)))


def share_below(limit: float, values: Floats, law: ErrorLaw, distribution: str) -> Floats:
    """Probability (mine, year) that an additive error leads below a limit."""
    parts = np.stack([law.cell, law.systematic, law.mine])
    cumulative, quantile = DISTRIBUTIONS[distribution][-2:]
    if cumulative is None or quantile is None:
        apart = (values - limit) / np.where(law.sd > 0, law.sd, inf)
        return np.where(law.sd > 0, _normal_tail(apart), values < limit)
    # The largest part in closed form, averaged over midpoints of the distribution of the others.
    small, middle, large = np.sort(parts, axis=0)[..., None, None]
    variate = quantile(_MIDPOINTS)
    rest = small * variate[:, None] + middle * variate
    apart = (limit - values[..., None, None] - rest) / np.where(large > 0, large, 1.0)
    below = np.where(large > 0, cumulative(apart), apart > 0)
    return np.asarray(below.mean(axis=(-2, -1)))


def impossible_findings(study: Study) -> list[str]:
    """Sentences about the indicators of which more draws than :data:`LARGEST_SHARE` cannot be."""
    shares = {name: share_of_impossible(study, name) for name in study.hierarchy.names}
    return [
        f'indicator "{name}": {100 * share:.2g} % of its draws are below 0, and no value is: give '
        "min = 0 in the table of indicators, or min = none if there are values below 0"
        for name, share in shares.items()
        if share > LARGEST_SHARE
    ]

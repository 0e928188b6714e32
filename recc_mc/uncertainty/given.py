"""Given weights as the kernels read them, where the judgment matrices of a study would be."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from recc_mc.kernels import records
from recc_mc.kernels.given import LOG_ZERO, NODES, REACH
from recc_mc.study import Study
from recc_mc.study.factors import Factor
from recc_mc.study.given_weights import GivenWeights

__all__ = ["gamma_quantiles", "given_fields"]

# Below, a gamma variate is so small that its distribution is a power of it, to the last bit.
_SMALL = -40.0


def given_fields(
    study: Study, weights: Sequence[GivenWeights], factors: Sequence[Factor]
) -> dict[str, Any]:
    """Fields of the kernels' plan on what weights are made of.

    Parameters
    ----------
    study
        The study.
    weights
        Its given weights.
    factors
        What is drawn.
    """
    drawn = study.settings.uncertainty.weights
    column = {f.name: f.column("weights") for f in factors if f.kind == "judgment"}
    table = np.zeros(len(weights), records.MATRIX)
    table["kind"] = records.GIVEN
    table["size"] = [given.size for given in weights]
    table["first_item"] = table["first_entry"] = np.cumsum(table["size"]) - table["size"]
    table["entry_column"] = [column.get(given.name, -1) for given in weights]
    table["redraw_column"] = table["expert_column"] = -1
    values = np.concatenate([given.values for given in weights])
    quantile = np.empty((0, 2, 0))
    if drawn is not None and drawn.cv is not None:
        table["sigma"] = np.sqrt(np.log1p(drawn.cv**2))
    elif drawn is not None and drawn.concentration is not None:
        table["kind"] = records.DIRICHLET
        quantile = np.stack([gamma_quantiles(drawn.concentration * value) for value in values])
    order = [name for given in weights for name in given.items]
    names = study.hierarchy.names
    return {
        "matrices": table,
        "path": np.array([[order.index(name)] for name in names]),
        "log_value": np.log(values, out=np.full(len(values), LOG_ZERO), where=values > 0),
        "unjudged": np.empty(0, np.bool_),
        "following": np.empty((0, 0)),
        "expert_log": np.empty((0, 0)),
        "expert_share": np.empty(0),
        "quantile": quantile,
    }


def gamma_quantiles(shape: float) -> records.Floats:
    """Table of ln Q(Phi(z)), Q the quantile function of a gamma variate, over normal z.

    Parameters
    ----------
    shape
        Shape of the variate, of scale 1; all is 0 where it is 0.

    Returns
    -------
    ndarray
        Values and slopes (2, node) at the nodes that `recc_mc.kernels.given` interpolates between.
    """
    from scipy import special

    z = np.arange(-REACH * NODES, REACH * NODES + 1) / NODES
    if shape == 0:
        return np.zeros((2, z.size))
    with np.errstate(divide="ignore"):
        lower = special.gammaincinv(shape, special.ndtr(z))
        upper = special.gammainccinv(shape, special.ndtr(-z))
        value = np.log(np.where(z <= 0, lower, upper))
    # P(x) = x^a / Gamma(a + 1) for small x.
    small = (special.log_ndtr(z) + special.gammaln(shape + 1)) / shape
    value = np.where(small < _SMALL, small, value)
    # d ln x / dz = phi(z) / (x f(x)) with the density f of the variate.
    log_density = shape * value - np.exp(value) - special.gammaln(shape)
    slope = np.exp(-0.5 * (z**2 + np.log(2 * np.pi)) - log_density)
    return np.stack([value, slope])

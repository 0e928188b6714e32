"""Scenarios made up for a result: recognisable numbers of three scenarios beside the reference."""

import numpy as np
import xarray as xr

QUANTILES = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)
DRAWS = 300


def made_up_scenarios(
    baseline: xr.Dataset, names: tuple[str, ...] = ("more", "less", "none"), horizon: int = 2
) -> xr.Dataset:
    """Group of scenarios that add 0.2, -0.1, 0, ... to C of the first mines, and some years."""
    rng = np.random.default_rng(3)
    coords = {name: baseline[name] for name in ("mine", "indicator") if name in baseline}
    coords |= {
        name: coordinate
        for name, coordinate in baseline.coords.items()
        if str(name).startswith("indicator_")
    }
    years = baseline["year"].values.tolist()
    after = [years[-1] + k for k in range(1, horizon + 1)]
    labels = ["reference", *names]
    shape = len(labels), baseline.sizes["mine"], len(years) + horizon
    found = xr.Dataset(
        coords={
            **coords,
            "scenario": labels,
            "year": np.array([*years, *after], np.int32),
            "quantile": list(QUANTILES),
            "draw": ["growth", "effect"],
        },
        attrs={
            **baseline.attrs,
            "samples": DRAWS,
            "seed": 1,
            "anchor": "reference",
            "last_year": years[-1],
        },
    )
    found.attrs["last_year"] = years[-1]
    cells = ("scenario", "mine", "year")
    steps = np.resize([0.0, 0.2, -0.1, 0.0], len(labels))
    change = np.zeros(shape) + steps[:, None, None]
    change[:, 2:] = 0.0
    change[:, :, 0] = 0.0
    spread = np.where(change == 0, 0.0, 0.05)
    levels = np.array(QUANTILES) - 0.5
    held = baseline.reindex(year=found["year"].values, method="ffill")
    for name in ("support", "pressure", "recc"):
        if name not in baseline:
            continue
        value = held[name].transpose("mine", "year").values + change
        found[f"{name}_mean"] = cells, value
        found[f"{name}_mean_error"] = cells, np.full(shape, 0.05 / DRAWS**0.5)
        found[f"{name}_std"] = cells, np.full(shape, 0.05)
        found[f"{name}_quantile"] = (*cells, "quantile"), value[..., None] + 0.2 * levels
        found[f"{name}_change_mean"] = cells, change
        found[f"{name}_change_mean_error"] = cells, spread / DRAWS**0.5
        found[f"{name}_change_std"] = cells, spread
        found[f"{name}_change_quantile"] = (
            (*cells, "quantile"),
            change[..., None] + 2 * spread[..., None] * levels,
        )
    shares = {
        "recc_fall": np.where(change < 0, 1.0, 0.0),
        "recc_rise": np.where(change > 0, 1.0, 0.0),
        "overload": np.clip(rng.uniform(0, 1, shape[1:]) + 2 * change, 0, 1),
        "overload_ends": np.clip(-2 * change, 0, 1),
        "overload_begins": np.clip(2 * change, 0, 1),
    }
    for name, share in shares.items():
        found[f"{name}_probability"] = cells, share
        error = np.sqrt(share * (1 - share) / DRAWS)
        found[f"{name}_probability_error"] = cells, np.where(error == 0, 3 / DRAWS, error)
    for name in ("above_goalpost", "below_goalpost", "bounded"):
        held_at = np.zeros((len(labels), found.sizes.get("indicator", 0)))
        held_at[1:2, :1] = 0.125
        found[f"{name}_share"] = ("scenario", "indicator"), held_at
    effects = np.full((len(labels), 2, len(QUANTILES)), np.nan)
    effects[1, 0] = 1.2 + 0.1 * levels
    found["effect_quantile"] = ("scenario", "draw", "quantile"), effects
    found = found.assign_coords(
        scenario_title=("scenario", ["", *(f"Title of {name}" for name in names)]),
        scenario_source=("scenario", ["", *(f"Source of {name}" for name in names)]),
    )
    return found

"""Targets and values of information made up for a result: recognisable numbers."""

import numpy as np
import xarray as xr

DRAWS = 300
REACHED = {"flag_values": (0, 1, 2), "flag_meanings": "reached not_within_max already_met"}


def made_up_targets(baseline: xr.Dataset) -> xr.Dataset:
    """Group of targets: reached by the first mine, by the others not, or without any change."""
    coords = {
        str(name): coordinate
        for name, coordinate in baseline.coords.items()
        if str(name).startswith("indicator")
    }
    mines, count = baseline["mine"].values.astype(str), baseline.sizes["indicator"]
    year, number = int(baseline["year"][-1]), baseline.sizes["mine"]
    change = np.linspace(0, 1, 101)
    steps = np.resize([0.465, np.nan, 0.0], number)
    curve = np.clip(0.9 + 2 * (change - steps[:, None]), 0, 1)
    curve[np.isnan(steps)] = 0.3 * change
    changed = np.zeros((number, count), np.int8)
    changed[:, 0], changed[:, -2:] = 1, -1
    alone = np.full((number, count), np.nan)
    alone[0, -1] = 0.8
    return xr.Dataset(
        {
            "reached": ("target", np.resize([0, 1, 2], number).astype(np.int8), REACHED),
            "changed": (("target", "indicator"), changed),
            "target_probability": ("target", np.full(number, 0.9)),
            "target_max": ("target", np.ones(number)),
            "required_change": ("target", steps),
            "required_change_interval": (
                ("target", "bound"),
                np.stack([np.maximum(steps - 0.01, 0), steps + 0.01], axis=1),
            ),
            "required_change_deterministic": ("target", steps * 0.8),
            "deterministic_change_probability": ("target", np.full(number, 0.29)),
            "deterministic_change_probability_error": ("target", np.full(number, 0.02)),
            "impossible_share": ("target", np.where(np.isnan(steps), 0.7, 0.0)),
            "impossible_share_error": ("target", np.where(np.isnan(steps), 0.02, 0.01)),
            "probability_curve": (("target", "change"), curve),
            "probability_curve_error": (
                ("target", "change"),
                np.sqrt(curve * (1 - curve) / DRAWS) + 3 / DRAWS * ((curve == 0) | (curve == 1)),
            ),
            "single_indicator_change": (("target", "indicator"), alone),
            "value_before": (("target", "indicator"), np.where(changed, 40.0, np.nan)),
            "value_after": (
                ("target", "indicator"),
                np.where(changed, 40.0 * (1 + changed * steps[:, None]), np.nan),
            ),
        },
        coords={
            **coords,
            "target": [f"{mine} {year}" for mine in mines],
            "target_mine": ("target", mines),
            "target_year": ("target", np.full(number, year, np.int32)),
            "target_goal": ("target", ["C < 1"] * number),
            "target_goal_kind": ("target", ["below"] * number),
            "change": change,
            "bound": ["lower", "upper"],
        },
        attrs={**baseline.attrs, "samples": DRAWS, "seed": 1, "anchor": "reference"},
    )


def with_information(sensitivity: xr.Dataset) -> xr.Dataset:
    """Sensitivity with made-up values of information, the first factor worth the most."""
    factors = sensitivity.sizes["factor"]
    value = np.linspace(0.1, 0.0, factors)
    mines, years = sensitivity.sizes["mine"], sensitivity.sizes["year"]
    by_year = value[:, None] * np.linspace(0.5, 1.0, years)
    by_cell = by_year[:, None] * np.linspace(1.0, 0.5, mines)[:, None]
    found = sensitivity.copy()
    for prefix, dims, values in (
        ("", ("year",), by_year),
        ("overload_", ("mine", "year"), by_cell),
    ):
        error = np.full(values.shape[1:], 0.2)
        found[f"{prefix}decision_error"] = dims, error
        found[f"{prefix}decision_error_error"] = dims, error / 100
        for name, share in (("", 1.0), ("_error", 0.05), ("_bias", 0.1), ("_half", 0.4)):
            found[f"{prefix}information_value{name}"] = ("factor", *dims), share * values
        half = found[f"{prefix}information_value_half"]
        found[f"{prefix}information_value_half_error"] = half * 0.05
    chances = np.full((mines, years), 0.2 / max(mines - 1, 1))
    chances[0] = 0.8
    found["most_loaded_probability"] = ("mine", "year"), chances
    return found.assign_attrs(information_outer=512, information_inner=1024)

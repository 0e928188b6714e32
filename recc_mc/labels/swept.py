"""Dimensions of a sweep, which come before those of the statistics and are the study's keys."""

import xarray as xr

__all__ = ["KEY", "swept_dims"]

KEY = "key"
"""Attribute of the coordinate of a swept key: its path."""


def swept_dims(data: xr.Dataset | xr.DataArray) -> tuple[str, ...]:
    """Dimensions that are swept keys, in their order.

    Parameters
    ----------
    data
        A group of a result, or a variable of one.
    """
    return tuple(
        str(dim) for dim in data.dims if dim in data.coords and KEY in data.coords[dim].attrs
    )

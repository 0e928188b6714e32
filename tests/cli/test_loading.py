"""Modules that a command does not wait for."""

import subprocess
import sys

CODE = """
import sys
import numpy as np
import xarray as xr
from recc_mc.cli.loading import leave_dask_arrays
leave_dask_arrays()
data = xr.Dataset({"x": ("a", np.arange(3.0))}, coords={"a": [1, 2, 3]})
assert float(data["x"].isel(a=[0, 2]).compute().sum()) == 2.0
assert not data.chunks
assert "dask.array" not in sys.modules
lazy = data.chunk(a=2)
assert "dask.array" in sys.modules
assert lazy.chunks == {"a": (2, 1)}
assert float((lazy["x"] + data["x"]).sum().compute()) == 6.0
"""


def test_dask_arrays_are_loaded_with_the_first_of_them() -> None:
    subprocess.run([sys.executable, "-c", CODE], check=True)

"""Modules that a command does not wait for."""

import subprocess
import sys

import pytest

DASK = """
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

KERNELS = """
import sys
from recc_mc.cli.loading import leave_what_kernels_spare
leave_what_kernels_spare()
import recc_mc as rm
assert rm.evaluate(rm.load_study("configs/minimal.toml"))["recc"].notnull().all()
spared = {"cffi", "scipy.linalg"}
assert spared.isdisjoint(sys.modules)
import scipy.linalg.cython_blas
assert "cffi" not in sys.modules or sys.modules["cffi"]
"""


def test_dask_arrays_are_loaded_with_the_first_of_them() -> None:
    subprocess.run([sys.executable, "-c", DASK], check=True)


@pytest.mark.slow
def test_kernels_run_without_linear_algebra_which_others_can_still_load() -> None:
    subprocess.run([sys.executable, "-c", KERNELS], check=True)

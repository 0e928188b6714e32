"""The commands with the real computations behind them."""

from pathlib import Path

import numpy as np
import xarray as xr

import recc_mc as rm
from recc_mc.results.variables import GROUPS
from tests.cli.conftest import Command

UNCERTAIN = """
[uncertainty.judgments]
sigma = 0.3

[uncertainty.data]
cv = 0.1
"""


def groups(path: str) -> dict[str, xr.Dataset]:
    with rm.load(path) as tree:
        return {name: node.to_dataset().load() for name, node in tree.children.items()}


def test_evaluate_writes_every_declared_variable(command: Command, study_file: Path) -> None:
    code, out, _ = command("evaluate", study_file)
    assert code == 0
    baseline = groups("results/study.nc")["baseline"]
    assert set(baseline.data_vars) == set(GROUPS["baseline"])
    last = baseline["recc"].isel(mine=0, year=-1).item()
    assert f"{last:.4f}" in out


def test_simulate_writes_the_same_numbers_however_it_is_run(
    command: Command, study_file: Path
) -> None:
    study_file.write_text(study_file.read_text() + UNCERTAIN)
    common = ("simulate", study_file, "--samples", "300", "--seed", "0")
    code, out, err = command(*common, "-o", "one.nc")
    assert (code, "error" in err) == (0, False)
    assert "\n300 samples, seed 0\n" in out
    options = ("--chunk", "64", "--scheduler", "synchronous", "--quiet")
    assert command(*common, *options, "-o", "two.nc") == (0, "", "")
    one, two = groups("one.nc"), groups("two.nc")
    assert set(one) == {"baseline", "samples", "summary"}
    for name, data in one.items():
        for variable in data.data_vars:
            np.testing.assert_array_equal(data[variable], two[name][variable])
    assert one["samples"].attrs["seed"] == 0
    assert float(one["summary"]["recc_std"].min()) > 0

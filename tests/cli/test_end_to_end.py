"""The commands with the real computations behind them."""

from pathlib import Path

import numpy as np
import xarray as xr

import recc_mc as rm
from tests.cli.conftest import Command
from tests.declared import always

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
    # Experts have ratios of their own only where the file names them.
    assert set(baseline.data_vars) == always("baseline") - {"expert_consistency_ratio"}
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


def test_shards_are_merged_into_the_same_numbers(command: Command, study_file: Path) -> None:
    study_file.write_text(study_file.read_text() + UNCERTAIN)
    common = ("simulate", study_file, "--samples", "3000", "--seed", "0", "--chunk", "1024")
    assert command(*common, "-o", "one.nc")[0] == 0
    for shard in ("2/2", "1/2"):
        code, out, _ = command(*common, "-o", "two.nc", "--shard", shard)
        assert (code, out.startswith(f"shard {shard} is done")) == (0, True)
        assert not Path("two.nc").exists()
    code, out, err = command("merge", study_file, "-o", "two.nc")
    assert (code, err) == (0, "")
    assert "\n3,000 samples, seed 0\n" in out
    one, two = groups("one.nc"), groups("two.nc")
    assert set(one) == set(two)
    for name, data in one.items():
        assert data.equals(two[name])
    assert not Path("two.nc.parts").exists()


def test_a_summary_keeps_no_samples(command: Command, study_file: Path) -> None:
    study_file.write_text(study_file.read_text() + UNCERTAIN)
    code, out, _ = command("simulate", study_file, "--samples", "300", "--keep", "summary")
    assert code == 0
    assert "\n300 samples, seed " in out
    found = groups("results/study.nc")
    assert set(found) == {"baseline", "summary"}
    assert found["summary"].attrs["samples"] == 300


def test_a_run_with_a_bound_ends_early(command: Command, study_file: Path) -> None:
    study_file.write_text(study_file.read_text() + UNCERTAIN)
    code, out, _ = command("simulate", study_file, "--until", "0.02", "--keep", "summary")
    assert code == 0
    assert "\n16,384 samples, seed " in out

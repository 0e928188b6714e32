"""The official checker of the CF conventions finds nothing to correct."""

import json
import subprocess
import sys
from pathlib import Path

import netCDF4
import pytest

import recc_mc as rm
from recc_mc.study import Study
from tests.evidence import bcg
from tests.results.made_up import SINGLE, results

pytest.importorskip("compliance_checker")


def flattened(path: Path, group: str) -> Path:
    """One group as a file of its own, byte by byte: the checker does not look into groups."""
    target = path.with_name(f"{group.replace('/', '_')}.nc")
    with netCDF4.Dataset(path) as file, netCDF4.Dataset(target, "w") as flat:
        source = file[group]
        source.set_auto_maskandscale(False)
        flat.setncatts({name: h.getncattr(name) for h in (file, source) for name in h.ncattrs()})
        for name, dim in source.dimensions.items():
            flat.createDimension(name, dim.size)
        for name, variable in source.variables.items():
            attrs = {key: variable.getncattr(key) for key in variable.ncattrs()}
            fill = attrs.pop("_FillValue", None)
            copy = flat.createVariable(name, variable.dtype, variable.dimensions, fill_value=fill)
            copy.setncatts(attrs)
            copy[...] = variable[...]
    return target


@pytest.mark.parametrize("group", [*SINGLE, "evidence/vaccine"])
def test_a_group_conforms(study: Study, tmp_path: Path, group: str) -> None:
    path = tmp_path / "result.nc"
    if group in SINGLE:
        rm.save(path, **results(study))
    else:
        rm.save(path, evidence={"vaccine": rm.meta_analysis(bcg.table(), measure="effect")})
    report = tmp_path / "report.json"
    # A process of its own: the checker's dependencies warn, which is an error here.
    checker = Path(sys.executable).with_name("compliance-checker")
    options = ["-t", "cf:1.11", "-c", "strict", "-f", "json", "-o", report]
    done = subprocess.run(
        [checker, *options, flattened(path, group)], capture_output=True, check=False, timeout=120
    )
    assert report.exists(), done.stderr
    (found,) = json.loads(report.read_text()).values()
    assert found["scored_points"] > 0
    kinds = ("high_priorities", "medium_priorities", "low_priorities")
    assert [m for kind in kinds for item in found[kind] for m in item["msgs"]] == []

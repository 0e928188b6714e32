"""Checksums of the standing studies that are made up, and of their results.

Run ``python -m benchmarks.standing`` from the top folder: it prints what ``standing.toml`` holds,
which is the table to compare with and to cite; ``--small`` for the smallest study alone. Files are
the same bytes everywhere. Results are compared as CSV of few decimals, because the last bits of a
double may depend on the versions of libraries.
"""

import argparse
import hashlib
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xarray as xr

import recc_mc as rm
from recc_mc.study.synthetic import GENERATOR, SIZES, synthetic_files, write_synthetic
from recc_mc.study.toml_text import toml_text

TABLE = Path(__file__).with_name("standing.toml")
SEED = 1
SAMPLES = 1000
#: Columns of the CSV of a result, and their decimals.
BASELINE = {"support": 6, "pressure": 6, "recc": 6}
SUMMARY = {"recc_mean": 6, "overload_probability": 3}


def known() -> dict[str, Any]:
    """The table, by size."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def sha256(content: bytes) -> str:
    """Checksum as ``sha256sum`` prints it."""
    return hashlib.sha256(content).hexdigest()


def file_sums(size: str) -> dict[str, str]:
    """Checksums of the files of a study, by name."""
    return {name: sha256(content) for name, content in synthetic_files(size, SEED).items()}


def result_csv(data: xr.Dataset, decimals: Mapping[str, int]) -> str:
    """Results by object, in the order of the panel."""
    columns = [
        [f"{value:.{digits}f}" for value in data[name].values.ravel().tolist()]
        for name, digits in decimals.items()
    ]
    objects = [f"{mine},{year}" for mine in data["mine"].values for year in data["year"].values]
    rows = zip(objects, *columns, strict=True)
    return "\n".join([f"mine,year,{','.join(decimals)}", *map(",".join, rows)]) + "\n"


def result_sums(size: str) -> dict[str, dict[str, Any]]:
    """Checksums and means of the results of a study, by what made them."""
    with tempfile.TemporaryDirectory() as folder:
        study = rm.load_study(write_synthetic(folder, size, SEED)[0])
    base = rm.evaluate(study)
    summary = rm.simulate(study, samples=SAMPLES, seed=SEED, keep="summary")
    return {
        "evaluate": _sums(base, BASELINE),
        "simulate": {"samples": SAMPLES, "seed": SEED, **_sums(summary, SUMMARY)},
    }


def _sums(data: xr.Dataset, decimals: Mapping[str, int]) -> dict[str, Any]:
    means = {f"mean_{name}": round(float(data[name].mean()), 6) for name in decimals}
    return {"sha256": sha256(result_csv(data, decimals).encode()), **means}


def table(size: str) -> dict[str, Any]:
    """All that the table says of a size."""
    shape = SIZES[size]
    about = {"objects": [shape.number, shape.years], "seed": SEED, "generator": GENERATOR}
    return {**about, "files": file_sums(size), **result_sums(size)}


def main() -> None:
    """Compute and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="only the smallest study")
    small = parser.parse_args().small
    for size in list(SIZES)[:1] if small else SIZES:
        print(toml_text({size: table(size)}), flush=True)


if __name__ == "__main__":
    main()

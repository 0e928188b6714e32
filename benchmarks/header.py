"""Where and with what a run was measured."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.frame import PEERS

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "recc-mc",
    "numba",
    "numpy",
    "dask",
    "xarray",
    "netCDF4",
    "matplotlib",
    "jaxlib",
    *PEERS,
)


def describe() -> dict[str, Any]:
    """Machine, load, versions, commit and date, as JSON takes them."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memory_gib": round(_memory() / 2**30, 1),
        "system": platform.platform(),
        "load_before": load_average(),
        "versions": {"python": platform.python_version(), **_versions()},
    }


def load_average() -> float:
    """Processes that were running in the last minute, on average."""
    return round(os.getloadavg()[0], 2)


def _versions() -> dict[str, str]:
    found = {}
    for package in dict.fromkeys(PACKAGES):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _commit() -> str:
    """The commit, and whether files differ from it."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown: no checkout"
    return done.stdout.strip()


def _cpu() -> str:
    about = Path("/proc/cpuinfo")
    lines = about.read_text(encoding="utf-8").splitlines() if about.exists() else []
    known = dict(line.split(":", 1) for line in lines if ":" in line)
    known = {key.strip(): value.strip() for key, value in known.items()}
    name = known.get("model name", platform.processor() or platform.machine())
    family = ", ".join(f"{k} {known[k]}" for k in ("cpu family", "model") if k in known)
    vectors = next((v for v in ("avx512f", "avx2") if v in known.get("flags", "")), "")
    return ", ".join(filter(None, (name, family, vectors)))


def _memory() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")

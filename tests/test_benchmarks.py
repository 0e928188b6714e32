"""Every benchmark runs, at a size too small to measure anything."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = sorted(
    path.stem
    for path in (Path(__file__).parents[1] / "benchmarks").glob("*.py")
    if "__main__" in path.read_text(encoding="utf-8")
)


@pytest.mark.slow
@pytest.mark.parametrize("name", BENCHMARKS)
def test_it_runs(root: Path, name: str) -> None:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--small"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_there_are_benchmarks() -> None:
    assert "kernel" in BENCHMARKS

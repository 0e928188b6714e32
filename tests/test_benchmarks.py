"""The suite runs at a tiny size; its tables in pages are those of its results."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import frame, picture, readme, table
from benchmarks.frame import Row

BENCHMARKS = sorted(
    path.stem
    for path in (Path(__file__).parents[1] / "benchmarks").glob("*.py")
    if path.stem not in ("__main__", "readme") and "__main__" in path.read_text(encoding="utf-8")
)


@pytest.mark.slow
@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_of_its_own_runs(root: Path, name: str) -> None:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--small"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize("name", frame.load())
def test_a_measurement_runs(root: Path, tmp_path: Path, name: str) -> None:
    command = [sys.executable, "-m", "benchmarks", "--small", "--only", name, "--out", tmp_path]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    run = table.read(tmp_path / "results.json")
    rows = run["measurements"][name]["rows"]
    assert rows
    assert all(row.note.startswith(frame.SKIPPED) for row in rows if row.value is None)
    assert all(np.isfinite(row.value) for row in rows if row.value is not None)
    assert (tmp_path / "ratios.svg").exists()
    assert done.stdout == (tmp_path / "results.txt").read_text(encoding="utf-8")


def rows() -> list[Row]:
    ours = Row("indices of a study", "recc_mc", "us per sample", 6.5, samples=4096)
    return [
        ours.beside(6.5),
        Row("indices of a study", "a peer", "us per sample", 3.25, agreed_to=1e-12).beside(6.5),
        *frame.tried("indices of a study", "another", failing),
    ]


def failing() -> list[Row]:
    raise ArithmeticError("no root")


def test_a_peer_that_is_ahead_is_said_to_be_ahead() -> None:
    ours, peer, _ = rows()
    assert (peer.ratio, peer.ahead, ours.ahead) == (0.5, True, False)
    assert "| a peer | us per sample | 3.25 | 0.500 | 1e-12 |  | ahead of ours |" in table.markdown(
        rows()
    )


def test_a_contender_that_fails_is_a_row_and_the_others_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    *_, failed = rows()
    assert failed.failed
    assert failed.note == "failed: ArithmeticError: no root"
    assert "Traceback" in capsys.readouterr().err


def test_a_peer_that_is_not_installed_is_skipped_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(frame.PEERS, "jax", "no_such_module")
    (row,) = frame.tried("indices of a study", "JAX", failing, needs=["jax", "scipy"])
    assert row.note == "skipped: jax not installed"
    assert not row.failed


def sent(count: int) -> list[Row]:
    return [Row("work", str(k), "", 1.0) for k in range(count)]


def test_rows_come_from_a_process_with_fewer_cores() -> None:
    assert list(frame.pinned(1, sent, 2)) == sent(2)


def test_a_run_is_written_and_read_and_drawn(tmp_path: Path) -> None:
    one = {"title": "Indices", "seconds": 1.0, "rows": rows()}
    run = {"header": {"date": "2026-01-01"}, "small": True, "measurements": {"indices": one}}
    table.write(tmp_path / "run.json", run)
    assert table.read(tmp_path / "run.json") == run
    assert json.loads((tmp_path / "run.json").read_text())["measurements"]["indices"]["rows"]
    assert picture.draw(run).axes[0].get_xscale() == "log"


def test_pages_hold_the_tables_of_the_committed_results() -> None:
    run = table.read(readme.RESULTS)
    for page in readme.PAGES:
        text = page.read_text(encoding="utf-8")
        assert readme.filled(text, run) == text, (
            f"{page.name} is not that of the results: run python -m benchmarks.readme"
        )


def test_a_brief_table_has_a_line_for_each_work() -> None:
    line = "| indices of a study | 6.50 us per sample | **a peer 0.500** |"
    assert table.brief(rows()).splitlines()[2:] == [line]


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="no line <!-- benchmarks:begin"):
        readme.filled("text", {"measurements": {}})

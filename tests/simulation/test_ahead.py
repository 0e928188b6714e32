"""The first run compiles in two processes, whose parts fit together."""

from pathlib import Path

import pytest

from recc_mc.cli.compilation import Line
from tests.kernels.test_compiling import run

# What the process itself compiles; the copy's words go elsewhere.
COMPILED = """
import os
import recc_mc as rm
from numba.core import event
from recc_mc.machine import sharing
from recc_mc.simulation import ahead
from tests.kernels.cases import measured

class Told(event.Listener):
    def on_start(self, event):
        names.append(event.data["dispatcher"].py_func.__name__)

    def on_end(self, event):
        pass

def in_turns(work, count, own):
    # What a copy would do at the same time, here first.
    for number in range(1, count):
        work(number)
    names.clear()
    return [work(0)]

names = []
ahead.in_two_processes = in_turns
study = measured(cv=0.1, systematic_cv=0.1).load()
with event.install_listener("numba:compile", Told()):
    rm.simulate(study, samples=64, seed=1, scheduler="synchronous")
print(*names)
"""


@pytest.mark.slow
def test_what_the_copy_compiles_is_what_the_chain_is_made_of(root: Path, tmp_path: Path) -> None:
    compiled = run(f"import sys; sys.path.insert(0, {str(root)!r})\n{COMPILED}", tmp_path)
    assert compiled[0] == "run_block"
    prepared = {
        *("drain_obstacles", "find_ranks", "find_grades", "find_zones", "score_criteria"),
        *("sum_with_obstacles", "sum_members", "normalise", "find_goalposts", "draw_cells"),
        *("add_moments", "_add_units", "_measure", "_select_rows", "fill_uniforms"),
    }
    assert not prepared & set(compiled)


def test_a_copy_of_the_process_shows_no_progress(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    line = Line()
    monkeypatch.setattr("os.getpid", lambda: -1)
    line("run_block", 1, 2)
    assert capsys.readouterr() == ("", "")

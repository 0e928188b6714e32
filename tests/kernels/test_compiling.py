"""Kernels are compiled whole for Python and linked for each other, and are the same either way."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest

from recc_mc.kernels.compiling import Kernel
from recc_mc.kernels.options import inline, kernel
from recc_mc.kernels.watching import parts_of, watched

SMALL = """
import numpy as np
from recc_mc.kernels.elementary import fma, log
from recc_mc.kernels.options import SHIPPED, inline, kernel

@inline
def shifted(x):
    return log(x) + 1.0

@kernel
def total(x):
    scratch = np.empty(len(x))
    for i in range(len(x)):
        scratch[i] = fma(shifted(x[i]), x[i], 0.1)
    return scratch.sum()

@kernel
def both(x):
    return total(x) + total(x[:3])
"""
VALUE = """
import sys
sys.path.insert(0, {folder!r})
{before}
import numpy as np
import small
print(type(small.both).__name__, float(small.both(np.linspace(0.5, 9, 17))).hex())
"""


@inline
def _half(x):
    return x / 2


@kernel
def _halve(x, out):
    for i in range(len(x)):
        out[i] = _half(x[i])


@kernel
def _quarter(x, out):
    between = np.empty(len(x))
    _halve(x, between)
    _halve(between, out)


@kernel
def _refuse(x):
    if x < 0:
        raise ValueError("negative")
    return x


@kernel
def _refuse_inside(x):
    return _refuse(x) + 1


def value(folder: Path, before: str = "") -> list[str]:
    """What a fresh process, which finds nothing compiled, makes of the small kernels."""
    (folder / "small.py").write_text(SMALL)
    program = VALUE.format(folder=str(folder), before=before)
    environment = {"NUMBA_CACHE_DIR": str(folder / "cache")}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return done.stdout.split()


def test_python_and_kernels_call_the_same() -> None:
    x = np.arange(5.0)
    halves, quarters, by_numba = np.empty(5), np.empty(5), np.empty(5)
    _halve(x, halves)
    _quarter(x, quarters)
    np.testing.assert_array_equal(halves, x / 2)
    np.testing.assert_array_equal(quarters, x / 4)

    @numba.njit
    def call(x: Any, out: Any) -> None:
        _quarter(x, out)

    call(x, by_numba)
    np.testing.assert_array_equal(by_numba, x / 4)


def test_what_only_kernels_call_is_not_made_for_python() -> None:
    out = np.empty(3)
    _quarter(np.ones(3), out)
    assert isinstance(_quarter, Kernel)
    assert isinstance(_half, Kernel)
    assert _quarter.whole.signatures
    assert _half.linked.signatures
    assert not _half.whole.signatures


def test_a_kernel_raises_through_the_one_that_called_it() -> None:
    assert _refuse_inside(1.0) == 2.0
    with pytest.raises(ValueError, match="negative"):
        _refuse_inside(-1.0)


def test_a_numba_of_other_internals_compiles_as_it_does_by_itself(tmp_path: Path) -> None:
    # One that numba itself does without here.
    other = "from numba.core import codegen; del codegen.CPUCodeLibrary.serialize_using_bitcode"
    kind, number = value(tmp_path)
    assert kind == "Kernel"
    assert value(tmp_path, other) == ["CPUDispatcher", number]


def test_functions_of_a_kernel_are_told_of_as_they_are_compiled() -> None:
    @inline
    def inner(x: Any) -> Any:
        return x + 1

    # Where it is looked for: a kernel's functions are global.
    globals()["_inner_of_test"] = inner

    @kernel
    def outer(x: Any) -> Any:
        return _inner_of_test(x) * 2  # type: ignore[name-defined] # noqa: F821

    told: list[tuple[str, int, int]] = []
    with watched(lambda *what: told.append(what)):
        assert outer(1.0) == 4.0
    assert parts_of(outer.py_func) == {outer.py_func, inner.py_func}
    assert told[0] == ("outer", 0, 2)
    assert told[-1] == ("outer", 2, 2)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    told.clear()
    with watched(lambda *what: told.append(what)):
        assert outer(2.0) == 6.0
    assert not told

"""Kernels are compiled whole for Python and linked for each other, and are the same either way."""

import os
import subprocess
import sys
from pathlib import Path
from sysconfig import get_platform
from types import SimpleNamespace
from typing import Any, NamedTuple

import numba
import numpy as np
import pytest
from numba.core.runtime import _nrt_python, rtsys

import recc_mc.kernels
from recc_mc.kernels.compiling import Kernel
from recc_mc.kernels.options import inline
from recc_mc.kernels.shipped import PLATFORMS, Shipped, pack, shipped_file
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
print(type(small.both).__name__, float(small.both({x})).hex())
"""


def kernel(function: Any) -> Any:
    """One that is kept nowhere: these tests see it compiled, which another run would have done."""
    shipped = Shipped("nothing")
    options = {"error_model": "numpy", "nogil": True}
    return Kernel(function, cache=False, kept=None, shipped=shipped, **options)


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
def _same(x):
    return x


@kernel
def _kept(x):
    both = np.empty((2, len(x)))
    both[0] = _same(x)
    both[1] = both[0]
    return both.sum()


class _Wishes(NamedTuple):
    more: tuple[()] | None
    x: Any


class _Study(NamedTuple):
    wishes: _Wishes


@kernel
def _wished(x):
    return x * 2


@kernel
def _grant(study):
    wishes = study.wishes
    if wishes.more is not None and wishes.x > 0:
        return _wished(wishes.x)
    return wishes.x


@kernel
def _refuse(x):
    if x < 0:
        raise ValueError("negative")
    return x


@kernel
def _refuse_inside(x):
    return _refuse(x) + 1


def value(folder: Path, before: str = "", x: str = "np.linspace(0.5, 9, 17)") -> list[str]:
    """What a fresh process, which finds nothing compiled, makes of the small kernels."""
    source = folder / "small.py"
    if not source.exists():  # a file that is written again is another one to numba
        source.write_text(SMALL)
    return run(VALUE.format(folder=str(folder), before=before, x=x), folder)


def run(program: str, folder: Path) -> list[str]:
    """Words that a fresh process prints, which has its cache in a folder."""
    # Python keeps bytecode that a full disk has cut short, and cannot read it again.
    own = {"NUMBA_CACHE_DIR": str(folder / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    environment = {**os.environ, **own}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
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


def test_what_makes_no_array_counts_no_references() -> None:
    out = np.empty(3)
    _quarter(np.ones(3), out)
    assert _kept(out) == out.sum() * 2

    def counts(function: Any) -> bool:
        (code,) = function.linked.overloads.values()
        return "call void @NRT_incref" in code.library.get_llvm_str()

    assert not counts(_halve)
    # What returns an array, or writes one into another, is not as free.
    assert counts(_same)


def test_no_array_is_lost_or_freed_twice() -> None:
    x, out = np.ones(3), np.empty(3)
    _quarter(x, out)
    _kept(x)
    held = sys.getrefcount(x)
    _nrt_python.memsys_enable_stats()
    try:
        before = rtsys.get_allocation_stats()
        for _ in range(100):
            _quarter(x, out)
            assert _kept(x) == 6.0
        after = rtsys.get_allocation_stats()
    finally:
        _nrt_python.memsys_disable_stats()
    assert after.alloc - before.alloc == after.free - before.free > 0
    assert sys.getrefcount(x) == held


def test_what_is_not_asked_for_is_not_compiled() -> None:
    assert _grant(_Study(_Wishes(None, 1.5))) == 1.5
    assert not _wished.signatures
    assert _grant(_Study(_Wishes((), 1.5))) == 3.0
    assert _wished.signatures


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


WATCH = """
from recc_mc.kernels.watching import watched
watching = watched(lambda *what: print("compiled"))
watching.__enter__()
"""
SHIP = f"""
from pathlib import Path
from recc_mc.kernels.options import SHIPPED
SHIPPED.file = Path({{file!r}})
{WATCH}
"""
FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
"""
PACK = """
import sys
sys.path.insert(0, {folder!r})
from pathlib import Path
import numpy as np
from recc_mc.kernels.shipped import pack
import small
small.both(np.linspace(0.5, 9, 17))
Path({file!r}).write_bytes(pack({{"small.both": small.both.as_bitcode()}}))
"""


@pytest.mark.skipif(get_platform() not in PLATFORMS, reason="nothing is shipped for this platform")
def test_what_a_wheel_carries_is_not_compiled(tmp_path: Path) -> None:
    file, places = str(tmp_path / "kernels"), [tmp_path / name for name in "abc"]
    for place in places:
        place.mkdir()
    (places[0] / "small.py").write_text(SMALL)
    run(PACK.format(folder=str(places[0]), file=file), places[0])
    first = value(places[1], SHIP.format(file=file))
    assert first[0] == "Kernel"
    # The machine code is cached: it is found without the file.
    assert value(places[1], SHIP.format(file="nowhere")) == first
    compiled = value(places[2], SHIP.format(file="nowhere"))
    assert "compiled" in compiled
    assert compiled[-2:] == first


@pytest.mark.parametrize("kind", ["nbi", "nbc"])
def test_what_was_cut_short_on_the_disk_is_compiled_once_more(kind: str, tmp_path: Path) -> None:
    made = value(tmp_path)
    (file,) = tmp_path.glob(f"cache/*/*/*.{kind}")
    file.write_bytes(file.read_bytes()[:10])
    again = value(tmp_path, WATCH)
    assert "compiled" in again
    assert again[-2:] == made
    assert value(tmp_path, WATCH) == made


def test_what_a_full_disk_does_not_take_is_compiled_all_the_same(tmp_path: Path) -> None:
    made = value(tmp_path, FULL.format(size=700))
    again = value(tmp_path, WATCH)
    assert "compiled" in again
    assert again[-2:] == made


def test_code_for_other_types_is_not_taken_for_what_was_not_written(tmp_path: Path) -> None:
    others = "np.linspace(0.5, 9, 34)[::2]"
    value(tmp_path)
    (index,) = tmp_path.glob("cache/*/*/*.nbi")
    index.unlink()
    # An index that names the first file of code, where the code itself has no room.
    made = value(tmp_path, FULL.format(size=2 * 1024), others)
    assert index.exists()
    assert value(tmp_path, x=others) == made


def test_bitcode_is_for_one_state_of_everything_it_was_made_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {shipped_file("one"), shipped_file("other")}
    monkeypatch.setattr(numba, "__version__", "0.0")
    files.add(shipped_file("one"))
    monkeypatch.setattr(sys.implementation, "cache_tag", "cpython-300")
    files.add(shipped_file("one"))
    assert len(files) == 4
    assert {file.parent for file in files} == {Path(recc_mc.kernels.__file__).parent / "compiled"}


@pytest.mark.parametrize(("features", "used"), [("+avx2,+fma", True), ("+avx2,-fma", False)])
@pytest.mark.parametrize(
    ("platform", "tried"), [("linux-x86_64", True), ("linux-aarch64", False), ("macosx", False)]
)
def test_bitcode_is_for_processors_that_round_a_product_and_a_sum_once(
    features: str,
    used: bool,
    platform: str,
    tried: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sysconfig.get_platform", lambda: platform)
    shipped = Shipped("digest")
    shipped.file = tmp_path / "kernels"
    shipped.file.write_bytes(pack({"f": [((numba.float64,), "state")]}))
    codegen = SimpleNamespace(magic_tuple=lambda: ("", "", features))
    assert shipped.find("f", (numba.float64,), codegen) == ("state" if used and tried else None)
    assert shipped.find("f", (numba.int64,), codegen) is None
    assert shipped.find("g", (numba.float64,), codegen) is None


def test_without_a_file_nothing_is_found() -> None:
    codegen = SimpleNamespace(magic_tuple=lambda: ("", "", "+fma"))
    assert Shipped("no such sources").find("f", (), codegen) is None

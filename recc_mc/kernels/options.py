"""Every numba option of the package, and where compiled code is cached.

Kernels are compiled on first use, never at import, and hold no Python state: dask may run them in
any thread. ``error_model="numpy"`` is not a matter of taste: the default model guards every
division with a branch, and a loop with a branch is not vectorised (log over lanes: 3.0 ns with
guards, 0.8 ns without). No ``fastmath``: reassociation would break the compensated sums of the
logarithm, and NaN must survive.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

Function = TypeVar("Function", bound=Callable[..., Any])

#: Samples per tile, the inner, contiguous axis of every kernel array. With 64 lanes an indicator of
#: the case study (48 objects) fills half of a 48 KiB L1 cache; 32 lanes are slower, for loops of
#: four vectors hardly amortise their set-up.
LANES = 64


def _writable(directory: Path) -> bool:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            return True
    except OSError:
        return False


def _source_digest() -> str:
    """Fingerprint of all kernel sources.

    numba looks at the file of a function only, not at the files of what it calls: without this, an
    edited inner kernel would go on running as it was compiled into its callers.
    """
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _cache_directory() -> Path | None:
    """The first writable place for compiled code, or None.

    numba raises at import where it finds none (a read-only install with no usable home), so the
    choice is made here, before the first decorator runs.
    """
    user = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    shared = Path(tempfile.gettempdir()) / f"recc_mc-{os.getuid() if hasattr(os, 'getuid') else 0}"
    for base in (Path(user) / "recc_mc", shared):
        place = base / f"kernels-{_source_digest()}"
        if base.is_absolute() and _writable(place):
            return place
    return None


if not numba.config.CACHE_DIR:
    numba.config.CACHE_DIR = str(_cache_directory() or "")
CACHED = bool(numba.config.CACHE_DIR)


def is_compiled(name: str) -> bool:
    """Whether a kernel, ``"module.function"``, was compiled on this machine before."""
    return CACHED and any(Path(numba.config.CACHE_DIR).rglob(f"{name}-*.nbi"))


def kernel(function: Function) -> Function:
    """Compile a function over tiles: called from Python, releases the GIL, cached on disk."""
    compiled: Function = numba.njit(
        nogil=True, error_model="numpy", cache=CACHED, no_cfunc_wrapper=True
    )(function)
    return compiled


def inline(function: Function) -> Function:
    """Compile a function of scalars or lanes that only kernels call."""
    compiled: Function = numba.njit(error_model="numpy", forceinline=True, no_cfunc_wrapper=True)(
        function
    )
    return compiled


@intrinsic
def tile_code(typingctx):
    """Tell LLVM, from inside a kernel, what makes its loops over lanes vectorise.

    No two array arguments overlap (LLVM gives up on loops that need more than eight overlap
    checks, which is every loop of interest); 512-bit vectors are welcome where the machine has
    them (a quarter faster than the default 256 for log and exp); and the function stays one, which
    keeps compilation in seconds. Changes the calling function's attributes, emits no code.
    """

    def generate(context, builder, signature, arguments):
        function = builder.function
        function.attributes.add("noinline")
        set.add(function.attributes, '"prefer-vector-width"="512"')
        for argument in function.args:
            # An array arrives as seven or more arguments; number 4 points to its data.
            if isinstance(argument.type, ir.PointerType) and argument.name.endswith(".4"):
                argument.add_attribute("noalias")
        return context.get_dummy_value()

    return types.void(), generate


@inline
def offset(first):
    """The same number, which LLVM now knows not to be negative.

    numba lets negative indices count from the end; where the sign of an index within a loop is
    unknown, that costs a select per access and the loop is not vectorised.
    """
    return first & 0xFFFFFFFFFFFF

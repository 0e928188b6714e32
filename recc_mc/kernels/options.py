"""Every numba option of the package, and where compiled code is cached.

Kernels are compiled on first use, never at import, and hold no Python state: dask may run them in
any thread. ``error_model="numpy"`` is not a matter of taste: the default model guards every
division with a branch, and a loop with a branch is not vectorised (log over lanes: 3.0 ns with
guards, 0.8 ns without). No ``fastmath``: reassociation would break the compensated sums of the
logarithm, and NaN must survive.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from recc_mc.kernels.keeping import Kept
from recc_mc.kernels.shipped import Shipped

try:
    from recc_mc.kernels.compiling import Kernel
except (ImportError, AttributeError):
    # A numba that is not like those this was written for: right all the same, and slower.
    Kernel = None  # type: ignore[assignment,misc]

Function = TypeVar("Function", bound=Callable[..., Any])

#: Samples per tile, the inner, contiguous axis of every kernel array. With 64 lanes an indicator of
#: the case study (48 objects) fills half of a 48 KiB L1 cache; 32 lanes are slower, for loops of
#: four vectors hardly amortise their set-up.
LANES = 64
#: Independent partial sums of a row of draws; a fixed number, so that a sum is the same on every
#: machine.
FOLD = 16


def _is_private(folder: Path) -> bool:
    """Whether a folder, made if there is none, is ours and nobody else can change what is in it.

    Compiled code is run as it is found: whoever writes to its folder runs code in our name.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        own, above = folder.lstat(), [place.stat() for place in folder.resolve().parents]
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        return False
    if os.name != "posix":
        return True
    shared = own.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    is_folder = stat.S_ISDIR(own.st_mode)  # and no link to one
    return is_folder and own.st_uid == os.getuid() and not shared and all(map(_protects, above))


def _protects(folder: os.stat_result) -> bool:
    """Whether nobody else can put another folder in the place of ours, which is in this one."""
    if folder.st_uid not in (0, os.getuid()):
        return False
    # In a folder that all may write to, such as /tmp, the sticky bit keeps others off our entries.
    # Many systems let a user's primary group, of that user alone, write to all that is his.
    by_group = folder.st_mode & stat.S_IWGRP and folder.st_gid != os.getgid()
    return bool(folder.st_mode & stat.S_ISVTX) or not (by_group or folder.st_mode & stat.S_IWOTH)


@cache
def _source_digest() -> str:
    """Fingerprint of all sources in this folder.

    numba looks at the file of a function only, not at the files of what it calls: without this, an
    edited inner kernel would go on running as it was compiled into its callers. (Kernels that
    stand elsewhere call only those of their own file and of this folder.) The names of all
    modules count too: a signature that is cached names the modules of its types, and could not be
    read again where one has moved.
    """
    package = Path(__file__).parents[1]
    names = sorted(str(source.relative_to(package)) for source in package.rglob("*.py"))
    digest = hashlib.sha256(" ".join([numba.__version__, *names]).encode())
    for name in names:
        source = (package / name).read_bytes()
        # Kernels, and what they take their constants from.
        if name.startswith("kernels") or b"kernels.options import" in source:
            digest.update(source)
    return digest.hexdigest()[:16]


def _cache_directory() -> Path | None:
    """The first place for compiled code that we, and nobody else, can write to; or None.

    numba raises at import where it finds none (a read-only install with no usable home), so the
    choice is made here, before the first decorator runs.
    """
    user = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    for base in chain([Path(user) / "recc_mc"], _temporary()):
        place = base / f"kernels-{_source_digest()}"
        if base.is_absolute() and _is_private(base) and _is_private(place):
            return place
    return None


def _temporary() -> Iterator[Path]:
    """Our folders among the temporary ones, at last a new one of a name that nobody foresees."""
    folder, name = Path(tempfile.gettempdir()), f"recc_mc-{_user()}"
    yield folder / name
    yield from sorted(folder.glob(f"{name}-*"))
    with suppress(OSError):
        new = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder))
        yield new
        # Asked for another one: it is of no use.
        new.rmdir()


def _user() -> int:
    return os.getuid() if os.name == "posix" else 0


def _place(given: str) -> str:
    """Where numba caches: in a folder of these sources, also within the one that a user names."""
    if not given:
        return str(_cache_directory() or "")
    own = f"kernels-{_source_digest()}"
    return given if Path(given).name == own else str(Path(given) / own)


numba.config.CACHE_DIR = _place(numba.config.CACHE_DIR)
CACHED = bool(numba.config.CACHE_DIR)
SHIPPED = Shipped(_source_digest())
KEPT = Kept(Path(numba.config.CACHE_DIR) / "linked", _source_digest()) if CACHED else None


def kernel(function: Function) -> Function:
    """Compile a function over tiles: called from Python, releases the GIL, cached on disk."""
    return _compiled(function, cached=CACHED, nogil=True)


def inline(function: Function) -> Function:
    """Compile a function of scalars or lanes that only kernels call."""
    return _compiled(function, cached=False, forceinline=True)


def is_compiled(function: Callable[..., Any], *arguments: Any) -> bool:
    """Whether a kernel need not be compiled for arguments of these types, or nobody knows.

    Parameters
    ----------
    function
        A kernel.
    *arguments
        What it would be called with.
    """
    return Kernel is None or cast(Any, function).is_ready(*arguments)


def prepare(function: Callable[..., Any], *arguments: Any) -> None:
    """Compile a kernel for the kernels that call it.

    Parameters
    ----------
    function
        A kernel.
    *arguments
        Of the types for which it is compiled.
    """
    cast(Any, function).prepare(*arguments)


def _compiled(function: Function, *, cached: bool, **options: bool) -> Function:
    if Kernel is None:
        plain = numba.njit(cache=cached, error_model="numpy", no_cfunc_wrapper=True, **options)
        return cast(Function, plain(function))
    whole = Kernel(
        function, cache=cached, kept=KEPT, shipped=SHIPPED, error_model="numpy", **options
    )
    return cast(Function, whole)


def step(function: Function) -> Function:
    """A step that several kernels share, which stands in each of them as if written there.

    Called, it would be handed every array of its structures, and count references to them: the
    steps of one indicator made the chain slower by 4 % in that way.
    """
    compiled: Function = numba.njit(inline="always", no_cfunc_wrapper=True)(function)
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

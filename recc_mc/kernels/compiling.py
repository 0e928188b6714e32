"""How kernels are compiled: once and whole, where Python calls them.

numba optimises every function that it compiles, turns it into machine code and wraps it for Python,
and links it into each of its callers, to be optimised and emitted there once more. Here a kernel
has two forms. *Linked*, for the kernels that call it, it is typed, lowered and simplified only, and
counts no references to arrays that its caller holds anyway. *Whole*, for Python, it is one module
with all that it calls, optimised once and emitted once (`.libraries`). Passes move no operation on
numbers that the source does not let them move: results keep their bits, and compiling takes half
the time (`benchmarks.first_run`). Both forms are kept on disk, and one process at a time compiles a
kernel (`.keeping`).

numba lets a function name its own compiler, and an object its own type; the rest are its internals
(`.internals`). Where one of those is missing, importing this module fails, and
`recc_mc.kernels.options` compiles as numba does by itself.
"""

import functools
import gc
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from numba import njit, typeof
from numba.core import compiler
from numba.core.target_extension import jit_registry, target_registry
from numba.core.types.misc import unliteral

from recc_mc.kernels.keeping import Kept, alone
from recc_mc.kernels.libraries import linked_codegen, whole_codegen
from recc_mc.kernels.passes import kernel_passes, variables_listed
from recc_mc.kernels.shipped import Shipped


class _Flags(compiler.Flags):  # type: ignore[misc]
    """numba's, compared by what is set.

    They are a part of the keys by which numba looks up what an operator does, and are compared so
    often, all thirty of them, that it takes a tenth of the time.
    """

    __slots__ = ()

    def __hash__(self):
        return len(self._values)

    def __eq__(self, other):
        return isinstance(other, _Flags) and self._values == other._values


class _KernelCompiler(compiler.Compiler):  # type: ignore[misc]
    """Compiles a kernel, of which the kernels that it calls become a part."""

    def __init__(self, typingctx, targetctx, library, args, return_type, flags, locals):
        flags = _Flags(flags)
        super().__init__(typingctx, targetctx, library, args, return_type, flags, locals)
        self.shared_codegen = targetctx.codegen()
        linked = linked_codegen(self.shared_codegen)
        self.state.targetctx = self.state.targetctx.subtarget(_internal_codegen=linked)
        # numba starts a new dictionary for each: this code may be shared.
        self.state.targetctx.cached_internal_func = linked.subroutines


def _is_kept(function):
    """Whether a function's name tells which one it is, of those whose sources the digest covers."""
    return function.__module__.startswith("recc_mc.") and "<locals>" not in function.__qualname__


class _LinkedCompiler(_KernelCompiler):
    """Compiles a kernel for the kernels that call it."""

    def _compile_bytecode(self):
        named = self.state.func_id
        if _is_kept(named.func):
            # The same in all processes, which numba counts on from 1.
            named.unique_id, named.unique_name = 0, f"{named.func_qualname}$0"
        return super()._compile_bytecode()

    def define_pipelines(self):
        return [kernel_passes(self.state, borrows=True)]


class _WholeCompiler(_KernelCompiler):
    """Compiles a kernel for Python."""

    def define_pipelines(self):
        return [kernel_passes(self.state, borrows=False)]

    def compile_extra(self, func):
        emitting = whole_codegen(self.shared_codegen)
        self.state.library = emitting.create_library(func.__qualname__)
        self.state.library.enable_object_caching()
        with _at_work():
            result = super().compile_extra(func)
        for environment in result._find_referenced_environments():
            emitting.set_env(environment.env_name, environment)
        return result


@contextmanager
def _at_work() -> Iterator[None]:
    with _without_garbage_collection(), _all_linked(), variables_listed():
        yield


@contextmanager
def _all_linked() -> Iterator[None]:
    """numba's own functions, such as `numpy.empty`, are compiled as kernels that kernels call.

    numba finds them by the flags of the caller too: the code of others does not meet ours.
    """
    place = target_registry["cpu"]
    decorator = jit_registry[place]
    # An entry that is there already cannot be assigned to.
    jit_registry.update({place: functools.partial(decorator, **_LINKED)})
    try:
        yield
    finally:
        jit_registry.update({place: decorator})


def _alone(file, compile, signature):
    with alone(file):
        return compile(signature)


def _for_any_value(get_call_template, args, kws):
    """What a call resolves to; numba compiles a function once more for each number written out."""
    named = {name: unliteral(kind) for name, kind in kws.items()}
    return get_call_template(tuple(map(unliteral, args)), named)


#: Options of what is compiled for the kernels that call it.
_LINKED = {
    "pipeline_class": _LinkedCompiler,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """No searches for cycles among millions of objects in use, which take 13-17 % of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class _Cache:
    """numba's cache of a function, then what the wheel carries of it."""

    def __init__(self, cache, name: str, shipped: Shipped) -> None:
        self._cache, self._name, self._shipped = cache, name, shipped

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)

    def holds(self, sig, codegen):
        """Whether there is code for arguments of these types."""
        with self._mended():
            if self._cache._index_key(sig, codegen) in self._cache._cache_file._load_index():
                return True
        return self._shipped.find(self._name, sig, codegen) is not None

    def load_overload(self, sig, target_context):
        found = None
        with self._mended():
            found = self._cache.load_overload(sig, target_context)
        # numba writes its index first: a new one may name a file of code for other types.
        if found is not None and found.signature.args == tuple(sig):
            return found
        target_context.refresh()
        state = self._shipped.find(self._name, sig, target_context.codegen())
        if state is None:
            return None
        whole = whole_codegen(target_context.codegen())
        context = target_context.subtarget(_internal_codegen=whole)
        found = compiler.CompileResult._rebuild(context, *state)
        self.save_overload(sig, found)
        return found

    def save_overload(self, sig, result):
        # What a disk cannot take, the next process compiles again.
        with suppress(OSError), self._mended():
            self._cache.save_overload(sig, result)

    @contextmanager
    def _mended(self) -> Iterator[None]:
        """Begin a new index where a file is not as it was written: a disk may lose power."""
        try:
            yield
        except (EOFError, pickle.UnpicklingError):
            with suppress(OSError):
                self._cache.flush()


class _LinkedCache:
    """numba's cache of a function in its linked form."""

    def __init__(self, name: str, kept: Kept) -> None:
        self._name, self._kept = name, kept

    def load_overload(self, sig, target_context):
        linked = linked_codegen(target_context.codegen())
        linked.find = functools.partial(self._find, linked)
        found = self._kept.read(self._kept.key(self._name, sig, linked))
        if found is None or found[0] != tuple(sig):
            return None
        context = target_context.subtarget(_internal_codegen=linked)
        try:
            return compiler.CompileResult._rebuild(context, *found[1:])
        except LookupError:
            return None

    def save_overload(self, sig, result):
        linked = result.codegen
        key = result.library.key = self._kept.key(self._name, sig, linked)
        linked.kept[key] = result.library
        # What it is made of, line by line, nobody will ask.
        self._kept.write(key, (tuple(sig), *result._replace(type_annotation="")._reduce()))

    def _find(self, linked, key):
        if key not in linked.kept:
            found = self._kept.read(key)
            if found is None:
                raise LookupError(key)
            linked.unserialize_library(found[1])
        return linked.kept[key]


class Kernel:
    """A function for Python and for other kernels, compiled for each when it is called.

    Parameters
    ----------
    function
        What to compile.
    cache
        Whether code for Python is kept on disk.
    kept
        Where code for other kernels is kept, if it is.
    shipped
        What the wheel carries.
    **options
        Of `numba.njit`.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        cache: bool,
        kept: Kept | None,
        shipped: Shipped,
        **options: Any,
    ) -> None:
        functools.update_wrapper(self, function)
        self.py_func = function
        self.name = f"{function.__module__}.{function.__qualname__}"
        self._cache, self._kept, self._shipped, self._options = cache, kept, shipped, options

    @functools.cached_property
    def whole(self) -> Any:
        """Its form for Python."""
        options = {"pipeline_class": _WholeCompiler, "no_cfunc_wrapper": True, **self._options}
        made = njit(cache=self._cache, **options)(self.py_func)
        made._cache = _Cache(made._cache, self.name, self._shipped)
        if self._cache:
            file = Path(made._cache.cache_path) / f"{self.name}.lock"
            made.compile = functools.partial(_alone, file, made.compile)
        return made

    @functools.cached_property
    def linked(self) -> Any:
        """Its form for other kernels."""
        made = njit(**_LINKED, **self._options)(self.py_func)
        made.get_call_template = functools.partial(_for_any_value, made.get_call_template)
        if self._kept is not None and _is_kept(self.py_func):
            made._cache = _LinkedCache(self.name, self._kept)
        return made

    @property
    def _numba_type_(self) -> Any:
        """What code that numba compiles takes it for."""
        return self.linked._numba_type_

    def __call__(self, *arguments: Any) -> Any:
        """What it computes, by its form for Python."""
        return self.whole(*arguments)

    def is_ready(self, *arguments: Any) -> bool:
        """Whether its form for Python is there for arguments of these types, or on disk."""
        signature = tuple(map(typeof, arguments))
        if signature in self.whole.overloads or not self._cache:
            return True
        return bool(self.whole._cache.holds(signature, self.whole.targetctx.codegen()))

    def prepare(self, *arguments: Any) -> None:
        """Compile its form for other kernels for arguments of these types."""
        with _at_work():
            self.linked.compile(tuple(map(typeof, arguments)))

    @property
    def signatures(self) -> list[Any]:
        """Types of arguments that it has been compiled for."""
        return [*self.whole.signatures, *self.linked.signatures]

    def as_bitcode(self) -> list[tuple[Any, Any]]:
        """Signature and state of each of its compiled forms for Python, to be shipped."""
        return [
            (signature, (result.library.serialize_using_bitcode(), *result._reduce()[1:]))
            for signature, result in self.whole.overloads.items()
        ]

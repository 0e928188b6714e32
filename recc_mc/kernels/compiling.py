"""How kernels are compiled: once and whole, where Python calls them.

numba optimises every function that it compiles, turns it into machine code and wraps it for Python,
and links it into each of its callers, to be optimised and emitted there once more. Here a kernel
has two forms. *Linked*, for the kernels that call it, it is typed, lowered and simplified only, and
counts no references to arrays that its caller holds anyway. *Whole*, for Python, it is one module
with all that it calls, optimised once and emitted once. Passes move no floating-point operation
that the source does not let them move: results keep their bits, and compiling takes half the time
(`benchmarks.first_run`).

numba lets a function name its own compiler, and an object its own type; what a library of code
links and when it is optimised are numba's internals. Where one of those used here is missing,
importing this module fails, and `recc_mc.kernels.options` compiles as numba does by itself.
"""

import functools
import gc
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from numba import njit
from numba.core import caching, codegen, compiler, cpu, dispatcher
from numba.core.target_extension import jit_registry, target_registry
from numba.core.types.misc import unliteral

from recc_mc.kernels.passes import kernel_passes, variables_listed
from recc_mc.kernels.shipped import Shipped

_INTERNALS = {
    codegen.JITCodeLibrary: (
        "_codegen _final_module _finalize_dynamic_globals _finalize_final_module _finalized "
        "_get_module_for_linking _linking_libraries _raise_if_finalized "
        "_shared_module _unserialize enable_object_caching finalize get_pointer_to_function "
        "serialize_using_bitcode"
    ),
    codegen.JITCPUCodegen: "_library_class _pass_builder create_library set_env",
    cpu.CPUContext: "_internal_codegen cached_internal_func codegen subtarget",
    compiler.Compiler: "compile_extra state",
    compiler.Flags: "_values",
    compiler.CompileResult: "_find_referenced_environments _rebuild _reduce",
    dispatcher.Dispatcher: "_cache get_call_template overloads",
    caching.FunctionCache: "load_overload save_overload",
}


def _missing() -> list[str]:
    """Internals of numba that are used here, and that the installed numba has not."""
    return [
        f"{owner.__name__}.{name}"
        for owner, names in _INTERNALS.items()
        for name in set(names.split()) - _attributes(owner)
    ]


def _attributes(owner: type) -> set[str]:
    """Names that a class defines, or that it sets when an object is made."""
    makers = [getattr(base, "__init__", None) for base in owner.__mro__]
    makers.append(getattr(owner, "init", None))
    codes = (getattr(inspect.unwrap(maker), "__code__", None) for maker in makers if maker)
    return set(dir(owner)).union(*(code.co_names for code in codes if code is not None))


if _missing():
    raise ImportError(f"this numba has no {', '.join(_missing())}")


class _Linked(codegen.JITCodeLibrary):  # type: ignore[misc]
    """Code that is optimised and emitted with the code that calls it."""

    _shared_module: Any

    def finalize(self):
        self._raise_if_finalized()
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name):
        """Nowhere: Python calls the other form."""
        return 0

    def _get_module_for_linking(self):
        """All of it, for a caller that numba compiles by itself."""
        if self._shared_module is None:
            module = _own_module(self).clone()
            _link_called(self, module)
            self._shared_module = module
        return self._shared_module


class _Whole(codegen.JITCodeLibrary):  # type: ignore[misc]
    """Code that Python calls, with all that it calls."""

    def finalize(self):
        self._raise_if_finalized()
        _link_called(self, self._final_module)
        self._linking_libraries.clear()
        super().finalize()

    @classmethod
    def _unserialize(cls, codegen, state):
        """From optimised bitcode; the machine code made of it can be cached."""
        name, kind, bitcode = state
        assert kind == "bitcode"
        self = cls(codegen, name)
        self.enable_object_caching()
        self._final_module = _llvm().parse_bitcode(bitcode)
        self._finalize_final_module()
        return self


def _llvm():
    return codegen.ll


def _own_module(library):
    """What a library itself defines, in a form of which several callers may have a copy."""
    if not isinstance(library, _Linked):
        return library._get_module_for_linking()
    for function in library._final_module.functions:
        if not function.is_declaration and function.linkage == _llvm().Linkage.external:
            function.linkage = "linkonce_odr"
    return library._final_module


def _link_called(library, module):
    """Link all that a library calls into a module, once each."""
    for called in _called(library, set()):
        if hasattr(called, "_reload_init"):  # which older ones have not
            library._reload_init.update(called._reload_init)
        module.link_in(_own_module(called), preserve=True)


def _called(library, seen):
    for called in library._linking_libraries:
        if called not in seen:
            seen.add(called)
            yield called
            if isinstance(called, _Linked):
                yield from _called(called, seen)


class _WholeCodegen(codegen.JITCPUCodegen):  # type: ignore[misc]
    """A share in numba's code generator: the same engine, other libraries and passes."""

    _library_class = _Whole

    def __init__(self, shared: Any) -> None:
        self.__dict__.update(shared.__dict__)

    def _pass_builder(self, **kwargs):
        # Level 1 has all that vectorises these loops; they run 3-5 % faster than with numba's
        # level 3 (6.8 against 7.1 us a sample, AVX-512), and compile 5 % faster.
        return super()._pass_builder(**{"opt": 1, **kwargs})


class _LinkedCodegen(_WholeCodegen):
    """The same for code that is not emitted."""

    _library_class = _Linked

    def __init__(self, shared: Any) -> None:
        super().__init__(shared)
        self.subroutines: dict[Any, Any] = {}

    def set_env(self, env_name, env):
        """Nothing was emitted that could hold it."""


_whole_codegen = functools.cache(_WholeCodegen)
_linked_codegen = functools.cache(_LinkedCodegen)


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
        linked = _linked_codegen(self.shared_codegen)
        self.state.targetctx = self.state.targetctx.subtarget(_internal_codegen=linked)
        # numba starts a new dictionary for each: this code may be shared.
        self.state.targetctx.cached_internal_func = linked.subroutines


class _LinkedCompiler(_KernelCompiler):
    """Compiles a kernel for the kernels that call it."""

    def define_pipelines(self):
        return [kernel_passes(self.state, borrows=True)]


class _WholeCompiler(_KernelCompiler):
    """Compiles a kernel for Python."""

    def define_pipelines(self):
        return [kernel_passes(self.state, borrows=False)]

    def compile_extra(self, func):
        emitting = _whole_codegen(self.shared_codegen)
        self.state.library = emitting.create_library(func.__qualname__)
        self.state.library.enable_object_caching()
        with _without_garbage_collection(), _all_linked(), variables_listed():
            result = super().compile_extra(func)
        for environment in result._find_referenced_environments():
            emitting.set_env(environment.env_name, environment)
        return result


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

    def load_overload(self, sig, target_context):
        found = self._cache.load_overload(sig, target_context)
        if found is not None:
            return found
        target_context.refresh()
        state = self._shipped.find(self._name, sig, target_context.codegen())
        if state is None:
            return None
        whole = _whole_codegen(target_context.codegen())
        context = target_context.subtarget(_internal_codegen=whole)
        found = compiler.CompileResult._rebuild(context, *state)
        self._cache.save_overload(sig, found)
        return found


class Kernel:
    """A function for Python and for other kernels, compiled for each when it is called.

    Parameters
    ----------
    function
        What to compile.
    cache
        Whether code for Python is kept on disk.
    shipped
        What the wheel carries.
    **options
        Of `numba.njit`.
    """

    def __init__(
        self, function: Callable[..., Any], *, cache: bool, shipped: Shipped, **options: Any
    ) -> None:
        functools.update_wrapper(self, function)
        self.py_func = function
        self.name = f"{function.__module__}.{function.__qualname__}"
        self._cache, self._shipped, self._options = cache, shipped, options

    @functools.cached_property
    def whole(self) -> Any:
        """Its form for Python."""
        options = {"pipeline_class": _WholeCompiler, "no_cfunc_wrapper": True, **self._options}
        made = njit(cache=self._cache, **options)(self.py_func)
        made._cache = _Cache(made._cache, self.name, self._shipped)
        return made

    @functools.cached_property
    def linked(self) -> Any:
        """Its form for other kernels."""
        made = njit(**_LINKED, **self._options)(self.py_func)
        made.get_call_template = functools.partial(_for_any_value, made.get_call_template)
        return made

    @property
    def _numba_type_(self) -> Any:
        """What code that numba compiles takes it for."""
        return self.linked._numba_type_

    def __call__(self, *arguments: Any) -> Any:
        """What it computes, by its form for Python."""
        return self.whole(*arguments)

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

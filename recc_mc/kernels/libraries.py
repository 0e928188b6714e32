"""What LLVM is given of a kernel, and when: all of it at once, for Python, or nothing yet.

A library is numba's word for the code of one function and of what it calls.
"""

import functools
from collections.abc import Callable
from typing import Any

from numba.core import codegen

import recc_mc.kernels.internals  # noqa: F401  (whether numba has what is used here)


class _Linked(codegen.JITCodeLibrary):  # type: ignore[misc]
    """Code that is optimised and emitted with the code that calls it."""

    _shared_module: Any
    #: Its name among those that are kept.
    key = ""

    def finalize(self):
        self._raise_if_finalized()
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name):
        """Nowhere: Python calls the other form."""
        return 0

    def serialize_using_object_code(self):
        """Its own code, with that of what it calls and is not kept, and the names of the others."""
        module = _own_module(self).clone()
        own = {function.name for function in module.functions if not function.is_declaration}
        kept = []
        for called in _called(self, set(), within_kept=False):
            if _is_kept_library(called):
                kept.append(called.key)
            else:
                module.link_in(_own_module(called), preserve=True)
        for function in module.functions:
            if not function.is_declaration and function.name not in own:
                # Another process may give its name to something else.
                function.linkage = "internal"
        return self.name, self.key, module.as_bitcode(), kept

    @classmethod
    def _unserialize(cls, codegen, state):
        name, key, bitcode, called = state
        if key not in codegen.kept:
            self = codegen.kept[key] = cls(codegen, name)
            self.key = key
            self._final_module = _llvm().parse_bitcode(bitcode)
            self._linking_libraries = [codegen.find(one) for one in called]
            self._finalized = True
        return codegen.kept[key]

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


def _is_kept_library(library):
    return isinstance(library, _Linked) and bool(library.key)


def _called(library, seen, *, within_kept=True):
    for called in library._linking_libraries:
        if called not in seen:
            seen.add(called)
            yield called
            if isinstance(called, _Linked) and (within_kept or not called.key):
                yield from _called(called, seen, within_kept=within_kept)


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
        #: Those that are kept on disk, as far as they are in use, and how to find another one.
        self.kept: dict[str, Any] = {}
        self.find: Callable[[str], Any]

    def set_env(self, env_name, env):
        """Nothing was emitted that could hold it."""


whole_codegen = functools.cache(_WholeCodegen)
linked_codegen = functools.cache(_LinkedCodegen)

"""numba's internals that kernels are compiled with; importing this fails where one is missing."""

import inspect

from numba.core import (
    caching,
    codegen,
    compiler,
    compiler_machinery,
    cpu,
    dispatcher,
    ir,
)

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
    dispatcher.Dispatcher: "_cache compile get_call_template overloads targetctx",
    compiler_machinery.PassManager: "_analysis _runPass",
    caching.FunctionCache: "_cache_file _index_key flush load_overload save_overload",
    caching.IndexDataCacheFile: "_load_index",
    ir.Inst: "_rec_list_vars",
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

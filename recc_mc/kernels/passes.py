"""What numba does with a kernel on its way from Python to LLVM.

Its own passes, but for those that no kernel has a use for and the record that is kept of each,
which together take a tenth of the time. Two more are ours: one leaves out what a study has not
asked for, one the counting of references.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

from numba.core import compiler, compiler_machinery, ir, types, untyped_passes
from numba.core.ir_utils import get_definition, guard
from numba.core.typed_passes import AnnotateTypes, NopythonRewrites
from numba.core.types.containers import BaseNamedTuple
from numba.core.types.misc import NoneType


@contextmanager
def variables_listed() -> Iterator[None]:
    """What numba asks its lines of code most often, asked the same in half the time."""
    slow = ir.Inst._rec_list_vars
    ir.Inst._rec_list_vars = _variables
    try:
        yield
    finally:
        ir.Inst._rec_list_vars = slow


def _variables(line, value):
    """Variables within a part of a line."""
    kind = type(value)
    if kind is ir.Var:
        return [value]
    if kind in _NO_VARIABLES:
        return []
    if kind is dict:
        value = value.values()
    elif kind is not list and kind is not tuple:
        return value.list_vars() if isinstance(value, ir.Inst) else []
    return [
        name for part in value if type(part) not in _NO_VARIABLES for name in _variables(line, part)
    ]


_NO_VARIABLES = {str, int, bool, float, type(None), ir.Loc}

#: Passes for contexts and for expressions of whole arrays, and the first of many searches for the
#: lifetimes of variables.
_LEFT_OUT = {untyped_passes.IRProcessing, untyped_passes.WithLifting, NopythonRewrites}


def kernel_passes(state: Any, *, borrows: bool) -> compiler_machinery.PassManager:
    """Passes that compile a kernel.

    Parameters
    ----------
    state
        numba's, of the kernel.
    borrows
        Whether other kernels hold its arrays for it.
    """
    usual = compiler.DefaultPassBuilder.define_nopython_pipeline(state)
    left_out = _LEFT_OUT | (set() if _has_closures(state) else {untyped_passes.InlineClosureLikes})
    passes = _Passes(usual.pipeline_name)
    for one, description in usual.passes:
        if one not in left_out:
            passes.add_pass(one, description)
    passes.add_pass_after(_TakeAbsent, untyped_passes.InlineInlinables)
    if borrows:
        passes.add_pass_after(_BorrowArrays, AnnotateTypes)
    passes.finalize()
    return passes


def _has_closures(state):
    return any(isinstance(one, CodeType) for one in state.func_id.code.co_consts)


class _Passes(compiler_machinery.PassManager):  # type: ignore[misc]
    """Runs passes one after the other, and tells nobody."""

    def _runPass(self, index, one, state):
        one.analysis = self._analysis
        one.run_initialization(state)
        one.run_pass(state)
        one.run_finalizer(state)


@compiler_machinery.register_pass(mutates_CFG=False, analysis_only=False)
class _TakeAbsent(compiler_machinery.FunctionPass):  # type: ignore[misc]
    """Reads what is None in an argument as None, so that numba drops what depends on its being so.

    numba does that of arguments, not of what is in them.
    """

    _name = "take_absent"

    def __init__(self):
        """Of a pass that numba keeps one of."""

    def run_pass(self, state):
        for block in state.func_ir.blocks.values():
            for line in block.find_insts(ir.Assign):
                if isinstance(_part(state, line.value), NoneType):
                    line.value = ir.Const(None, line.value.loc)
        return True


def _part(state, value):
    """Type of a field of an argument, or of a field of it; else None."""
    if not isinstance(value, ir.Expr) or value.op != "getattr":
        return None
    holder = guard(get_definition, state.func_ir, value.value)
    kind = state.args[holder.index] if isinstance(holder, ir.Arg) else _part(state, holder)
    if not isinstance(kind, BaseNamedTuple) or value.attr not in kind.fields:
        return None
    return kind.types[kind.fields.index(value.attr)]


#: Expressions that give arrays which something else holds: of an argument, or a part of one.
_BORROWING = {"build_tuple", "cast", "exhaust_iter", "getattr", "getitem", "phi", "static_getitem"}


@compiler_machinery.register_pass(mutates_CFG=False, analysis_only=True)
class _BorrowArrays(compiler_machinery.AnalysisPass):  # type: ignore[misc]
    """Leaves out the counting of references in a kernel that makes and returns no array.

    All its arrays then outlive the call without it. Each count is an atomic operation, and passing
    a tuple of arrays on from kernel to kernel counts every one: 7 % of the chain's time.
    """

    _name = "borrow_arrays"

    def __init__(self):
        """Of a pass that numba keeps one of."""

    def run_pass(self, state):
        if not _owns_arrays(state):
            state.targetctx = state.targetctx.subtarget(enable_nrt=False)
        return False


def _owns_arrays(state):
    """Whether references must be counted: arrays are made, by the kernel or by what it calls."""

    def holds_arrays(kind):
        return state.targetctx.data_model_manager[kind].contains_nrt_meminfo()

    def makes_array(line):
        if isinstance(line, ir.SetItem | ir.StaticSetItem):
            # Copied first, lest the two overlap.
            return holds_arrays(state.typemap[line.value.name])
        value = line.value if isinstance(line, ir.Assign) else None
        if not isinstance(value, ir.Expr) or not holds_arrays(state.typemap[line.target.name]):
            return False
        if value.op == "call":
            return not isinstance(state.typemap[value.func.name], types.NamedTupleClass)
        return value.op not in _BORROWING

    lines = (line for block in state.func_ir.blocks.values() for line in block.body)
    return holds_arrays(state.return_type) or any(map(makes_array, lines))

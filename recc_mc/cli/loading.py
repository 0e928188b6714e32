"""What a command does not wait for: modules that others load and this program does not use."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["leave_dask_arrays", "leave_what_kernels_spare", "leave_what_runs_spare"]


def leave_what_runs_spare() -> None:
    """Load no more than a command needs that runs kernels."""
    leave_dask_arrays()
    leave_what_kernels_spare()


def leave_dask_arrays() -> None:
    """Have xarray load dask's arrays when somebody makes one, not with its first variable.

    xarray asks of everything that it is given whether it is one, and loads a quarter of a second of
    modules for that. As long as they are not loaded, nothing is. Where its internals are not those
    that this knows, it loads them as ever.
    """
    with suppress(ImportError, AttributeError):
        from xarray.namedarray import pycompat

        pycompat._cached_duck_array_modules.setdefault("dask", _Dask())  # type: ignore[arg-type]


class _Dask:
    """Stands for xarray's record of dask until its arrays are loaded."""

    @property
    def type(self) -> tuple[type, ...]:
        """Types of arrays."""
        return (sys.modules["dask.array"].Array,) if "dask.array" in sys.modules else ()


def leave_what_kernels_spare() -> None:
    """Have numba get ready for kernels without what it would load for products of matrices.

    With the first kernel, compiled or not, it loads SciPy's linear algebra, and a parser of C for
    functions of other libraries: two thirds of what it waits for. Where it does not find them, it
    does without. Nothing in this program calls them from a kernel.
    """
    with suppress(ImportError, AttributeError), _not_found("cffi", "scipy.linalg"):
        from numba.core.registry import cpu_target

        cpu_target.target_context.refresh()


@contextmanager
def _not_found(*names: str) -> Iterator[None]:
    """Modules cannot be loaded meanwhile, unless they are already."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]

"""What a command that works on NumPy's arrays does not wait for."""

import sys
from contextlib import suppress
from typing import Any

__all__ = ["leave_dask_arrays"]


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

    def __getattr__(self, name: str) -> Any:
        from xarray.namedarray.pycompat import DuckArrayModule

        return getattr(DuckArrayModule("dask"), name)

"""What is being compiled, and how far that is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, ModuleType
from typing import Any

from numba.core import event

Tell = Callable[[str, int, int], object]
"""Takes a kernel's name, how many of the functions it is made of are compiled, and of how many."""


@contextmanager
def watched(tell: Tell) -> Iterator[None]:
    """Tell of the kernels that are compiled meanwhile, in any thread.

    Parameters
    ----------
    tell
        Called when a function is begun, and when a kernel is ready.
    """
    with event.install_listener("numba:compile", _Watch(tell)):
        yield


class _Watch(event.Listener):  # type: ignore[misc]
    """Counts functions once, for however many types of arguments they are compiled."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._depth = 0
        self._name = ""
        self._functions: set[Any] = set()
        self._begun: set[Any] = set()

    def on_start(self, event: event.Event) -> None:
        function = event.data["dispatcher"].py_func
        if self._depth == 0:
            self._name, self._functions, self._begun = function.__name__, parts_of(function), set()
        self._depth += 1
        self._begun |= {function} & self._functions
        # The last one begun is at work; the kernel itself is begun first.
        self._tell(self._name, max(0, len(self._begun) - 1), len(self._functions))

    def on_end(self, event: event.Event) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._tell(self._name, len(self._functions), len(self._functions))


def parts_of(function: Callable[..., Any]) -> set[Any]:
    """A kernel's function and those of all kernels that it calls.

    Parameters
    ----------
    function
        The function as it was written.
    """
    found, left = {function}, [function]
    while left:
        called = set(_called(left.pop())) - found
        found |= called
        left.extend(called)
    return found


def _called(function: Any) -> Iterator[Any]:
    scope, code = function.__globals__, function.__code__
    assert isinstance(code, CodeType)
    values = [scope.get(name) for name in code.co_names]
    modules = [value for value in values if isinstance(value, ModuleType)]
    values += [getattr(module, name, None) for module in modules for name in code.co_names]
    for value in values:
        called = getattr(value, "py_func", None)
        if called is not None:
            yield called

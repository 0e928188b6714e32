"""Kernels are given structures, not lists of arrays."""

import ast
from collections.abc import Iterator
from pathlib import Path

import recc_mc

MOST_ARGUMENTS = 8
DECORATORS = {"kernel", "inline", "step"}


def compiled_functions() -> Iterator[tuple[str, int]]:
    """Name and number of arguments of every function that numba compiles, helpers included."""
    package = Path(recc_mc.__file__).parent
    for source in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            names = {d.id for d in node.decorator_list if isinstance(d, ast.Name)}
            if names & DECORATORS:
                where = f"{source.relative_to(package)}:{node.lineno} {node.name}"
                yield where, len(node.args.posonlyargs + node.args.args + node.args.kwonlyargs)


def test_no_kernel_takes_more_than_eight_arguments() -> None:
    found = dict(compiled_functions())
    assert len(found) > 100
    assert [name for name, count in found.items() if count > MOST_ARGUMENTS] == []

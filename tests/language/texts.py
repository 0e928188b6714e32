"""Texts that the source says to people: literals, and what is declared for those who say them."""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import recc_mc

__all__ = ["constants", "said_texts"]

PACKAGE = Path(recc_mc.__file__).parent
SAYING = ("say", "said", "worded", "translated", "recorded", "count")
"""Functions that are given a text: the first of their arguments, of counts the last two."""
_SAYERS = ("recc_mc.language", "recc_mc.language.retelling", "recc_mc.report.words")
_IN_TEMPLATE = re.compile(r'say\("((?:[^"\\]|\\.)*)"')


class Options(list[Any]):
    """What an expression may be."""


def said_texts() -> set[str]:
    """Every text that is given to a function which says it, as far as the source tells it."""
    texts = {text for path in _modules() for text in _Module(path).texts()}
    for template in (PACKAGE / "report" / "templates").glob("*.html"):
        texts |= set(_IN_TEMPLATE.findall(template.read_text("utf-8")))
    return texts


def constants() -> set[str]:
    """Every string of the source, and with spaces in place of underscores."""
    found = set()
    for path in _modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value, node.value.replace("_", " "), *node.value.split()}
                found |= {word.replace("_", " ") for word in node.value.split()}
    return found


def _modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


class _Module:
    """A module as text and as what it holds."""

    def __init__(self, path: Path) -> None:
        self.tree = ast.parse(path.read_text("utf-8"))
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        self.name = name.removesuffix(".__init__")
        self.parents = {
            child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)
        }

    def texts(self) -> Iterator[str]:
        """Texts that are said here."""
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call):
                continue
            name = self.says(node.func)
            if not name or not node.args:
                continue
            for argument in node.args[1:] if name == "count" else node.args[:1]:
                place = f"{self.name}:{node.lineno}"
                assert not isinstance(argument, ast.JoinedStr), f"{place}: values within a text"
                yield from _strings(self.resolved(argument))

    def says(self, function: ast.AST) -> str:
        """Name of a function that says a text; empty of any other."""
        if isinstance(function, ast.Attribute) and function.attr in ("said", "worded"):
            return function.attr
        name = getattr(function, "id", "")
        return name if name in self.imported and name in SAYING else ""

    @cached_property
    def imported(self) -> set[str]:
        """Names that come from the rooms of language and of words."""
        return {
            item.name
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and node.module in _SAYERS
            for item in node.names
        }

    def resolved(self, node: ast.AST) -> Options:
        """What an expression may be; nothing where it is given by whoever calls."""
        match node:
            case ast.Constant(value=value):
                return Options([value])
            case ast.IfExp(body=body, orelse=orelse):
                return Options([*self.resolved(body), *self.resolved(orelse)])
            case ast.BoolOp(values=values):
                return Options([found for value in values for found in self.resolved(value)])
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return Options([tuple(self.resolved(item) for item in items)])
            case ast.Subscript(value=value):
                return Options([x for found in self.resolved(value) for x in _items(found)])
            case ast.Attribute(value=value, attr=name):
                found = [getattr(x, name, None) for x in self.resolved(value)]
                return Options([x for x in found if x is not None])
            case ast.Call(func=ast.Attribute(value=value, attr="get"), args=arguments):
                options = [x for found in self.resolved(value) for x in _items(found)]
                options += [x for other in arguments[1:] for x in self.resolved(other)]
                return Options(options)
            case ast.Call(func=ast.Attribute(value=value, attr="items")):
                return Options([tuple(x.items()) for x in self.resolved(value)])
            case ast.Call(func=ast.Name(id="zip"), args=arguments):
                found = [[x for each in self.resolved(a) for x in _items(each)] for a in arguments]
                return Options([(tuple(Options(items) for items in found),)])
            case ast.Name(id=name):
                return self.named(name, node)
        return Options()

    def named(self, name: str, node: ast.AST) -> Options:
        """What a name may be where it stands: what is assigned to it in its function, or here."""
        scope: ast.AST = node
        while scope in self.parents:
            scope = self.parents[scope]
            if isinstance(scope, ast.FunctionDef | ast.Lambda):
                found = self.assigned(name, scope)
                if found or name in {a.arg for a in ast.walk(scope) if isinstance(a, ast.arg)}:
                    return found
        held = getattr(importlib.import_module(self.name), name, None)
        return Options() if held is None else Options([held])

    def assigned(self, name: str, scope: ast.AST) -> Options:
        """What is assigned to a name within a function, loops included."""
        found = Options()
        for node in ast.walk(scope):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name) and target.id == name:
                        found += self.resolved(node.value)
            elif isinstance(node, ast.For | ast.comprehension):
                place = _place(node.target, name)
                if place is not None:
                    for sequence in self.resolved(node.iter):
                        for item in _items(sequence):
                            found += _at(item, place)
        return found


def _place(target: ast.AST, name: str) -> tuple[int, ...] | None:
    """Where in a target a name stands."""
    if isinstance(target, ast.Name):
        return () if target.id == name else None
    for k, item in enumerate(getattr(target, "elts", ())):
        found = _place(item, name)
        if found is not None:
            return (k, *found)
    return None


def _at(item: Any, place: tuple[int, ...]) -> list[Any]:
    if isinstance(item, Options):
        return [found for option in item for found in _at(option, place)]
    if not place:
        return [item]
    if isinstance(item, tuple | list) and len(item) > place[0]:
        return _at(item[place[0]], place[1:])
    return []


def _items(found: Any) -> list[Any]:
    if isinstance(found, Mapping):
        return list(found.values())
    return list(found) if isinstance(found, tuple | list) else []


def _strings(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, Options):
        for option in found:
            yield from _strings(option)

"""The source of a function of this package as it can stand alone: the one home of a formula.

What an exported script makes is then what `nnlab.data` makes, with no second version to keep.
"""

import ast
import inspect
from collections.abc import Callable
from types import FunctionType
from typing import Any

Function = Callable[..., Any]


def plain_source(function: Function) -> str:
    """The source of a function and of what it uses of its own module, before it.

    Annotations are left out: they name types that a script has no use for. NumPy is expected to be
    imported as `np`.
    """
    return "\n\n".join(_sources(function, set()))


def _sources(function: Function, seen: set[str]) -> list[str]:
    assert isinstance(function, FunctionType)
    found: list[str] = []
    for name in function.__code__.co_names:
        value = function.__globals__.get(name)
        if name in seen or value is None or inspect.ismodule(value):
            continue
        seen.add(name)
        if isinstance(value, FunctionType):
            found += _sources(value, seen)
        else:
            found.append(f"{name} = {value!r}\n")
    return [*found, _without_annotations(inspect.getsource(function))]


def _without_annotations(source: str) -> str:
    definition = ast.parse(source).body[0]
    assert isinstance(definition, ast.FunctionDef)
    lines = source.encode().splitlines(keepends=True)
    arguments = definition.args
    spans = [
        (argument.lineno, argument.col_offset + len(argument.arg.encode()), argument.annotation)
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        if argument.annotation is not None
    ]
    for line, start, annotation in sorted(spans, key=lambda span: span[:2], reverse=True):
        assert annotation.end_col_offset is not None
        assert line == annotation.end_lineno
        text = lines[line - 1]
        lines[line - 1] = text[:start] + text[annotation.end_col_offset :]
    if (returns := definition.returns) is not None:
        assert returns.end_col_offset is not None
        text = lines[returns.lineno - 1]
        arrow = text.rindex(b" ->", 0, text.index(b":", text.rindex(b")")))
        lines[returns.lineno - 1] = text[:arrow] + text[text.index(b":", arrow) :]
    return b"".join(lines).decode()

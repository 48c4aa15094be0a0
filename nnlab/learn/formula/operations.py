"""The operations of a formula: each for tensors and numbers, in LaTeX and in PyTorch."""

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

SUM, PRODUCT, SIGN, POWER, ATOM = range(5)
"""Precedence of a text in Python and in LaTeX, lowest first, as in Python's grammar."""


@dataclass(frozen=True)
class Operation:
    """One operation of one or two operands."""

    name: str
    """The name or sign that a person types."""
    operands: int
    of_tensors: Callable[..., torch.Tensor]
    of_numbers: Callable[..., Any]
    """The operation on floats, for operands without a variable. May raise ValueError,
    ZeroDivisionError and OverflowError, or return a complex number."""
    latex: str
    """LaTeX of the operation, with `{0}` and `{1}` for the operands."""
    code: str
    """PyTorch code, with `{0}` and `{1}` for the operands."""
    number_code: str = ""
    """Code for operands that are numbers; empty: the same as `code`."""
    binds: int = ATOM
    """Precedence of an operator's code."""
    takes_numbers: bool = False
    """Whether PyTorch takes a number in place of a tensor."""


def _operator(name: str, function: Callable[[Any, Any], Any], latex: str, binds: int) -> Operation:
    code = f"{{0}} {name} {{1}}"
    return Operation(name, 2, function, function, latex, code, binds=binds, takes_numbers=True)


def _function(
    name: str,
    of_tensors: Callable[..., torch.Tensor],
    of_numbers: Callable[..., Any],
    latex: str,
    number_code: str,
) -> Operation:
    code = f"torch.{name}({{0}})"
    return Operation(name, 1, of_tensors, of_numbers, latex, code, number_code)


def _larger(
    name: str, of_tensors: Callable[..., torch.Tensor], of_numbers: Callable[..., Any]
) -> Operation:
    latex = rf"\{name}\left({{0}}, {{1}}\right)"
    code = f"torch.{name}imum({{0}}, {{1}})"
    return Operation(name, 2, of_tensors, of_numbers, latex, code, f"{name}({{0}}, {{1}})")


_CALL = r"\left({0}\right)"

NEGATE = Operation(
    "-", 1, operator.neg, operator.neg, "-{0}", "-{0}", binds=SIGN, takes_numbers=True
)
OPERATORS = {
    one.name: one
    for one in (
        _operator("+", operator.add, "{0} + {1}", SUM),
        _operator("-", operator.sub, "{0} - {1}", SUM),
        _operator("*", operator.mul, r"{0} \cdot {1}", PRODUCT),
        _operator("/", operator.truediv, r"\frac{{{0}}}{{{1}}}", PRODUCT),
        _operator("**", operator.pow, "{0}^{{{1}}}", POWER),
    )
}
FUNCTIONS = {
    one.name: one
    for one in (
        _function("exp", torch.exp, math.exp, r"\exp" + _CALL, "math.exp({0})"),
        _function("log", torch.log, math.log, r"\log" + _CALL, "math.log({0})"),
        _function(
            *("relu", torch.relu, lambda x: max(x, 0.0)),
            *(r"\operatorname{{relu}}" + _CALL, "max({0}, 0.0)"),
        ),
        _function("tanh", torch.tanh, math.tanh, r"\tanh" + _CALL, "math.tanh({0})"),
        _function("sin", torch.sin, math.sin, r"\sin" + _CALL, "math.sin({0})"),
        _function("cos", torch.cos, math.cos, r"\cos" + _CALL, "math.cos({0})"),
        _function("sqrt", torch.sqrt, math.sqrt, r"\sqrt{{{0}}}", "math.sqrt({0})"),
        _function("abs", torch.abs, abs, r"\left|{0}\right|", "abs({0})"),
        _larger("max", torch.maximum, max),
        _larger("min", torch.minimum, min),
    )
}
CONSTANTS = {"pi": (math.pi, r"\pi", "math.pi")}
"""Constants by name: value, LaTeX, code."""

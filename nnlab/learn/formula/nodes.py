"""The nodes of a formula as they are read, with the texts of each."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nnlab.errors import NnlabError, shortened
from nnlab.learn.formula.formula import Node
from nnlab.learn.formula.operations import ATOM, NEGATE, POWER, PRODUCT, SIGN, SUM, Operation
from nnlab.texts import _

MOST_OPERATIONS = 100
MOST_WHOLE = 2**53 - 1
"""Whole numbers up to it are the same as Python's int and as float64."""


@dataclass(frozen=True)
class Operand:
    """A node that was read, and how tightly its texts bind."""

    at: int
    in_code: int = ATOM
    in_latex: int = ATOM


class Nodes:
    """The nodes of a formula, in the order of their computation."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []
        self._at: dict[str, int] = {}
        self._operations = 0

    def up_to(self, result: Operand) -> tuple[Node, ...]:
        """Return all nodes that the result needs."""
        return tuple(self._nodes[: result.at + 1])

    def _add(self, node: Node) -> int:
        self._nodes.append(node)
        return len(self._nodes) - 1

    def number(
        self, value: float, latex: str, code: str, text: str, binds: tuple[int, int] = (ATOM, ATOM)
    ) -> Operand:
        """A number of the formula; the texts are those of a `Node`."""
        return Operand(self._add(Node(latex, code, text, value=value)), *binds)

    def variable(self, name: str) -> Operand:
        """A variable: the same node each time."""
        if name not in self._at:
            self._at[name] = self._add(Node(_name_latex(name), name, name, name=name))
        return Operand(self._at[name])

    def operation(self, operation: Operation, *operands: Operand) -> Operand:
        """An operation on nodes; of numbers alone it is computed now, and is a number.

        Raises:
            NnlabError: it is one too many, or has no real value.
        """
        self._operations += 1
        if self._operations > MOST_OPERATIONS:
            raise NnlabError(
                _(
                    "A formula has at most {most} operations: write a shorter one.",
                    most=MOST_OPERATIONS,
                )
            )
        nodes = [self._nodes[one.at] for one in operands]
        latex = operation.latex.format(*_latex_of(operation, operands, nodes))
        codes = _codes_of(operation, operands, nodes)
        binds = operation.binds, SUM if operation is NEGATE else operation.binds
        numbers = [node.value for node in nodes if node.value is not None]
        if len(numbers) == len(nodes):
            code = typed = (operation.number_code or operation.code).format(*codes)
            value = _of_numbers(operation, numbers, code)
            if abs(value) > MOST_WHOLE:  # as an int it may be another one, or too long for PyTorch
                code, binds = repr(value), (ATOM if value > 0 else SIGN, binds[1])
            del self._nodes[operands[0].at :]
            return self.number(value, latex, code, _short(typed, value), binds)
        if not operation.takes_numbers:
            codes = [
                code if node.value is None else f"torch.tensor({code}, dtype=torch.float64)"
                for code, node in zip(codes, nodes, strict=True)
            ]
        at = self._add(
            Node(
                latex,
                operation.code.format(*codes),
                operation.name,
                operation=operation,
                operands=tuple(one.at for one in operands),
            )
        )
        return Operand(at, *binds)


def _of_numbers(operation: Operation, numbers: list[float], code: str) -> float:
    """Raises NnlabError: no real number."""
    try:
        value = operation.of_numbers(*numbers)
    except ZeroDivisionError:
        raise NnlabError(_("{part} divides by zero: change it.", part=shortened(code))) from None
    except (ValueError, OverflowError):
        value = math.nan
    if isinstance(value, complex) or not math.isfinite(value):
        raise NnlabError(
            _("{part} has no real value, or one too large: change it.", part=shortened(code))
        )
    return float(value)


def _codes_of(operation: Operation, parts: Sequence[Operand], nodes: Sequence[Node]) -> list[str]:
    """The operands' code, in parentheses where Python would read it otherwise."""
    least = [ATOM, ATOM]
    if operation is NEGATE:
        least = [SIGN]
    elif operation.binds in (SUM, PRODUCT):
        least = [operation.binds, operation.binds + 1]
    elif operation.binds == POWER:
        least = [ATOM, SIGN]
    else:
        least = [SUM, SUM]
    return [
        node.code if part.in_code >= low else f"({node.code})"
        for part, node, low in zip(parts, nodes, least, strict=False)
    ]


def _latex_of(operation: Operation, parts: Sequence[Operand], nodes: Sequence[Node]) -> list[str]:
    least = [SUM, SUM]
    if operation is NEGATE:
        least = [PRODUCT]
    elif operation.name in ("+", "-") and operation.binds == SUM:
        least = [SUM, PRODUCT]
    elif operation.name == "*":
        least = [PRODUCT, PRODUCT]
    elif operation.name == "**":
        least = [ATOM, SUM]
    return [
        node.latex if part.in_latex >= low else rf"\left({node.latex}\right)"
        for part, node, low in zip(parts, nodes, least, strict=False)
    ]


def number_latex(text: str) -> str:
    """A number as it was typed: `1e-3` is 1 · 10⁻³."""
    mantissa, _e, power = text.lower().partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa


def number_code(value: float, text: str) -> str:
    """A number that was typed, as Python and PyTorch read it: 007 is 7, and 10²⁰ is a float.

    PyTorch has no whole numbers beyond 2⁶³.
    """
    if not text.isdecimal():
        return text
    return repr(value) if value > MOST_WHOLE else text.lstrip("0") or "0"


def _name_latex(name: str) -> str:
    letters = name.rstrip("0123456789")
    index = name[len(letters) :]
    return f"{letters}_{{{index}}}" if letters and index else name


def _short(code: str, value: float) -> str:
    return code if len(code) <= 10 else f"{value:.4g}"

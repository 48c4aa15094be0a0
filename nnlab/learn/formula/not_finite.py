"""Why a formula has no real value at a point: which of its operations, and at what."""

import math
from collections.abc import Mapping

from torch import Tensor

from nnlab.errors import shortened
from nnlab.learn.formula.formula import Formula
from nnlab.texts import _


def why_not_finite(formula: Formula, values: Mapping[str, Tensor]) -> str | None:
    """Name the first operation without a real value, and the fix, in a sentence; None: all have.

    Args:
        formula: any.
        values: of one point, each of shape (), at least those of the formula's names.
    """
    at = {name: values[name].detach() for name in formula.names}
    results = [float(one) for one in formula.trace(at)]
    for node, result in zip(formula.nodes, results, strict=True):
        if math.isfinite(result):
            continue
        operands = [results[one] for one in node.operands]
        given = ", ".join(f"{name} = {float(value):.6g}" for name, value in at.items())
        part = shortened(node.code)
        if node.operation is not None and _divides_by_zero(node.operation.name, operands):
            return _("{part} divides by zero at {given}: move it.", part=part, given=given)
        if math.isnan(result) or (node.text == "log" and operands == [0]):
            return _("{part} has no real value at {given}: move it.", part=part, given=given)
        return _("{part} is too large a number at {given}: move it.", part=part, given=given)
    return None


def _divides_by_zero(name: str, operands: list[float]) -> bool:
    if len(operands) != 2:
        return False
    left, right = operands
    return (name == "/" and right == 0) or (name == "**" and left == 0 and right < 0)

"""Formulas that a person types: parsed, computed by PyTorch, never run as code."""

from nnlab.learn.formula.formula import Formula, Node
from nnlab.learn.formula.not_finite import why_not_finite
from nnlab.learn.formula.parser import parse

__all__ = ["Formula", "Node", "parse", "why_not_finite"]

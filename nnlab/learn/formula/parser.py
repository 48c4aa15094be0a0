"""From a typed text to a formula, by precedence climbing (Richards and Whitby-Strevens 1979).

Python's own precedences: `-x**2` is −(x²), and `x**y**z` is x**(y**z).
"""

import math
from collections.abc import Sequence

from nnlab.errors import NnlabError, one_of, shortened
from nnlab.learn.formula.formula import Formula
from nnlab.learn.formula.nodes import Nodes, Operand, number_code, number_latex
from nnlab.learn.formula.operations import CONSTANTS, FUNCTIONS, NEGATE, OPERATORS, Operation
from nnlab.learn.formula.tokens import Token, tokens_of
from nnlab.texts import _

DEEPEST = 20
"""Parentheses, signs and powers within each other."""


def parse(text: str, names: Sequence[str]) -> Formula:
    """Read a formula. Nothing of it is run.

    Args:
        text: with `+ - * / **`, parentheses, the functions of `operations.FUNCTIONS`, numbers
            and `pi`; also `−`, `×`, `÷`, `^` and raised digits, as in x².
        names: the variables that it may have.

    Raises:
        NnlabError: it is no formula, has other names, more than 200 characters or 100 operations,
            is more than 20 deep, or computes of numbers what has no real value.
    """
    tokens = list(tokens_of(text))
    if len(tokens) == 1:
        raise NnlabError(
            _("There is no formula: type one, as in {example}.", example=f"{names[0]}**2 + 1")
        )
    parser = _Parser(tokens, tuple(names))
    result = parser.sum(0)
    parser.must_end()
    return Formula(text, parser.nodes.up_to(result))


class _Parser:
    """Reads from left to right; each method reads one rule of the grammar."""

    def __init__(self, tokens: list[Token], names: tuple[str, ...]) -> None:
        self._tokens, self._next, self._names = tokens, 0, names
        self.nodes = Nodes()

    # The grammar -----------------------------------------------------------------------------

    def sum(self, depth: int) -> Operand:
        left = self._product(depth)
        while (sign := self._taken("+", "-")) is not None:
            left = self.nodes.operation(OPERATORS[sign], left, self._product(depth))
        return left

    def _product(self, depth: int) -> Operand:
        left = self._signed(depth)
        while (sign := self._taken("*", "/")) is not None:
            left = self.nodes.operation(OPERATORS[sign], left, self._signed(depth))
        return left

    def _signed(self, depth: int) -> Operand:
        _must_be_flat(depth)
        if self._taken("+") is not None:
            return self._signed(depth + 1)
        if self._taken("-") is not None:
            return self.nodes.operation(NEGATE, self._signed(depth + 1))
        return self._power(depth)

    def _power(self, depth: int) -> Operand:
        base = self._atom(depth)
        if self._taken("**") is None:
            return base
        return self.nodes.operation(OPERATORS["**"], base, self._signed(depth + 1))

    def _atom(self, depth: int) -> Operand:
        token = self._take()
        if token.kind == "number":
            part = self._number(token.text)
        elif token.kind == "name":
            part = self._name(token.text, depth)
        elif token.text == "(":
            part = self.sum(depth + 1)
            self._must_take(")")
        elif token.kind == "end":
            raise NnlabError(_("The formula ends too early: write what follows the last sign."))
        else:
            raise NnlabError(
                _(
                    "A number, a variable or a function is missing before '{sign}': write it"
                    " there, or leave '{sign}' out.",
                    sign=token.text,
                )
            )
        following = self._tokens[self._next]
        if following.kind in ("number", "name") or following.text == "(":
            raise NnlabError(
                _(
                    "A sign is missing between '{left}' and '{right}': write * to multiply.",
                    left=shortened(self._tokens[self._next - 1].text),
                    right=shortened(following.text),
                )
            )
        return part

    def _number(self, text: str) -> Operand:
        value = float(text)
        if not math.isfinite(value):
            raise NnlabError(
                _("The number {received} is too large: 1e308 is about the most.", received=text)
            )
        return self.nodes.number(value, number_latex(text), number_code(value, text), text)

    def _name(self, name: str, depth: int) -> Operand:
        calls = self._tokens[self._next].text == "("
        if name in FUNCTIONS:
            if not calls:
                raise NnlabError(
                    _(
                        "'{name}' is a function: write {name}({example}).",
                        name=name,
                        example=", ".join([self._names[0], "1"][: FUNCTIONS[name].operands]),
                    )
                )
            return self._call(FUNCTIONS[name], depth)
        if name in CONSTANTS:
            value, latex, code = CONSTANTS[name]
            return self.nodes.number(value, latex, code, name)
        if name not in self._names:
            if calls:
                raise NnlabError(one_of(_("function"), name, FUNCTIONS))
            raise NnlabError(one_of(_("variable"), name, (*self._names, *CONSTANTS)))
        return self.nodes.variable(name)

    def _call(self, function: Operation, depth: int) -> Operand:
        self._must_take("(")
        operands = [self.sum(depth + 1)]
        while self._taken(",") is not None:
            operands.append(self.sum(depth + 1))
        self._must_take(")")
        if len(operands) != function.operands:
            raise NnlabError(
                _(
                    "{name} takes {takes}, got {n}: write {example}.",
                    name=function.name,
                    takes=function.operands,
                    n=len(operands),
                    example=f"{function.name}({', '.join(['x', '1'][: function.operands])})",
                )
            )
        return self.nodes.operation(function, *operands)

    # The tokens ------------------------------------------------------------------------------

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += token.kind != "end"
        return token

    def _taken(self, *signs: str) -> str | None:
        if self._tokens[self._next].kind == "sign" and self._tokens[self._next].text in signs:
            return self._take().text
        return None

    def _must_take(self, sign: str) -> None:
        found = self._tokens[self._next]
        if self._taken(sign) is None:
            raise NnlabError(
                _(
                    "'{sign}' is missing before {received}: write it there.",
                    sign=sign,
                    received=f"'{shortened(found.text)}'"
                    if found.text
                    else _("the end of the formula"),
                )
            )

    def must_end(self) -> None:
        """Raises NnlabError: something follows the formula."""
        left = self._tokens[self._next]
        if left.kind != "end":
            raise NnlabError(
                _(
                    "Nothing can follow the formula where '{received}' stands: leave it out.",
                    received=shortened(left.text),
                )
            )


def _must_be_flat(depth: int) -> None:
    if depth > DEEPEST:
        raise NnlabError(
            _(
                "A formula is at most {most} deep, in parentheses, signs and powers: write it"
                " with fewer of them.",
                most=DEEPEST,
            )
        )

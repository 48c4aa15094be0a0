"""The words and signs of a typed formula."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nnlab.errors import NnlabError, shown
from nnlab.texts import _

LONGEST = 200
"""Characters of a formula."""
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<sign>\*\*|[-+*/(),]))",
    re.ASCII,
)
AS_TYPED = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "^": "**"})
"""Signs as people write them, and the same for Python."""
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
RAISED_DIGITS = re.compile(f"[{RAISED}]+")
DIGITS = str.maketrans(RAISED, "0123456789")


@dataclass(frozen=True)
class Token:
    """A number, a name or a sign; `end` is the end of the formula."""

    kind: str
    """`number`, `name`, `sign` or `end`."""
    text: str


def tokens_of(text: str) -> Iterator[Token]:
    """The tokens in order, and `end`.

    Raises:
        NnlabError: too long, or a character that no formula has.
    """
    if len(text) > LONGEST:
        raise NnlabError(
            _(
                "A formula has at most {most} characters, got {n:,}: write a shorter one.",
                most=LONGEST,
                n=len(text),
            )
        )
    text = RAISED_DIGITS.sub(lambda found: f"**{found[0].translate(DIGITS)}", text)
    text = text.translate(AS_TYPED).rstrip()
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            raise NnlabError(_unknown(text[at:].lstrip()[0]))
        assert found.lastgroup is not None, "one of the three matches"
        yield Token(found.lastgroup, found[found.lastgroup])
        at = found.end()
    yield Token("end", "")


def _unknown(character: str) -> str:
    if character == "=":
        return _("A formula has no '=': write its right side alone, as in x**2 + 1.")
    if character == ".":
        return _("A formula has no '.' but in a number: write exp(x), not torch.exp(x).")
    return _(
        "A formula has numbers, variables, functions and + - * / ** ( ) , alone, got {received}:"
        " leave it out.",
        received=shown(character),
    )

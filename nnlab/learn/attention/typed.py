"""A sequence that a person types, as tokens."""

import re
from collections.abc import Collection

from nnlab.config import Sequences
from nnlab.data.description import token_names
from nnlab.errors import NnlabError, shown
from nnlab.texts import _

MOST_CHARACTERS = 80
"""Limit for a text: 16 tokens of two digits, and space between them."""


def tokens_of(text: str, data: Sequences) -> tuple[int, ...]:
    """The tokens that a text names: `3 1 4 1 5 9 2 6`, `31415926`, `(()())`; [length].

    Spaces and commas may stand between them, and must where a token has two digits.

    Raises:
        NnlabError: a sign that is no token, or another number of tokens than the data has.
    """
    names = {name: token for token, name in enumerate(token_names(data))}
    said = text[: MOST_CHARACTERS + 1]
    if len(said) > MOST_CHARACTERS:
        raise NnlabError(
            _(
                "A sequence has at most {most} characters here, and this one has more: type {n}"
                " tokens.",
                most=MOST_CHARACTERS,
                n=data.length,
            )
        )
    parts = _split(said, names)
    unknown = next((part for part in parts if part not in names), None)
    if unknown is not None:
        strange = "".join(sign for sign in unknown if sign not in names)
        raise NnlabError(
            _(
                "{unknown} is none of the {n} tokens of this network: type {examples}.",
                unknown=shown(strange or unknown),
                n=len(names),
                examples=_range(tuple(names)),
            )
        )
    if len(parts) != data.length:
        raise NnlabError(
            _(
                "The network reads sequences of {length} tokens, got {n}: {mend}",
                length=data.length,
                n=len(parts),
                mend=_("type {n} more.", n=data.length - len(parts))
                if len(parts) < data.length
                else _("leave {n} out.", n=len(parts) - data.length),
            )
        )
    return tuple(names[part] for part in parts)


def _split(text: str, names: Collection[str]) -> list[str]:
    """Split a text at spaces and commas; a word of one-character tokens is split into these."""
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    is_plain = len(parts) == 1 or all(len(name) == 1 for name in names)
    found: list[str] = []
    for part in parts:
        is_row = is_plain and part not in names and all(sign in names for sign in part)
        found += list(part) if is_row else [part]
    return found


def as_typed(tokens: tuple[int, ...], data: Sequences) -> str:
    """The tokens as a person would type them: `3 1 4`, and brackets without spaces."""
    names = token_names(data)
    return ("" if data.task == "brackets" else " ").join(names[token] for token in tokens)


def _range(names: tuple[str, ...]) -> str:
    if len(names) == 2:
        return _("{one} or {other}", one=names[0], other=names[1])
    return _("numbers from {first} to {last}", first=names[0], last=names[-1])

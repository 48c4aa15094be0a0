"""Shares: how much of one thing a person, an address and all together may hold at once."""

from collections import Counter
from dataclasses import dataclass

from nnlab.visitor import Visitor

Key = tuple[str, str]


@dataclass(frozen=True)
class Most:
    """Limits, in whatever is counted."""

    person: float
    """Limit for a person with a cookie."""
    address: float
    """Limit for one address, with cookies or without: a class may share a router."""
    all: float


class Shares:
    """The shares in use. Unused ones take no memory."""

    def __init__(self, most: Most) -> None:
        self._most = most
        self._held: Counter[Key] = Counter()

    def fits(self, visitor: Visitor, amount: int = 1, held: Counter[Key] | None = None) -> bool:
        """Whether so much more is within all limits.

        Args:
            visitor: who wants it.
            amount: how much.
            held: what counts beside what was taken here, by `keys_of`.
        """
        return all(
            self._held[key] + (held[key] if held else 0) + amount <= most
            for key, most in zip(keys_of(visitor), self._limits(visitor), strict=True)
        )

    def take(self, visitor: Visitor, amount: int = 1) -> None:
        """Count it as held, whether it fits or not."""
        for key in keys_of(visitor):
            self._held[key] += amount

    def give_back(self, visitor: Visitor, amount: int = 1) -> None:
        """Count it no more."""
        for key in keys_of(visitor):
            self._held[key] -= amount
            if not self._held[key]:
                del self._held[key]

    def _limits(self, visitor: Visitor) -> tuple[float, ...]:
        shared = self._most.address, self._most.all
        return (self._most.person, *shared) if visitor.person else shared


def keys_of(visitor: Visitor) -> tuple[Key, ...]:
    """Under which names a visitor's things are counted. Without a cookie the address is all."""
    shared = ("address", visitor.address), ("all", "")
    return (("person", visitor.person), *shared) if visitor.person else shared

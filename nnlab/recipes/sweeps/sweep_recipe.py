"""A named sweep: a question, what answers it, and what to notice."""

from dataclasses import dataclass

from nnlab.config import Sweep


@dataclass(frozen=True)
class SweepRecipe:
    """A sweep worth running. Its texts go through `_` when they are shown."""

    id: str
    title: str
    """A few words, for lists."""
    question: str
    """What the networks together answer."""
    notice: str
    """What is seen, measured on this very sweep."""
    sweep: Sweep

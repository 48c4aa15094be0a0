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
    shows: str
    """One sentence: what the tiles show, and what for."""
    hint: str
    """One sentence: what to look for first."""
    notice: str
    """What is seen, measured on this very sweep."""
    sweep: Sweep
    metric: str | None = None
    """What the tiles rank by at first, where the notice speaks of it; None: the loss."""

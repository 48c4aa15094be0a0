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
    """The question that the networks together answer."""
    shows: str
    """One sentence: what the tiles show, and what for."""
    hint: str
    """One sentence: what to look for first."""
    notice: str
    """An observation, measured on this sweep."""
    sweep: Sweep
    metric: str | None = None
    """The metric that the tiles initially rank by, if the notice refers to it; None: the loss."""

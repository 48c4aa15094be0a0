"""What a recipe is: an experiment worth running, and what to look at in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from nnlab.config import Experiment

Figure = float | tuple[tuple[float, float], ...]
"""One reported value, or a reported curve as (x, y) pairs."""


@dataclass(frozen=True)
class Recipe:
    """A named experiment.

    `reported` holds what the source says came out, by the name of the figure (`test_accuracy` in
    [0, 1]); it is empty where nothing was published.
    """

    id: str
    """What people type: lower case, hyphens."""
    title: str
    experiment: Experiment
    notice: str
    """What to notice, in a sentence or two."""
    source: str = "nnlab"
    """Where the experiment comes from."""
    reported: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}))
    opens_test: bool = False
    """The published original looked at the test set, so a run of this recipe does so too."""

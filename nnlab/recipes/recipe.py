"""A recipe: an experiment worth running, its reported figures, and those measured here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from nnlab.config import Experiment
from nnlab.config.data import opens_test
from nnlab.texts import _

Curve = tuple[tuple[float, float], ...]
"""A reported course as (epoch, value) pairs, epochs growing."""
Metric = Literal[
    "train_loss", "train_accuracy", "val_loss", "val_accuracy", "test_accuracy", "seconds"
]
"""A figure by the name that a run's events have for it. Accuracies are shares in 0..1."""
Moment = Literal["first", "best", "last", "end"]
"""The evaluation to use: the first, the best or the last during training; `end`: over the whole
data with the final weights."""
Group = Literal["start here", "sequences", "published tutorials", "fast"]


@dataclass(frozen=True)
class Compared:
    """A line of the table *reported / reproduced / why*. Its texts go through `_` when shown."""

    what: str
    """The figure in words: `test accuracy, best`."""
    reported: float | str
    """A number, or the words of a source that gives none."""
    reproduced: float | str
    """The value measured here, as `measured` of the recipe describes."""
    why: str = ""
    """Why the two differ, or agree."""
    metric: Metric | None = None
    """The metric of a finished run to show in place of `reproduced`; None if no single one
    applies."""
    at: Moment = "end"
    changes: tuple[tuple[str, float], ...] = ()
    """Changes of the experiment for this line, by dotted path; empty for the recipe's own run."""
    said: str = ""
    """The source's own words where its number is a rough one: `about 70 %`."""

    @property
    def key(self) -> str:
        """`what` as a name: `test_accuracy_best`."""
        return re.sub(r"[^a-z0-9]+", "_", self.what.lower()).strip("_")

    def in_words(self, value: float | str) -> str:
        """A value of this line: `97.959 %`, `0.3873`, `71.90 minutes`, or the words as they are."""
        if isinstance(value, str):
            return _(value)
        if self.metric == "seconds":
            if value >= 60:
                return _("{minutes:.2f} minutes", minutes=value / 60)
            return _("{seconds:.2f} s", seconds=value)
        if "accuracy" in (self.metric or self.what):
            return f"{100 * value:.5g} %"
        return f"{value:.4f}"


@dataclass(frozen=True)
class Recipe:
    """A named experiment. Its texts (title, notice, story, measured) go through `_` when shown."""

    id: str
    """The identifier that people type: lower case, hyphens."""
    title: str
    experiment: Experiment
    notice: str
    """One or two sentences on what to observe."""
    group: Group = "start here"
    source: str = "nnlab"
    """The title of what was published, or nnlab."""
    date: str = ""
    """Date of publication, `2020-09-02`; empty where it is not known."""
    curves: Mapping[Metric, Curve] = field(default_factory=lambda: MappingProxyType({}))
    """The source's figures epoch by epoch, or a level from the first epoch to the last: the dashed
    line of the charts."""
    compared: tuple[Compared, ...] = ()
    """The source's figures beside those measured here; empty where nothing was published."""
    story: str = ""
    """Our differences from the source, with sizes and reasons, in Markdown."""
    measured: str = ""
    """Method by which the reproduced figures were measured."""

    @property
    def opens_test(self) -> bool:
        """Whether a run looks at the test set by itself, as the published original did."""
        return opens_test(self.experiment.data) != "sealed"

    @property
    def reported(self) -> dict[str, float | str | Curve]:
        """Everything the source reports: curves by metric, single figures by their key."""
        return {**self.curves, **{line.key: line.reported for line in self.compared}}

    @property
    def reproduced(self) -> dict[str, float | str]:
        """The values measured here, by the keys of `reported`."""
        return {line.key: line.reproduced for line in self.compared}

    @property
    def cited(self) -> str:
        """`“pytorch神经网络分类” (2020-09-02)`; `nnlab` for the lab's own."""
        if self.source == "nnlab":
            return "nnlab"
        return f"“{self.source}”" + (f" ({self.date})" if self.date else "")


def level(value: float, epochs: int) -> Curve:
    """A single reported figure as a line across the chart."""
    return ((0, value), (epochs, value))

"""What the browser draws of a sweep: its nets, their places, and their figures at rest."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nnlab.config import Csv, Data
from nnlab.config.axis import Axis, Value
from nnlab.config.data import task_of
from nnlab.config.stacks import stacks_of
from nnlab.config.sweep import Net, Sweep
from nnlab.data.splits import Splits
from nnlab.figures import theme
from nnlab.figures.boundary import class_palette, diverging_palette
from nnlab.files import open_plain
from nnlab.runs.record.status import ALIVE, Status
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Run
from nnlab.texts import number
from nnlab.ui.components.sweep_views import (
    Of,
    ShownAxis,
    ShownPoints,
    ShownStack,
    SweepScene,
)
from nnlab.ui.lab.scale import extent_of, limit_of, reach
from nnlab.ui.lab.table_plane import drawn_parts, slice_of
from nnlab.ui.runtime.datasets import splits_of

METRICS = ("val_loss", "train_loss", "val_accuracy", "train_accuracy")
MOST_BYTES = 1_000_000
"""Of weights that a page at rest carries."""
MOST_POINTS = 16
"""Data sets whose points are sent unasked; of more, those of the picked nets."""
CURVE_NUMBERS = 60_000
"""Of each metric at rest: the more nets, the fewer moments of each."""


class Figures(Protocol):
    """What is read of `SweepHistory` and `SearchHistory` (nnlab/runs)."""

    step: int

    @property
    def names(self) -> Sequence[str]:
        """The metrics that there are."""
        ...

    @property
    def steps(self) -> Sequence[int] | NDArray[Any]:
        """[N]"""
        ...

    @property
    def reasons(self) -> Sequence[str]:
        """[N]: "" trains."""
        ...

    def figures(self, metric: str, of: Of) -> NDArray[np.float64]:
        """[N], NaN where there is none."""
        ...

    def curve(self, metric: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Steps [k], and values [k, N]."""
        ...


def scene_of(
    sweep: Sweep,
    names: Sequence[str],
    *,
    dark: bool,
    run: Run | None = None,
    status: Status | None = None,
    history: Figures | None = None,
    trials: Sequence[Sequence[Value]] = (),
    picked: tuple[int, ...] = (),
    line: str = "",
) -> SweepScene:
    """The scene of a sweep, of a draft or with its run.

    Args:
        sweep: the sweep; its nets are made here where it is no search.
        names: of the axes, in words.
        dark: the page's theme.
        run: the sweep's run; None: a draft.
        status: of the run.
        history: its figures; may be left out while it moves, when they come over the wire.
        trials: of a search, the values of each trial so far.
        picked: nets that are shown large.
        line: the page's status line.
    """
    raise NotImplementedError

"""Decision boundaries and confusion matrices of the runs that are compared, side by side."""

import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from weakref import WeakKeyDictionary

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.config import Data, Images
from nnlab.data import registry
from nnlab.data.images import load_validation
from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.figures.boundary import boundary_figure, boundary_picture, points_traces
from nnlab.figures.confusion import confusion_figure, describe_confusion
from nnlab.figures.describe import describe_boundary
from nnlab.figures.digits import percent
from nnlab.figures.theme import Spec
from nnlab.insight.confusion import confusion
from nnlab.insight.plane.boundary import plane_grid
from nnlab.runs import ALIVE, Summary
from nnlab.ui import services
from nnlab.ui.components.chart import show_chart
from nnlab.ui.lab.table_plane import axes_of, slice_of
from nnlab.ui.runs.compare.table import swatch
from nnlab.ui.runtime.run_view import RunView, run_view
from nnlab.ui.session.widgets import runs as widgets

SECONDS_BETWEEN = 10.0
"""A confusion matrix of a run that trains is computed at most so often."""

PLANE_HEIGHT = 440

Shown = tuple[int, Summary]
"""A run with its number in the comparison."""


def show_pictures(summaries: Sequence[Summary], dark: bool) -> None:
    """What applies to each run, and a word on those that have no picture."""
    numbered = list(enumerate(summaries))
    planes = [one for one in numbered if _has_plane(one[1].experiment.data)]
    images = [one for one in numbered if isinstance(one[1].experiment.data, Images)]
    others = [one[1].meta.name for one in numbered if one not in planes and one not in images]
    if planes:
        st.markdown("##### Decision boundaries")
        _side_by_side(planes, 3, dark, lambda one: _show_boundary(one[1], dark))
    if images:
        st.markdown("##### Confusion matrices of the validation pictures")
        _side_by_side(images, 2, dark, lambda one: _show_confusion(one[1], dark))
    if others:
        st.caption(
            "No picture is drawn of runs over other than two inputs or images:"
            f" {', '.join(map(escape, others))}."
        )


def _has_plane(data: Data) -> bool:
    return registry.describe(data).input_shape == (2,) or slice_of(data) is not None


def _side_by_side(
    shown: Sequence[Shown], most: int, dark: bool, show: Callable[[Shown], None]
) -> None:
    wide = min(most, max(2, len(shown)))
    for first in range(0, len(shown), wide):
        columns = st.columns(wide, gap="medium")
        for one, column in zip(shown[first : first + wide], columns, strict=False):
            index, summary = one
            with column:
                name = escape(summary.meta.name)
                st.html(f"<p class='nnlab-whose'>{swatch(index, dark)}<span>{name}</span></p>")
                try:
                    show(one)
                except NnlabError as error:
                    st.warning(str(error), icon=":material/warning:")


# Boundaries --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Boundary:
    """A picture of the plane for one theme, and what it shows in words."""

    step: int
    picture: str
    words: str


_boundaries: WeakKeyDictionary[RunView, dict[bool, Boundary]] = WeakKeyDictionary()


def _show_boundary(summary: Summary, dark: bool) -> None:
    view = run_view(summary.run.id)
    drawn = _boundary(view, dark)
    data = summary.experiment.data
    show_chart(
        boundary_figure(
            drawn.picture,
            _points(data, dark),
            class_names=view.info.class_names,
            height=PLANE_HEIGHT,
            axes=axes_of(data),
            dark=dark,
        ),
        key=widgets.key(f"compare_boundary_{summary.run.id}"),
        alt=f"{summary.meta.name}. {drawn.words}",
    )
    st.caption(f"step {drawn.step:,}")


def _boundary(view: RunView, dark: bool) -> Boundary:
    """Computed once for a step and a theme, however many people look."""
    with view.lock:
        network, step = view.network(), view.weights_step
        known = _boundaries.setdefault(view, {})
        if dark not in known or known[dark].step != step:
            task = view.experiment.task
            cut = slice_of(view.experiment.data)
            seen = network if cut is None else cut.through(network)
            grid = plane_grid(seen, task=task)
            words = describe_boundary(grid, task=task, class_names=view.info.class_names)
            known[dark] = Boundary(step, boundary_picture(grid, task=task, dark=dark), words)
        return known[dark]


@lru_cache(maxsize=32)
def _points(data: Data, dark: bool) -> list[Spec]:
    splits = registry.load(data, services.settings().data_dir)
    parts = (splits.train, splits.val)
    classes = splits.info.class_names
    cut = slice_of(data)
    x = np.concatenate([part.x.numpy() for part in parts])
    return points_traces(
        x if cut is None else cut.place(x),
        np.concatenate([part.y.numpy() for part in parts]),
        np.repeat([False, True], [len(part) for part in parts]),
        task="regression" if classes is None else "classification",
        classes=splits.info.outputs,
        dark=dark,
    )


# Confusion matrices ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Confusion:
    """int64 [10, 10] of the validation pictures, and when that was counted."""

    step: int
    at: float
    counts: NDArray[np.int64]


_confusions: WeakKeyDictionary[RunView, Confusion] = WeakKeyDictionary()


def _show_confusion(summary: Summary, dark: bool) -> None:
    view = run_view(summary.run.id)
    names = view.info.class_names or ()
    with st.spinner("Reading the validation pictures …"):
        known = _confusion(view, moving=summary.status in ALIVE)
    total, right = int(known.counts.sum()), int(np.trace(known.counts))
    if total == 0:
        st.caption("The experiment holds no pictures out to validate with.")
        return
    show_chart(
        confusion_figure(known.counts, names, dark=dark),
        key=widgets.key(f"compare_confusion_{summary.run.id}"),
        alt=f"{summary.meta.name}. {describe_confusion(known.counts, names)}",
    )
    st.caption(f"step {known.step:,} · {percent(right / total)} of {total:,} right")


def _confusion(view: RunView, *, moving: bool) -> Confusion:
    """Counted once for a run and a step; while it trains, every ten seconds."""
    known = _confusions.get(view)
    if known is not None and moving and time.monotonic() - known.at < SECONDS_BETWEEN:
        return known
    with view.lock:
        # A copy: ten thousand pictures take a while, in which others look at the run.
        network, step = deepcopy(view.network()), view.weights_step
    if known is None or known.step != step:
        data = view.experiment.data
        assert isinstance(data, Images)
        part = _validation(data)
        counts = confusion(network, part.x, part.y, view.info.outputs)
        known = _confusions[view] = Confusion(step, time.monotonic(), counts)
    return known


@lru_cache(maxsize=2)
def _validation(data: Images) -> Part:
    return load_validation(data, services.settings().data_dir)

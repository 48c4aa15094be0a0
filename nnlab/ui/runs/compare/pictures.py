"""Decision boundaries and confusion matrices of the runs that are compared, side by side."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from torch import nn

from nnlab.config import Data, Images
from nnlab.data import registry
from nnlab.errors import NnlabError
from nnlab.figures.boundary import boundary_figure, boundary_picture, points_traces
from nnlab.figures.confusion import confusion_figure, describe_confusion
from nnlab.figures.describe import describe_boundary
from nnlab.figures.pictures.digits import percent
from nnlab.figures.theme import Spec
from nnlab.insight.confusion import confusion
from nnlab.insight.plane.boundary import plane_grid
from nnlab.runs.record.status import ALIVE
from nnlab.runs.store import Summary
from nnlab.texts import _
from nnlab.ui.components.chart import show_chart
from nnlab.ui.lab.table_plane import axes_of, slice_of
from nnlab.ui.messages import say
from nnlab.ui.runs.compare.table import swatch
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.datasets import splits_of, validation_of
from nnlab.ui.runtime.run_view import RunView, run_view
from nnlab.ui.runtime.snapshot import settled
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.words import plain
from nnlab.visible import in_html

SECONDS_BETWEEN = 10.0
"""A confusion matrix of a run that trains is computed at most so often."""

PLANE_HEIGHT = 440

Shown = tuple[int, Summary]
"""A run with its number in the comparison."""


def show_pictures(summaries: Mapping[int, Summary], dark: bool) -> None:
    """Show the picture of each run (with its number), and a note on those without one."""
    numbered = list(summaries.items())
    planes = [one for one in numbered if _has_plane(one[1].experiment.data)]
    images = [one for one in numbered if isinstance(one[1].experiment.data, Images)]
    others = [one[1].meta.name for one in numbered if one not in planes and one not in images]
    if planes:
        st.markdown(_("##### Decision boundaries"))
        _side_by_side(planes, 3, dark, lambda one: _show_boundary(one[1], dark))
    if images:
        st.markdown(_("##### Confusion matrices of the validation pictures"))
        _side_by_side(images, 2, dark, lambda one: _show_confusion(one[1], dark))
    if others:
        st.caption(
            _(
                "No picture is drawn of runs over other than two inputs or images: {others}.",
                others=", ".join(map(plain, others)),
            )
        )


def _has_plane(data: Data) -> bool:
    info = registry.describe(data)
    is_points = info.input_shape == (2,) and info.symbols is None  # not two tokens
    return is_points or slice_of(data) is not None


def _side_by_side(
    shown: Sequence[Shown], most: int, dark: bool, show: Callable[[Shown], None]
) -> None:
    wide = min(most, max(2, len(shown)))
    for first in range(0, len(shown), wide):
        columns = st.columns(wide, gap="medium")
        for one, column in zip(shown[first : first + wide], columns, strict=False):
            index, summary = one
            with column:
                name = in_html(summary.meta.name)
                st.html(f"<p class='nnlab-whose'>{swatch(index, dark)}<span>{name}</span></p>")
                try:
                    show(one)
                except NnlabError as error:
                    say("warning", error, icon=":material/warning:")


# Boundaries --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Boundary:
    """The answers over the plane, and their picture for one theme."""

    grid: np.ndarray
    picture: str


def _show_boundary(summary: Summary, dark: bool) -> None:
    view = run_view(summary.run.id)
    moment = view.moment()
    drawn = moment.cached(("compared", dark), lambda network: _boundary(view, network, dark))
    data, names = summary.experiment.data, view.info.class_names
    words = describe_boundary(drawn.grid, task=summary.experiment.task, class_names=names)
    show_chart(
        boundary_figure(
            drawn.picture,
            _points(data, dark),
            class_names=names,
            height=PLANE_HEIGHT,
            axes=axes_of(data),
            dark=dark,
        ),
        key=widgets.key(f"compare_boundary_{summary.run.id}"),
        alt=f"{summary.meta.name}. {words}",
    )
    st.caption(_("step {step:,}", step=moment.step))


def _boundary(view: RunView, network: nn.Sequential, dark: bool) -> Boundary:
    task, cut = view.experiment.task, slice_of(view.experiment.data)
    grid = plane_grid(network if cut is None else cut.through(network), task=task)
    return Boundary(grid, boundary_picture(grid, task=task, dark=dark))


@kept
def _points(data: Data, dark: bool) -> list[Spec]:
    splits = splits_of(data)
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


def _show_confusion(summary: Summary, dark: bool) -> None:
    view = run_view(summary.run.id)
    names = view.info.class_names or ()
    data = summary.experiment.data
    assert isinstance(data, Images)
    moving = summary.status in ALIVE
    moment = settled(view, view.moment(), moving=moving, seconds=SECONDS_BETWEEN)
    with st.spinner(_("Reading the validation pictures …")):
        part = validation_of(data)
        # Of a copy: ten thousand pictures take a while, in which others look at the run.
        counts = moment.explained(
            ("confusion", data),
            lambda network: confusion(network, part.x, part.y, view.info.outputs),
        )
    total, right = int(counts.sum()), int(np.trace(counts))
    if total == 0:
        st.caption(_("The experiment holds no pictures out to validate with."))
        return
    show_chart(
        confusion_figure(counts, names, dark=dark),
        key=widgets.key(f"compare_confusion_{summary.run.id}"),
        alt=f"{summary.meta.name}. {describe_confusion(counts, names)}",
    )
    st.caption(
        _(
            "step {step:,} · {right} of {total:,} right",
            step=moment.step,
            right=percent(right / total),
            total=total,
        )
    )

"""The shown run beside its parent or the run before it, where their answers differ: a picture."""

import numpy as np
import streamlit as st

from nnlab.errors import NnlabError
from nnlab.figures.boundary import boundary_figure
from nnlab.figures.difference import describe_difference, difference_picture, fits_figure
from nnlab.insight.plane.boundary import plane_grid
from nnlab.insight.plane.fitted import fitted
from nnlab.runs.record.status import ALIVE
from nnlab.runs.store import Run
from nnlab.texts import N_, _
from nnlab.ui import doors
from nnlab.ui.components.chart import show_chart
from nnlab.ui.components.tables import number_cell, row, table
from nnlab.ui.lab.table_plane import axes_of, slice_of
from nnlab.ui.messages import say
from nnlab.ui.playground.course import parent_of
from nnlab.ui.playground.curve_plot import POINTS, shown_ranges
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.plane import Style, points_of, style_of
from nnlab.ui.runtime.past_snapshots import ExactFigures, exact_figures, past_snapshot, steps
from nnlab.ui.runtime.run_view import run_view
from nnlab.ui.runtime.snapshot import Snapshot
from nnlab.ui.session.widgets import playground as widgets
from nnlab.ui.words import plain

HEIGHT = 440
ROWS = (
    (N_("train loss"), "train_loss", ".4g"),
    (N_("validation loss"), "val_loss", ".4g"),
    (N_("train accuracy"), "train_accuracy", ".1%"),
    (N_("validation accuracy"), "val_accuracy", ".1%"),
)


def draw_compare(frame: Frame) -> None:
    """The difference of both networks over the plane or the line, and their figures."""
    before = _run_before(frame)
    other = before or parent_of(frame)
    if other is None:
        _say_why_not(frame)
        return
    try:
        theirs, is_replayed = _their_moment(frame, other)
    except NnlabError as error:
        say("warning", error, icon=":material/warning:")
        return
    picture, words = st.columns([11, 9], gap="medium")
    with picture:
        said = _show_difference(frame, theirs)
    with words:
        text = N_(
            "**This run** at step {step:,}, minus **its parent** ({name}) at step {their_step:,}"
        )
        if before is not None:
            text = N_(
                "**This run** at step {step:,}, minus the previous run, **{name}**, at step"
                " {their_step:,}"
            )
        name, step = plain(other.meta.name), frame.moment.step
        line = _(text, step=step, name=name, their_step=theirs.step)
        if is_replayed:
            line += _("; step {step:,} is being replayed", step=step)
        st.markdown(f"{line}.")
        st.markdown(said)
        _show_figures(frame, theirs, _("parent") if before is None else _("before"))


def _run_before(frame: Frame) -> Run | None:
    """The run that somebody asked to compare with; None where that is the one in view, or gone."""
    name, view = frame.state.compared, frame.view
    if name is None or (view is not None and view.run.id == name):
        return None
    try:
        return doors.store().get(name)
    except NnlabError:  # it was deleted meanwhile: the parent, if there is one, takes its place
        frame.state.compared = None
        return None


def _say_why_not(frame: Frame) -> None:
    view = frame.view
    if view is not None and view.run.meta.parent is not None:
        st.caption(
            _(
                "The run that this one branched from ({parent}) was deleted, or is not shared.",
                parent=plain(view.run.meta.parent),
            )
        )
    else:
        st.caption(
            _(
                "This run has no parent. Move the slider to a past step, press *Branch"
                " here*, and change one thing: both are then compared here. After a change of the"
                " form the previous run can be compared, too."
            )
        )


def _their_moment(frame: Frame, other: Run) -> tuple[Snapshot, bool]:
    """The other run at the same step where it has made that and nothing moves, else its newest.

    And whether that step is still being replayed: the snapshot is of another one then.

    Raises:
        NnlabError: its inputs or outputs are others, or it cannot be read.
    """
    view = run_view(other.id)
    info = frame.splits.info
    if (view.info.input_shape, view.info.outputs) != (info.input_shape, info.outputs):
        raise NnlabError(
            _(
                "{name} has other inputs or outputs: only networks of the same kind of data are"
                " compared. Go back to it to see it.",
                name=other.meta.name,
            )
        )
    view.refresh()
    first, last = steps(view)
    step = frame.moment.step
    still = frame.view is not None and (frame.status not in ALIVE or frame.past is not None)
    if not (still and first <= step < last):
        return view.moment(), False
    sight = past_snapshot(view, step)
    if sight.replaying is not None:
        frame.state.replaying = True
    return sight.moment, sight.replaying is not None


def _show_difference(frame: Frame, theirs: Snapshot) -> str:
    inputs = frame.splits.info.input_shape
    data = frame.state.draft.data
    cut = slice_of(data)
    if inputs == (1,) and frame.splits.info.class_names is None:
        return _show_fits(frame, theirs)
    if inputs != (2,) and cut is None:
        return _("Data of {inputs} inputs have no plane to be drawn on.", inputs=inputs[0])
    style = style_of(frame)
    ours_grid, their_grid = (_grid(moment, frame, style) for moment in (frame.moment, theirs))
    said = describe_difference(ours_grid, their_grid, task=style.task)
    names = style.class_names
    if names is not None and len(names) == 2:
        names = tuple(_("more confident in {name}", name=name) for name in names)
    show_chart(
        boundary_figure(
            frame.moment.cached(
                ("difference", theirs, style),
                lambda _network: difference_picture(
                    ours_grid, their_grid, task=style.task, limit=style.limit, dark=style.dark
                ),
            ),
            points_of(data, style.limit, frame.state.look.validation, frame.dark, cut),
            class_names=names,
            extent=style.extent,
            limit=style.limit,
            height=HEIGHT,
            dark=frame.dark,
            axes=axes_of(data),
        ),
        key=widgets.key("compare_parent_chart"),
        alt=_("The plane, coloured where both runs disagree. {said}", said=said),
    )
    return said


def _grid(moment: Snapshot, frame: Frame, style: Style) -> np.ndarray:
    cut = slice_of(frame.state.draft.data)
    return moment.cached(
        ("grid", style.extent, style.task, cut),
        lambda network: plane_grid(
            network if cut is None else cut.through(network), style.extent, task=style.task
        ),
    )


def _show_fits(frame: Frame, theirs: Snapshot) -> str:
    low, high = shown_ranges(frame.state.draft.data).x
    ours, other = (fitted(m.network, low, high, POINTS) for m in (frame.moment, theirs))
    said = describe_difference(ours.y.T[:, None], other.y.T[:, None], task="regression")
    show_chart(
        fits_figure(ours.x, ours.y[:, 0], other.y[:, 0], height=HEIGHT, dark=frame.dark),
        key=widgets.key("compare_parent_chart"),
        alt=_("The curves of both runs. {said}", said=said),
    )
    return said


def _show_figures(frame: Frame, theirs: Snapshot, head: str) -> None:
    ours = _figures(frame, frame.moment)
    other = _figures(frame, theirs)
    rows = [
        row(_(name), *(number_cell(figures.latest(key), form) for figures in (ours, other)))
        for name, key, form in ROWS
    ]
    st.html(table("nnlab-figures", rows, heads=["", _("this run"), head]))


def _figures(frame: Frame, moment: Snapshot) -> ExactFigures:
    """Return the figures on the page's data, whatever data the run learned from."""
    loss = frame.experiment.training.loss
    return moment.cached(
        ("figures", frame.state.draft.data),
        lambda network: exact_figures(network, frame.splits, loss),
    )

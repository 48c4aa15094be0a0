"""The part of the Playground's form for points that a person places."""

from pathlib import Path

import numpy as np
import streamlit as st

from nnlab.config import Data, Points
from nnlab.config.data import Task, task_of
from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.ui import services
from nnlab.ui.components.chart import Click
from nnlab.ui.forms.training_form import MAX_SEED
from nnlab.ui.lab.table_plane import slice_of
from nnlab.ui.messages import say
from nnlab.ui.playground.form.own_share import remember
from nnlab.ui.playground.form.points_edit import (
    added,
    begun_from,
    class_counts,
    empty,
    is_editable,
    to_csv,
)
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.session.labs import playground_state
from nnlab.ui.session.widgets import playground as widgets

LONG_LINK = 1000
"""Points: their link has about 8,000 characters."""
STYLE = Path(__file__).with_name("playground_points.css")


def show_own_points(data: Data, task: Task, inputs: int) -> Points:
    """The widgets of a person's own points, and the points: they are placed on the plane.

    Args:
        data: the draft's: own points for another problem give way to those kept for this one.
        task: of the problem that is chosen.
        inputs: 1 for a curve, 2 for the plane.
    """
    memory = playground_state().own
    if not (isinstance(data, Points) and _is_for(data, task, inputs)):
        data = memory.kept.get((task, inputs)) or empty(task, inputs)
        memory.undo = []
        _begin(data)
    st.html(STYLE)
    if is_editable(data):
        hint = (
            _("Click on the chart to add or to erase points.")
            if inputs == 1
            else _("Click on the plane to add or to erase points.")
        )
        st.caption(f"{_counted(data)} {hint}")
        with st.popover(_("Type a point"), key=widgets.key("type_point"), width="stretch"):
            data = _show_typing(data)
    else:
        hint = _(
            "With one input they cannot be placed by hand.",
            "With {n} inputs they cannot be placed by hand.",
            n=data.width,
        )
        st.caption(f"{_counted(data)} {hint}")
    if len(data.rows) > LONG_LINK:
        st.caption(
            _(
                "So many points make the link long, and some programs cut long links: the"
                " experiment as a file (page Runs) has no such limit."
            )
        )
    share = st.slider(
        _("Training share"), 10, 100, step=10, format="%d %%", key=widgets.key("train_share")
    )
    seed = data.seed
    if share < 100:
        seed = int(st.number_input(_("data seed"), 0, MAX_SEED, key=widgets.key("data_seed")))
    exact = data.train_share if share == round(data.train_share * 100) else share / 100
    points = data.model_copy(update={"train_share": exact, "seed": seed})
    memory.kept[points.task, points.width] = points
    return points


def show_take(data: Data) -> None:
    """The points in view, to be edited one by one or taken away as a file."""
    st.button(
        _("Edit these points"),
        key=widgets.key("edit_points"),
        icon=":material/edit:",
        width="stretch",
        on_click=_edit,
        args=(data,),
        disabled=isinstance(data, Points) or not is_editable(data),
    )
    st.download_button(
        _("Download CSV"),
        lambda: to_csv(data, services.settings().data_dir),
        file_name=f"{data.kind}.csv",
        mime="text/csv",
        key=widgets.key("points_csv"),
        icon=":material/download:",
        width="stretch",
        on_click="ignore",
    )


def _is_for(data: Points, task: Task, inputs: int) -> bool:
    """Whether they belong to the problem: a number from one input is a curve."""
    return data.task == task and (task == "classification" or (data.width == 1) == (inputs == 1))


def _begin(data: Points) -> None:
    """All points train, in one batch: there are few at first."""
    remember()
    widgets["train_share"] = round(data.train_share * 100)
    widgets["data_seed"] = data.seed
    widgets["batch_size"] = "all"


def _edit(data: Data) -> None:
    """The points in view become the person's own. On the plane a table stands in its units."""
    try:
        splits = splits_of(data)
        parts = (splits.train, splits.val)
        inputs = np.concatenate([part.x.numpy() for part in parts])
        targets = np.concatenate([part.y.numpy() for part in parts])
        cut = slice_of(data)
        if cut is not None and inputs.shape[1] == 2:
            inputs = cut.place(inputs)
        points = begun_from(inputs, targets, task_of(data))
    except NnlabError as error:
        playground_state().own.notice = str(error)
        return
    playground_state().own.kept[points.task, points.width] = points
    widgets["dataset"] = "points"


def _counted(data: Points) -> str:
    if not data.rows:
        return _("No points yet.")
    if data.task == "regression":
        return _("{count:,} points.", count=len(data.rows))
    counts = class_counts(data)
    each = " · ".join(
        _("class {label}: {count:,}", label=label, count=count)
        for label, count in enumerate(counts)
    )
    return _("{count:,} points ({each}).", count=len(data.rows), each=each)


def _show_typing(data: Points) -> Points:
    """Draw fields for typing a point. Returns the points, with the typed one."""
    names = ["x"] if data.width == 1 else ["x₁", "x₂"]
    names += ["class" if data.task == "classification" else "y"]
    with st.form("typed_point", border=False, clear_on_submit=False):
        typed = [
            st.number_input(_("class"), 0, 9, key=widgets.key(f"typed_{place}_class"))
            if name == "class"
            else st.number_input(name, -1e6, 1e6, 0.0, key=widgets.key(f"typed_{place}"))
            for place, name in enumerate(names)
        ]
        if not st.form_submit_button(_("Add"), key=widgets.key("typed_add"), width="stretch"):
            return data
    try:
        click = Click(float(typed[0]), float(typed[1]), (0, 0))
        longer = added(data, click, float(typed[-1]))
    except NnlabError as error:
        say("error", error)
        return data
    playground_state().own.undo.append(data)
    return longer

"""The tools above the plane for a person's own points, and what a click on it does."""

from collections.abc import Sequence
from functools import cache

import streamlit as st

from nnlab.config import Points
from nnlab.config.own_data import MAX_CLASSES
from nnlab.errors import NnlabError
from nnlab.figures import theme
from nnlab.texts import _
from nnlab.ui.components.chart import Click
from nnlab.ui.playground.form.points_edit import added, class_counts, erased
from nnlab.ui.playground.form.points_own import put, undo
from nnlab.ui.session.labs import playground_state
from nnlab.ui.session.playground_state import PlaygroundState
from nnlab.ui.session.widgets import playground as widgets

ADD, ERASE = "add", "erase"
VALUE_STEP = 0.05


def show_tools(state: PlaygroundState) -> None:
    """Show the tools that place or remove points by a click.

    Belongs above the chart, in the live part.
    """
    data = state.draft.data
    assert isinstance(data, Points)
    tools = _tools(data)
    st.html(_colours(len(tools) - 1) if data.task == "classification" else "<span></span>")
    if widgets.get("point_tool") not in tools:
        widgets["point_tool"] = tools[0]
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="point_tools"):
        st.pills(
            _("What a click on the plane does"),
            tools,
            format_func=lambda tool: _said(tool, data),
            key=widgets.key("point_tool"),
            required=True,
            label_visibility="collapsed",
        )
        st.button(
            _("Undo"),
            key=widgets.key("points_undo"),
            icon=":material/undo:",
            on_click=undo,
            args=(state,),
            disabled=not playground_state().own.undo,
        )
        st.button(
            _("Clear"),
            key=widgets.key("points_clear"),
            icon=":material/delete:",
            on_click=lambda: put(state, data.model_copy(update={"rows": (), "inputs": data.width})),
            disabled=not data.rows,
        )
    if data.task == "regression" and data.width == 2:
        st.slider(
            _("Value of the next point"),
            -1.0,
            1.0,
            1.0,
            step=VALUE_STEP,
            key=widgets.key("point_value"),
        )


def clicked(state: PlaygroundState, clicks: Sequence[Click]) -> None:
    """Do with each click what the tool says."""
    data = state.draft.data
    if not isinstance(data, Points):
        return  # chosen away while the click was on its way
    tool = widgets.get("point_tool")
    try:
        for click in clicks:
            if tool == ERASE:
                data = erased(data, click)
            else:
                data = added(data, click, float(tool) if isinstance(tool, int) else _value())
    except NnlabError as error:
        playground_state().own.notice = str(error)
    put(state, data)


def _value() -> float:
    return float(widgets.get("point_value", 1.0))


def _tools(data: Points) -> list[int | str]:
    if data.task == "regression":
        return [ADD, ERASE]
    used = len(class_counts(data))
    # One more than there are, so that a new class can be added.
    return [*range(min(used + 1, MAX_CLASSES)), ERASE]


def _said(tool: int | str, data: Points) -> str:
    if tool == ERASE:
        return f":material/ink_eraser: {_('erase')}"
    if tool == ADD:
        return f":material/add_circle: {_('add')}"
    return f"+ {tool}" if tool == len(class_counts(data)) else str(tool)


@cache
def _colours(classes: int) -> str:
    """Each class's colour before its name."""
    rules = "".join(
        f".st-key-{widgets.key('point_tool')} button:nth-of-type({place})::before"
        f'{{content:"";background:{colour}}}'
        for place, colour in enumerate(theme.CLASS_COLOURS[:classes], 1)
    )
    return f"<style>{rules}</style>"

"""The axes of the form, one below another: which field, and over which values."""

import json
from typing import Any

import streamlit as st

from nnlab.config import Axis
from nnlab.config.axis_values import read_values
from nnlab.config.sweep import MOST_AXES
from nnlab.errors import InvalidExperimentError
from nnlab.scene.sweep_fields import fields_for, label_of, nearest_field, values_text
from nnlab.texts import N_, _
from nnlab.ui.messages import say
from nnlab.ui.session.sweep_state import SweepState
from nnlab.ui.session.widgets import sweep as widgets
from nnlab.ui.words import plain

SCALES = {"log": N_("log"), "lin": N_("linear"), "whole": N_("whole numbers")}


def row_values(state: SweepState) -> dict[str, Any]:
    """Return the initial values of the rows' widgets."""
    found: dict[str, Any] = {}
    for row, axis in zip(state.rows, state.chosen.axes, strict=False):
        found[f"axis_path_{row}"] = axis.path
        found[f"axis_values_{row}"] = text_of(axis)
    return found


def text_of(axis: Axis) -> str:
    """The values of an axis in the notation that the form takes."""
    if isinstance(axis.values, str):
        return axis.values
    return ",".join(v if isinstance(v, str) else json.dumps(v) for v in axis.values)


def read_axes(state: SweepState) -> list[dict[str, Any]]:
    """The axes that the rows say; one that still reads as in the sweep stays as it is there."""
    known = {(axis.path, text_of(axis)): axis for axis in state.chosen.axes}
    axes = []
    for row in state.rows:
        path = str(widgets.get(f"axis_path_{row}") or "").strip()
        text = str(widgets.get(f"axis_values_{row}") or "").strip()
        kept = known.get((path, text))
        axes.append(kept.model_dump(mode="json") if kept else {"path": path, "values": text})
    return axes


def show_rows(state: SweepState) -> None:
    """Draw the rows, and what adds one."""
    fields = fields_for(state.chosen.experiment)
    st.markdown(_("##### What varies"))
    for place, row in enumerate(state.rows, start=1):
        with st.container(key=f"sweep_row_{row}", gap=None):
            _show_row(state, row, place, list(fields))

    def add() -> None:
        taken = {widgets.get(f"axis_path_{row}") for row in state.rows}
        path = next((path for path in fields if path not in taken), "training.l1")
        row = state.add_row()
        widgets[f"axis_path_{row}"] = path
        widgets[f"axis_values_{row}"] = fields[path].values

    st.button(
        _("Add an axis"),
        key=widgets.key("add_axis"),
        icon=":material/add:",
        type="tertiary",
        on_click=add,
        disabled=len(state.rows) >= MOST_AXES,
    )


def _show_row(state: SweepState, row: int, place: int, paths: list[str]) -> None:
    values_key = f"axis_values_{row}"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        _show_field(state, row, place, paths)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.text_input(
            _("Values of axis {place}", place=place),
            key=widgets.key(values_key),
            label_visibility="collapsed",
            placeholder=_("log:0.001..1:8"),
        )
        with st.popover(
            _("Range of axis {place}", place=place),
            icon=":material/tune:",
            type="tertiary",
            key=widgets.key(f"axis_range_{row}"),
        ):
            _show_range(row, values_key)
    if state.problem is not None and state.problem_row == row:
        say("error", state.problem)
    else:
        st.caption(_said(str(widgets.get(values_key) or "")))


def _show_field(state: SweepState, row: int, place: int, paths: list[str]) -> None:
    """Draw the choice of the axis's field, and the button that removes the axis."""
    path_key, values_key = f"axis_path_{row}", f"axis_values_{row}"
    fields = fields_for(state.chosen.experiment)

    def take_path() -> None:
        path = nearest_field(str(widgets[path_key] or ""), fields)
        if path is not None:
            widgets[path_key], widgets[values_key] = path, fields[path].values

    def remove() -> None:
        state.rows.remove(row)
        widgets.forget(path_key, values_key)

    now = widgets.get(path_key)
    options = paths if now in paths or now is None else [*paths, now]
    st.selectbox(
        _("Axis {place}: a field, or any dotted path", place=place),
        options,
        format_func=_path_text,
        key=widgets.key(path_key),
        label_visibility="collapsed",
        accept_new_options=True,
        on_change=take_path,
    )
    st.button(
        _("Remove axis {place}", place=place),
        key=widgets.key(f"axis_remove_{row}"),
        icon=":material/close:",
        type="tertiary",
        on_click=remove,
        disabled=len(state.rows) == 1,
    )


def _path_text(path: str) -> str:
    label = label_of(path)
    return label if label == path else f"{label} · {path}"


def _said(text: str) -> str:
    """The values that a text means; where it means none, nothing: the message says why."""
    try:
        values = read_values(text)
    except InvalidExperimentError:
        return "" if text.strip() else _("no values yet")
    ends = {"count": len(values), "low": values_text(values[:1]), "high": values_text(values[-1:])}
    if text.strip().startswith("log:"):
        return plain(_("{count:,} values from {low} to {high}, evenly spread by factors", **ends))
    if text.strip().startswith("lin:"):
        return plain(_("{count:,} values from {low} to {high}, evenly spread", **ends))
    return plain(values_text(values))


def range_of(text: str) -> tuple[float, float, int, str]:
    """The smallest and the largest number that a text means, how many, and their scale."""
    try:
        values = read_values(text)
    except InvalidExperimentError:
        values = ()
    numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) < 2:
        return 0.001, 1.0, 8, "log"
    written = text.strip()
    scale = "log" if Axis(path="any", values=values).scale == "log" else "lin"
    if written.startswith(("log:", "lin:")):
        scale = written[:3]
    elif all(isinstance(value, int) for value in values) and ".." in written:
        scale = "whole"
    return min(numbers), max(numbers), min(256, len(numbers)), scale


def _show_range(row: int, values_key: str) -> None:
    """A range by its ends; taking it writes the notation into the field beside."""
    names = {part: f"axis_{part}_{row}" for part in ("low", "high", "count", "scale")}
    text = str(widgets.get(values_key) or "")
    if widgets.get(f"axis_seen_{row}") != text:
        widgets[f"axis_seen_{row}"] = text
        for part, value in zip(names, range_of(text), strict=True):
            widgets[names[part]] = value
    for part, value in zip(names, range_of(""), strict=True):
        widgets.setdefault(names[part], value)

    def take() -> None:
        low, high = widgets[names["low"]], widgets[names["high"]]
        scale, count = widgets[names["scale"]], widgets[names["count"]]
        if scale == "whole":
            widgets[values_key] = f"{round(low)}..{round(high)}"
        else:
            widgets[values_key] = f"{scale}:{low:.6g}..{high:.6g}:{count}"

    st.number_input(_("From"), key=widgets.key(names["low"]), format="%g", step=None)
    st.number_input(_("To"), key=widgets.key(names["high"]), format="%g", step=None)
    scale = st.segmented_control(
        _("Scale"),
        list(SCALES),
        format_func=lambda name: _(SCALES[name]),
        key=widgets.key(names["scale"]),
        required=True,
    )
    st.number_input(
        _("How many"),
        min_value=2,
        max_value=256,
        key=widgets.key(names["count"]),
        disabled=scale == "whole",
    )
    st.button(_("Take this range"), key=widgets.key(f"axis_take_{row}"), on_click=take)

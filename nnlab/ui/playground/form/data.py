"""The part of the Playground's form that says what is learned from."""

from typing import Any

import streamlit as st

from nnlab.config import Curve, Data, PlaneClasses, PlaneValues
from nnlab.config.data import task_of
from nnlab.data.description import describe
from nnlab.texts import N_, _
from nnlab.ui.components.layout import part
from nnlab.ui.forms.point_sets import SETS, Problem
from nnlab.ui.forms.training_form import MAX_SEED
from nnlab.ui.messages import say
from nnlab.ui.playground.form.own_share import bring_back
from nnlab.ui.playground.form.points import show_own_points, show_take
from nnlab.ui.playground.form.points_csv import show_table
from nnlab.ui.playground.form.thumbnails import thumbnail
from nnlab.ui.session.labs import playground_state
from nnlab.ui.session.widgets import playground as widgets

PROBLEMS: dict[Problem, str] = {
    "classification": N_("Classification"),
    "regression": N_("Regression"),
    "curve": N_("Curve"),
}
OWN = {"points": N_("own points"), "csv": N_("own table")}
"""Data that a person brings, for each of the problems."""
REMEMBERED = ["dataset", "noise", "points", "classes", "train_share", "low", "high", "data_seed"]
"""The widgets of a problem that come back with it."""
POINTS: dict[Problem, int] = {"classification": 500, "regression": 1200, "curve": 100}
NOISE_HELP = N_(
    "Moves the points themselves, and what you see is what is trained on: each keeps the class or"
    " the value of the place that it came from. (TensorFlow Playground moves only where the label"
    " is read off.) *gauss* and *blobs* spread wider; a curve's points move up and down."
)


def problem_of(data: Data) -> Problem:
    """Which of the three switches shows these data: one input and a number is a curve."""
    if task_of(data) == "classification":
        return "classification"
    return "curve" if describe(data).input_shape == (1,) else "regression"


def data_widgets(data: Data) -> dict[str, Any]:
    """Return the widgets' values for the data of a draft."""
    problem = problem_of(data)
    curve = data if isinstance(data, Curve) else Curve(kind="quadratic")
    return {
        "problem": problem,
        "dataset": data.kind,
        "noise": round(getattr(data, "noise", 0.0) * 100),
        "points": POINTS[problem] if data.kind in OWN else getattr(data, "points", 500),
        "classes": getattr(data, "classes", 2) if data.kind == "blobs" else 4,
        "train_share": round(getattr(data, "train_share", 0.5) * 100),
        "low": curve.low,
        "high": curve.high,
        "data_seed": getattr(data, "seed", 0),
    }


def show_data(data: Data) -> Data:
    """Draw the widgets, and return the data that they say. What they round stays as drafted."""
    problem: Problem = st.segmented_control(
        _("Problem"),
        list(PROBLEMS),
        format_func=lambda name: _(PROBLEMS[name]),
        key=widgets.key("problem"),
        required=True,
        label_visibility="collapsed",
        on_change=_change_problem,
        width="stretch",
    ) or problem_of(data)
    kind = _choose_set(problem, data)
    if kind in OWN:
        return _own_data(problem, kind, data)
    st.slider(
        _("Noise"), 0, 50, step=5, format="%d %%", key=widgets.key("noise"), help=_(NOISE_HELP)
    )
    share = widgets["train_share"]
    st.slider(
        _("Training share"),
        min(10, share),
        max(90, share),
        step=10,
        format="%d %%",
        key=widgets.key("train_share"),
        help=_("The rest validates: the network never learns from it."),
    )
    with part("classes", used=kind == "blobs"):
        st.slider(_("Classes"), 2, 10, key=widgets.key("classes"))
    with st.container(horizontal=True, gap="small", key="data_row"):
        st.button(
            _("New data"), key=widgets.key("new_data"), on_click=_next_seed, args=("data_seed",)
        )
        with st.popover(_("Points"), key=widgets.key("data_fold")):
            st.number_input(_("Points"), 10, 5000, step=10, key=widgets.key("points"))
            with part("range", used=problem == "curve"):
                left, right = st.columns(2)
                left.number_input(_("x from"), key=widgets.key("low"), format="%g")
                right.number_input(_("x to"), key=widgets.key("high"), format="%g")
            st.number_input(_("data seed"), 0, MAX_SEED, key=widgets.key("data_seed"))
            take = st.container()
    made = _data(problem, kind, data)
    with take:
        show_take(made)
    return made


def _next_seed(key: str) -> None:
    widgets[key] = (widgets[key] + 1) % (MAX_SEED + 1)


def _change_problem() -> None:
    """Another problem: its data as they were left, at first its first data set."""
    before = problem_of(playground_state().draft.data)
    problem: Problem = widgets["problem"] or "classification"
    if problem == before:
        return
    widgets.keep(f"data_of_{before}", {name: widgets.get(name) for name in REMEMBERED})
    first = {"dataset": next(iter(SETS[problem])), "points": POINTS[problem]}
    usual = first if widgets["dataset"] not in OWN else {"points": POINTS[problem]}
    kept = widgets.kept(f"data_of_{problem}", usual)
    if widgets["dataset"] in OWN and kept.get("dataset") not in (None, *OWN):
        bring_back()
    widgets.update(kept)


def _change_set() -> None:
    if widgets["dataset"] not in OWN:
        bring_back()


def _choose_set(problem: Problem, data: Data) -> str:
    sets = {**SETS[problem], **OWN}
    if widgets["dataset"] not in sets:
        widgets["dataset"] = next(iter(sets))
    st.html(_pictures(tuple(sets), int(widgets["classes"])))
    kind = st.pills(
        _("Data set"),
        list(sets),
        format_func=lambda name: _(sets[name]),
        key="dataset",
        required=True,
        label_visibility="collapsed",
        on_change=_change_set,
    )
    return kind or next(iter(sets))


def _pictures(kinds: tuple[str, ...], classes: int) -> str:
    """Each data set's points above its name."""
    rules = "".join(
        f".st-key-dataset button:nth-of-type({place})::before"
        f'{{content:"";background-image:url("{thumbnail(kind, classes)}")}}'
        for place, kind in enumerate(kinds, 1)
        if kind not in OWN
    )
    return f"<style>{rules}</style>"


def _own_data(problem: Problem, kind: str, data: Data) -> Data:
    """The widgets of data that a person brings."""
    if kind == "csv":
        brought = show_table(data, problem)
    else:
        task = "classification" if problem == "classification" else "regression"
        brought = show_own_points(data, task, 1 if problem == "curve" else 2)
    with st.popover(_("Edit or download"), key=widgets.key("take_points"), width="stretch"):
        show_take(brought)
    return brought


def _data(problem: Problem, kind: str, before: Data) -> Data:
    fields: dict[str, Any] = {
        "kind": kind,
        "points": widgets["points"],
        "noise": _exact(widgets["noise"], getattr(before, "noise", 0.0)),
        "train_share": _exact(widgets["train_share"], getattr(before, "train_share", 0.5)),
        "seed": widgets["data_seed"],
    }
    if problem == "classification":
        fields["classes"] = widgets["classes"] if kind == "blobs" else 2
        return PlaneClasses.model_validate(fields)
    if problem == "regression":
        return PlaneValues.model_validate(fields)
    curve = before if isinstance(before, Curve) else Curve(kind="quadratic")
    low, high = float(widgets["low"]), float(widgets["high"])
    if not low < high:
        say(
            "error",
            _(
                "x goes from a smaller number to a larger one, got {low:g} to {high:g}.",
                low=low,
                high=high,
            ),
        )
        low, high = curve.low, curve.high
    fields |= {"low": low, "high": high, "noise_above": curve.noise_above}
    return Curve.model_validate(fields)


def _exact(percent: int, share: float) -> float:
    """The draft's own share where the widget only rounds it."""
    return share if percent == round(share * 100) else percent / 100

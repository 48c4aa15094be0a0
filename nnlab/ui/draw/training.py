"""A reader of one's own: trained by one button, in sight."""

from typing import Literal

import streamlit as st

from nnlab.data.archives import is_available
from nnlab.errors import NnlabError
from nnlab.figures.pictures.digits import percent
from nnlab.recipes import get
from nnlab.runs.record.status import ALIVE, Status
from nnlab.texts import _
from nnlab.ui import services
from nnlab.ui.lab.run_commands import ask, current_status, make_run
from nnlab.ui.runtime.run_view import RunView, run_view
from nnlab.ui.session.draw_state import OFFLINE
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.widgets import draw as widgets

Kind = Literal["primary", "secondary", "tertiary"]
READY = "draw-ready"
"""The recipe of a reader that is made for drawings, the better one; needs MNIST. Minutes."""


def has_ready() -> bool:
    """Whether the recipe that is made for drawings can be trained here."""
    return is_available("mnist", services.settings().data_dir)


def invite(state: LabState) -> None:
    """The next step of who draws with the reader that ships: one of their own, to compare."""
    with st.container(key="more", horizontal=True, vertical_alignment="center"):
        label = _("Train your own and compare (about 20 seconds)")
        _button(state, OFFLINE, label, "train_reader", "secondary")
        if has_ready():
            label = _("Or this one again (about 10 minutes)")
            _button(state, READY, label, "train_ready", "tertiary")


def offer(state: LabState) -> None:
    """The button where nobody reads: with MNIST on this machine that of the better reader."""
    if has_ready():
        offer_ready(state, "primary")
    else:
        label = _("Train a reader (about 20 seconds)")
        _button(state, OFFLINE, label, "train_reader", "primary")


def offer_other(state: LabState) -> None:
    """Show beside the button: a faster recipe where there is one, else the training data."""
    if has_ready():
        _button(state, OFFLINE, _("Or a quick one (about 20 seconds)"), "train_reader", "secondary")
    else:
        st.caption(
            _(
                "A small CNN learns from scikit-learn's 1,200 digits and from strokes that the lab"
                " draws itself. Draw in the meantime."
            )
        )


def offer_ready(state: LabState, kind: Kind = "secondary") -> None:
    """The button of the better reader. MNIST has to be on this machine."""
    _button(state, READY, _("Train a good reader (about 10 minutes)"), "train_ready", kind)


def _button(state: LabState, recipe: str, label: str, key: str, kind: Kind) -> None:
    st.button(
        label,
        key=widgets.key(key),
        type=kind,
        icon=":material/model_training:",
        on_click=_begin,
        args=(state, recipe),
    )


def _begin(state: LabState, recipe_id: str) -> None:
    state.notice = None
    try:
        run = make_run(get(recipe_id).experiment, name=recipe_id, watched=False)
    except NnlabError as error:
        state.notice = str(error)
    else:
        state.run_id = run.id


def is_under_way(state: LabState, status: Status | None) -> bool:
    """Whether the reader of this session is being trained."""
    return state.run_id is not None and status in ALIVE


def show_progress(state: LabState, status: Status | None) -> None:
    """How far the reader is, and the button that ends it."""
    assert state.run_id is not None
    done, words = _progress(run_view(state.run_id), status)
    with st.container(key="reader_progress", horizontal=True, vertical_alignment="bottom"):
        st.progress(done, text=words)
        st.button(_("Stop"), key=widgets.key("stop_reader"), on_click=_stop, args=(state,))


def _stop(state: LabState) -> None:
    if current_status(state) in ALIVE:  # a click may come when the last step is done
        ask(state, "stop")


def _progress(view: RunView, status: Status | None) -> tuple[float, str]:
    """The share that is done, and what to say of it."""
    history = view.refresh()
    started = history.started
    if status == "queued":
        return 0.0, _("Waiting for a place among the runs …")
    if status == "starting" or started is None:
        return 0.0, _("Starting …")
    done = min(history.step / max(1, started.total_steps), 1.0)
    words = [_("epoch {epoch:,}", epoch=history.epoch)]
    accuracy = history.latest("val_accuracy")
    if accuracy is not None:
        words.append(_("{share} right", share=percent(accuracy)))
    if 0 < done < 1 and history.seconds > 0:
        left = history.seconds / done * (1 - done)
        words.append(_("{seconds:.0f} s left", seconds=left))
    return done, " · ".join(words)

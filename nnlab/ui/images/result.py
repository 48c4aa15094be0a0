"""The progress of a run on pictures, the time left, and its result."""

import math

import streamlit as st

from nnlab.config import Experiment, Images
from nnlab.data.description import CLASS_NAMES, SHAPES, describe
from nnlab.data.published import DIGIT_NAMES
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.figures.pictures.digits import percent
from nnlab.runs.record.history import History
from nnlab.runs.record.status import Status
from nnlab.texts import N_, _
from nnlab.training.check import plan
from nnlab.ui.components.tables import kept_up_to_date
from nnlab.ui.runtime.drawing_models import DRAWING
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.session.runs_state import runs_state
from nnlab.ui.session.widgets import images as widgets
from nnlab.ui.shell import page_file
from nnlab.ui.words import duration
from nnlab.visible import in_html

DRAWN = {
    **{
        kind: N_("Draw a digit for it")
        for kind, names in CLASS_NAMES.items()
        if names == DIGIT_NAMES and SHAPES[kind] == DRAWING
    },
    "emnist": N_("Draw a letter for it"),
}
"""The offer to draw, for each kind of pictures whose networks can read drawings."""


def _drawn(data: Images) -> str | None:
    """Return the offer to draw for a network trained on these pictures; None if it reads none."""
    if data.pictures is not None and data.pictures.made == "drawn":
        return N_("Draw something for it")
    return DRAWN.get(data.kind)


def show_progress(
    draft: Experiment,
    run: str | None,
    status: Status | None,
    history: History | None,
    speed: float | None,
) -> None:
    """Draw the progress bar, which is always there: the share of steps done, and the time left."""
    if status is None or history is None:
        _show_bar(0.0, _budget(draft))
        return
    if history.started is None:
        is_queued = status == "queued"
        waits = _("waiting for a free place …") if is_queued else _("reading the pictures …")
        _show_bar(0.0, waits)
        return
    total = history.started.total_steps
    epochs = math.ceil(total / history.started.steps_per_epoch)
    text = _(
        "epoch {epoch:,} of {epochs:,} · step {step:,} of {total:,}",
        epoch=history.epoch,
        epochs=epochs,
        step=history.step,
        total=total,
    )
    if status == "running":
        text += f" · {time_left(total - history.step, speed)}"
    elif status != "starting":
        text += f" · {duration(history.seconds)}"
    _show_bar(min(history.step / total, 1.0), text, run)


def _show_bar(share: float, text: str, run: str | None = None) -> None:
    """Draw a bar and a text, which the browser keeps up to date for a run that has begun."""
    percents = f"{100 * share:.1f}"
    live = kept_up_to_date("progress", run=run or "")
    st.html(
        f"<div class='nnlab-progress'{live}><p>{in_html(text)}</p>"
        f"<div role='progressbar' aria-label='{in_html(_('Progress'))}' aria-valuemin='0'"
        f" aria-valuemax='100' aria-valuenow='{percents}'>"
        f"<i style='width:{percents}%'></i></div></div>"
    )


def time_left(steps: int, speed: float | None) -> str:
    """Return text such as `12 s left` for `steps` at `speed` steps per second, if that is known."""
    if not speed:
        return _("time left …")
    seconds = steps / speed
    if seconds < 60:
        return _("{seconds:.0f} s left", seconds=seconds)
    return _("{duration} left", duration=duration(seconds))


def _budget(draft: Experiment) -> str:
    try:
        planned = plan(draft, describe(draft.data), sizes(draft.data)[0])
    except NnlabError:
        return _("not ready")  # the page shows the reason below
    epochs = math.ceil(planned.total_steps / planned.steps_per_epoch)
    return _(
        "{n:,} epoch of {steps_per_epoch:,} steps: {total:,} steps",
        "{n:,} epochs of {steps_per_epoch:,} steps: {total:,} steps",
        n=epochs,
        steps_per_epoch=planned.steps_per_epoch,
        total=planned.total_steps,
    )


def show_result(view: RunView | None, status: Status | None, history: History | None) -> None:
    """Show the result of an ended run with next steps; before that, what will appear here."""
    is_over = status in ("finished", "stopped")
    ended = history.ended if history is not None and is_over else None
    if view is None or ended is None:
        with st.container(key="no_result"):
            st.caption(
                _(
                    "At the end you see here how many validation pictures it reads right, and what"
                    " to do next."
                )
            )
        return
    with st.container(key="result"):
        said = _("Finished") if status == "finished" else _("Stopped")
        if ended.reason == "early_stopped":
            said = _("Finished early: the validation loss stopped falling")
        held_out = sizes(view.experiment.data)[1]
        if ended.val_accuracy is not None:
            said = _(
                "{said}: reads **{share}** of {held_out:,} validation pictures right",
                said=said,
                share=percent(ended.val_accuracy),
                held_out=held_out,
            )
        st.markdown(f"{said}.")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            data = view.experiment.data
            if isinstance(data, Images) and (drawn := _drawn(data)) is not None:
                st.page_link(
                    page_file("draw"),
                    label=_(drawn),
                    icon=":material/draw:",
                    query_params={"run": view.run.id},
                )
            if st.button(
                _("Open in Runs"),
                key=widgets.key("open_in_runs"),
                icon=":material/list_alt:",
                type="tertiary",
            ):
                runs_state().selected = view.run.id
                st.switch_page(page_file("runs"))

"""The message on why the run in view failed or ended, with the fix."""

from nnlab.runs.record.history import History
from nnlab.runs.record.status import Status
from nnlab.texts import N_
from nnlab.ui import doors
from nnlab.ui.lab.divergence import show_divergence
from nnlab.ui.messages import marked, say
from nnlab.ui.session.lab_state import LabState

WHY = {
    "unwatched": N_(
        "**Paused:** nobody looked at it for two minutes. Resume continues it;"
        " *Go on while I am away* keeps it training."
    ),
    "turn": N_(
        "**Paused to make way:** somebody without a run waited for a place."
        " Resume continues it as soon as a place is free."
    ),
    "time": N_(
        "**Paused:** it reached the longest time a run may train at a stretch here."
        " Resume continues it."
    ),
}
"""Messages by the reason in `control_applied`."""
GOES_ON: tuple[Status, ...] = ("starting", "running", "paused")
"""The statuses in which notes of the run's start are shown: a lost node, a checkpoint."""


def show_trouble(state: LabState, history: History | None, status: Status | None) -> None:
    """The page's notice, and a message on a run that did not simply finish."""
    if state.notice:
        say("warning", state.notice, icon=":material/info:")
    if history is None:
        return
    if status == "paused" and (why := _why_paused(history)) is not None:
        say("info", marked(WHY[why]), icon=":material/pause_circle:")
    elif status == "diverged":
        show_divergence(state, history)
    elif status == "failed" and history.ended is not None:
        say(
            "error",
            marked("**The run failed.** {error}", error=history.ended.error),
            icon=":material/error:",
        )
    elif status == "interrupted":
        say("warning", _why_interrupted(), icon=":material/info:")
    elif status in GOES_ON and history.started is not None and history.started.note:
        say("info", history.started.note, icon=":material/info:")
    elif status == "stopped" and history.ended is not None and history.ended.reached is not None:
        say(
            "info",
            marked(
                "**Stopped at step {step:,}:** the loss reached {reached:.4g},"
                " as you asked. Press Resume to go on.",
                step=history.step,
                reached=history.ended.reached,
            ),
            icon=":material/flag:",
        )


def _why_interrupted() -> str:
    if doors.launcher().away() is None:
        return marked(
            "**Interrupted:** the worker ended before the run did. Its curves and its last"
            " checkpoint are here: press Resume to go on."
        )
    return marked(
        "**Interrupted:** the cluster that runs train on cannot be reached. Curves and the last"
        " checkpoint are here. A run that was cut off continues by itself when the cluster is back;"
        " one that was already paused continues with Resume."
    )


def _why_paused(history: History) -> str | None:
    """Return why the server paused the run; None if a person did."""
    asked = [control for control in history.controls if control.do is not None]
    why = asked[-1].why if asked else None
    return why if why in WHY else None

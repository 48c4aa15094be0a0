"""The buttons that drive a run, and the line that says how it stands."""

import time
from collections.abc import Callable, Mapping

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.recipes import recipe_id
from nnlab.runs import ALIVE, History, Status
from nnlab.runs.divergence import what_broke
from nnlab.training.controls import Action
from nnlab.ui import services
from nnlab.ui.runtime.run_view import RunView, run_view
from nnlab.ui.session.lab_state import LabState

RESUMABLE: frozenset[Status] = frozenset({"paused", "stopped", "interrupted"})
GO_WIDTH = 116
"""Pixels: what Resume needs, the longest of the three."""
ANSWER_SECONDS = 0.25
"""How long a click waits for the worker's answer, so that the very next frame shows it."""


def current_status(state: LabState) -> Status | None:
    """The status of the run that the page shows; None where it shows none.

    A run that is gone (deleted in another tab) is let go of, with a word.
    """
    if state.run_id is None:
        return None
    try:
        return services.launcher().status(services.store().get(state.run_id))
    except NnlabError as error:
        state.run_id, state.notice = None, str(error)
        return None


def start_run(state: LabState, name: str, first: Action | None = None, *, watched: bool) -> None:
    """A new run of the draft, handed to a worker."""
    run = services.store().create(state.draft, name=name, recipe=recipe_id(state.draft))
    state.notice = None
    services.launcher().start(run, first, watched=watched)
    state.run_id = run.id


def let_go(state: LabState) -> None:
    """Stop what the page shows, if it trains, and show the untrained draft again.

    The run itself stays, with all that it has learned, on the page of runs.
    """
    if current_status(state) in ALIVE:
        ask(state, "stop")
    state.run_id = state.notice = None


def ask(state: LabState, do: Action | None = None, *, path: str = "", value: object = None) -> None:
    """Ask the run for something, and wait a moment for its answer."""
    if state.run_id is None:
        return
    try:
        run = services.store().get(state.run_id)
        control = services.launcher().ask(run, do, path=path, value=value)
        _wait_for_answer(run_view(run.id), control.id, stands_still=do in ("pause", "step"))
    except NnlabError as error:
        state.notice = str(error)


def take_one(state: LabState, action: Action, *, name: Callable[[], str], watched: bool) -> None:
    """Run one batch (`step`) or to the end of the epoch, and pause there; begins a run if need be.

    `name` gives a new run its name; `watched` runs pause when nobody looks at them any more.
    """
    status = current_status(state)
    if status in RESUMABLE:
        _go_on(state, action, watched=watched)
    elif status == "running":
        ask(state, action)
    else:
        _begin(state, name, action, watched=watched)


def _begin(
    state: LabState, name: Callable[[], str], first: Action | None = None, *, watched: bool
) -> None:
    if current_status(state) in ALIVE:  # two clicks came together: the first has begun it
        return
    try:
        start_run(state, name(), first, watched=watched)
    except NnlabError as error:
        state.notice = str(error)


def _go_on(state: LabState, first: Action | None = None, *, watched: bool) -> None:
    try:
        run = services.store().get(state.run_id or "")
        if run.is_training():
            ask(state, first or "resume")
        else:
            services.launcher().start(run, first, watched=watched)
            for path, value in _untold(state):
                services.launcher().ask(run, path=path, value=value)
    except NnlabError as error:
        state.notice = str(error)


def tell(state: LabState, changes: Mapping[str, object]) -> None:
    """Fields that change while a run is in view: one that trains hears of them at once.

    One that stands still hears of them when it goes on. One that has ended does not: a new one
    begins with them.
    """
    status = current_status(state)
    if status is None or state.run_id is None:
        return
    if services.store().get(state.run_id).is_training():
        for path, value in changes.items():
            ask(state, path=path, value=value)
    elif status in RESUMABLE or status in ALIVE:
        known = dict(_untold(state, take=False))
        state.untold = (state.run_id, {**known, **changes})


def _untold(state: LabState, *, take: bool = True) -> list[tuple[str, object]]:
    """What the run in view has not heard of yet."""
    found = state.untold
    if take:
        state.untold = None
    return list(found[1].items()) if found is not None and found[0] == state.run_id else []


def show_transport(
    state: LabState,
    status: Status | None,
    line: str,
    *,
    name: Callable[[], str],
    watched: bool,
    problem: bool,
) -> None:
    """Train or Pause or Resume in one place, then Step, Epoch, Stop, Reset, and the status line.

    Each is always there. `problem` says that the draft cannot be trained as it stands.
    """

    def begin() -> None:
        _begin(state, name, watched=watched)

    def pause() -> None:
        if current_status(state) == "running":  # a click may reach the server twice
            ask(state, "pause")

    def go_on() -> None:
        _go_on(state, watched=watched)

    def one(action: Action) -> None:
        take_one(state, action, name=name, watched=watched)

    # No `help` on these: Streamlit draws a button with help twice, and hides one of them.
    alive = status in ("queued", "starting", "running")
    with st.container(horizontal=True, gap="small", key="transport", vertical_alignment="center"):
        # In a place of its own size: while one gives way to the other, both are on the page for a
        # moment, and must not push a button away from under somebody's click.
        with st.container(key="go", width=GO_WIDTH):
            if alive:
                st.button(
                    "Pause",
                    key="pause",
                    icon=":material/pause:",
                    on_click=pause,
                    disabled=status != "running",
                    type="primary",
                    width="stretch",
                )
            elif status in RESUMABLE:
                st.button(
                    "Resume",
                    key="resume",
                    icon=":material/play_arrow:",
                    on_click=go_on,
                    type="primary",
                    width="stretch",
                )
            else:
                st.button(
                    "Train",
                    key="train",
                    icon=":material/play_arrow:",
                    on_click=begin,
                    disabled=problem,
                    type="primary",
                    width="stretch",
                )
        blocked = problem or status in ("queued", "starting")
        st.button("Step", key="step", on_click=one, args=("step",), disabled=blocked)
        st.button(
            "Epoch",
            key="epoch",
            on_click=one,
            args=("epoch",),
            disabled=blocked,
        )
        st.button(
            "Stop",
            key="stop",
            on_click=lambda: ask(state, "stop"),
            disabled=not (alive or status == "paused"),
        )
        st.button(
            "Reset",
            key="reset",
            on_click=lambda: let_go(state),
            disabled=status is None,
        )
        with st.container(key="status", width="stretch"):
            st.markdown(line)


def status_line(
    state: LabState, status: Status | None, history: History | None, speed: float | None
) -> str:
    """`running · epoch 12 · step 1,200 · 3,400 steps/s`, or which past step is looked at."""
    if status is None or history is None:
        return "ready · epoch 0 · step 0"
    if status == "queued" and state.run_id is not None:
        place = services.launcher().queue_place(services.store().get(state.run_id))
        return f"queued · place {place}" if place else "queued"
    if state.past is not None:
        return f"{status} · looking at step {state.past:,} of {history.step:,}"
    line = f"{status} · epoch {history.epoch:,} · step {history.step:,}"
    return f"{line} · {speed:,.0f} steps/s" if speed is not None and status == "running" else line


def show_trouble(
    state: LabState,
    history: History | None,
    status: Status | None,
    *,
    diverged: Callable[[LabState, History], None] | None = None,
) -> None:
    """What went wrong, if something did: one message, with the mend.

    `diverged` says it of a run that diverged (`nnlab.ui.lab.divergence`, with a button
    that goes on from before); without it a sentence does.
    """
    if state.notice:
        st.warning(state.notice, icon=":material/info:")
    if history is None:
        return
    if status == "diverged" and history.diverged is not None:
        (diverged or _say_diverged)(state, history)
    elif status == "failed" and history.ended is not None:
        st.error(f"**The run failed.** {history.ended.error}", icon=":material/error:")
    elif status == "interrupted":
        st.warning(
            "**Interrupted:** the worker ended before the run did. Its curves and its last"
            " checkpoint are here: press Resume to go on.",
            icon=":material/info:",
        )
    elif status == "stopped" and history.ended is not None and history.ended.reached is not None:
        st.info(
            f"**Stopped at step {history.step:,}:** the loss reached {history.ended.reached:.4g},"
            " as you asked. Press Resume to go on.",
            icon=":material/flag:",
        )


def _say_diverged(state: LabState, history: History) -> None:
    del state
    assert history.diverged is not None
    good = history.diverged.last_good_step
    kept = f" The last good checkpoint, step {good:,}, is kept." if good is not None else ""
    st.error(
        f"**Diverged at step {history.diverged.step:,}:** {what_broke(history.diverged)}."
        f" The learning rate is too high for this network: lower it, then press Train.{kept}",
        icon=":material/error:",
    )


def _wait_for_answer(view: RunView, control_id: str, *, stands_still: bool) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        history = view.refresh()
        answered = any(control.id == control_id for control in history.controls[-5:])
        if history.ended is not None or (answered and (history.paused or not stands_still)):
            return
        time.sleep(0.01)

"""The sharpness of a run while it trains, drawn by the browser from the wire."""

import time
from collections.abc import Callable

import streamlit as st

from nnlab.config import Experiment
from nnlab.errors import NnlabError
from nnlab.learn.landscape.figures import sharpness_figure
from nnlab.learn.landscape.no_limit import WHY
from nnlab.recipes import get
from nnlab.runs.record.history import History
from nnlab.runs.record.status import ALIVE, Status
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Run
from nnlab.texts import N_, _, number
from nnlab.training.controls import Action
from nnlab.training.events import Sharpness
from nnlab.ui import doors
from nnlab.ui.components.chart import show_chart
from nnlab.ui.components.stage import RENEWS, Scene, show_stage
from nnlab.ui.lab.run_commands import make_run
from nnlab.ui.learn.chapters.landscape.told import told
from nnlab.ui.learn.own_network import OwnNetwork
from nnlab.ui.messages import say
from nnlab.ui.runtime.run_view import run_view
from nnlab.ui.session.widgets import learn as widgets

ASKED_SECONDS, AGAIN_SECONDS = 45.0, 15.0
"""Seconds of one request for the sharpness, and between requests while the page is open."""
START_SECONDS = 4.0
"""A click waits so long for the worker of a new run."""
RATES = (0.1, 0.2, 0.5, 1.0, 2.0)
RATE = 0.5
LR = "training.optimizer.lr"
MOST_POINTS = 400
TITLES = {False: N_("sharpness"), True: N_("preconditioned sharpness")}


def whole_batch_descent() -> Experiment:
    """Gradient descent on all of a spiral at once: it comes to the edge within seconds."""
    experiment = get("spiral").experiment.with_set("training.batch_size", "all")
    sgd = {"kind": "sgd", "lr": RATE}
    return experiment.with_set("training.optimizer", sgd).with_set("training.epochs", 50_000)


def show_sharpness(own: OwnNetwork) -> None:
    """Show the measured sharpness beside its limit, and the form that trains a measured run."""
    run = own.run
    if run is None:
        st.caption(_("Sharpness is measured while a run trains. Begin one:"))
        _show_beginnings(None)
        _say_notices(None)
        return

    @st.fragment
    @told()
    def frame() -> None:
        view = run_view(run.id)
        history = view.refresh()
        status = doors.launcher().status(run)
        doors.launcher().watch(run)
        is_asked = status in ALIVE and _show_switches(run, history, status)
        show_stage(Scene(run=run.id, status=status, parts=(), renews=RENEWS if is_asked else None))
        _draw(run, history, status)
        if status not in ALIVE:
            _show_beginnings(view.experiment)

    frame()


def _show_switches(run: Run, history: History, status: Status) -> bool:
    """Whether it is measured: the switch, and the rate where it can be moved. Asks the run."""
    if doors.whose(run) is not None:
        st.caption(_("This is another's run: what its owner measures is shown here."))
        return False
    with st.container(key="landscape_live", horizontal=True, vertical_alignment="bottom"):
        is_on = st.toggle(_("Measure while it trains"), True, key=widgets.key("landscape_measure"))
        if run.experiment.training.schedule is None:
            now = history.progress.last("lr") or run.experiment.training.optimizer.lr
            options = sorted({*RATES, now}) if _is_descent(run) else sorted({now / 2, now, now * 2})
            key = f"landscape_rate_{run.id}"
            if widgets.get(key) not in options:
                widgets[key] = now
            st.select_slider(
                _("Learning rate"),
                options,
                format_func=number,
                key=widgets.key(key),
                on_change=_set_rate,
                args=(run, key),
                width=260,
            )
        do: Action = "resume" if status == "paused" else "pause"
        words = _("Resume") if do == "resume" else _("Pause")
        st.button(words, key=widgets.key("landscape_pause"), on_click=_ask, args=(run, do))
        st.button(_("Stop"), key=widgets.key("landscape_stop"), on_click=_ask, args=(run, "stop"))
    _renew(run, is_on=is_on)
    return is_on


def _is_descent(run: Run) -> bool:
    return run.experiment.training.optimizer.kind == "sgd"


def _set_rate(run: Run, key: str) -> None:
    _told(lambda: doors.launcher().ask(run, path=LR, value=float(widgets[key])))


def _ask(run: Run, do: Action) -> None:
    if do == "resume" and not run.is_training():
        _told(lambda: doors.launcher().start(run))
    else:
        _told(lambda: doors.launcher().ask(run, do))


def _told(ask: Callable[[], object]) -> None:
    try:
        ask()
    except NnlabError as error:
        widgets["landscape_notice"] = str(error)


def _renew(run: Run, *, is_on: bool) -> None:
    """Ask for the sharpness anew where the last request is old, or take it back."""
    known, at = widgets.kept("landscape_asked", ("", 0.0))
    now = time.monotonic()
    if not is_on:
        if known == run.id:
            doors.launcher().ask(run, sharpness=0)
            widgets.keep("landscape_asked", ("", 0.0))
    elif known != run.id or now - at > AGAIN_SECONDS:
        doors.launcher().ask(run, sharpness=ASKED_SECONDS)
        widgets.keep("landscape_asked", (run.id, now))


def _draw(run: Run, history: History, status: Status) -> None:
    measured = list(history.sharpness)
    last = measured[-1] if measured else None
    every = 1 + len(measured) // MOST_POINTS
    shown = measured[::every] + ([last] if last is not None and every > 1 else [])
    figure = sharpness_figure(
        [event.step for event in shown],
        [event.sharpness for event in shown],
        [float("nan") if event.limit is None else event.limit for event in shown],
        title=_(TITLES[last is not None and last.preconditioned]),
        dark=st.context.theme.type == "dark",
    )
    says = _says(last, status)
    live = {"run": run.id, "what": "sharpness", "axis": "step", "smoothing": 0}
    show_chart(figure, key="sharpness_chart", alt=says, follows_run=live)
    st.caption(says)
    if last is not None and last.no_limit is not None:
        st.caption(_("No limit is drawn: {why}", why=_(WHY.get(last.no_limit, last.no_limit))))
    _say_notices(history.sharpness_refused)


def _say_notices(refused: str | None) -> None:
    """Why the run is not measured, and what came of the last click."""
    for notice in (refused, widgets.get("landscape_notice")):
        if notice:
            say("warning", notice)
    widgets.forget("landscape_notice")


def _says(last: Sharpness | None, status: Status) -> str:
    if last is None:
        if status in ALIVE:
            return _("Nothing is measured yet: the first number comes with the next steps.")
        return _("Nothing was measured while this run trained.")
    says = _(
        "Step {step:,}: {what} {value}",
        step=last.step,
        what=_(TITLES[last.preconditioned]),
        value=number(last.sharpness, 4),
    )
    if last.limit is None:
        return f"{says}."
    return says + _(
        ", limit {limit} at a rate of {rate}.",
        limit=number(last.limit, 4),
        rate=number(last.lr, 4),
    )


def _show_beginnings(experiment: Experiment | None) -> None:
    with st.container(key="landscape_begin", horizontal=True):
        st.button(
            _("Train gradient descent on all of a spiral, measured"),
            icon=":material/play_arrow:",
            type="primary",
            key=widgets.key("landscape_descent"),
            on_click=_begin,
            args=(whole_batch_descent(),),
        )
        if experiment is not None:
            st.button(
                _("Train this one again, measured"),
                key=widgets.key("landscape_again"),
                on_click=_begin,
                args=(experiment,),
            )


def _begin(experiment: Experiment) -> None:
    """A new run, measured from its first step on, and shown."""
    try:
        run = make_run(experiment)
        doors.launcher().ask(run, sharpness=ASKED_SECONDS)
    except NnlabError as error:
        widgets["landscape_notice"] = str(error)
        return
    widgets.keep("landscape_asked", (run.id, time.monotonic()))
    until = time.monotonic() + START_SECONDS
    while not (run.path / LIVE).is_file() and time.monotonic() < until:
        time.sleep(0.02)
    if (run.path / LIVE).is_file():
        widgets["landscape_network"] = run.id
    else:
        widgets["landscape_notice"] = _(
            "The new run has not begun yet: it may wait for a place. Once it trains, choose it"
            " above; until then it is on the page Runs."
        )

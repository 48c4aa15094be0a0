"""The sweep as a sentence, its duration, and its status line."""

import streamlit as st

from nnlab.config import Sweep
from nnlab.recipes.sweeps import SWEEPS, sweep_recipe_id
from nnlab.runs.record.status import WORDS
from nnlab.runs.search.history import SearchHistory
from nnlab.scene.sweep_fields import counted, label_of
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.sweep.estimate import estimated_seconds
from nnlab.ui.sweep.frame import SweepFrame
from nnlab.ui.words import about, duration, plain


def sentence(sweep: Sweep) -> str:
    """`8 learning rates × 8 seeds of the weights`, in Markdown."""
    return " × ".join(
        plain(counted(axis.path, len(values)))
        for axis, values in zip(sweep.axes, sweep.points, strict=True)
    )


def show_sentence(frame: SweepFrame) -> None:
    """A recipe's question, what varies, how many networks, about how long, and what is seen."""
    recipe = SWEEPS.get(sweep_recipe_id(frame.sweep) or "")
    with st.container(key="sweep_sentence", gap=None):
        st.markdown(f"#### {_(recipe.question) if recipe is not None else _own_title(frame.sweep)}")
        st.markdown(_said(frame))
        if recipe is not None:
            st.caption(f"{_(recipe.shows)} **{_(recipe.hint)}**")
        else:
            st.caption(_shows(frame))


def _shows(frame: SweepFrame) -> str:
    """Describe the tiles of a sweep without a recipe."""
    if frame.is_search:
        return _("Earlier results decide which network comes next; each curve is a network.")
    return _("All networks learn at once, one in each tile. **Notice which rows look alike.**")


def _own_title(sweep: Sweep) -> str:
    """`spiral: learning rate × seed of the weights`."""
    labels = " × ".join(label_of(axis.path) for axis in sweep.axes)
    return plain(f"{sweep.experiment.data.kind}: {labels}")


def _said(frame: SweepFrame) -> str:
    """Describe what varies, and the number of networks; empty if there is no sweep."""
    sweep = frame.sweep
    if frame.state.problem is not None:
        return _("No sweep yet: the form says what is missing.")
    if sweep.sample is not None:
        said = _(
            "**{varies}**, of these {n:,} network at random",
            "**{varies}**, of these {n:,} networks at random",
            varies=sentence(sweep),
            n=sweep.count,
        )
    elif sweep.search is not None:
        said = _(
            "**{varies}**: {n:,} network, chosen by earlier results",
            "**{varies}**: {n:,} networks, chosen by earlier results",
            varies=sentence(sweep),
            n=sweep.count,
        )
    else:
        said = _(
            "**{varies}** = {n:,} network",
            "**{varies}** = {n:,} networks",
            varies=sentence(sweep),
            n=sweep.count,
        )
    time = _time(frame)
    return f"{said}, {time}" if time else said


def _time(frame: SweepFrame) -> str:
    """`about 40 s`; of a sweep at its end what it took; nothing while the status line says it."""
    history = frame.history
    if history.ended is not None:
        return _("trained for {time}", time=duration(history.seconds))
    if frame.sweep.search is not None or frame.moves:
        return ""
    seconds = estimated_seconds(frame.sweep)
    return _("about {time}", time=about(seconds)) if seconds is not None else ""


def status_of(frame: SweepFrame) -> str:
    """`running · epoch 12 · step 1,200 · 64 networks · 3 diverged`."""
    history, status, state = frame.history, frame.status, frame.state
    if status is None:
        return _("ready · epoch 0 · step 0")
    if status == "queued" and frame.run is not None:
        place = doors.launcher().queue_place(frame.run)
        return _("queued · place {place}", place=place) if place else _(WORDS[status])
    if isinstance(history, SearchHistory):
        return _search_line(frame, history, _(WORDS[status]))
    parts = [
        _(
            "{status} · epoch {epoch:,} · step {step:,}",
            status=_(WORDS[status]),
            epoch=history.epoch,
            step=history.step,
        ),
        _("{n:,} network", "{n:,} networks", n=history.nets or state.chosen.count),
    ]
    if frame.diverged:
        parts.append(_("{count:,} diverged", count=frame.diverged))
    if status == "running" and history.started is not None and history.step:
        left = (history.started.total_steps - history.step) * history.seconds / history.step
        parts.append(_("about {time} left", time=duration(max(0.0, left))))
    return " · ".join(parts)


def _search_line(frame: SweepFrame, history: SearchHistory, word: str) -> str:
    """`running · 5 of 20 networks · about 3 min left`."""
    count = history.nets or frame.sweep.count
    line = _(
        "{status} · {done:,} of {count:,} networks", status=word, done=history.step, count=count
    )
    search = frame.sweep.search
    left = history.left(search.minutes if search is not None else None)
    if frame.status != "running" or left is None:
        return line
    return _("{line} · about {time} left", line=line, time=duration(left))

"""The nets of a sweep as live tiles, with the views that belong to them (nnlab/web/sweep)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.runs.sweeps.ranked import Of
from nnlab.scene.sweep_shown import SweepScene, packed
from nnlab.ui.components.component import component
from nnlab.ui.session.charts import chart_state
from nnlab.ui.session.widgets import elements
from nnlab.ui.visitors import visitor
from nnlab.wire.hub import sign
from nnlab.wire.paths import below

MOST_PICKED = 2
STYLE = Path(__file__).parents[2] / "web" / "sweep" / "sweep.css"
"""Beside the modules that draw: a page that leaves the lab takes both."""


@dataclass(frozen=True)
class SweepPick:
    """The networks that a person chose in the views; a brush stays in the browser."""

    nets: tuple[int, ...] = ()
    """0 to 2 nets, the newest last."""
    metric: str | None = None
    """The metric that ranks; None: the first."""
    of: Of = "last"


def told_pick(key: str, before: SweepPick) -> SweepPick:
    """Return the pick told by the browser since `before`; may be called before the scene is made.

    The page keeps the pick and gives it as `scene.picked`: it may choose by itself, too.
    """
    told = elements.get(key) if key in elements else None
    pick = told.get("pick") if told is not None else None
    state = chart_state(key)
    if not isinstance(pick, Mapping):
        return before
    number, nets, metric = (pick.get(name) for name in ("number", "nets", "metric"))
    if not isinstance(number, int | float) or not number > state.heard:
        return before
    if not isinstance(nets, list | tuple):
        return before
    state.heard = number
    whole = tuple(net for net in nets if isinstance(net, int) and net >= 0)
    of: Of = "best" if pick.get("of") == "best" else "last"
    return SweepPick(whole[-MOST_PICKED:], metric if isinstance(metric, str) else None, of)


def show_views(scene: SweepScene, *, key: str, pick: SweepPick | None = None) -> SweepPick:
    """Draw the tiles and the linked views, and follow the run where it moves.

    The page runs again when a person picks a net or a metric, and when the run's status has
    changed; a brush is answered in the browser alone.

    Args:
        scene: what is drawn. Equal scenes are sent once.
        key: unique on the page.
        pick: the metric that the page keeps from the last run.

    Returns:
        The pick: the newest of what the browser told and what the page gave.
    """
    before = pick or SweepPick()
    before = SweepPick(scene.picked, before.metric, before.of)
    found = told_pick(key, before)
    scene = replace(scene, picked=found.nets)
    _component()(
        key=key,
        data=told_to(scene, found, chart_state(key).heard),
        on_pick_change=lambda: None,
        on_news_change=lambda: None,
    )
    return found


def told_to(scene: SweepScene, pick: SweepPick, heard: float) -> dict[str, Any]:
    """Return the JSON that the browser gets; `heard` is the number of the newest pick received."""
    return packed(scene) | {
        "address": below(str(st.get_option("server.baseUrlPath")), "/wire"),
        "token": sign(scene.run, visitor().person)
        if scene.run is not None and scene.follows
        else None,
        "heard": heard,
        "metric": pick.metric if pick.metric in scene.metrics else scene.metrics[0],
        "of": pick.of,
    }


@cache
def _component() -> ComponentRenderer:
    return component("sweep", "components/sweep.js", style=STYLE.read_text("utf-8"))

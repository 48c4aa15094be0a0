"""The stage of a page: what the browser follows and draws of a network by itself (nnlab/web)."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.ui.components.component import component
from nnlab.ui.visitors import visitor
from nnlab.wire.hub import sign, viewers
from nnlab.wire.paths import below

RENEWS = 1.0
"""Seconds from one picture to the next of what the server makes while a run moves."""
FEW = 10
"""Viewers whose pages run again that often; where more watch, each waits longer for its turn."""


@dataclass(frozen=True)
class Scene:
    """The scene that the browser is to show."""

    run: str | None = None
    """The run that is followed over the wire; None: there is none."""
    line: str = ""
    """The status line as the page writes it: until the run's first event, and without a run."""
    status: str | None = None
    """Of the run, as the page shows it: where the wire knows another one, the page runs again."""
    past: int | None = None
    """The step that is looked at, whose weights are these; None: the newest."""
    network: dict[str, Any] | None = None
    """`layers` and `shape` of what is evaluated, and the `space` over which it is drawn; None: the
    browser evaluates nothing."""
    step: int = 0
    weights: bytes | None = None
    """Of that step, as `live.safetensors` has them; None where the browser needs none."""
    parts: Sequence[str] | None = ()
    """The tensors that come over the wire, by name; None: all."""
    renews: float | None = None
    """Seconds after which the page runs again while the run moves, for what the server alone can
    make (more where many watch); None: nothing on it needs that."""
    panels: int = 0
    """How many panels were opened by a button elsewhere: the newest is brought into view."""


def show_stage(scene: Scene) -> None:
    """Follow the run of a scene, and draw its network in all charts that ask for it.

    The element itself is a word on the connection, empty while all is well. It runs the page again
    when the run's status has changed, when something was changed by another tab, and after
    `renews` seconds.
    """
    _component()(
        key="stage",
        data={
            "address": below(str(st.get_option("server.baseUrlPath")), "/wire"),
            "token": sign(scene.run, visitor().person) if scene.run is not None else None,
            "run": scene.run,
            "line": scene.line,
            "status": scene.status,
            "past": scene.past,
            "network": scene.network,
            "step": scene.step,
            "weights": base64.b64encode(scene.weights).decode() if scene.weights else None,
            "parts": None if scene.parts is None else list(scene.parts),
            "panels": scene.panels,
            "renews": scene.renews and scene.renews * max(1, viewers() / FEW),
        },
        on_news_change=lambda: None,
    )


@cache
def _component() -> ComponentRenderer:
    return component("stage", "components/stage.js")

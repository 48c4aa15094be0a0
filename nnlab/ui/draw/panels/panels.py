"""The panels under the desk of the Draw page: one at a time, and only that one computes.

A new panel is an entry of `PANELS`. It is drawn within the live fragment, so widgets in it need
keys of their own and no `help` on buttons. What is costly goes through `Snapshot.explained`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from nnlab.texts import N_, _
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.panels.compare import show_compare
from nnlab.ui.draw.panels.game import show_game
from nnlab.ui.draw.panels.nearest import show_nearest
from nnlab.ui.draw.panels.steps import show_steps
from nnlab.ui.draw.panels.story import show_story
from nnlab.ui.draw.panels.teach import show_teach
from nnlab.ui.draw.panels.what_if import show_what_if
from nnlab.ui.draw.panels.why import show_why
from nnlab.ui.draw.panels.xray import show_xray
from nnlab.ui.session.draw_state import draw_state
from nnlab.ui.session.widgets import draw as widgets
from nnlab.ui.shell import messages


@dataclass(frozen=True)
class Panel:
    """A panel: what the choice says, and what draws it."""

    label: str
    draw: Callable[[DrawFrame], None]
    needs: Literal["drawing", "answer", "nothing"] = "answer"
    """The panel's requirement: `answer` is a drawing and a model that has read it."""
    about: str = ""
    """A description of the panel, shown before it can be drawn."""
    unless_layers: str = ""
    """Why it cannot look into a network that is not PyTorch's, layer by layer; empty: it can."""
    unless_trained_here: str = ""
    """Why it cannot look into a recorded network; empty: it can."""


TEACH = N_("Teach")

PANELS: tuple[Panel, ...] = (
    Panel(
        N_("Steps"),
        show_steps,
        needs="drawing",
        about=N_("How a drawing becomes the 28×28 pixels that a network reads."),
    ),
    Panel(
        N_("Why"),
        show_why,
        about=N_("What in the picture speaks for the one digit or the other."),
    ),
    Panel(
        N_("X-ray"),
        show_xray,
        about=N_("The digit on its way through the network: every map, every unit, every sum."),
        unless_layers=N_(
            "This recorded network is none of the lab's layers: what happens between its input and"
            " its output is not looked into."
        ),
    ),
    Panel(
        N_("Nearest"),
        show_nearest,
        about=N_("The training pictures that the network takes for the most similar."),
        unless_trained_here=N_(
            "What a recorded network learned from is in its author's program, and not here."
        ),
    ),
    Panel(
        N_("What if"),
        show_what_if,
        about=N_("The smallest change that makes it another digit, and a noise that fools."),
        unless_layers=N_(
            "It follows gradients back to the picture, and a recorded network that is none of the"
            " lab's layers, kept as ONNX, gives none."
        ),
    ),
    Panel(
        N_("Compare"),
        show_compare,
        about=N_("Several models read the same drawing, an untrained one among them."),
    ),
    Panel(TEACH, show_teach, needs="nothing"),
    Panel(N_("Game"), show_game, needs="nothing"),
    Panel(N_("Story"), show_story, needs="nothing"),
)
"""In the order of the choice."""

CHOICE = "panel_choice"


def show_panels(frame: DrawFrame) -> None:
    """The choice of a panel, and the one that is chosen."""
    panels = {panel.label: panel for panel in PANELS}
    state = draw_state()
    widgets.setdefault(CHOICE, state.panel if state.panel in panels else PANELS[0].label)
    label = st.segmented_control(
        _("Look into it"),
        list(panels),
        format_func=_,
        key=widgets.key(CHOICE),
        required=True,
        label_visibility="collapsed",
    )
    panel = panels[label or PANELS[0].label]
    state.panel = panel.label
    with st.container(key="panel_shown"), messages():
        missing = _missing(panel, frame)
        if missing is None:
            panel.draw(frame)
        else:
            st.caption(f"{_(panel.about)} {missing}")


def _missing(panel: Panel, frame: DrawFrame) -> str | None:
    if panel.needs != "nothing" and not frame.pieces:
        return _("Draw a digit first.")
    if panel.needs == "answer" and frame.answer is None:
        return _("It needs a model that has read the drawing: train one, or choose one above.")
    if frame.recorded is not None and panel.unless_trained_here:
        return _(panel.unless_trained_here)
    if not frame.has_layers and panel.unless_layers:
        return _(panel.unless_layers)
    return None

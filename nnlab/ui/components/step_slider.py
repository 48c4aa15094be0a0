"""The slider through a run's past: its range grows with the run, and stays under the hand."""

from collections.abc import Callable
from functools import cache

from streamlit.components.v2.types import ComponentRenderer

from nnlab.ui.components.component import component
from nnlab.ui.session.widgets import elements

KEY = "past_slider"


def show_past_slider(
    run: str | None,
    first: int,
    last: int,
    past: int | None,
    word: str,
    move: Callable[[int | None], None],
) -> None:
    """From the run's first step to its newest, with buttons that go by one, and back to now.

    Streamlit's own slider begins anew when its range changes, which would be at each event of a run
    that trains; and the browser draws what it has seen while somebody drags.

    Args:
        run: the run in view, with which the range grows; None: there is none.
        first: the run's first step.
        last: its newest; where it is the first there is no past yet, and nothing can be moved.
        past: the step looked at; None for now.
        word: what stands below it.
        move: called with the step that somebody chose, None for now, before the page is drawn.
    """

    def moved() -> None:
        wanted = elements[KEY].moved
        if wanted is not None:
            move(None if wanted == "now" else int(wanted))

    _component()(
        key=KEY,
        data={"run": run, "first": first, "last": last, "past": past, "word": word},
        on_moved_change=moved,
    )


@cache
def _component() -> ComponentRenderer:
    return component("past", "components/step_slider.js")

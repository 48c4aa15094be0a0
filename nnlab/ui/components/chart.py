"""A plotly chart that stays the same element of the page from frame to frame."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache, partial
from typing import Any

import plotly.graph_objects as go
from streamlit.components.v2.types import ComponentRenderer

from nnlab.ui.components.chart_payload import packed, send_again
from nnlab.ui.components.component import component
from nnlab.ui.session.charts import chart_state
from nnlab.ui.session.widgets import elements
from nnlab.visible import visible


@dataclass(frozen=True)
class Click:
    """A click on the plane of a chart, in the numbers of its axes."""

    x: float
    y: float
    reach: tuple[float, float]
    """How far around a click (wider for a finger) a person may have meant: across and up."""


@dataclass(frozen=True)
class Sprite:
    """A sheet of square pictures, of which the one that is pointed at is shown beside the pointer.

    The sheet is an image of the page (`st.image` in a container), which is sent only once; a
    point's `customdata` is the number of its picture.
    """

    container: str
    """The key of the container that holds the image, which is kept out of sight."""
    columns: int
    side: int
    """Pixels of each picture, with four between two of them."""


def show_chart(  # noqa: PLR0913 - an element has that many independent options
    figure: go.Figure,
    *,
    key: str,
    alt: str,
    on_click: Callable[[list[Click]], None] | None = None,
    on_point: Callable[[tuple[float, float] | None], None] | None = None,
    sprite: Sprite | None = None,
    beneath: dict[str, Any] | None = None,
    over: dict[str, Any] | None = None,
    follows_run: dict[str, Any] | None = None,
) -> None:
    """Draw a figure of `nnlab.figures`, whose layout says its height.

    `st.plotly_chart` makes an element's identity from its data, even with a key: each frame of a
    live chart is then a new element, whose plot the browser makes anew, and what a person points
    at is lost. Here the key is the identity, and plotly updates the plot that is there.

    Args:
        figure: drawn as it is, without Streamlit's theme.
        key: unique on the page; the element's class is `st-key-…`.
        alt: what the chart says, in words.
        on_click: called before the page runs again, with the clicks since the last time, the
            oldest first; for charts whose axes are linear.
        on_point: called before the page runs again, with the place on the plane that the pointer
            rests at, in the numbers of the axes; None where it has left.
        sprite: pictures of the points, for who points at one.
        beneath: how the stage draws the network under the axes (nnlab/web/plane_view.js).
        over: how it draws the network's curve over them (nnlab/web/fit_view.js).
        follows_run: how the curves follow the run over the wire (nnlab/web/curve_view.js).
    """
    content: dict[str, Any] = {
        "alt": visible(alt),
        "beneath": beneath,
        "over": over,
        "live": follows_run,
    }
    if sprite is not None:
        content["sprite"] = asdict(sprite)
    handlers: dict[str, Any] = {"on_lacks_change": partial(send_again, key)}
    if on_click is not None:
        content["heard"] = chart_state(key).heard
        handlers["on_clicks_change"] = partial(_hear, key, on_click)
    if on_point is not None:
        content["follows"] = True
        handlers["on_pointer_change"] = partial(_follow, key, on_point)
    _component()(key=key, data=packed(key, figure.to_plotly_json(), content), **handlers)


def _follow(key: str, on_point: Callable[[tuple[float, float] | None], None]) -> None:
    place = elements[key].pointer
    on_point((float(place[0]), float(place[1])) if place else None)


def _hear(key: str, on_click: Callable[[list[Click]], None]) -> None:
    """The browser repeats each click until it sees that it was heard."""
    state = chart_state(key)
    clicks = [click for click in elements[key].clicks or [] if click[0] > state.heard]
    if clicks:
        state.heard = clicks[-1][0]
        on_click([Click(x, y, (across, up)) for _number, x, y, across, up in clicks])


@cache
def _component() -> ComponentRenderer:
    return component("chart", "components/chart.js")

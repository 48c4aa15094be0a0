"""One neuron large: over the plane with the points upon it, or along a line."""

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import typed
from nnlab.figures.boundary import Axis, boundary_figure, boundary_picture, diverging_palette
from nnlab.figures.theme import Spec
from nnlab.texts import _

HEIGHT = 340


def value_scale(values: np.ndarray) -> float:
    """The size of a value that is drawn in full colour: the largest there is, at least 0.001."""
    finite = values[np.isfinite(values)]
    return max(float(np.abs(finite).max(initial=0.0)), 1e-3)


def scale_colours(dark: bool) -> tuple[str, ...]:
    """The colours of -scale, 0 and scale, as CSS has them."""
    palette = diverging_palette(dark)
    low, middle, high = palette[0], palette[len(palette) // 2 - 1], palette[-2]
    return tuple(f"rgb({r},{g},{b})" for r, g, b in (low, middle, high))


def neuron_plane_figure(  # noqa: PLR0913 - a chart has that many independent options
    values: np.ndarray,
    traces: list[Spec],
    *,
    extent: tuple[float, float],
    class_names: tuple[str, ...] | None,
    axes: tuple[Axis, Axis] | None = None,
    is_drawn: bool = True,
    dark: bool,
) -> go.Figure:
    """A neuron's values over the plane beneath the points, orange below 0 and blue above.

    Args:
        values: float [n, n], row 0 on top; full colour is at `value_scale(values)`.
        traces: of `points_traces`.
        extent: lowest and highest value of both axes.
        class_names: for the key above the plane; None where the target is a number.
        axes: as `boundary_figure` has them.
        is_drawn: False: the browser draws the values itself; here are the points alone.
        dark: the page's theme.
    """
    picture = None
    if is_drawn:
        picture = boundary_picture(
            values[None], task="regression", limit=value_scale(values), dark=dark
        )
    return boundary_figure(
        picture,
        traces,
        class_names=class_names,
        extent=extent,
        height=HEIGHT,
        axes=axes,
        dark=dark,
    )


def neuron_line_figure(values: np.ndarray, *, extent: tuple[float, float], dark: bool) -> go.Figure:
    """A neuron's values [n] along the only input, from the lowest to the highest of `extent`."""
    layout = theme.layout(dark=dark, height=HEIGHT // 2, margin=(52, 8, 8, 44))
    layout["xaxis"] = theme.axis(dark=dark, title={"text": "x", "standoff": 4}, range=list(extent))
    layout["yaxis"] = theme.axis(dark=dark)
    layout["showlegend"] = False
    trace: Spec = {
        "type": "scatter",
        "mode": "lines",
        "x": typed(np.linspace(*extent, len(values), dtype=np.float32)),
        "y": typed(values.astype(np.float32)),
        "line": {"width": theme.LINE_WIDTH, "color": theme.winner(dark)},
        "hovertemplate": "x %{x:.3g}<br>%{y:.4g}<extra></extra>",
    }
    return theme.figure([trace], layout)


def describe_neuron(name: str, values: np.ndarray) -> str:
    """Describe a neuron's values in words: lowest and highest, and the share above 0."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return _("{name}: no finite values.", name=name)
    above = float((finite > 0).mean())
    return _(
        "{name}: values from {low:.4g} to {high:.4g}, above 0 in {share:.0%} of the picture.",
        name=name,
        low=finite.min(),
        high=finite.max(),
        share=above,
    )

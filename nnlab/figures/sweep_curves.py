"""The curves of all networks of a sweep upon each other, and the best one above them."""

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.theme import Spec
from nnlab.texts import N_, _

HEIGHT = 320
NUMBERS = 60_000
"""Points of all curves together: the more networks, the fewer moments of each."""


def sweep_curves_figure(
    name: str,
    steps: np.ndarray,
    values: np.ndarray,
    *,
    best: int | None,
    dark: bool,
) -> go.Figure:
    """Every network a faint line, the best one a strong line.

    Args:
        name: of the metric.
        steps: [k], growing.
        values: [k, nets]; NaN is a gap.
        best: the number of the best network; None: there is none.
        dark: the page's theme.
    """
    every = max(1, -(-values.size // NUMBERS))
    kept = slice((len(steps) - 1) % every, None, every)  # the last moment is one of them
    steps, values = steps[kept], values[kept]
    gap = np.full((1, values.shape[1]), np.nan)
    traces: list[Spec] = [
        _trace(
            _("networks"),
            np.tile(np.append(steps, np.nan), values.shape[1]),
            np.concatenate([values, gap]).T.reshape(-1),
            {"color": theme.quiet(dark), "width": 1},
        )
        | {"opacity": 0.5, "hoverinfo": "skip"}
    ]
    if best is not None:
        line = {"color": theme.accent(dark), "width": theme.LINE_WIDTH + 0.5}
        label = _("network {number}", number=best)
        traces.append(_trace(label, steps, values[:, best], line))
    layout = theme.layout(dark=dark, height=HEIGHT, margin=(56, 10, 26, 34))
    axis: Spec = {"tickformat": ".3~g", "nticks": 5}
    layout |= theme.over_steps(name, _(N_("step")), {"nticks": 5}, axis, dark=dark)
    return theme.figure(traces, layout)


def _trace(name: str, x: np.ndarray, y: np.ndarray, line: Spec) -> Spec:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": np.asarray(x, np.float64),
        "y": np.asarray(y, np.float64),
        "line": line,
    }

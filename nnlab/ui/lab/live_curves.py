"""How a chart of curves follows the run in view over the wire (nnlab/web/curve_view.js)."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from nnlab.ui.runtime.r_squared import Variances
from nnlab.ui.runtime.run_view import RunView

TWO = np.arange(1.0, 3.0)


def follow_run(  # noqa: PLR0913 - the options of a chart
    view: RunView | None,
    what: Literal["loss", "accuracy", "r2"],
    axis: Literal["step", "epoch"],
    draw: Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], go.Figure],
    *,
    is_empty: bool,
    smoothing: float = 0.0,
    variances: Variances | None = None,
) -> dict[str, Any] | None:
    """Return the argument `follows_run` of `show_chart`; None where there is no run.

    Args:
        view: the run.
        what: the curves.
        axis: what they are over.
        draw: draws the chart of steps and values of training, then of validation.
        is_empty: the chart has no curve yet. An empty one has other axes, so the browser takes
            those of one with curves for the first of them.
        smoothing: of `nnlab.figures.overlay.smooth`.
        variances: of the targets, for R².
    """
    if view is None:
        return None
    return {
        "run": view.run.id,
        "what": what,
        "axis": axis,
        "smoothing": smoothing,
        "variances": asdict(variances) if variances is not None else None,
        "layout": draw(TWO, TWO, TWO, TWO).to_plotly_json()["layout"] if is_empty else None,
    }

"""The examples of one batch, set off among all that train."""

import numpy as np
import plotly.graph_objects as go

from nnlab.figures import theme
from nnlab.figures.arrays import typed
from nnlab.figures.boundary import points_traces
from nnlab.figures.theme import Spec
from nnlab.texts import _

FAINT = 0.25
SIZE, CHOSEN_SIZE = 12, 18
MOST_NUMBERED = 40
"""A larger batch is drawn without the numbers of its points: they would cover each other."""


def batch_traces(  # noqa: PLR0913 - a chart has that many independent options
    points: np.ndarray,
    targets: np.ndarray,
    indices: np.ndarray,
    chosen: int,
    *,
    classes: int,
    limit: float = 1.0,
    dark: bool,
) -> list[Spec]:
    """All training points, faint, and upon them the batch, numbered from 1 in its order.

    Args:
        points: float [n, 2], the training points.
        targets: int [n] classes, or float [n] (or [n, 1]) values.
        indices: int [b], the batch: places in `points`, some perhaps twice.
        chosen: the place in the batch of the one that is looked at, drawn larger.
        classes: how many there are; 1 says that the targets are values.
        limit: the size of a value that is drawn in full colour.
        dark: the page's theme.
    """
    task = "classification" if classes > 1 else "regression"

    def drawn(which: np.ndarray) -> Spec:
        return points_traces(
            points[which],
            targets[which],
            np.zeros(len(which), bool),
            task=task,
            classes=classes,
            limit=limit,
            dark=dark,
        )[0]

    every, batch = drawn(np.arange(len(points))), drawn(indices)
    every |= {"opacity": FAINT, "hoverinfo": "skip", "hovertemplate": None}
    sizes = np.where(np.arange(len(indices)) == chosen, CHOSEN_SIZE, SIZE)
    batch["marker"] |= {"size": typed(sizes), "line": {"width": 2, "color": theme.ink(dark)}}
    batch["hovertemplate"] = batch["hovertemplate"].replace(
        f"<extra>{_('train')}", f"<extra>{_('batch')}"
    )
    batch |= {"name": _("batch"), **_numbers(len(indices), dark)}
    return [every, batch]


def batch_line_figure(
    x: np.ndarray,
    y: np.ndarray,
    indices: np.ndarray,
    outputs: np.ndarray,
    chosen: int,
    *,
    dark: bool,
) -> go.Figure:
    """Data of one input: the batch among the training points, and the network's answers as crosses.

    Args:
        x: float [n], the training points.
        y: float [n], their targets.
        indices: int [b], the batch.
        outputs: float [b], what the network gives for it.
        chosen: the place in the batch of the one that is looked at.
        dark: the page's theme.
    """
    layout = theme.layout(dark=dark, height=360, margin=(52, 8, 8, 44))
    layout["xaxis"] = theme.axis(dark=dark, title={"text": "x", "standoff": 4})
    layout["yaxis"] = theme.axis(dark=dark)
    layout["showlegend"] = False
    sizes = np.where(np.arange(len(indices)) == chosen, CHOSEN_SIZE, SIZE)

    def trace(name: str, where: np.ndarray, values: np.ndarray, **more: object) -> Spec:
        return {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": typed(where),
            "y": typed(values),
            "hovertemplate": f"x %{{x:.4g}}<br>y %{{y:.4g}}<extra>{name}</extra>",
            **more,
        }

    ink = theme.ink(dark)
    every = trace(_("train"), x, y, opacity=FAINT, marker={"size": 8, "color": ink})
    batch = trace(
        _("batch"), x[indices], y[indices], marker={"size": typed(sizes), "color": theme.ORANGE}
    )
    answers = trace(
        _("network"),
        x[indices],
        outputs,
        marker={"symbol": "x", "size": 9, "color": theme.winner(dark)},
    )
    return theme.figure([every, batch | _numbers(len(indices), dark), answers], layout)


def _numbers(count: int, dark: bool) -> Spec:
    if count > MOST_NUMBERED:
        return {}
    return {
        "mode": "markers+text",
        "text": [str(number + 1) for number in range(count)],
        "textposition": "top center",
        "textfont": {"size": 12, "color": theme.ink(dark)},
    }

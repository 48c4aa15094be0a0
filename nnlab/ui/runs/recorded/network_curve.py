"""The curve of a recorded network of one input and one value."""

import numpy as np
import streamlit as st
import torch
from torch import nn

from nnlab.figures.curve_fit import curve_fit_figure, describe_fit, ranges
from nnlab.insight.regression import errors
from nnlab.scene.columns import DRAWN
from nnlab.texts import _, number
from nnlab.ui.components.chart import show_chart
from nnlab.ui.runs.recorded.network_seen import Seen
from nnlab.ui.session.widgets import runs as widgets

POINTS = 161
WITHOUT_DATA = (-3.0, 3.0)
"""Range if no points were recorded."""


def show_curve(seen: Seen, dark: bool) -> None:
    """The view: half as far again as the points go, on either side."""
    x = np.array(WITHOUT_DATA) if seen.x is None else seen.x[:, 0].numpy()
    low, high = float(x.min()), float(x.max())
    wide = (high - low) or 1.0
    grid = np.linspace(low - wide / 2, high + wide / 2, POINTS)

    def make(network: nn.Sequential) -> np.ndarray:
        with torch.inference_mode():
            return network(torch.from_numpy(grid).float()[:, None])[:, 0].numpy()

    curve = seen.cached(("curve", low, high), make)
    known = curve[np.isfinite(curve)]
    y = seen.y[:, 0].numpy() if seen.y is not None else (known if len(known) else np.zeros(1))
    shown = ranges(x, y)
    points = (np.empty(0), np.empty(0))
    says = _("no points")
    if seen.x is not None and seen.y is not None:
        points = x[:DRAWN], y[:DRAWN]
        says = _errors(seen)
    show_chart(
        curve_fit_figure(
            curve, points, (np.empty(0), np.empty(0)), shown, is_split=False, dark=dark
        ),
        key=widgets.key("recorded_curve"),
        alt=describe_fit(curve, shown, says),
    )
    if len(points[0]):
        st.markdown(says)


def _errors(seen: Seen) -> str:
    x, y = seen.x, seen.y
    assert x is not None
    assert y is not None
    found = seen.cached("errors", lambda network: errors(network, x.float(), y))
    if found is None:
        return ""
    said = _("mean squared error {mse}", mse=number(found.mse, 4))
    return said if found.r2 is None else f"{said} · R² {number(found.r2, 4)}"

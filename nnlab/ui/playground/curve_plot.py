"""Data of one input: the fitted curve moving over the points, with its loss, and beyond them."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from torch import nn

from nnlab.config import Csv, Curve, Data, Points
from nnlab.data.curves import FORMULAS
from nnlab.figures import theme
from nnlab.figures.boundary import short
from nnlab.figures.curve_fit import (
    FIT_WIDTH,
    Ranges,
    curve_fit_figure,
    describe_fit,
    ranges,
)
from nnlab.insight.plane.fitted import fitted
from nnlab.insight.regression import errors
from nnlab.scene.extent import points_ranges
from nnlab.scene.layers import live_layers
from nnlab.texts import _, number
from nnlab.ui.components.chart import show_chart
from nnlab.ui.lab.table_plane import drawn_parts
from nnlab.ui.playground.form.points_tools import clicked, show_tools
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.scene import is_drawn_there
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.datasets import splits_of

FIT_HEIGHT = 480
POINTS, UNIT_POINTS = 161, 81


@dataclass(frozen=True)
class Fit:
    """A network's curve, its units' curves thinned, and how far off it is."""

    curve: np.ndarray
    hidden: tuple[list[np.ndarray], ...]
    """Units of each hidden layer, [n] each."""
    losses: tuple[float | None, float | None]
    """Losses of training and of validation; None where there is no point."""


def draw_fit(frame: Frame) -> None:
    """The curve over the points, and the chosen layer's units."""
    data, look = frame.state.draft.data, frame.state.look
    shown = shown_ranges(data)
    if isinstance(data, Points):
        show_tools(frame.state)
    fit = frame.moment.cached(("fit", data), lambda network: _fit(network, data))
    is_drawn_here = not is_drawn_there(frame.moment)
    train, val = _points(data)
    says = _says(fit)
    show_chart(
        curve_fit_figure(
            fit.curve,
            train,
            val if look.validation else (np.empty(0), np.empty(0)),
            shown,
            formula=_formula(data),
            units=fit.hidden[look.units - 1] if 0 < look.units <= len(fit.hidden) else (),
            height=FIT_HEIGHT,
            x_title=short(data.inputs[0], 40) if isinstance(data, Csv) else "x",
            is_drawn=is_drawn_here,
            dark=frame.dark,
        ),
        key="boundary_chart",
        alt=describe_fit(fit.curve, shown, says),
        on_click=partial(clicked, frame.state) if isinstance(data, Points) else None,
        over=None if is_drawn_here else _over(frame, fit, shown),
    )


def _over(frame: Frame, fit: Fit, shown: Ranges) -> dict[str, Any]:
    """How the browser draws the curve, and the units of the chosen layer."""
    layer, units = frame.state.look.units, None
    if 0 < layer <= len(fit.hidden):
        colours = [theme.CLASS_COLOURS[i % 10] for i in range(1, len(fit.hidden[layer - 1]) + 1)]
        units = {"layer": live_layers(frame.moment.network)[layer]["output"], "colours": colours}
    return {
        "x": shown.x,
        "y": shown.y,
        "colour": theme.winner(frame.dark),
        "width": FIT_WIDTH,
        "units": units,
    }


def _fit(network: nn.Sequential, data: Data) -> Fit:
    splits, shown = splits_of(data), shown_ranges(data)
    found = fitted(network, *shown.x, POINTS)
    every = (POINTS - 1) // (UNIT_POINTS - 1)
    train, val = (errors(network, part.x, part.y) for part in (splits.train, splits.val))
    return Fit(
        found.y[:, 0],
        tuple(list(layer[::every].T) for layer in found.hidden),
        (train.mse if train is not None else None, val.mse if val is not None else None),
    )


def _says(fit: Fit) -> str:
    names = (_("loss"), _("validation"))
    pairs = zip(names, fit.losses, strict=True)
    return " · ".join(f"{name} {number(loss, 4)}" for name, loss in pairs if loss is not None)


@kept
def _points(data: Data) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """The x and y of what trains, and of what validates, as far as they are drawn."""
    train, val = ((p.x[:, 0].numpy(), p.y[:, 0].numpy()) for p in drawn_parts(data))
    return train, val


@kept
def shown_ranges(data: Data) -> Ranges:
    """How far the chart of data of one input reaches."""
    if isinstance(data, Points):
        return points_ranges(data)
    both = [np.concatenate(pair) for pair in zip(*_points(data), strict=True)]
    return ranges(both[0], both[1])


@kept
def _formula(data: Data) -> np.ndarray | None:
    """Return a generated curve without its noise; None for a person's own points."""
    if not isinstance(data, Curve):
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        return FORMULAS[data.kind](np.linspace(*shown_ranges(data).x, POINTS))

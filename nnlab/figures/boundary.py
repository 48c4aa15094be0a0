"""The plane of a network's answers as a picture, with the data's points upon it.

The points stay while a run trains: make `points_traces` once, `boundary_picture` each time.
"""

from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from nnlab.config.extent import EXTENT
from nnlab.figures import theme
from nnlab.figures.arrays import rounded, typed
from nnlab.figures.picture import png_data_uri
from nnlab.figures.theme import Spec
from nnlab.texts import N_, _, number
from nnlab.visible import in_html

Task = Literal["classification", "regression"]


@dataclass(frozen=True)
class Axis:
    """An axis of the plane that is labelled in other units than its own."""

    title: str
    places: tuple[float, ...] = ()
    """Positions of the ticks on the plane."""
    labels: tuple[str, ...] = ()


BOUNDARY_HEIGHT = 400
STRENGTH = 0.65
"""Strongest colour of the picture, 0 neutral to 1 full; points must stand out on it."""
HALF_LEVELS = 12
"""Steps from neutral to full colour (TensorFlow Playground: 15); each costs 100 bytes a frame."""


@lru_cache(maxsize=64)
def diverging_palette(dark: bool) -> np.ndarray:
    """Orange, neutral, blue in 25 steps, and one grey for what is no number: uint8 [26, 3]."""
    shares = STRENGTH * np.linspace(1, 0, HALF_LEVELS + 1)
    orange = theme.mix(theme.neutral(dark), theme.ORANGE, shares)
    blue = theme.mix(theme.neutral(dark), theme.BLUE, shares[::-1])
    return np.concatenate([orange, blue[1:], [[128, 128, 128]]]).astype(np.uint8)


@lru_cache(maxsize=64)
def class_palette(classes: int, dark: bool) -> np.ndarray:
    """13 steps from neutral to each class's colour, then grey: uint8 [classes * 13 + 1, 3]."""
    shares = STRENGTH * np.linspace(0, 1, HALF_LEVELS + 1)
    ramps = [theme.mix(theme.neutral(dark), c, shares) for c in theme.CLASS_COLOURS[:classes]]
    return np.concatenate([*ramps, [[128, 128, 128]]]).astype(np.uint8)


def boundary_picture(
    grid: np.ndarray,
    *,
    task: Task = "classification",
    limit: float = 1.0,
    discretize: bool = False,
    dark: bool,
) -> str:
    """The grid as a PNG `data:` address.

    Args:
        grid: float [k, h, w], row 0 on top. Classification: probabilities of k = 2..10 classes
            (a plain [h, w] is the probability of class 1 of two). Two classes are drawn orange to
            blue; more by the likeliest one, the stronger the surer. Regression: k = 1, values,
            drawn orange (-limit and below) to blue (limit and above). What is not a number is
            grey.
        task: whether the grid holds probabilities or values.
        limit: the size of a value that is drawn in full colour.
        discretize: full colour everywhere, of the likeliest class or of the value's sign.
        dark: the page's theme.
    """
    if grid.ndim == 2:
        grid = grid[None]
    if task == "regression":
        return _diverging((grid[0] / limit + 1) / 2, dark, discretize)
    if len(grid) <= 2:
        return _diverging(grid[-1], dark, discretize)
    classes = len(grid)
    # At 1/k all are equally likely: neutral. At 1 the class is certain: full colour.
    sureness = (grid.max(axis=0) - 1 / classes) / (1 - 1 / classes)
    if discretize:
        sureness = np.where(np.isnan(sureness), sureness, 1.0)
    steps = grid.argmax(axis=0) * (HALF_LEVELS + 1) + _levels(sureness, HALF_LEVELS)
    return _picture(steps, np.isnan(sureness), class_palette(classes, dark))


def _diverging(share: np.ndarray, dark: bool, discretize: bool) -> str:
    if discretize:
        share = np.where(np.isnan(share), share, share >= 0.5)
    return _picture(_levels(share, 2 * HALF_LEVELS), np.isnan(share), diverging_palette(dark))


def _levels(share: np.ndarray, levels: int) -> np.ndarray:
    return np.rint(np.nan_to_num(share.clip(0, 1)) * levels).astype(np.int64)


def _picture(steps: np.ndarray, missing: np.ndarray, palette: np.ndarray) -> str:
    indices = np.where(missing, len(palette) - 1, steps).astype(np.uint8)
    return png_data_uri(indices, palette)


def points_traces(  # noqa: PLR0913 - a chart has that many independent options
    points_x: np.ndarray,
    points_y: np.ndarray,
    is_val: np.ndarray,
    *,
    task: Task = "classification",
    classes: int = 2,
    limit: float = 1.0,
    show_validation: bool = True,
    dark: bool,
) -> list[Spec]:
    """Two traces, always: training points as circles, validation points as smaller diamonds.

    Args:
        points_x: float [n, 2], the points' x₁ and x₂.
        points_y: int [n] class indices, or float [n] (or [n, 1]) values.
        is_val: bool [n].
        task: whether `points_y` are classes or values.
        classes: how many there are (2..10), for the colours.
        limit: the size of a value that is drawn in full colour.
        show_validation: False leaves the second trace empty.
        dark: the page's theme.
    """
    if task == "regression":
        classes, cmax = 0, limit
    else:
        cmax = classes - 1
    targets = points_y.reshape(-1)
    validation = is_val if show_validation else np.zeros_like(is_val)
    return [
        _points(name, points_x[chosen], targets[chosen], classes, cmax, dark)
        for name, chosen in (("train", ~is_val), ("validation", validation))
    ]


SYMBOLS = {N_("train"): ("circle", 8), N_("validation"): ("diamond", 7)}
"""Shape and size in pixels."""


def _points(
    name: str, points: np.ndarray, targets: np.ndarray, classes: int, cmax: float, dark: bool
) -> Spec:
    """Return one trace of points; 0 classes say that the targets are values."""
    symbol, size = SYMBOLS[name]
    if classes:
        colours: tuple[str, ...] = theme.CLASS_COLOURS[:classes]
        low, what = 0.0, _("class {name}", name="%{marker.color}")
    else:
        colours = (theme.ORANGE, theme.neutral(dark), theme.BLUE)
        low, what = -cmax, "y = %{marker.color:.4g}"
    last = len(colours) - 1
    return {
        "type": "scatter",
        "mode": "markers",
        "name": _(name),
        "x": rounded(points[:, 0]),
        "y": rounded(points[:, 1]),
        "marker": {
            "symbol": symbol,
            "size": size,
            "color": typed(targets),
            "colorscale": [[i / last, colour] for i, colour in enumerate(colours)],
            "cmin": low,
            "cmax": cmax,
            # The outline sets the point off from its own class's area.
            "line": {"width": 1, "color": theme.ink(dark)},
        },
        "hovertemplate": "x₁ %{x:.2f}, x₂ %{y:.2f}<br>" + what + f"<extra>{_(name)}</extra>",
        "showlegend": False,
    }


def boundary_figure(  # noqa: PLR0913 - a chart has that many independent options
    picture_uri: str | None,
    traces: list[Spec],
    *,
    class_names: tuple[str, ...] | None = ("0", "1"),
    extent: tuple[float, float] = EXTENT,
    limit: float = 1.0,
    height: int = BOUNDARY_HEIGHT,
    axes: tuple[Axis, Axis] | None = None,
    is_split: bool = True,
    dark: bool,
) -> go.Figure:
    """Draw the picture (None before there is one) beneath the points, square, on x₁ and x₂.

    Args:
        picture_uri: of `boundary_picture`.
        traces: of `points_traces`.
        class_names: for the key above the plane; None where the target is a number.
        extent: lowest and highest value of both axes; the picture fills it.
        limit: of the picture, for the scale above the plane where the target is a number.
        height: pixels.
        axes: how both axes are labelled where they are not x₁ and x₂ themselves.
        is_split: some points train and some validate, and the key says which.
        dark: the page's theme.
    """
    low, high = extent
    across, up = (_ticks(axis, high - low) for axis in axes or (None, None))
    key, rows = _key(class_names, limit, is_split, dark)
    margin = (36, 24, 4 + 22 * rows, 24) if axes is None else (44, 8, 4 + 22 * rows, 44)
    layout = theme.layout(dark=dark, height=height, margin=margin)
    square = {"dark": dark, "range": [low, high], "constrain": "domain"}
    layout["xaxis"] = theme.axis(**square, **across)
    layout["yaxis"] = theme.axis(**square, scaleanchor="x", **up)
    font = {"size": theme.FONT_SIZE, "color": theme.ink(dark)}
    layout["annotations"] = [theme.note(key, dark=dark, x=0.5, y=1, yanchor="bottom", font=font)]
    if axes is None:
        layout["annotations"] += _axis_names(dark)
    layout["images"] = [_beneath(picture_uri, low, high)] if picture_uri else []
    # Plotly takes traces apart while it builds; the caller's stay whole, for other threads too.
    return theme.figure(deepcopy(traces), layout)


def _axis_names(dark: bool) -> list[Spec]:
    """x₁ and x₂ at the ends of their axes, among the numbers: titles would make it smaller."""
    font = {"size": theme.FONT_SIZE, "color": theme.ink(dark)}
    ends = {"xref": "x domain", "yref": "y domain"}
    right = {"x": 1, "y": 0, "xanchor": "left", "yanchor": "top", "xshift": 8, "yshift": -3}
    above = {"x": 0, "y": 1, "xanchor": "right", "yanchor": "bottom", "xshift": -4, "yshift": 8}
    return [
        theme.note(name, dark=dark, font=font, **ends, **place)
        for name, place in (("x₁", right), ("x₂", above))
    ]


def _ticks(axis: Axis | None, wide: float) -> Spec:
    """Return the labels of an axis of the plane: its numbers, and its name."""
    ticks: Spec = {"tick0": 0, "dtick": wide / 4}
    if axis is None:
        return {**ticks, "showgrid": False, "fixedrange": True}
    if axis.places or not axis.title:
        ticks = {"tickvals": list(axis.places), "ticktext": list(axis.labels)}
    title = {"text": short(axis.title, 40), "standoff": 4, "font": {"size": theme.FONT_SIZE}}
    return {**ticks, "title": title, "showgrid": False, "fixedrange": True}


def short(name: str, longest: int) -> str:
    """A name that a person chose, in a chart: plotly takes it for HTML."""
    return in_html(name if len(name) <= longest else f"{name[: longest - 1]}…")


def _beneath(uri: str, low: float, high: float) -> Spec:
    side = high - low
    return {
        "source": uri,
        "xref": "x",
        "yref": "y",
        "x": low,
        "y": high,
        "sizex": side,
        "sizey": side,
        "sizing": "stretch",
        "layer": "below",
    }


def _key(
    class_names: tuple[str, ...] | None, limit: float, is_split: bool, dark: bool
) -> tuple[str, int]:
    """The text above the plane, and its rows."""
    shapes = f"○ {_('train')}  ◇ {_('validation')}" if is_split else f"○ {_('data')}"
    if class_names is None:
        return f"{_scale(limit, dark)}   {shapes}", 1
    ends = zip(theme.CLASS_COLOURS, class_names, strict=False)
    names = "  ".join(
        f'<span style="color:{colour}">⬤</span> {short(name, 12)}' for colour, name in ends
    )
    # On a phone a row has some forty characters.
    if len(class_names) > 4 or sum(len(name) + 3 for name in class_names) > 20:
        return f"{names}<br>{shapes}", 2
    return f"{names}   {shapes}", 1


def _scale(limit: float, dark: bool) -> str:
    """`−1 ▇▇▇▇▇▇▇ 1` in the colours of the values between."""
    shades = diverging_palette(dark)[:-1][:: HALF_LEVELS // 3]
    blocks = "".join(f'<span style="color:#{bytes(c).hex()}">▇</span>' for c in shades)
    return f"{number(-limit)} {blocks} {number(limit)}"

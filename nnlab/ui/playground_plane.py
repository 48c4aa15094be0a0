"""The plane: the points, and what the network says of every place around them."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from torch import nn

from nnlab.config import Data
from nnlab.figures.boundary import boundary_figure, boundary_picture, points_traces
from nnlab.figures.describe import describe_boundary
from nnlab.figures.theme import Spec
from nnlab.insight.boundary import plane_grid
from nnlab.ui.chart import show_chart
from nnlab.ui.playground_frame import Frame, splits_of

PLANE_HEIGHT = 520


@dataclass(frozen=True)
class Plane:
    """The picture of a network's answers over the plane, and what it shows in words."""

    picture: str
    words: str


def draw_plane(frame: Frame) -> None:
    """The boundary behind the points."""
    plane = frame.moment.once(("plane", frame.dark), lambda network: _plane(network, frame.dark))
    show_chart(
        boundary_figure(
            plane.picture,
            _points(frame.state.draft.data, frame.dark),
            class_names=frame.splits.info.class_names,
            height=PLANE_HEIGHT,
            dark=frame.dark,
        ),
        key="boundary_chart",
        alt=plane.words,
    )


def _plane(network: nn.Module, dark: bool) -> Plane:
    grid = plane_grid(network)
    names = [str(index) for index in range(len(grid))]
    return Plane(boundary_picture(grid, dark=dark), describe_boundary(grid, class_names=names))


@lru_cache(maxsize=64)
def _points(data: Data, dark: bool) -> list[Spec]:
    splits = splits_of(data)
    parts = (splits.train, splits.val)
    return points_traces(
        np.concatenate([part.x.numpy() for part in parts]),
        np.concatenate([part.y.numpy() for part in parts]),
        np.repeat([False, True], [len(part) for part in parts]),
        classes=splits.info.outputs,
        dark=dark,
    )

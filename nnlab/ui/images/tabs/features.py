"""The tab Features: many pictures on a map of the last hidden layer's values (PCA)."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from torch import nn

from nnlab.figures.pictures.digits import sample_grid
from nnlab.figures.pictures.features import describe_features, features_figure
from nnlab.insight.pictures.nearest import features, last_weights
from nnlab.insight.pictures.projection import Plane, principal_plane
from nnlab.texts import N_, _
from nnlab.ui.components.chart import Sprite, show_chart
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.images.tab_context import TabContext, tab_context
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.session.widgets import images as widgets

POINTS = 600
"""Pictures on the map: few enough to tell apart, and to send with each frame."""
COLUMNS = 30
SPRITE = "features_sprite"


@dataclass(frozen=True)
class _Seen:
    plane: Plane
    width: int
    """Width of the layer."""
    has_hidden: bool


_last: WeakKeyDictionary[RunView, NDArray[np.float32]] = WeakKeyDictionary()
"""The points of each run when last drawn, so that its map is not mirrored between frames."""


def draw_features(frame: ImagesFrame) -> None:
    """Draw the tab Features."""
    asked = tab_context(frame)
    if asked is None:
        return
    view = frame.view
    number = min(POINTS, len(asked.part))
    seen = asked.moment.cached(("features", number), lambda net: _look(net, asked, number, view))
    if seen.has_hidden:
        said = N_(
            "{when}: {number:,} validation pictures in the last hidden layer ({width} values),"
            " along the two directions in which they differ most (PCA)."
        )
    else:
        said = N_(
            "{when}: {number:,} validation pictures in the input itself ({width} values), since"
            " this network has no hidden layer, along the two directions in which they differ"
            " most (PCA)."
        )
    said = _(said, when=asked.when(), number=number, width=seen.width)
    st.caption(f"{said} {_('Hover over a point to see its picture; click a class to hide it.')}")
    side = asked.part.x.shape[-1]
    with st.container(key=SPRITE):
        st.image(_sprite(asked, number), alt="", output_format="PNG")
    labels = asked.part.y[:number].numpy()
    show_chart(
        features_figure(
            seen.plane.points,
            labels,
            asked.names,
            explained=seen.plane.explained,
            dark=frame.dark,
        ),
        key=widgets.key("features_chart"),
        alt=describe_features(labels, seen.plane.explained),
        sprite=Sprite(SPRITE, COLUMNS, side),
    )


def _look(network: nn.Sequential, asked: TabContext, number: int, view: RunView | None) -> _Seen:
    found = features(network, asked.part.x[:number])
    before = _last.get(view) if view is not None else None
    plane = principal_plane(found, before)
    if view is not None:
        _last[view] = plane.points
    hidden = any(
        isinstance(m, nn.Linear | nn.Conv2d) for m in list(network)[: last_weights(network)]
    )
    return _Seen(plane, found.shape[1], hidden)


def _sprite(asked: TabContext, number: int) -> bytes:
    return asked.moment.cached(
        (SPRITE, number),
        lambda _network: sample_grid(asked.part.x[:number].numpy(), columns=COLUMNS, scale=1),
    )

"""How far the pictures of neurons reach: as far as the plane, or the line, beside them."""

import numpy as np

from nnlab.config import Points
from nnlab.figures.curve_fit import ranges
from nnlab.figures.network import Layer
from nnlab.ui.playground.form.points_plane import slice_of
from nnlab.ui.playground.form.points_unfinished import points_ranges
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.network.network_layers import drawn_layers
from nnlab.ui.playground.scale import Extent, extent_of


def reach(frame: Frame) -> Extent:
    """Lowest and highest value of each input."""
    splits = frame.splits
    if splits.info.input_shape != (1,):
        return extent_of(frame.state.draft.data, splits)
    if isinstance(frame.state.draft.data, Points):
        return points_ranges(frame.state.draft.data).x
    parts = (splits.train, splits.val)
    x, y = (np.concatenate([getattr(p, name).numpy().ravel() for p in parts]) for name in "xy")
    return ranges(x, y).x


def layers_of(frame: Frame) -> list[Layer]:
    """The shown network's layers as they are drawn, with their pictures. Raises as they do."""
    data, info, extent = frame.state.draft.data, frame.splits.info, reach(frame)
    cut = slice_of(data)
    return frame.moment.once(
        ("layers", data, extent, cut),
        lambda network: drawn_layers(network, data, info, extent, cut=cut),
    )

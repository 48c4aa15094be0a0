"""The layers of the network that the Playground shows, as they are drawn."""

from nnlab.figures.network import Layer
from nnlab.scene.extent import reach
from nnlab.scene.layers import drawn_layers, maps_of
from nnlab.ui.lab.table_plane import slice_of
from nnlab.ui.playground.frame import Frame


def layers_of(frame: Frame, *, with_maps: bool = True) -> list[Layer]:
    """The shown network's layers as they are drawn, with or without pictures. Raises as they do."""
    data, info = frame.state.draft.data, frame.splits.info
    extent = reach(data, frame.splits)
    cut = slice_of(data)
    return frame.moment.cached(
        ("layers", data, extent, cut, with_maps),
        lambda network: drawn_layers(
            network,
            data,
            info,
            maps_of(network, info, extent, cut=cut) if with_maps else None,
        ),
    )

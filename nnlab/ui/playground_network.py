"""The network of the Playground as it is drawn while it learns."""

import streamlit as st
from torch import nn

from nnlab.ui.playground_frame import Frame


def draw_network(frame: Frame) -> None:
    """Its layers in a line."""
    widths = [layer for layer in frame.moment.network if isinstance(layer, nn.Linear)]
    sizes = [widths[0].in_features, *(layer.out_features for layer in widths)]
    st.caption(" → ".join(str(size) for size in sizes))

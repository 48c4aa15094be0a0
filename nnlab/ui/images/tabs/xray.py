"""The tab X-ray: a validation picture on its way through the network, down to one value."""

import streamlit as st

from nnlab.ui.components.layer_maps import show_layers
from nnlab.ui.draw.panels.xray import AT, place_in, show_detail, through
from nnlab.ui.images.asked import ask
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.images.sheet import chosen_picture
from nnlab.ui.runtime.throttle import remembered


def draw_xray(frame: ImagesFrame) -> None:
    """The tab."""
    asked = ask(frame)
    if asked is None:
        return
    place = chosen_picture(asked)
    picture, network = asked.picture(place), asked.moment.network
    layers = remembered(asked.moment, ("x-ray", place), lambda net: through(net, picture))
    at = place_in(layers, network, st.session_state.get(AT))
    detail, way = st.container(key="xray").columns([4, 6], gap="medium")
    with way, st.container(key="xray_layers"):
        pointed = show_layers(layers, at, key="xray_maps")
        if pointed is not None:
            at = place_in(layers, network, pointed)
            st.session_state[AT] = at
    with detail, st.container(key="xray_detail"):
        show_detail(layers, network, at, asked.names)

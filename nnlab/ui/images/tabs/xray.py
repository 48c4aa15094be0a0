"""The tab X-ray: a validation picture through all layers, down to how one value is computed."""

from nnlab.ui.explain.xray import show_way, through
from nnlab.ui.images.frame import ImagesFrame
from nnlab.ui.images.sheet import chosen_picture
from nnlab.ui.images.tab_context import tab_context
from nnlab.ui.session.labs import images_state
from nnlab.ui.session.widgets import images as widgets


def draw_xray(frame: ImagesFrame) -> None:
    """Draw the tab X-ray."""
    asked = tab_context(frame)
    if asked is None:
        return
    place = chosen_picture(asked)
    picture, network = asked.picture(place), asked.moment.network
    layers = asked.moment.explained(("x-ray", place), lambda net: through(net, picture))
    state = images_state()
    pointed = show_way(layers, network, state.place, asked.names, key=widgets.key("xray_maps"))
    state.place = pointed or state.place

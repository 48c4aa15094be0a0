"""Story: why a network that knows MNIST misreads real hands, and what helped, in figures."""

import streamlit as st

from nnlab.recipes import draw_ready, draw_stages
from nnlab.texts import _
from nnlab.ui.draw.frame import DrawFrame


def show_story(frame: DrawFrame) -> None:
    """The panel. It needs no drawing and no model."""
    del frame
    with st.container(key="draw_story"):
        st.markdown(draw_stages.story())
        st.caption(_(draw_ready.RECIPE.measured))

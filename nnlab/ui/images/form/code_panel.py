"""The network of the form as PyTorch source, in three styles."""

import streamlit as st

from nnlab.config import Model
from nnlab.errors import NnlabError
from nnlab.models.code import Style, code
from nnlab.models.shapes import Shape
from nnlab.texts import N_, _
from nnlab.ui.runtime.cache import kept
from nnlab.ui.session.widgets import images as widgets

STYLES: dict[Style, str] = {
    "sequential": "nn.Sequential",
    "module": "nn.Module",
    "tensors": N_("tensors and F"),
}


def show_code(model: Model, shape: Shape) -> None:
    """Draw the choice of a style, and the source with a button to copy it.

    A network whose layers do not fit together has no source; the form shows the error elsewhere.
    """
    style = st.segmented_control(
        _("Style"),
        list(STYLES),
        format_func=lambda style: _(STYLES[style]),
        key=widgets.key("code_style"),
        default="sequential",
        required=True,
        label_visibility="collapsed",
    )
    text = _code(model, shape, style or "sequential")
    if text is None:
        st.caption(_("The source appears here once the layers fit together."))
        return
    st.code(text, language="python", height=CODE_HEIGHT)
    st.caption(
        _("From the same seed, all three have identical weights and give identical outputs.")
    )


CODE_HEIGHT = 320


@kept
def _code(model: Model, shape: Shape, style: Style) -> str | None:
    try:
        return code(model, shape, style)
    except NnlabError:
        return None

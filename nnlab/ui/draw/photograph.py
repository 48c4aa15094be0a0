"""A photograph: by the page's camera, or by the phone's own where the page can have none."""

from functools import cache
from io import BytesIO

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.drawing.files import MOST_BYTES
from nnlab.texts import _
from nnlab.ui.components.component import component
from nnlab.ui.session.widgets import draw as widgets
from nnlab.ui.session.widgets import elements

FIELD = "photograph_file"
HERE = "here"


def take_photograph() -> BytesIO | None:
    """Return the photograph; None until one is taken.

    A browser gives a page its camera over https and on its own machine alone
    (https://www.w3.org/TR/mediacapture-streams/, `SecureContext`). Else a file field stands here,
    which on a phone opens the phone's camera.
    """
    found = _found()
    label = _("A photograph of digits: dark on light or light on dark")
    _component()(
        key=widgets.key("camera"),
        data={"found": found, "field": widgets.key(FIELD)},
        on_found_change=lambda: None,
    )
    if found is None:
        return None  # the browser says it in a moment
    if found == HERE:
        return st.camera_input(label, key=widgets.key("photograph"))
    return st.file_uploader(label, key=widgets.key(FIELD), max_upload_size=MOST_BYTES // 2**20)


def _found() -> str | None:
    """Return the browser's report on its camera; None before there is one."""
    said = elements.get(widgets.key("camera"))
    found = said.get("found") if said is not None else None
    return found if isinstance(found, str) else None


@cache
def _component() -> ComponentRenderer:
    return component("camera", "components/camera.js")

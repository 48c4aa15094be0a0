"""Drawings of classes of one's own as a zip: out of this server, and into it."""

import streamlit as st

from nnlab.data.handwriting import Drawing
from nnlab.data.pictures.label_sets import LabelSet
from nnlab.data.pictures.label_zip import MOST_BYTES
from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.messages import say
from nnlab.ui.session.draw_state import draw_state
from nnlab.ui.session.widgets import draw as widgets


def show_own_files(taught: LabelSet | None, listed: tuple[Drawing, ...]) -> None:
    """The two directions."""
    state = draw_state()
    with st.popover(_("Export and import")):
        if taught is not None and listed:
            st.download_button(
                _("Download all {count:,} as a zip", count=len(listed)),
                data=lambda: doors.labels().export(taught),
                file_name="drawings.zip",
                mime="application/zip",
                key=widgets.key("own_export"),
            )
        uploaded = st.file_uploader(
            _("A zip with a folder of drawings for each class"),
            type="zip",
            key=widgets.key("own_import"),
            max_upload_size=MOST_BYTES // 2**20,
        )
        if uploaded is None:
            state.taken = None
            return
        if state.taken is None or state.taken[0] != uploaded.file_id:
            # A page runs often, and takes a file once.
            state.taken = (uploaded.file_id, *_take(uploaded.getvalue()))
            if state.taken[1]:
                st.rerun(scope="fragment")
        _file, good, words = state.taken
        say("success" if good else "error", words)


def _take(content: bytes) -> tuple[bool, str]:
    try:
        taught, number = doors.labels().take(content)
    except NnlabError as error:
        return False, _("Nothing was taken. {error}", error=error)
    draw_state().label_set = taught.id
    widgets.forget("label_set")
    return True, _("{number:,} drawings were taken.", number=number)

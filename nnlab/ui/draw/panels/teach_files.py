"""Kept drawings as a zip: out of this server, and into it."""

import streamlit as st

from nnlab.data.handwriting import MOST_BYTES, Drawing
from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.messages import say
from nnlab.ui.session.draw_state import draw_state
from nnlab.ui.session.widgets import draw as widgets


def show_files(listed: tuple[Drawing, ...]) -> None:
    """The two directions."""
    state = draw_state()
    with st.popover(_("Export and import")):
        if listed:
            st.download_button(
                _("Download all {count:,} as a zip", count=len(listed)),
                data=lambda: doors.drawings().export(listed),
                file_name="handwriting.zip",
                mime="application/zip",
                key=widgets.key("export_drawings"),
            )
        uploaded = st.file_uploader(
            _("A zip of PNGs with labels.csv (file,label)"),
            type="zip",
            key=widgets.key("import_drawings"),
            max_upload_size=MOST_BYTES // 2**20,
        )
        if uploaded is None:
            state.taken = None
            return
        if state.taken is None or state.taken[0] != uploaded.file_id:
            # A page runs often, and takes a file once.
            state.taken = (uploaded.file_id, *take_zip(uploaded.getvalue()))
            if state.taken[1]:
                st.rerun(scope="fragment")
        _file, good, words = state.taken
        say("success" if good else "error", words)


def take_zip(content: bytes) -> tuple[bool, str]:
    """Keep the drawings of a zip. Return whether that succeeded, and the message to show."""
    try:
        number = doors.drawings().take(content)
    except NnlabError as error:
        return False, _("Nothing was taken. {error}", error=error)
    return True, _("{number:,} drawings were taken.", number=number)

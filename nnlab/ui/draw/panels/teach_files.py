"""Kept drawings as a zip: out of this server, and into it."""

from pathlib import Path

import streamlit as st

from nnlab.data.handwriting import Drawing
from nnlab.data.handwriting_zip import export, take
from nnlab.errors import NnlabError

TAKEN = "handwriting_taken"
"""The upload that the session has taken already: a page runs often, and takes it once."""


def show_files(listed: tuple[Drawing, ...], data_dir: Path) -> None:
    """The two directions."""
    with st.popover("Export and import"):
        if listed:
            st.download_button(
                f"Download all {len(listed):,} as a zip",
                data=lambda: export(list(listed)),
                file_name="handwriting.zip",
                mime="application/zip",
                key="export_drawings",
            )
        uploaded = st.file_uploader(
            "A zip of PNGs with labels.csv (file,label)", type="zip", key="import_drawings"
        )
        if uploaded is None:
            st.session_state.pop(TAKEN, None)
            return
        taken = st.session_state.get(TAKEN)
        if taken is None or taken[0] != uploaded.file_id:
            taken = (uploaded.file_id, *_take(uploaded.getvalue(), data_dir))
            st.session_state[TAKEN] = taken
            if taken[1]:
                st.rerun(scope="fragment")
        _, good, words = taken
        (st.success if good else st.error)(words)


def _take(content: bytes, data_dir: Path) -> tuple[bool, str]:
    try:
        number = take(content, data_dir)
    except NnlabError as error:
        return False, f"Nothing was taken. {error}"
    return True, f"{number:,} drawings were taken."

"""The heads of the form's three parts: a title, and beside it folds with further settings."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.ui.session.widgets import images as widgets


def begin_part(name: str, title: str) -> DeltaGenerator:
    """Draw the head of a part: its title, with room beside it.

    Args:
        name: name of the part; the head's CSS class is `st-key-images_<name>_head`.
        title: title shown on the page.

    Returns:
        The container of the head, for `fold`.
    """
    head = st.container(
        horizontal=True,
        gap="small",
        key=widgets.key(f"{name}_head"),
        vertical_alignment="center",
        wrap=False,
    )
    head.markdown(f"##### {title}", width="stretch")
    return head


def fold(head: DeltaGenerator, name: str, label: str) -> DeltaGenerator:
    """Add a button to a head. Return the container that it opens, for the caller to fill."""
    opened = head.popover(label, type="tertiary", key=widgets.key(f"{name}_fold"), wrap=False)
    return opened.container(key=widgets.key(f"{name}_folded"))

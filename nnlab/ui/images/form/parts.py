"""The three parts of the form: each with its name, and beside it the folds of what can wait."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.ui.session.widgets import images as widgets


def begin_part(name: str, title: str) -> DeltaGenerator:
    """Draw the head of a part: its title, and room beside it.

    Args:
        name: of the part; the head's class is `st-key-images_<name>_head`.
        title: what a person reads.

    Returns:
        The row of the head, for `fold`.
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
    """A quiet button in a head, and what it opens: to be filled by the caller."""
    opened = head.popover(label, type="tertiary", key=widgets.key(f"{name}_fold"), wrap=False)
    return opened.container(key=widgets.key(f"{name}_folded"))

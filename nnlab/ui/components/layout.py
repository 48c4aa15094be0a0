"""Containers that keep a page in place."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def part(name: str, *, used: bool) -> DeltaGenerator:
    """A container for widgets that are out of sight while they are of no use.

    A widget that comes and goes may be shown empty when it comes while the page before is still
    being drawn; one that stays keeps what it says.
    """
    return st.container(key=f"{name}_part" if used else f"unused_{name}_part")

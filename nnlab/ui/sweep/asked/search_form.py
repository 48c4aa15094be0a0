"""How networks for pictures are searched: the part of the form that only they have."""

from typing import Any

import streamlit as st

from nnlab.config.sweep import MOST_NETS, Search
from nnlab.texts import N_, _
from nnlab.ui.session.widgets import sweep as widgets

METHODS = {
    "tpe": N_("earlier results (TPE)"),
    "random": N_("chance"),
    "grid": N_("the grid, in order"),
}
PRUNING = {
    "median": N_("when worse than the median"),
    "hyperband": N_("round by round (Hyperband)"),
    "none": N_("never"),
}
NAMES = ("method", "pruning", "trials", "minutes", "at_once")


def search_values(search: Search | None) -> dict[str, Any]:
    """Return the widgets' values for a search."""
    shown = search or Search()
    return {f"search_{name}": getattr(shown, name) for name in NAMES}


def read_search(before: Search | None) -> dict[str, Any]:
    """Return the settings chosen in the widgets."""
    shown = (before or Search()).model_dump(mode="json")
    said = {name: widgets.get(f"search_{name}", shown[name]) for name in NAMES}
    return {**shown, **said}


def show_search() -> None:
    """Draw the widgets: each network is a run of its own, and these say which come next."""
    with st.container(key="sweep_search", gap="small"):
        st.selectbox(
            _("The next values are chosen by"),
            list(METHODS),
            format_func=lambda name: _(METHODS[name]),
            key=widgets.key("search_method"),
        )
        st.selectbox(
            _("Stop a network early"),
            list(PRUNING),
            format_func=lambda name: _(PRUNING[name]),
            key=widgets.key("search_pruning"),
        )
        st.number_input(
            _("Networks to try"), min_value=1, max_value=MOST_NETS, key=widgets.key("search_trials")
        )
        st.number_input(
            _("Minutes in all, at most"),
            min_value=0.1,
            max_value=10_000.0,
            key=widgets.key("search_minutes"),
            placeholder=_("no limit"),
        )
        st.number_input(
            _("Networks at a time"),
            min_value=1,
            max_value=64,
            key=widgets.key("search_at_once"),
            placeholder=_("as many as there are cores"),
        )

"""The form of a sweep: what it begins with, what varies, and how many networks that makes."""

from typing import Any

import streamlit as st

from nnlab.config import Images, to_link
from nnlab.data import archives
from nnlab.data.published import base_of
from nnlab.recipes import RECIPES
from nnlab.recipes.sweeps import SWEEPS
from nnlab.texts import _
from nnlab.ui import services
from nnlab.ui.messages import say
from nnlab.ui.session.address import LINK
from nnlab.ui.session.labs import lab_of, open_in_lab, refill
from nnlab.ui.session.sweep_state import SweepState
from nnlab.ui.session.widgets import sweep as widgets
from nnlab.ui.shell import page_file
from nnlab.ui.sweep.asked.axis_rows import row_values, show_rows
from nnlab.ui.sweep.asked.base import base_text, take_over
from nnlab.ui.sweep.asked.changes import take_instead
from nnlab.ui.sweep.asked.search_form import search_values, show_search
from nnlab.ui.words import plain

OWN = "own"
"""The choice that stands for an experiment that was carried here."""


def widget_values(state: SweepState) -> dict[str, Any]:
    """Return the form's widget values for the sweep of the page."""
    sweep = state.chosen
    training = sweep.experiment.training
    return {
        "start": state.begun_with or OWN,
        "budget": training.epochs or training.steps,
        "sampled": sweep.sample is not None,
        "sample_count": sweep.sample.count if sweep.sample else 32,
        **row_values(state),
        **search_values(sweep.search),
    }


def show_form(state: SweepState) -> None:
    """Draw the form."""
    experiment = state.chosen.experiment
    _show_start(state)
    with st.container(key="sweep_base", gap=None):
        st.caption(plain(base_text(experiment)))
        lab = lab_of(experiment)
        if st.button(
            _("Open it in the Playground") if lab == "playground" else _("Open it on Images"),
            key=widgets.key("open_base"),
            type="tertiary",
            icon=":material/open_in_new:",
        ):
            open_in_lab(experiment)
            st.switch_page(page_file(lab))
    is_epochs = experiment.training.epochs is not None
    st.number_input(
        _("Epochs of each network") if is_epochs else _("Steps of each network"),
        min_value=1,
        max_value=1_000_000 if is_epochs else 1_000_000_000,
        key=widgets.key("budget"),
    )
    if state.had is not None:
        st.caption(
            _("The experiment had {n:,}; with so many networks that takes long.", n=state.had)
        )
    if state.problem is not None and state.problem_row is None:
        say("error", state.problem)
        if isinstance(experiment.data, Images):
            _show_images_link(state)
    show_rows(state)
    if isinstance(experiment.data, Images):
        show_search()
    else:
        _show_sample()


def _show_images_link(state: SweepState) -> None:
    """The way to the page that can download the pictures, where they are what is missing."""
    data = state.chosen.experiment.data
    if isinstance(data, Images) and archives.absent(
        base_of(data.kind), services.settings().data_dir
    ):
        st.page_link(
            page_file("images"),
            label=_("Download them on the page Images"),
            icon=":material/download:",
            query_params={LINK: to_link(state.chosen.experiment)},
        )


def _show_start(state: SweepState) -> None:
    options = [
        *SWEEPS,
        *(f"recipe:{recipe_id}" for recipe_id in RECIPES),
        *([OWN] if state.begun_with is None else []),
    ]

    def take() -> None:
        chosen = widgets["start"]
        if chosen in SWEEPS:
            take_instead(state, SWEEPS[chosen].sweep)
        elif chosen != OWN:
            take_over(state, RECIPES[chosen.partition(":")[2]].experiment)
            state.begun_with = chosen
        refill()

    st.selectbox(
        _("Start from"),
        options,
        format_func=_start_text,
        key=widgets.key("start"),
        on_change=take,
    )


def _start_text(option: str) -> str:
    if option in SWEEPS:
        return _(SWEEPS[option].title)
    if option == OWN:
        return _("The experiment that you brought")
    return _("recipe {id}", id=option.partition(":")[2])


def _show_sample() -> None:
    with st.container(horizontal=True, key="sweep_sample", vertical_alignment="center"):
        sampled = st.toggle(_("A random sample"), key=widgets.key("sampled"))
        st.number_input(
            _("How many networks"),
            min_value=1,
            max_value=1024,
            key=widgets.key("sample_count"),
            label_visibility="collapsed",
            disabled=not sampled,
            width=110,
        )

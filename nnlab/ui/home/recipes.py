"""The recipes and sweeps of the home page: each with its picture, what to notice, and its time."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from nnlab.recipes import RECIPES, Group, Recipe
from nnlab.recipes.sweeps import SWEEPS
from nnlab.recipes.sweeps.sweep_recipe import SweepRecipe
from nnlab.texts import N_, _
from nnlab.ui.home.thumbnails import processor, time_of
from nnlab.ui.session.labs import open_in_lab
from nnlab.ui.session.sweep_state import open_sweep
from nnlab.ui.session.widgets import home as widgets
from nnlab.ui.shell import page_file
from nnlab.ui.words import plain

IN_A_ROW = 3
Shown = TypeVar("Shown")
GROUPS: dict[Group, tuple[str, str]] = {
    "start here": (N_("Start here"), N_("Small, quick, and each with something to notice.")),
    "sequences": (
        N_("Attention"),
        N_("One head over short sequences that the lab makes: how it looks while it learns."),
    ),
    "published tutorials": (
        N_("Published tutorials, reproduced"),
        N_("What was reported, what comes out here, and why the two differ where they do."),
    ),
    "fast": (N_("Fast"), N_("How far a minute or a second goes on two cores.")),
}


def show_recipes() -> None:
    """All of them, in their groups."""
    st.markdown(_("#### Recipes"))
    st.caption(
        _(
            "Experiments worth running: one click opens one in its laboratory. Times were measured"
            " on one core ({processor}) that had other work, too: yours may well be shorter.",
            processor=plain(processor()),
        )
    )
    with st.container(key="recipes"):
        for group, (title, words) in GROUPS.items():
            with st.container(key=f"group_{group.replace(' ', '_')}", gap="small"):
                st.markdown(f"##### {_(title)}")
                st.caption(_(words))
                _show([recipe for recipe in RECIPES.values() if recipe.group == group], _recipe)
            if group == "start here":
                with st.container(key="group_sweeps", gap="small"):
                    st.markdown(_("##### Sweeps"))
                    st.caption(
                        _("Many networks at once, each sweep with a question that one run leaves.")
                    )
                    _show(list(SWEEPS.values()), _sweep)


def _show(recipes: Sequence[Shown], draw: Callable[[Shown], None]) -> None:
    for first in range(0, len(recipes), IN_A_ROW):
        columns = st.columns(IN_A_ROW, gap="medium")
        for recipe, column in zip(recipes[first : first + IN_A_ROW], columns, strict=False):
            with column:
                draw(recipe)


def _recipe(recipe: Recipe) -> None:
    with st.container(key=f"recipe_{recipe.id}", gap=None):
        label = f":blue[**{plain(_(recipe.title))}**]"
        if st.button(label, key=widgets.key(f"open_recipe_{recipe.id}"), type="tertiary"):
            lab = open_in_lab(recipe.experiment, recipe=recipe.id)
            st.switch_page(page_file(lab))
        st.caption(" · ".join(filter(None, (_(recipe.notice), time_of(recipe.id)))))


def _sweep(recipe: SweepRecipe) -> None:
    with st.container(key=f"recipe_{recipe.id}", gap=None):
        label = f":blue[**{plain(_(recipe.title))}**]"
        if st.button(label, key=widgets.key(f"open_sweep_{recipe.id}"), type="tertiary"):
            open_sweep(recipe.sweep)
            st.switch_page(page_file("sweep"))
        st.caption(" · ".join(filter(None, (_(recipe.question), time_of(recipe.id)))))

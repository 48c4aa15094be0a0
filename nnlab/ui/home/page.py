"""The home page: what this is, the ways in, and what was done here last."""

import base64
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.recipes import RECIPES, Group, Recipe
from nnlab.recipes.sweeps import SWEEPS
from nnlab.runs.record.status import WORDS
from nnlab.runs.store import Summary
from nnlab.texts import N_, _
from nnlab.ui import doors
from nnlab.ui.messages import say
from nnlab.ui.session.labs import leave_lab, open_in_lab
from nnlab.ui.session.sweep_state import open_run, open_sweep
from nnlab.ui.session.widgets import home as widgets
from nnlab.ui.shell import page_file
from nnlab.ui.words import moment, plain
from nnlab.visible import in_html

STYLE = Path(__file__).with_name("home.css")
PICTURES = Path(__file__).with_name("pictures")
NEWEST = 4
IN_A_ROW = 3


@dataclass(frozen=True)
class Way:
    """A way into the lab."""

    page: str
    title: str
    words: str
    picture: str
    """`*` stands for the theme. All are records made by scripts/home_pictures.py."""
    shows: str
    """What the picture shows, and where it comes from."""


WAYS = (
    Way(
        "playground",
        N_("Playground"),
        N_("Points of the plane, a small network, and its decision boundary as it learns."),
        "playground-*",
        N_("A recording of the recipe spiral, its first 20,000 steps."),
    ),
    Way(
        "images",
        N_("Images"),
        N_("Handwritten digits or clothes, a perceptron or a CNN, trained in seconds."),
        "images",
        N_("Pictures of the embedded digits, as a network receives them."),
    ),
    Way(
        "sweep",
        N_("Sweep"),
        N_("Many networks at once: what a choice does, and what one seed did."),
        "sweep-*",
        N_("The networks of the sweep rate-or-seed, as they ended."),
    ),
    Way(
        "draw",
        N_("Draw"),
        N_("Draw a digit and see what the network you trained makes of it."),
        "draw",
        N_("A validation picture, and what the recipe digits-mlp made of it."),
    ),
)


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


def show() -> None:
    """The page."""
    leave_lab()
    st.html(STYLE)
    st.title(_("nnlab"), anchor=False)
    with st.container(key="sentence"):
        st.markdown(
            _(
                "A laboratory for neural networks: choose data and a network, press **Train**, and"
                " watch real PyTorch learn."
            )
        )
    dark = st.context.theme.type == "dark"
    for way, column in zip(WAYS, st.columns(len(WAYS), gap="medium"), strict=True):
        with column:
            _show_way(way, dark)
    st.page_link(
        page_file("lessons"),
        label=_("Ten lessons of five minutes: predict, run, explain"),
        icon=":material/school:",
    )
    newest = st.container()  # beneath the cards, filled last: reading runs must not hold up a page
    _show_recipes()
    with newest:
        _show_newest()


def _show_way(way: Way, dark: bool) -> None:
    with st.container(border=True, key=f"card_{way.page}"):
        st.html(_picture(way, dark))
        st.markdown(f"#### {_(way.title)}")
        st.markdown(_(way.words))
        first = way is WAYS[0]
        if st.button(
            _("Open {title}", title=_(way.title)),
            key=widgets.key(f"open_{way.page}"),
            type="primary" if first else "secondary",
            width="stretch",
        ):
            st.switch_page(page_file(way.page))


def _picture(way: Way, dark: bool) -> str:
    """The picture; a moving one stands still for those who ask their system for that."""
    name = way.picture.replace("*", "dark" if dark else "light")
    still = PICTURES / f"{name}-still.webp"
    calm = (
        f"<source media='(prefers-reduced-motion: reduce)' srcset='{_address(still)}'>"
        if still.is_file()
        else ""
    )
    shows = in_html(_(way.shows))
    return (
        f"<picture>{calm}<img class='nnlab-preview' alt='{shows}'"
        f" src='{_address(PICTURES / f'{name}.webp')}'></picture>"
        f"<p class='nnlab-preview-note' aria-hidden='true'>{shows}</p>"
    )


@lru_cache(maxsize=8)
def _address(picture: Path) -> str:
    return "data:image/webp;base64," + base64.b64encode(picture.read_bytes()).decode("ascii")


def _show_recipes() -> None:
    st.markdown(_("#### Recipes"))
    st.caption(_("Experiments worth running: one click opens one in its laboratory."))
    with st.container(key="recipes"):
        for group, (title, words) in GROUPS.items():
            recipes = [recipe for recipe in RECIPES.values() if recipe.group == group]
            with st.container(key=f"group_{group.replace(' ', '_')}", gap="small"):
                st.markdown(f"##### {_(title)}")
                st.caption(_(words))
                _show_group(recipes)
            if group == "start here":
                _show_sweeps()


def _show_sweeps() -> None:
    """The named sweeps, each with its question."""
    with st.container(key="group_sweeps", gap="small"):
        st.markdown(_("##### Sweeps"))
        st.caption(
            _("Many networks at once, each sweep with a question that one run cannot answer.")
        )
        recipes = list(SWEEPS.values())
        for first in range(0, len(recipes), IN_A_ROW):
            columns = st.columns(IN_A_ROW, gap="medium")
            for recipe, column in zip(recipes[first : first + IN_A_ROW], columns, strict=False):
                with column, st.container(key=f"recipe_sweep_{recipe.id}", gap=None):
                    label = f":blue[**{plain(_(recipe.title))}**]"
                    if st.button(
                        label, key=widgets.key(f"open_sweep_{recipe.id}"), type="tertiary"
                    ):
                        open_sweep(recipe.sweep)
                        st.switch_page(page_file("sweep"))
                    st.caption(_(recipe.question))


def _show_group(recipes: list[Recipe]) -> None:
    for first in range(0, len(recipes), IN_A_ROW):
        columns = st.columns(IN_A_ROW, gap="medium")
        for recipe, column in zip(recipes[first : first + IN_A_ROW], columns, strict=False):
            with column, st.container(key=f"recipe_{recipe.id}", gap=None):
                label = f":blue[**{plain(_(recipe.title))}**]"
                if st.button(label, key=widgets.key(f"open_recipe_{recipe.id}"), type="tertiary"):
                    lab = open_in_lab(recipe.experiment, recipe=recipe.id)
                    st.switch_page(page_file(lab))
                st.caption(_(recipe.notice))


def _show_newest() -> None:
    summaries = doors.store().summaries(doors.launcher().pending())[:NEWEST]
    if not summaries:
        return
    st.markdown(_("#### Newest runs"))
    with st.container(key="newest"):
        for summary, column in zip(summaries, st.columns(NEWEST, gap="medium"), strict=False):
            with column, st.container(key=f"newest_{summary.run.id}", gap=None):
                label = f":blue[**{plain(summary.meta.name)}**]"
                if st.button(label, key=widgets.key(f"open_run_{summary.run.id}"), type="tertiary"):
                    _open(summary)
                st.caption(_about(summary))
    st.page_link(page_file("runs"), label=_("All runs"), icon=":material/list_alt:")


def _about(summary: Summary) -> str:
    """`finished · validation 98.3% · 21 Nov, 14:03`."""
    last = summary.last
    share = getattr(last, "val_accuracy", None)
    parts = [_(WORDS[summary.status])]
    if share is not None:
        parts.append(_("validation {share:.1%}", share=share))
    elif last is not None:
        parts.append(_("step {step:,}", step=last.step))
    return " · ".join([*parts, moment(summary.meta.created)])


def _open(summary: Summary) -> None:
    try:
        lab = open_run(doors.store().get(summary.run.id))
    except NnlabError as error:
        say("info", error, icon=":material/info:")
        return
    st.switch_page(page_file(lab))

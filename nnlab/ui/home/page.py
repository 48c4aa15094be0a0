"""The home page: what this is, where one was last, the ways in, and the recipes."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.lessons import lesson_by_id
from nnlab.lessons.shipped import FIRST
from nnlab.recipes import get
from nnlab.runs.record.status import WORDS
from nnlab.runs.store import Listed, RecordedSummary
from nnlab.texts import N_, _
from nnlab.ui import doors
from nnlab.ui.home.living import RECIPE, show_living
from nnlab.ui.home.recipes import show_recipes
from nnlab.ui.home.thumbnails import style
from nnlab.ui.lesson.answers import open_lesson
from nnlab.ui.messages import say
from nnlab.ui.session.labs import leave_lab, open_in_lab
from nnlab.ui.session.runs_state import show_in_runs
from nnlab.ui.session.sweep_state import open_run
from nnlab.ui.session.widgets import home as widgets
from nnlab.ui.shell import page_file
from nnlab.ui.words import moment, plain

STYLE = Path(__file__).with_name("home.css")
NEWEST = 4


@dataclass(frozen=True)
class Way:
    """A way into the lab."""

    page: str
    title: str
    words: str
    pictured: str
    """The recipe whose picture stands beside it."""


WAYS = (
    Way(
        "playground",
        N_("Playground"),
        N_("Points of the plane, a small network, and its decision boundary as it learns."),
        "circle",
    ),
    Way(
        "images",
        N_("Images"),
        N_("Handwritten digits or clothes, a perceptron or a CNN, trained in seconds."),
        "digits-mlp",
    ),
    Way(
        "sweep",
        N_("Sweep"),
        N_("Many networks at once: what a choice does, and what one seed did."),
        "rate-or-seed",
    ),
    Way(
        "draw",
        N_("Draw"),
        N_("Draw a digit: a network that ships with the lab reads it, and yours beside it."),
        "digits-cnn",
    ),
)


def show() -> None:
    """The page."""
    leave_lab()
    dark = st.context.theme.type == "dark"
    st.html(STYLE)
    st.html(style(dark=dark))
    st.title(_("nnlab"), anchor=False)
    with st.container(key="sentence"):
        st.markdown(
            _(
                "A laboratory for neural networks: choose data and a network, press **Train**, and"
                " watch real PyTorch learn."
            )
        )
    has_runs = _has_runs()
    first = st.container(key="first")  # filled last: reading runs must not hold up a page
    with st.container(key="ways"):
        left, right = st.columns([5, 7], gap="medium")
        with left:
            _show_living(dark)
        with right:
            _show_ways(is_newcomer=not has_runs)
    show_recipes()
    with first:
        if not (has_runs and _show_newest()):
            _offer_lesson()


def _has_runs() -> bool:
    """Whether there may be a run: without reading one."""
    root = doors.store().root
    return root.is_dir() and any(not path.name.startswith(".") for path in root.iterdir())


def _offer_lesson() -> None:
    """Offer the first lesson to a visitor without runs."""
    lesson = lesson_by_id(FIRST)
    with st.container(key="first_lesson", horizontal=True, vertical_alignment="center"):
        with st.container(gap=None, width="stretch"):
            st.markdown(_("**New to this? {title}**", title=plain(_(lesson.title))))
            st.caption(
                _(
                    "{count} steps, {minutes} minutes: say what you expect, train, see. {about}",
                    count=len(lesson.steps),
                    minutes=lesson.minutes,
                    about=plain(_(lesson.summary)),
                )
            )
        if st.button(
            _("Begin the first lesson"),
            key=widgets.key("first_lesson"),
            type="primary",
            icon=":material/school:",
        ):
            st.switch_page(page_file(open_lesson(FIRST)))


def _show_living(dark: bool) -> None:
    with st.container(key="living_part", gap="small"):
        show_living(dark=dark)
        with st.container(key="living_words", horizontal=True, vertical_alignment="center"):
            st.caption(
                _(
                    "A recording of the recipe {name}, its first 20,000 steps, evaluated by your"
                    " browser.",
                    name=RECIPE,
                ),
                width="stretch",
            )
            if st.button(_("Train it yourself"), key=widgets.key("open_living")):
                lab = open_in_lab(get(RECIPE).experiment, recipe=RECIPE)
                st.switch_page(page_file(lab))


def _show_ways(*, is_newcomer: bool) -> None:
    with st.container(key="cards"):
        for start in range(0, len(WAYS), 2):
            for way, column in zip(WAYS[start : start + 2], st.columns(2), strict=True):
                with column:
                    _show_way(way, is_primary=way is WAYS[0] and not is_newcomer)
    with st.container(key="more_ways", horizontal=True):
        lessons = _("Eleven lessons of five minutes: predict, run, explain")
        st.page_link(page_file("lessons"), label=lessons, icon=":material/school:")
        learn = _("Ten chapters: the ideas under the buttons")
        st.page_link(page_file("learn"), label=learn, icon=":material/menu_book:")


def _show_way(way: Way, *, is_primary: bool) -> None:
    with st.container(border=True, key=f"card_{way.page}", gap="small"):
        with st.container(key=f"pictured_{way.pictured}", gap=None):
            st.markdown(f"#### {_(way.title)}")
            st.markdown(_(way.words))
        if st.button(
            _("Open {title}", title=_(way.title)),
            key=widgets.key(f"open_{way.page}"),
            type="primary" if is_primary else "secondary",
            width="stretch",
        ):
            st.switch_page(page_file(way.page))


def _show_newest() -> bool:
    """The last runs. False where there is none that the visitor may see."""
    summaries = doors.store().listed(doors.launcher().pending())[:NEWEST]
    if not summaries:
        return False
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_("#### Your last runs"), width="content")
        st.page_link(page_file("runs"), label=_("All runs"), icon=":material/list_alt:")
    with st.container(key="newest"):
        for summary, column in zip(summaries, st.columns(NEWEST, gap="medium"), strict=False):
            with column, st.container(key=f"newest_{summary.run.id}", gap=None):
                label = f":blue[**{plain(summary.meta.name)}**]"
                if st.button(label, key=widgets.key(f"open_run_{summary.run.id}"), type="tertiary"):
                    _open(summary)
                st.caption(_about(summary))
    return True


def _about(summary: Listed) -> str:
    """`finished · validation 98.3% · 21 Nov, 14:03`."""
    last = summary.last
    share = getattr(last, "val_accuracy", None)
    parts = [_(WORDS[summary.status])]
    if isinstance(summary, RecordedSummary):
        parts.insert(0, _("recorded"))
    if share is not None:
        parts.append(_("validation {share:.1%}", share=share))
    elif last is not None:
        parts.append(_("step {step:,}", step=last.step))
    return " · ".join([*parts, moment(summary.meta.created)])


def _open(summary: Listed) -> None:
    if isinstance(summary, RecordedSummary):
        show_in_runs(summary.run.id)
        return
    try:
        lab = open_run(doors.store().get(summary.run.id))
    except NnlabError as error:
        say("info", error, icon=":material/info:")
        return
    st.switch_page(page_file(lab))

"""The lecturer's controls above the wall: send, follow me, freeze, hide."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from nnlab.classroom.class_lessons import give_lesson
from nnlab.classroom.classroom import Classroom
from nnlab.config import Experiment
from nnlab.errors import NnlabError
from nnlab.lessons.read import MAX_BYTES
from nnlab.recipes import RECIPES
from nnlab.recipes.sweeps import SWEEPS
from nnlab.runs.store import Summary
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.lesson.answers import lesson_of
from nnlab.ui.messages import say
from nnlab.ui.room import lead
from nnlab.ui.room.sendable import lesson_titles
from nnlab.ui.run_names import title
from nnlab.ui.session.hide import PARTS, PRESETS, hidden_by
from nnlab.ui.session.labs import KINDS, state_of
from nnlab.ui.session.typed import is_in_session, of_session
from nnlab.ui.session.widgets import classroom as widgets
from nnlab.ui.visitors import owner
from nnlab.ui.words import plain
from nnlab.visible import visible

NEWEST = 12
"""Runs of the lecturer's that can be picked to be followed."""


def show_wall_controls(room: Classroom) -> None:
    """Draw a row of buttons, and the present state of the class."""
    state = room.state
    with st.container(
        key="classroom_say", horizontal=True, gap="small", vertical_alignment="center"
    ):
        _show_send(room)
        if state.following is None:
            _show_follow()
        else:
            _button("stop_follow", _("Stop following"), lead.stop_following, ":material/undo:")
        if state.frozen:
            _button("go_on", _("Go on"), lead.go_on, ":material/play_arrow:", primary=True)
        else:
            _button("freeze", _("Freeze"), lead.freeze_all, ":material/pause_circle:")
        _show_hide(room)
        st.caption(_said(room))


def _said(room: Classroom) -> str:
    state, parts = room.state, []
    if state.frozen:
        parts.append(_("Nobody but you can train."))
    if state.following is not None:
        parts.append(_("All follow the run {run}.", run=plain(_name_of(state.following))))
    if state.sent is not None:
        parts.append(_("Sent: {title}.", title=plain(state.sent.title)))
    if state.hidden:
        parts.append(_("Controls are hidden."))
    return " ".join(parts)


def _name_of(run_id: str) -> str:
    try:
        return doors.store().get(run_id).meta.name
    except NnlabError:
        return run_id


def _button(
    name: str, label: str, do: Callable[[], None], icon: str, *, primary: bool = False
) -> None:
    st.button(
        label,
        key=widgets.key(name),
        icon=icon,
        type="primary" if primary else "secondary",
        on_click=lead.tried,
        args=(do,),
    )


# Send -------------------------------------------------------------------------------------------


def _show_send(room: Classroom) -> None:
    with (
        st.popover(_("Send"), key=widgets.key("send"), icon=":material/send:"),
        st.container(width=560),
    ):
        drafts = _drafts()
        if not drafts:
            st.caption(_("What you have on Playground or Images can be sent from there, too."))
        for lab, draft in drafts.items():
            st.button(
                _("Send: {title}", title=plain(title(draft))),
                key=widgets.key(f"send_{lab}"),
                on_click=lead.tried,
                args=(lead.send_experiment, draft),
            )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            recipe = st.selectbox(
                _("Recipe"),
                [*RECIPES, *SWEEPS],
                index=None,
                format_func=_recipe_title,
                placeholder=_("Choose a recipe"),
                key=widgets.key("recipe"),
            )
            st.button(
                _("Send the recipe"),
                key=widgets.key("send_recipe"),
                disabled=recipe is None,
                on_click=lead.tried,
                args=(lead.send_recipe, recipe),
            )
        _show_lessons(room)


def _drafts() -> dict[str, Experiment]:
    return {lab: state_of(lab).draft for lab, kind in KINDS.items() if is_in_session(kind)}


def _recipe_title(recipe_id: str) -> str:
    found = SWEEPS[recipe_id] if recipe_id in SWEEPS else RECIPES[recipe_id]
    return _(found.title)


def _show_lessons(room: Classroom) -> None:
    titles = lesson_titles(room)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        lesson = st.selectbox(
            _("Lesson"),
            list(titles),
            index=None,
            format_func=lambda one: visible(titles.get(one, one), 80),
            placeholder=_("Choose a lesson"),
            key=widgets.key("lesson"),
        )
        steps = len(lesson_of(lesson).steps) if lesson in titles else 1
        # Another field for another length: a value beyond its end would be an error.
        step = st.number_input(
            _("Step"), 1, steps, key=widgets.key(f"lesson_step_{steps}"), width=110
        )
        st.button(
            _("Send the step"),
            key=widgets.key("send_lesson"),
            disabled=lesson is None,
            on_click=lead.tried,
            args=(lead.send_lesson, lesson, step - 1),
        )
    file = st.file_uploader(
        _("A lesson of your own (TOML, up to 64 kB)"),
        type="toml",
        key=widgets.key("lesson_file"),
        max_upload_size=1,
    )
    if file is not None:
        _take_lesson(room, file.file_id, file.read(MAX_BYTES + 1))
    if room.state.lesson is not None:
        st.button(
            _("End the lesson"),
            key=widgets.key("end_lesson"),
            on_click=lead.tried,
            args=(lead.end_lesson,),
        )


def _take_lesson(room: Classroom, file_id: str, content: bytes) -> None:
    """Keep a file's lesson for the class, once."""
    state = of_session(TakenFile)
    if state.id != file_id:
        state.id = file_id
        try:
            state.said = _("“{title}” is in the list now.", title=give_lesson(room, content).title)
            state.is_bad = False
        except NnlabError as error:
            state.said, state.is_bad = str(error), True
        if not state.is_bad:
            st.rerun()  # the list stands above
    say("error" if state.is_bad else "success", state.said)


@dataclass
class TakenFile:
    """The lesson file that was uploaded last, and the result of reading it."""

    id: str = ""
    said: str = ""
    is_bad: bool = False


# Follow and hide --------------------------------------------------------------------------------


def _show_follow() -> None:
    with st.popover(_("Follow me"), key=widgets.key("follow"), icon=":material/visibility:"):
        own = _own_runs()
        if not own:
            st.caption(_("Train something first: everybody then watches that run."))
            return
        names = {summary.run.id: summary.meta.name for summary in own}
        run_id = st.selectbox(
            _("Which run"),
            list(names),
            format_func=lambda one: visible(names[one], 80),
            key=widgets.key("follow_run"),
        )
        st.button(
            _("All watch it"),
            key=widgets.key("follow_it"),
            type="primary",
            on_click=lead.tried,
            args=(_follow, run_id, run_id == own[0].run.id),
        )
        st.caption(_("If you choose the newest run: when you begin another, all watch that one."))


def _follow(run_id: str, newest: bool) -> None:
    lead.follow_run(run_id, newest=newest)


def _own_runs() -> list[Summary]:
    """The lecturer's newest runs of one network each, the newest first."""
    found = doors.store().summaries(doors.launcher().pending())
    mine = [one for one in found if one.meta.owner == owner() and one.sweep is None]
    return mine[:NEWEST]


def _show_hide(room: Classroom) -> None:
    with st.popover(_("Hide controls"), key=widgets.key("hide"), icon=":material/visibility_off:"):
        hidden = [name for name in room.state.hidden if name in PARTS]
        widgets.setdefault("hidden", hidden)
        st.pills(
            _("What students may change"),
            list(PRESETS),
            format_func=lambda name: _(PRESETS[name].label),
            key=widgets.key("preset"),
            on_change=_take_preset,
        )
        chosen = st.pills(
            _("Parts of the Playground that students do not see"),
            list(PARTS),
            selection_mode="multi",
            format_func=lambda name: _(PARTS[name].label),
            key=widgets.key("hidden"),
        )
        st.button(
            _("Hide these"),
            key=widgets.key("hide_these"),
            type="primary",
            disabled=set(chosen) == set(hidden),
            on_click=lead.tried,
            args=(lead.hide, tuple(chosen)),
        )


def _take_preset() -> None:
    preset = widgets.get("preset")
    if preset is not None:
        widgets["hidden"] = list(hidden_by(preset))

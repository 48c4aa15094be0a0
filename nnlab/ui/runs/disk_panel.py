"""The disk space of all runs, its limit, and what would be removed, shown before removing."""

from collections.abc import Sequence

import streamlit as st

from nnlab.classroom.rights import has_all_rights
from nnlab.errors import NnlabError
from nnlab.runs.disk import Removal, apply, in_words, plan_removal
from nnlab.runs.room import Usage
from nnlab.runs.store import Store
from nnlab.texts import N_, _
from nnlab.ui import doors, services
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.visitors import visitor
from nnlab.ui.words import plain

LOOK_SECONDS = 10
"""Seconds between two looks: a thousand directories take a while to add up."""
NAMED = 5
"""Runs named; the others are counted."""


def show_disk(state: RunsState) -> None:
    """Draw the disk usage at the end of the page, in an expander."""
    who = visitor()
    own = None if has_all_rights(who) else who.owner
    room, store = services.room(), services.store()
    limit = room.limit if own is None else room.each
    used, plan = _look(str(store.root), store, frozenset(services.launcher().pending()), own)

    def remove() -> None:
        try:
            for removal in plan:
                doors.must_change(removal.run)
            state.notice = _(
                "Old checkpoints take {amount} less now.", amount=in_words(apply(plan))
            )
        except NnlabError as error:
            state.notice = str(error)
        _look.clear()

    title = N_("Disk: {used} of {limit}") if own is None else N_("Your disk: {used} of {limit}")
    with st.expander(
        _(title, used=in_words(used.total), limit=in_words(limit)), icon=":material/hard_drive:"
    ):
        _show_usage(used)
        if not plan:
            st.markdown(_("Nothing can be removed now. To make room, delete runs."))
            return
        st.markdown("\n\n".join([_("These would go, in this order:"), _lines(plan)]))
        amount = in_words(sum(removal.size for removal in plan))
        st.button(
            _("Remove them now ({amount})", amount=amount),
            key=widgets.key("remove_checkpoints"),
            icon=":material/delete_sweep:",
            on_click=remove,
        )


def _show_usage(used: Usage) -> None:
    st.markdown(
        _(
            "Where all that is kept takes more than the limit (`NNLAB_MAX_DISK`), old"
            " checkpoints go before a run starts: never a run's best, first or last one, and"
            " none of a run that trains. A step without one can still be looked at: it is"
            " trained once more. Tables, pictures and drawings count, too; those that no run"
            " uses go first."
        )
    )
    st.markdown(
        _(
            "Runs take {runs}, tables {tables}, pictures {pictures}, drawings {drawings}.",
            runs=in_words(used.runs),
            tables=in_words(used.tables),
            pictures=in_words(used.pictures),
            drawings=in_words(used.drawings),
        )
    )


@st.cache_data(ttl=LOOK_SECONDS, show_spinner=False)
def _look(
    root: str, _store: Store, busy: frozenset[str], owner: str | None
) -> tuple[Usage, list[Removal]]:
    return services.room().usage(owner), plan_removal(_store, 0, busy, owner=owner)


def _lines(plan: Sequence[Removal]) -> str:
    lines = [
        _(
            "- {name}: {n} checkpoint, {amount}",
            "- {name}: {n} checkpoints, {amount}",
            n=len(removal.files),
            name=plain(removal.name),
            amount=in_words(removal.size),
        )
        for removal in plan[:NAMED]
    ]
    rest = plan[NAMED:]
    if rest:
        lines.append(
            _(
                "- {n:,} more run, {amount}",
                "- {n:,} more runs, {amount}",
                n=len(rest),
                amount=in_words(sum(removal.size for removal in rest)),
            )
        )
    return "\n".join(lines)

"""The sealed test set of a run: a button that opens it, and how often it was looked at."""

import streamlit as st

from nnlab.classroom.challenge.challenges import must_stay_sealed
from nnlab.classroom.current import classroom
from nnlab.errors import NnlabError
from nnlab.runs.store import Run
from nnlab.runs.testset import has_test
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.components.tables import cell, number_cell, row, table
from nnlab.ui.messages import as_it_stands, say
from nnlab.ui.session.runs_state import runs_state
from nnlab.ui.session.widgets import Widgets
from nnlab.ui.visitors import visitor
from nnlab.ui.words import plain


def show_test_set(run: Run, widgets: Widgets) -> None:
    """A button of the page that opens the sealed test set, counted, where the data have one."""
    if not has_test(run.experiment):
        return
    try:
        must_stay_sealed(classroom(), visitor(), run.experiment.data, asked=True)
    except NnlabError as error:  # no button either: the challenge counts looks of its own
        st.caption(as_it_stands(error))
        return
    looks = len(run.meta.peeks)
    opened = runs_state().opened_tests
    owner = doors.whose(run)
    with st.container(key="test_set"):
        pressed = st.button(
            _(
                "Open the test set ({n} look so far)",
                "Open the test set ({n} looks so far)",
                n=looks,
            ),
            key=widgets.key("open_test"),
            icon=":material/lock_open:",
            disabled=owner is not None,
        )
        if pressed:
            try:
                with st.spinner(_("Asking the network for every test picture …")):
                    opened[run.id] = doors.look_at_test(run)
            except NnlabError as error:
                say("error", error, icon=":material/error:")
                return
            st.rerun()
        if owner is not None:
            said = _("Sealed: {owner} alone opens it. Each look is counted.", owner=plain(owner))
            st.caption(said)
            return
        if run.id not in opened:
            st.caption(
                _("Sealed: validation steers, the test set judges once. Each look is counted.")
            )
            return
        found = opened[run.id]
        rows = [
            row(_("test loss"), number_cell(found.test_loss, ".6g")),
            row(_("of step"), cell(f"{found.step:,}")),
            row(_("looks so far"), cell(f"{looks}")),
        ]
        if found.test_accuracy is not None:
            rows.insert(0, row(_("test accuracy"), number_cell(found.test_accuracy, ".2%")))
        st.html(table("nnlab-facts", rows, label=_("Test")))

"""The link by which anybody can repeat a run, and see whether the loss comes out the same."""

from urllib.parse import urljoin

import streamlit as st

from nnlab.config import Experiment, to_link
from nnlab.config.replay_link import Expectation, to_parameters
from nnlab.errors import NnlabError
from nnlab.runs.record.history import History
from nnlab.runs.rewind.reproduce import replayable
from nnlab.runs.store import Summary
from nnlab.scene.words import seeds_text
from nnlab.texts import _
from nnlab.ui.components.link_field import show_link
from nnlab.ui.components.tables import facts_table
from nnlab.ui.messages import say
from nnlab.ui.session.address import LINK, lab_path
from nnlab.ui.session.labs import lab_of
from nnlab.ui.session.widgets import runs as widgets


def show_replay_link(summary: Summary, history: History) -> None:
    """The link and what it expects; or why an experiment alone does not repeat the run."""
    try:
        experiment, expected = replayable(summary.run, history)
    except NnlabError as error:
        say("info", error, icon=":material/info:")
        return
    st.markdown(
        _(
            "Whoever opens this link can press **Reproduce**: it trains the same experiment, and"
            " says whether the loss is exactly the same."
        )
    )
    show_link(replay_address(experiment, expected), key=widgets.key("replay_address"))
    rows = [
        (_("step"), f"{expected.step:,}"),
        (_("expected train_loss"), repr(expected.train_loss)),
        (_("seeds"), seeds_text(experiment)),
    ]
    made = expected.made
    if made is not None:
        made_by = _(
            "PyTorch {version}, {n} thread, {device}",
            "PyTorch {version}, {n} threads, {device}",
            n=made.threads,
            version=made.torch,
            device=made.device,
        )
        rows.append((_("made by"), made_by))
        rows.append((_("processor"), made.processor))
        rows.append(("nnlab", made.nnlab))
    facts_table(rows, _("What the link expects"))
    st.caption(_("The last digits repeat on the same processor, PyTorch and number of threads."))


def replay_address(experiment: Experiment, expected: Expectation) -> str:
    """The whole address, the experiment's link and what to expect of it."""
    parameters = {LINK: to_link(experiment), **to_parameters(expected)}
    return urljoin(st.context.url or "/", lab_path(lab_of(experiment), parameters))

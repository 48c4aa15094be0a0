"""Texts of the page Server on runs, people and figures."""

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.runs.record.status import Status
from nnlab.runs.workers.overview import Overview
from nnlab.texts import N_, _, number
from nnlab.ui import doors
from nnlab.ui.addresses import here
from nnlab.ui.visitors import owner_name
from nnlab.visible import in_html
from nnlab.visitor import Visitor

NAME_SECONDS = 30
"""Seconds until a new name of a run is seen here: each name is read from a file of its run."""
STATUS_WORDS: dict[Status, str] = {
    "queued": N_("queued"),
    "starting": N_("starting"),
    "running": N_("running"),
    "paused": N_("paused"),
    "interrupted": N_("interrupted"),
}
"""Words for the statuses of runs handed to a worker; other runs have ended by now."""


def summary_line(seen: Overview) -> str:
    """Everything in one line, as HTML; nothing where no machine is known."""
    if not seen.machines:
        return ""
    usable = [machine for machine in seen.machines if machine.refused is None]
    # A sweep may train on several nodes, and is one run.
    runs = len({run.id for machine in seen.machines for run in machine.runs})
    said = [
        _("This machine")
        if seen.engine == "local"
        else _("Ray cluster at {address}", address=seen.address),
        _(
            "{used} of {n:g} core taken",
            "{used} of {n:g} cores taken",
            used=number(sum(machine.cpus_used for machine in usable)),
            n=sum(machine.cpus for machine in usable),
        ),
        _("{n:,} run trains", "{n:,} runs train", n=runs),
        _("{n:,} run waits", "{n:,} runs wait", n=len(seen.queue)),
        _("{n:,} place for small networks", "{n:,} places for small networks", n=seen.places),
    ]
    if seen.engine != "local":
        said.insert(1, _("{n:,} node", "{n:,} nodes", n=len(usable)))
        refused = len(seen.machines) - len(usable)
        if refused:
            said.insert(2, _("{n:,} refused", n=refused))
    return f"<p class='nnlab-server-sum'>{' · '.join(map(in_html, said))}</p>"


def run_link(run_id: str) -> str:
    """A run by its name, which leads to it, as HTML."""
    name = _name(str(doors.store().root), run_id)
    address = in_html(f"{here('/runs')}?run={run_id}")
    return f"<a href='{address}' target='_self'>{in_html(name)}</a>"


def who(visitor: Visitor) -> str:
    """Return who started a run, as HTML: in a class by their nickname."""
    return in_html(owner_name(visitor.owner))


def status_word(status: Status) -> str:
    """Return the translated status, as HTML."""
    return in_html(_(STATUS_WORDS.get(status, status)))


@st.cache_data(ttl=NAME_SECONDS, max_entries=2000, show_spinner=False)
def _name(root: str, run_id: str) -> str:
    """The run's name; its id where it was deleted or cannot be read."""
    try:
        return doors.store().get(run_id).meta.name
    except NnlabError:
        return run_id

"""Services shared by all sessions of this server: its settings, its runs, its workers."""

import contextlib
import gc
import logging
import sys
import threading
from collections.abc import AsyncIterator

import streamlit as st

from nnlab.classroom.current import classroom
from nnlab.classroom.go_on import go_on
from nnlab.errors import NnlabError
from nnlab.runs.engine import launcher_of
from nnlab.runs.room import Room
from nnlab.runs.search.conductors import Conductors
from nnlab.runs.store import Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings, read_settings
from nnlab.texts import N_
from nnlab.threads import become_server
from nnlab.ui.stream import allow_long_answers
from nnlab.ui.terminal import invitation
from nnlab.wire.addresses import is_this_machine
from nnlab.wire.guard.quiet import keep_quiet
from nnlab.wire.hub import connect

SWITCH_SECONDS = 0.002
"""Python's switch interval: a thread that has read a file waits up to this for the interpreter.
Python's default of 5 ms makes a page of many small reads slow while other threads compute."""


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    """The server's settings, as they were when it started.

    A lab that others can reach is shared, whether or not NNLAB_SHARE says so.

    Raises:
        NnlabError: a variable of the environment is not valid.
    """
    read = read_settings()
    return read if read.share or not is_open() else read.model_copy(update={"share": True})


def is_open() -> bool:
    """Whether the server listens on more than this machine's own address."""
    return not is_this_machine(st.get_option("server.address") or "0.0.0.0")


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The runs of this server."""
    return Store(settings().runs_dir)


def room() -> Room:
    """The room on this server's disk."""
    return Room.of(settings())


@st.cache_resource(show_spinner=N_("Warming up PyTorch …"))
def launcher() -> LocalLauncher:
    """The workers of this server, on this machine or on a cluster.

    Raises:
        NnlabError: NNLAB_ENGINE=ray, and Ray is not installed.
    """
    started = launcher_of(settings())
    connect(started)  # who holds a socket watches the run
    import torch  # noqa: F401  (a second: the workers' host imports its own meanwhile)

    gc.freeze()  # all is imported by now: what stays need not be looked through again and again
    return started


@st.cache_resource(show_spinner=False)
def conductors() -> Conductors:
    """The searches of this server."""
    led = Conductors(launcher(), settings())
    _searching.set()
    return led


@contextlib.asynccontextmanager
async def warm_up(_app: object) -> AsyncIterator[None]:
    """Load in advance what the first page needs; `st.App` runs this as long as the server runs.

    The workers' host and PyTorch come while the browser still opens and fetches Streamlit's files.
    """
    become_server()
    sys.setswitchinterval(SWITCH_SECONDS)
    keep_quiet()
    allow_long_answers()
    raise_handles()
    invite()
    threading.Thread(target=_make_launcher, name="warm-up", daemon=True).start()
    yield
    # The server dies by the signal that it got: what is registered with atexit would not run.
    if _searching.is_set():
        conductors().close()
    if _made.is_set():
        launcher().close()


def invite() -> None:
    """Print the address for others, if they can connect, and the lecturer's address of a class."""
    try:
        said = invitation(settings(), is_open=is_open())
    except NnlabError as error:  # every page says it, too
        said = str(error)
    if said:
        print(said, flush=True)


def raise_handles() -> None:
    """Let this process hold as many files and sockets as the system allows it."""
    if sys.platform == "win32":
        return
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # macOS says infinite, and allows less
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


_made = threading.Event()
_searching = threading.Event()
_CONTEXT = "streamlit.runtime.scriptrunner_utils.script_run_context"


def _make_launcher() -> None:
    # Streamlit's log warns of the spinner, since it is on no page yet.
    logging.getLogger(_CONTEXT).addFilter(lambda record: "'warm-up'" not in record.getMessage())
    with contextlib.suppress(NnlabError):  # the first page tries again, and shows the error
        launcher()
        _made.set()
        members = classroom()
        if members is not None:
            go_on(members, store(), launcher(), conductors)

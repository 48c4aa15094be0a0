"""A notebook's output for a run: a widget, HTML that plays by itself, plain text."""

from html import escape
from typing import Any

from nnlab.errors import NnlabError
from nnlab.export.html.bundle import bundle
from nnlab.notebook.recording import recording_of
from nnlab.notebook.scenes import scene_of
from nnlab.notebook.shown import is_shown
from nnlab.notebook.widget import StageWidget, has_ended, widget_of
from nnlab.runs.record.status import WORDS
from nnlab.runs.run import Run
from nnlab.texts import _
from nnlab.visible import visible

HEIGHT = 560
"""Pixels, as nnlab/web/notebook/widget.js has it."""


def mimebundle_of(run: Run, **_wanted: object) -> dict[str, Any]:
    """Return the output for `_repr_mimebundle_`.

    Of a run that has ended its recording as HTML, which every front end shows without a kernel; of
    one that goes on the widget, and HTML that says so where there is no kernel any more. Of a run
    that the same cell shows already (`show`), and of a sweep, a line of text.

    Raises:
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    if is_shown(run) or (not run.is_recorded and run.sweep is not None):
        return {"text/plain": plain(run)}
    if has_ended(run):
        page = recording_of(run, scene_of(run), None, may_replay=True)
        return saved_bundle(run, page)
    return live_bundle(widget_of(run))


def saved_bundle(run: Run, page: str) -> dict[str, Any]:
    """Return the output of a run whose recording is known."""
    return {"text/html": framed(page, visible(run.meta.name)), "text/plain": plain(run)}


def live_bundle(widget: StageWidget) -> dict[str, Any]:
    """Return the output of a widget that follows a run; HTML for front ends without widgets."""
    shown = widget._repr_mimebundle_()
    found = dict(shown[0]) if shown is not None else {}
    said = plain(widget.run)
    word = _("It was training when this was written: run the cell to see it.")
    found["text/html"] = f"<p>{escape(said)}. {escape(word)}</p>"
    found["text/plain"] = said
    return found


def framed(page: str, title: str) -> str:
    """HTML that shows a page in a frame of its own, which may run its script and nothing else.

    A front end that trusts no script of the notebook leaves the words alone.
    """
    word = _("A recording of '{title}' is here: trust this notebook to play it.", title=title)
    style = f"width:100%;height:{HEIGHT}px;border:0;border-radius:6px;display:block"
    return (
        f'<iframe sandbox="allow-scripts" title="{escape(title)}" style="{style}"'
        f' srcdoc="{escape(page)}"></iframe><p>{escape(word)}</p>'
        f"<script>{bundle('notebook/saved.js')}</script>"
    )


def plain(run: Run) -> str:
    """`spiral (20260713-…): finished`."""
    try:
        status = _(WORDS[run.status()])
    except NnlabError:  # of a later lab
        return run.id
    return f"{visible(run.meta.name)} ({run.id}): {status}"

"""Tables of queued runs, and of the data sets on a cluster's nodes."""

from nnlab.runs.disk import in_words
from nnlab.runs.workers.overview import DataThere, Overview, Waiting
from nnlab.texts import _
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.server.words import run_link, who
from nnlab.ui.words import about
from nnlab.visible import in_html

MOST_ROWS = 50
"""Limit for each table; the other rows are counted."""


def queue_table(seen: Overview) -> str:
    """The runs that wait, in the order in which they come, as HTML."""
    title = f"<h2 class='nnlab-server-head'>{in_html(_('Queue'))}</h2>"
    if not seen.queue:
        return title + _line(_("No run waits for a place."))
    rows = [_waiting(waiting) for waiting in seen.queue[:MOST_ROWS]]
    heads = [in_html(word) for word in (_("Place"), _("Run"), _("Who"), _("Waits for"))]
    left = len(seen.queue) - MOST_ROWS
    more = _("and {n:,} more run", "and {n:,} more runs", n=left) if left > 0 else ""
    return title + _scrolling(table("nnlab-server", rows, heads=heads)) + _line(more)


def _waiting(waiting: Waiting) -> str:
    return row(
        f"{waiting.place:,}",
        f"<td>{run_link(waiting.id)}</td>",
        f"<td>{who(waiting.visitor)}</td>",
        cell(about(waiting.seconds)),
    )


def data_table(seen: Overview) -> str:
    """The data sets in the nodes' object store, as HTML; nothing where no node is known."""
    if seen.engine == "local" or seen.down is not None:
        return ""
    title = f"<h2 class='nnlab-server-head'>{in_html(_('Data on the nodes'))}</h2>"
    if not seen.data:
        return title + _line(_("No run has needed any yet."))
    largest = sorted(seen.data, key=lambda data: -data.bytes)
    rows = [_data(data) for data in largest[:MOST_ROWS]]
    total = _("{amount} in all", amount=in_words(sum(data.bytes for data in seen.data)))
    heads = [in_html(word) for word in (_("Data set"), _("Size"))]
    return title + _scrolling(table("nnlab-server", rows, heads=heads)) + _line(total)


def _data(data: DataThere) -> str:
    return row(in_html(data.name), cell(in_words(data.bytes)))


def _scrolling(html: str) -> str:
    return f"<div class='nnlab-server-table'>{html}</div>"


def _line(text: str) -> str:
    return f"<p class='nnlab-server-sum'>{in_html(text)}</p>" if text else ""

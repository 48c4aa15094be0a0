"""The page of a run on points, a curve or a table."""

from nnlab.export.html.plain import page as plain_page
from nnlab.runs.store import Run


def page(run: Run) -> bytes:
    """The page of a run whose data are points of the plane, of a line, or a table.

    Raises:
        NnlabError: there are no weights yet, or it would be too large.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    return plain_page(run)

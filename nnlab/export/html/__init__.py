"""One HTML file of a run, which needs neither this lab nor a network: a page of each kind.

A page is a function from a run to bytes in a module of its kind. It gathers plain values and
blobs, and `document` makes the file of them and of the modules of nnlab/web/file that draw it.
"""

from collections.abc import Callable

from nnlab.config import Data, Images, Sequences
from nnlab.data.description import names_of
from nnlab.data.published import DIGIT_NAMES
from nnlab.export.html import pictures, reader, recorded, recording, sequence, sweep
from nnlab.runs.store import Run

PAGES: dict[str, Callable[[Run], bytes]] = {
    "recording": recording.page,
    "reader": reader.page,
    "pictures": pictures.page,
    "sequence": sequence.page,
    "sweep": sweep.page,
    "recorded": recorded.page,
}


def html(run: Run) -> bytes:
    """The page of a run, of a sweep or of a recording of somebody's own loop.

    Raises:
        NnlabError: it cannot be written so; the message says why, and the fix.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    return PAGES[kind_of(run)](run)


def kind_of(run: Run) -> str:
    """Which page a run has, by its name in `PAGES`."""
    if run.is_recorded:
        return "recorded"
    return "sweep" if run.sweep is not None else kind_of_data(run.experiment.data)


def kind_of_data(data: Data) -> str:
    """Which page a run on such data has."""
    if isinstance(data, Sequences):
        return "sequence"
    if isinstance(data, Images):
        own = data.pictures
        reads = names_of(data) == DIGIT_NAMES if own is None else own.made == "drawn"
        return "reader" if reads else "pictures"
    return "recording"

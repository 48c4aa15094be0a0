"""The page of a network that no picture shows: its curves, figures and code, and its outputs."""

from typing import Any

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.export.html.about import about
from nnlab.export.html.curves import curves_of
from nnlab.export.html.document import document, page_style
from nnlab.export.weights import safetensors_file
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from nnlab.texts import _


def page(run: Run) -> bytes:
    """Return the page for any network of one run: its curves, and its newest weights' outputs.

    Raises:
        NnlabError: there are no weights yet, or it would be too large.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    history = History(EventReader(run.path).read_new())
    said, weights = about(run, history), safetensors_file(run)
    word = _(
        "This network is not drawn here: the page has its curves, its figures and its code, and"
        " scripts can ask it by window.nnlab.outputs(inputs)."
    )
    return document(
        title=said["title"],
        entry="file/plain.js",
        data={
            **said,
            "network": network_of(run.experiment),
            "curves": curves_of(history),
            "last": history.step,
            "words": [word],
        },
        blobs={"weights": weights},
        style=page_style("recording.css"),
    )


def network_of(experiment: Experiment) -> dict[str, Any]:
    """The layers and the shape of one input, as nnlab/web/forward.js takes them."""
    return {
        "layers": [layer.model_dump(mode="json") for layer in experiment.model.layers],
        "shape": list(describe(experiment.data).input_shape),
    }

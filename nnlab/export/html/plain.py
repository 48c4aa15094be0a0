"""The page of a network that no picture shows: its curves, figures and code, and its outputs."""

from typing import Any

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.export.html.about import about
from nnlab.export.html.document import document
from nnlab.export.weights import safetensors_file
from nnlab.runs.store import Run


def page(run: Run) -> bytes:
    """What can be shown of any network of one run.

    Raises:
        NnlabError: there are no weights yet, or it would be too large.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    said = about(run)
    return document(
        title=said["title"],
        entry="file/plain.js",
        data={**said, "network": network_of(run.experiment)},
        blobs={"weights": safetensors_file(run)},
    )


def network_of(experiment: Experiment) -> dict[str, Any]:
    """The layers and the shape of one input, as nnlab/web/forward.js takes them."""
    return {
        "layers": [layer.model_dump(mode="json") for layer in experiment.model.layers],
        "shape": list(describe(experiment.data).input_shape),
    }

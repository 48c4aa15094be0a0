"""The page of a network that reads drawings: a sheet to draw on, its answer, and its layers."""

from typing import Any

from nnlab.config import Experiment, Images
from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.export.html.about import about
from nnlab.export.html.document import document, page_style
from nnlab.export.html.few_weights import whole_weights
from nnlab.export.html.plain import network_of
from nnlab.runs.store import Run
from nnlab.texts import _

DRAWING = [1, 28, 28]
"""Channels, height and width of a drawing as a network receives it."""


def page(run: Run) -> bytes:
    """The page of a run whose network reads pictures of 1×28×28.

    Raises:
        NnlabError: there are no weights yet, or no finite ones, its network reads other inputs, or
            the page would be too large.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    return reader_page(about(run), run.experiment, whole_weights(run))


def reader_page(said: dict[str, Any], experiment: Experiment, weights: bytes) -> bytes:
    """The same of what is said about a reader, its experiment, and its weights (safetensors).

    Raises as `page` does.
    """
    network, data = network_of(experiment), experiment.data
    names = describe(data).class_names
    if network["shape"] != DRAWING or names is None:
        raise NnlabError(
            _(
                "A drawing is 1×28×28 numbers, and this network reads {shape}: its page is that of"
                " pictures or points.",
                shape="×".join(map(str, network["shape"])),
            )
        )
    return document(
        title=said["title"],
        entry="file/reader.js",
        data={
            **said,
            "network": network,
            "names": list(names),
            # Classes that somebody taught: all ink is one drawing, as a cat is.
            "whole": isinstance(data, Images) and data.pictures is not None,
        },
        blobs={"weights": weights},
        style=page_style("reader.css"),
    )

"""A network and its data, as `recorded.json`, `network.onnx` and `data.npz` hold them."""

import numpy as np
import torch
from torch import Tensor, nn

from nnlab.errors import NnlabError, shown
from nnlab.library.record.given import Array, Given
from nnlab.library.record.means import Say
from nnlab.library.record.random_state import kept_random_state
from nnlab.library.record.task import task_of
from nnlab.runs.recorded.chain import chain_of
from nnlab.runs.recorded.graph import Graph, graph_of
from nnlab.runs.recorded.record import Record
from nnlab.runs.recorded.writer import RecordedWriter
from nnlab.texts import _

MOST_ROWS = 8
"""Rows of the example with which the graph is made."""
OF_NUMPY = {torch.float16: np.float16, torch.float32: np.float32, torch.float64: np.float64}


def inputs_of(given: Given, model: nn.Module) -> Array:
    """The inputs that were given, in the network's own type where they are no whole numbers."""
    if given.x.dtype.kind != "f":
        return given.x
    own = next((value.dtype for value in model.parameters() if value.is_floating_point()), None)
    return given.x.astype(OF_NUMPY.get(own, np.float32) if own is not None else np.float32)


def describe(  # noqa: PLR0913 - options of one call, by keyword
    record: Record,
    writer: RecordedWriter,
    model: nn.Module,
    example: Tensor,
    given: Given | None,
    classes: tuple[str, ...] | None,
    say: Say,
) -> Record:
    """Write graph and data, and the record that says what they are. Returns that record.

    Raises:
        OSError: there is no room, or no right to write.
    """
    with kept_random_state():
        graph, no_graph = _graph(model, example[:MOST_ROWS], say)
        chain = None if graph is None else chain_of(model, example[:MOST_ROWS])
    y, outputs = given.y if given else None, graph.outputs if graph else None
    asked = task_of(y, outputs, classes, say)
    changes: dict[str, object] = {
        "inputs": tuple(example.shape[1:]),
        "task": asked.task,
        "classes": asked.classes,
        "no_graph": no_graph,
    }
    if graph is not None:
        writer.save_graph(graph.data)
        changes |= {"outputs": outputs, "tensors": graph.tensors}
    if given is not None:
        x = inputs_of(given, model)
        writer.save_data(x, asked.y)
        changes |= {"examples": len(x), "given": given.rows}
    if chain is not None:
        changes |= {"layers": chain.layers, "weights_of": chain.weights_of}
    return record.model_copy(update=changes)


def _graph(model: nn.Module, example: Tensor, say: Say) -> tuple[Graph | None, str | None]:
    try:
        return graph_of(model, example), None
    except NnlabError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - a module of the author's own may raise anything
        reason = shown(error)
    say("graph", _("The curves are recorded, the network's picture is not: {why}", why=reason))
    return None, reason

"""A recorded network of the lab's own layers as PyTorch's module: it has gradients and layers."""

import torch
from pydantic import TypeAdapter, ValidationError
from torch import nn

from nnlab.config import Layer, Model
from nnlab.errors import InvalidExperimentError, RunDamagedError
from nnlab.models import build
from nnlab.runs.recorded.network import RecordedNetwork
from nnlab.texts import _

LAYERS: TypeAdapter[tuple[Layer, ...]] = TypeAdapter(tuple[Layer, ...])


def layered(network: RecordedNetwork) -> nn.Sequential | None:
    """The same network built of layers; None where it is no plain sequence of the lab's.

    Raises:
        RunDamagedError: the record's layers and the weights do not fit each other.
    """
    record = network.record
    if record.layers is None or record.weights_of is None or record.inputs is None:
        return None
    try:
        model = Model(layers=LAYERS.validate_python(record.layers))
        built = build(model, record.inputs)
        built.load_state_dict(
            {
                name: torch.from_numpy(network.weights[theirs])
                for name, theirs in record.weights_of.items()
            }
        )
    except (ValidationError, InvalidExperimentError, KeyError, RuntimeError) as error:
        raise RunDamagedError(
            _(
                "The layers that are recorded do not fit the network's weights ({error}): record"
                " the run again.",
                error=str(error).splitlines()[0][:200],
            )
        ) from error
    return built.eval()

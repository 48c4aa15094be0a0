"""A run's network as ONNX, handed out only once onnxruntime has given PyTorch's own outputs."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.runs.network import load_network
from nnlab.runs.store import Run
from nnlab.texts import _

SAMPLES = 16
TOLERANCE = 1e-4
"""Largest difference of outputs, as a share of the largest of them (or of 1): both sum in float32,
in different orders."""


@dataclass(frozen=True)
class Onnx:
    """The file, and how far onnxruntime's outputs lie from PyTorch's on sample inputs."""

    data: bytes
    max_difference: float


def onnx(run: Run) -> Onnx:
    """The network with its newest weights: `x` float32 [batch, *input_shape] to `outputs`.

    Of sequences `x` is int64: tokens.

    Normalisation is a layer of it, so it takes raw pictures in [0, 1] or raw points.

    Raises:
        NnlabError: there are no weights yet, or onnxruntime does not agree with PyTorch.
        RunNotFoundError, RunDamagedError: as `load_network` does.
    """
    network, _ = load_network(run)
    info = describe(run.experiment.data)
    samples = sample_inputs(info.input_shape, info.symbols)
    data = _exported(network, samples)
    difference = largest_difference(data, network, samples)
    return Onnx(data, difference)


def sample_inputs(input_shape: tuple[int, ...], symbols: int | None = None) -> Tensor:
    """Seeded inputs float32 [16, *input_shape] in [0, 1], the range of pictures.

    With `symbols` tokens in their place, int64 from 0 to one less.
    """
    generator = torch.Generator().manual_seed(0)
    if symbols is not None:
        return torch.randint(symbols, (SAMPLES, *input_shape), generator=generator)
    return torch.rand(SAMPLES, *input_shape, generator=generator)


def _exported(network: nn.Module, samples: Tensor) -> bytes:
    import onnxscript  # noqa: F401 - says what is missing before a long traceback would

    batch = torch.export.Dim("batch", min=1)
    with _quiet():
        program = torch.onnx.export(
            network,
            (samples,),
            dynamo=True,
            dynamic_shapes=({0: batch},),
            input_names=["x"],
            output_names=["outputs"],
            verbose=False,
        )
    assert program is not None, "dynamo=True returns the program"
    return program.model_proto.SerializeToString()


def largest_difference(data: bytes, network: nn.Module, samples: Tensor) -> float:
    """Return the largest absolute difference between ONNX Runtime's outputs and PyTorch's.

    Compared for the whole batch and for a single example, so that the batch size is really free.
    """
    import onnxruntime  # takes a second, and only this export needs it

    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    largest = 0.0
    for inputs in (samples, samples[:1]):
        with torch.inference_mode():
            expected = network(inputs).numpy()
        (received,) = session.run(["outputs"], {"x": inputs.numpy()})
        difference = float(np.abs(received - expected).max())
        allowed = TOLERANCE * max(1.0, float(np.abs(expected).max()))
        if not difference <= allowed:
            raise NnlabError(
                _(
                    "onnxruntime's outputs must lie within {allowed:g} of PyTorch's, got"
                    " {difference:g}: the file is not handed out. Export a script or the weights.",
                    allowed=allowed,
                    difference=difference,
                )
            )
        largest = max(largest, difference)
    return largest


@contextmanager
def _quiet() -> Iterator[None]:
    """PyTorch's own exporter warns of its own deprecated parts, and tells of each step."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*LeafSpec.*", category=FutureWarning)
            yield
    finally:
        logger.setLevel(level)

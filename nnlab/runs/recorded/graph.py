"""Conversion of a module into an ONNX graph whose weights are given with each question.

The graph's initializers bear the names of the `state_dict` and hold no values: whoever asks the
network takes them from a file of weights (`fill`). The exporter of TorchScript is used; the newer
one takes some seconds where it takes some tenths.
"""

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from nnlab.errors import NnlabError, shortened
from nnlab.runs.recorded.copied import copied
from nnlab.runs.recorded.data_dependence import answer_and_reads
from nnlab.texts import _

OPSET = 17
MOST_BYTES = 64 * 2**20
"""Limit for a network's weights, and for a graph."""
ROWS = 3
"""Examples that are traced and compared: neither the one of a graph that holds for one alone, nor a
number that a network often has as one of its sizes."""
TOLERANCE = 1e-4
"""How far outputs may lie apart, as a share of the largest of them (or of 1)."""


@dataclass(frozen=True)
class Graph:
    """A network without its weights."""

    data: bytes
    """ONNX: `x` [batch, *inputs] to `outputs` [batch, *outputs]."""
    tensors: tuple[str, ...]
    """The tensors it needs as input, by their names in the `state_dict`."""
    outputs: tuple[int, ...]
    """The shape of the answer to one example."""


def graph_of(model: nn.Module, example: Tensor) -> Graph:
    """The graph of a module in evaluation mode. The module is left exactly as it is.

    Args:
        model: any module whose `forward` takes one tensor and gives one; on any device.
        example: [n, *inputs], n at least 1, as the module takes it; on any device.

    Raises:
        NnlabError: ONNX cannot hold the module, it is too large, or onnxruntime's answers to the
            example differ from PyTorch's. Says why.
    """
    _must_be_small(model)
    rows = _some_rows(example)
    with _apart():
        try:
            twin = copied(model)
        except Exception as error:
            raise _impossible(_("a copy of the network cannot be made"), error) from error
        expected = _asked(twin, rows)
        own = {n: v.clone() for n, v in twin.state_dict().items() if isinstance(v, Tensor)}
        data = _exported(twin, rows)
        for name, value in twin.state_dict().items():
            if name in own:
                value.copy_(own[name])
        graph = _without_values(data, own, tuple(expected.shape[1:]))
        _must_agree(graph, own, twin, rows)
    return graph


def fill(data: bytes, weights: Mapping[str, np.ndarray]) -> bytes:
    """The graph with weights in it: a file for other programs.

    Args:
        data: of a `Graph`.
        weights: by the names of the `state_dict`; has all of `Graph.tensors`, others are left out.
    """
    import onnx

    model = onnx.load_from_string(data)
    for place in model.graph.initializer:
        if place.name in weights:
            dtype = onnx.helper.tensor_dtype_to_np_dtype(place.data_type)
            value = np.ascontiguousarray(weights[place.name], dtype=dtype)
            place.CopyFrom(onnx.numpy_helper.from_array(value, place.name))
    return model.SerializeToString()


def _must_be_small(model: nn.Module) -> None:
    held = [*model.parameters(), *model.buffers()]
    if any(map(nn.parameter.is_lazy, held)):
        raise NnlabError(
            _(
                "A layer of the network does not know its sizes yet: call the network once with an"
                " example before it is recorded."
            )
        )
    size = sum(value.numel() * value.element_size() for value in held)
    if size > MOST_BYTES:
        raise NnlabError(
            _(
                "A network is kept as ONNX up to {most} MB of weights, this one has"
                " {size:,.0f} MB.",
                most=MOST_BYTES // 2**20,
                size=size / 2**20,
            )
        )


def _some_rows(example: Tensor) -> Tensor:
    """[ROWS, *inputs] on the CPU, repeated where there are fewer; half precision as float32."""
    if example.dim() < 1 or not len(example):
        raise NnlabError(
            _(
                "The example must be a batch of at least one row, got the shape {shape}.",
                shape=list(example.shape),
            )
        )
    rows = example.detach()[torch.arange(ROWS, device=example.device) % len(example)].cpu()
    return rows.float() if rows.dtype in (torch.float16, torch.bfloat16) else rows


def _asked(network: nn.Module, rows: Tensor) -> Tensor:
    try:
        answer, reads = answer_and_reads(network, rows)
    except Exception as error:
        raise _impossible(_("in evaluation mode on the CPU the network fails"), error) from error
    if not isinstance(answer, Tensor):
        raise NnlabError(
            _(
                "A network is kept as ONNX that gives one tensor, this one gives {kind}: record a"
                " module around it that gives the tensor alone.",
                kind=f"{type(answer).__name__}",
            )
        )
    if answer.dim() < 1 or len(answer) != len(rows):
        raise NnlabError(
            _(
                "A network is kept as ONNX that gives a row for each example, this one gives the"
                " shape {shape} for {rows} examples.",
                shape=list(answer.shape),
                rows=len(rows),
            )
        )
    if reads:
        raise NnlabError(
            _(
                "The network looks at the values of its input in Python (an if, .item()), and a"
                " graph would hold one of its ways alone: torch.where takes both."
            )
        )
    return answer


def _exported(twin: nn.Module, rows: Tensor) -> bytes:
    """ONNX of the copy, whose weights are drawn anew: the exporter takes equal ones for one."""
    generator = torch.Generator().manual_seed(0)
    for value in twin.state_dict().values():
        if isinstance(value, Tensor) and value.is_floating_point():
            value.copy_(torch.rand(value.shape, generator=generator).add_(0.5))
    asked = twin.forward
    # It asks for one input, whatever else `forward` would take.
    twin.forward = lambda x: asked(x)
    file = io.BytesIO()
    try:
        with _quiet():
            torch.onnx.export(
                twin,
                (rows,),
                file,  # ty: ignore[invalid-argument-type] - this exporter takes it
                dynamo=False,
                opset_version=OPSET,
                do_constant_folding=False,
                keep_initializers_as_inputs=False,
                input_names=["x"],
                output_names=["outputs"],
                dynamic_axes={"x": {0: "batch"}, "outputs": {0: "batch"}},
            )
    except Exception as error:
        raise _impossible(_("PyTorch's exporter refuses it"), error) from error
    finally:
        twin.forward = asked
    return file.getvalue()


def _without_values(data: bytes, own: Mapping[str, Tensor], outputs: tuple[int, ...]) -> Graph:
    import onnx

    model = onnx.load_from_string(data)
    names = []
    for place in model.graph.initializer:
        if place.name in own:
            names.append(place.name)
            place.ClearField("raw_data")
    whole = model.SerializeToString()
    if len(whole) > MOST_BYTES:
        raise NnlabError(
            _(
                "A network's graph may have up to {most} MB, this one has {size:,.0f} MB: large"
                " tensors that are no parameters and no buffers lie in it.",
                most=MOST_BYTES // 2**20,
                size=len(whole) / 2**20,
            )
        )
    return Graph(whole, tuple(names), outputs)


def _must_agree(graph: Graph, own: Mapping[str, Tensor], twin: nn.Module, rows: Tensor) -> None:
    """Check the graph against the module: all rows, one row (the batch is free), other values."""
    import onnxruntime

    weights = {name: own[name].numpy() for name in graph.tensors}
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    inputs = [rows, rows[:1], *([rows[:2].flip(0) / 2] if rows.is_floating_point() else [])]
    wanted = [twin(some).numpy() for some in inputs]
    try:
        session = onnxruntime.InferenceSession(
            fill(graph.data, weights), options, providers=["CPUExecutionProvider"]
        )
        received = [session.run(["outputs"], {"x": some.numpy()})[0] for some in inputs]
    except Exception as error:
        raise _other_answers() from error
    if not all(_close(np.asarray(got), want) for got, want in zip(received, wanted, strict=True)):
        raise _other_answers()


def _close(received: np.ndarray, wanted: np.ndarray) -> bool:
    largest = float(np.abs(wanted, where=np.isfinite(wanted), out=np.zeros(wanted.shape)).max())
    allowed = TOLERANCE * max(1.0, largest)
    return received.shape == wanted.shape and np.allclose(
        received, wanted, rtol=0, atol=allowed, equal_nan=True
    )


def _other_answers() -> NnlabError:
    return NnlabError(
        _(
            "The network cannot be kept as ONNX: as a graph it does not give PyTorch's own answers."
            " It may draw numbers in evaluation mode, hold for one number of examples alone (len(x)"
            " in place of x.shape[0]), or compute outside of PyTorch."
        )
    )


def _impossible(what: str, error: Exception) -> NnlabError:
    lines = str(error).strip().splitlines()
    said = shortened(lines[0]) if lines else ""
    return NnlabError(
        _(
            "The network cannot be kept as ONNX: {what} ({error}).",
            what=what,
            error=f"{type(error).__name__}: {said}" if said else type(error).__name__,
        )
    )


@contextlib.contextmanager
def _apart() -> Iterator[None]:
    """Undo within this context all side effects: random numbers, gradients, precision."""
    with (
        torch.random.fork_rng(devices=[]),
        torch.no_grad(),
        torch.device("cpu"),
        torch.autocast("cpu", enabled=False),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The exporter logs each step, and prints the whole graph where it fails, asked or not."""
    logger = logging.getLogger("torch.onnx")
    level, prints = logger.level, torch._C._jit_onnx_log
    logger.setLevel(logging.CRITICAL)
    torch._C._jit_onnx_log = lambda *_: None  # ty: ignore[invalid-assignment]
    try:
        yield
    finally:
        torch._C._jit_onnx_log = prints
        logger.setLevel(level)

"""A graph of somebody else's, run by onnxruntime within bounds.

What a file could make a server do is bounded before it is done: its size and its nodes are counted,
it may refer to no other file, it computes in one thread, in a share of memory, and not for ever.
Nothing of it is computed while it is read: no optimisation runs.
"""

import threading
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import numpy as np
import onnx
import onnxruntime
from google.protobuf.message import DecodeError, Message

from nnlab.errors import NnlabError
from nnlab.texts import _

MOST_BYTES = 64 * 2**20
MOST_PARTS = 200_000
"""Messages in a graph: nodes, attributes, tensors, sizes. A network of a hundred layers has some
thousand."""
MOST_MEMORY = 512 * 2**20
"""Bytes of what all such networks of this process compute at one time."""
SECONDS = 8.0
"""How long one question may take."""
DOMAINS = ("", "ai.onnx")
FORMS = frozenset(
    {"Squeeze", "Unsqueeze", "Reshape", "Flatten", "Identity", "Cast", "Gather", "Slice"}
)
"""Operations that leave numbers as they are."""


class BadGraphError(Exception):
    """A graph is invalid; the text says why."""


class GraphSession:
    """A graph that can be asked. Several threads may ask it at once."""

    def __init__(self, data: bytes, tensors: Collection[str]) -> None:
        """Read the graph.

        Args:
            data: ONNX with one input `x` and the output `outputs`.
            tensors: which of its initializers are given with each question.

        Raises:
            BadGraphError: it cannot be read, wants what it may not, or lacks a tensor.
        """
        model = _parsed(data)
        self.needs = _given_with_each_question(model, tensors)
        """Shape and type of each tensor that is given, by name."""
        self.ends_in = _last_operation(model.graph)
        """The kind of the node that gives the answer's numbers: `Gemm`, or `Softmax`."""
        try:
            self._session = onnxruntime.InferenceSession(
                model.SerializeToString(), _options(), providers=["CPUExecutionProvider"]
            )
            self.dtype = _numpy_type(model.graph.input[0].type.tensor_type.elem_type)
            """The required type of the input."""
        except Exception as error:  # onnxruntime's errors have no common class
            raise BadGraphError(str(error)) from error

    def answers(self, x: np.ndarray, weights: Mapping[str, np.ndarray]) -> np.ndarray:
        """The answers to a batch.

        Raises:
            NnlabError: it took too long, or more memory than it may have, or cannot be computed.
        """
        options = onnxruntime.RunOptions()
        options.log_severity_level = 4
        options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        over = threading.Event()

        def end() -> None:
            over.set()
            options.terminate = True

        timer = threading.Timer(SECONDS, end)
        timer.daemon = True
        timer.start()
        try:
            (answers,) = self._session.run(["outputs"], {"x": x, **weights}, options)
        except Exception as error:  # onnxruntime's errors have no common class
            if over.is_set():
                raise too_slow(SECONDS) from error
            raise NnlabError(
                _(
                    "onnxruntime cannot compute the network's answer: it may take more than"
                    " {most} MB of memory, or its graph is damaged.",
                    most=MOST_MEMORY // 2**20,
                )
            ) from error
        finally:
            timer.cancel()
        return np.asarray(answers)


def too_slow(seconds: float) -> NnlabError:
    """The words for a question that is not waited for any longer."""
    return NnlabError(
        _(
            "The network gave no answer within {seconds:.0f} s, and is not waited for: what takes"
            " so long cannot be looked at here.",
            seconds=seconds,
        )
    )


def _parsed(data: bytes) -> onnx.ModelProto:
    if len(data) > MOST_BYTES:
        raise BadGraphError(_("more than {most} MB", most=MOST_BYTES // 2**20))
    try:
        model = onnx.load_from_string(data)
    except DecodeError as error:
        raise BadGraphError(_("no ONNX")) from error
    parts: list[Message] = [model]
    count = 0
    while parts:
        part, count = parts.pop(), count + 1
        if count > MOST_PARTS:
            raise BadGraphError(_("more than {most:,} parts", most=MOST_PARTS))
        _must_be_harmless(part)
        for field, value in part.ListFields():
            if field.message_type is not None:
                parts += [value] if isinstance(value, Message) else list(value)
    return model


def _must_be_harmless(part: Message) -> None:
    match part:
        case onnx.TensorProto() if part.external_data or part.data_location:
            raise BadGraphError(_("it refers to another file"))
        case onnx.NodeProto() if part.domain not in DOMAINS:
            raise BadGraphError(_("it has an operation of '{name}'", name=part.domain[:40]))
        case onnx.FunctionProto():
            raise BadGraphError(_("it has functions of its own"))


def _given_with_each_question(
    model: onnx.ModelProto, tensors: Collection[str]
) -> dict[str, tuple[tuple[int, ...], np.dtype[Any]]]:
    """Makes inputs of these initializers."""
    graph = model.graph
    places = {place.name: place for place in graph.initializer}
    if [one.name for one in graph.input] != ["x"] or [one.name for one in graph.output] != [
        "outputs"
    ]:
        raise BadGraphError(_("its input is not x, or its output not outputs"))
    missing = [name for name in tensors if name not in places]
    if missing:
        raise BadGraphError(_("it has no place for '{name}'", name=missing[0][:60]))
    needs = {}
    for name in tensors:
        place = places[name]
        shape = tuple(place.dims)
        graph.input.append(onnx.helper.make_tensor_value_info(name, place.data_type, shape))
        needs[name] = shape, _numpy_type(place.data_type)
    left = [place for place in graph.initializer if place.name not in needs]
    del graph.initializer[:]
    graph.initializer.extend(left)
    return needs


def _last_operation(graph: onnx.GraphProto) -> str:
    """Behind what only picks numbers out, or gives them another form."""
    makers = {output: node for node in graph.node for output in node.output}
    node = makers.get("outputs")
    for _once in graph.node:  # a damaged graph may go round in circles
        if node is None or node.op_type not in FORMS or not node.input:
            break
        node = makers.get(node.input[0])
    return node.op_type if node is not None else ""


def _numpy_type(kind: int) -> np.dtype[Any]:
    try:
        dtype = onnx.helper.tensor_dtype_to_np_dtype(kind)
    except (KeyError, TypeError, ValueError) as error:
        raise BadGraphError(_("a type of number that nnlab does not know")) from error
    if dtype.kind not in "fiub":
        raise BadGraphError(_("a type of number that nnlab does not know"))
    return dtype


def _options() -> onnxruntime.SessionOptions:
    _bound_memory()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4  # what is wrong is raised, too
    options.add_session_config_entry("session.use_env_allocators", "1")
    return options


@cache
def _bound_memory() -> None:
    """One bounded store for all sessions of this process that ask for it."""
    where = onnxruntime.OrtMemoryInfo(
        "Cpu",
        onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR,
        0,
        onnxruntime.OrtMemType.DEFAULT,
    )
    bound = onnxruntime.OrtArenaCfg({"max_mem": MOST_MEMORY, "arena_extend_strategy": 1})
    onnxruntime.create_and_register_allocator(where, bound)

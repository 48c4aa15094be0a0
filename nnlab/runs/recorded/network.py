"""A recorded run's network, as a module that onnxruntime answers for."""

import contextlib
import math
import time
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from nnlab.errors import NnlabError, RunDamagedError
from nnlab.files import read_plain
from nnlab.runs.recorded.examples import recorded_data
from nnlab.runs.recorded.record import GRAPH, Record
from nnlab.runs.recorded.session import MOST_BYTES, BadGraphError, GraphSession, too_slow
from nnlab.runs.recorded.weights import load_weights, recorded_steps
from nnlab.runs.recorded.writer import NOT_OF_NUMPY
from nnlab.runs.run import Run
from nnlab.texts import _

__all__ = ["RecordedNetwork", "load_recorded", "recorded_data", "recorded_steps"]

MOST_AT_ONCE, BYTES_AT_ONCE = 250, 2**20
"""Examples asked in one go, and their bytes: bounds the memory of wide layers, and the time until
an answer is there."""
MOST_SECONDS = 30.0
"""How long all examples of one question may take together."""


class RecordedNetwork(nn.Module):
    """Somebody's network at one step: `network(x)` is its answer in evaluation mode.

    It has no parameters of PyTorch's and no gradients. Several threads may ask it at once.
    """

    def __init__(
        self, session: GraphSession, weights: dict[str, np.ndarray], step: int, record: Record
    ) -> None:
        """Use `load_recorded`."""
        super().__init__()
        self.session = session
        self.weights = weights
        """Weights by the names of the `state_dict`."""
        self.step = step
        self.record = record
        self._given = {
            name: np.ascontiguousarray(weights[name], dtype=dtype)
            for name, (_shape, dtype) in session.needs.items()
        }
        self.bytes_held = sum(array.nbytes for array in (*weights.values(), *self._given.values()))
        self.eval()

    def __deepcopy__(self, _memo: object) -> "RecordedNetwork":
        """Itself: nothing changes it."""
        return self

    def forward(self, x: Tensor) -> Tensor:
        """The answers [n, *outputs] float32 to examples [n, *inputs], on the CPU.

        Raises:
            NnlabError: examples of another shape, a question that takes too long or too much
                memory, or a gradient that is wanted.
            RunDamagedError: the graph does not give what the record says.
        """
        if x.requires_grad and torch.is_grad_enabled():
            raise NnlabError(
                _("A recorded network has no gradients here: onnxruntime gives answers alone.")
            )
        inputs, outputs = self.record.inputs or (), self.record.outputs or ()
        if tuple(x.shape[1:]) != inputs:
            raise NnlabError(
                _(
                    "The network takes examples of the shape {wanted}, got {received}.",
                    wanted=list(inputs),
                    received=list(x.shape[1:]),
                )
            )
        values = x.detach().cpu().numpy().astype(self.session.dtype, copy=False)
        found = []
        row = math.prod(inputs) * values.dtype.itemsize
        at_once = max(1, min(MOST_AT_ONCE, BYTES_AT_ONCE // max(1, row)))
        until = time.monotonic() + MOST_SECONDS
        for first in range(0, len(values), at_once):
            if time.monotonic() > until:
                raise too_slow(MOST_SECONDS)
            some = np.ascontiguousarray(values[first : first + at_once])
            answers = self.session.answers(some, self._given)
            if answers.shape != (len(some), *outputs) or answers.dtype.kind not in "fiub":
                raise RunDamagedError(
                    _(
                        "The network's graph gives {received} for {rows} examples, its record says"
                        " {wanted} for each: record the run again.",
                        received=list(answers.shape),
                        rows=len(some),
                        wanted=list(outputs),
                    )
                )
            with np.errstate(over="ignore"):
                found.append(torch.from_numpy(answers.astype(np.float32)))
        return torch.cat(found) if found else torch.empty(0, *outputs)


def load_recorded(run: Run, step: int | None = None) -> RecordedNetwork:
    """A recorded run's network at a kept step (`recorded_steps`); None: with its newest weights.

    Raises:
        NnlabError: there is no graph (says why), or there are no such weights.
        RunNotFoundError: the run is gone.
        RunDamagedError: a file cannot be read, or the weights do not fit the graph.
    """
    record = run.recorded
    if record.tensors is None:
        raise NnlabError(
            record.no_graph
            or _("The run {run} has no graph of its network: curves are there alone.", run=run.id)
        )
    kept = load_weights(run, step)
    session = _session_of(run, record.tensors)
    weights = {}
    for name, value in kept.weights.items():
        with contextlib.suppress(TypeError):  # a type of number that is nowhere shown
            weights[name] = _array(value)
    for name, (shape, _dtype) in session.needs.items():
        received = weights.get(name)
        if received is None or received.shape != shape:
            raise RunDamagedError(
                _(
                    "The weights of run {run} at step {step:,} do not fit its network: '{name}' is"
                    " {wanted} in the graph and {received} in the file. Look at another step, or"
                    " record the run again.",
                    run=run.id,
                    step=kept.step,
                    name=name[:60],
                    wanted=list(shape),
                    received=_("absent") if received is None else list(received.shape),
                )
            )
    return RecordedNetwork(session, weights, kept.step, record)


def _session_of(run: Run, tensors: tuple[str, ...]) -> GraphSession:
    path = run.path / GRAPH
    try:
        stat = path.stat()
        return _read_session(path, stat.st_mtime_ns, stat.st_size, tensors)
    except (OSError, BadGraphError) as error:
        raise RunDamagedError(
            _(
                "The network {file} of run {run} cannot be read ({error}): record the run again."
                " Its curves are there all the same.",
                file=GRAPH,
                run=run.id,
                error=str(getattr(error, "strerror", None) or error)[:200],
            )
        ) from error


@lru_cache(maxsize=16)
def _read_session(path: Path, _modified: int, _size: int, tensors: tuple[str, ...]) -> GraphSession:
    """Read the session of the present file, shared by many steps: weights come with each call."""
    return GraphSession(read_plain(path, MOST_BYTES + 1), tensors)


def _array(value: Tensor) -> np.ndarray:
    """Types that NumPy lacks (bfloat16, float8) as float32. Raises TypeError: of no such type."""
    return (value.float() if value.dtype in NOT_OF_NUMPY else value).numpy()

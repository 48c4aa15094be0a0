"""The weights of a recorded run at its checkpoints, as a browser plays them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnlab.errors import NnlabError
from nnlab.export.html.recorded_picture import is_logit
from nnlab.runs.recorded.record import Record
from nnlab.runs.recorded.weights import load_weights, recorded_steps
from nnlab.runs.run import Run

PAIR_WEIGHT, PAIR_BIAS = (0.0, 1.0), (0.0, 0.0)
"""Parameters of the layer `PAIR` that follows a single logit."""

Floats = NDArray[np.float32]
Shapes = Sequence[tuple[str, Sequence[int]]]


@dataclass(frozen=True)
class Needed:
    """The tensors that a browser evaluates a network with, in the order in which they travel."""

    tensors: tuple[tuple[str, tuple[int, ...]], ...]
    """The tensors' names in the browser, and their shapes."""
    names: tuple[str, ...]
    """The tensors' names in the files; constants follow them."""
    constants: tuple[float, ...] = ()

    @property
    def size(self) -> int:
        """Numbers of one moment."""
        return sum(int(np.prod(shape)) for _name, shape in self.tensors)

    def flat(self, arrays: dict[str, NDArray[np.generic]]) -> Floats | None:
        """Return all tensors in one float32 [size]; None where one is missing or misshapen."""
        found: list[NDArray[np.generic]] = []
        for name, (_called, shape) in zip(self.names, self.tensors, strict=False):
            if name not in arrays or tuple(arrays[name].shape) != tuple(shape):
                return None
            found.append(arrays[name].reshape(-1))
        with np.errstate(over="ignore"):  # a float64 beyond the largest float32
            return np.concatenate([*found, np.array(self.constants)]).astype(np.float32)


def needed_of_record(record: Record, shapes: Shapes) -> Needed:
    """Return the tensors of a chain of layers, named as in `nn.Sequential`, and their shapes."""
    called = record.weights_of or {}
    known = [(name, tuple(shape)) for name, shape in shapes if name in called]
    names = tuple(called[name] for name, _shape in known)
    if not is_logit(record):
        return Needed(tuple(known), names)
    place = len(record.layers or ())
    pair = ((f"{place}.weight", (2, 1)), (f"{place}.bias", (2,)))
    return Needed((*known, *pair), names, (*PAIR_WEIGHT, *PAIR_BIAS))


def recorded_moments(run: Run, needed: Needed, most: int) -> tuple[list[int], Floats]:
    """Return at most `most` moments, spread evenly over the steps that are kept.

    The first and the newest are among them. A file that cannot be read, or is not of this
    network, is passed over.

    Returns:
        Their steps, ascending, and float32 [t, size].
    """
    kept = recorded_steps(run)
    places = sorted({round(i) for i in np.linspace(0, len(kept) - 1, min(most - 1, len(kept)))})
    found: dict[int, Floats] = {}
    for step in [*(kept[i] for i in places), None]:
        try:
            read = load_weights(run, step)
        except NnlabError:
            continue
        arrays = {name: value.float().numpy() for name, value in read.weights.items()}
        values = needed.flat(arrays)
        if values is not None:
            found[read.step] = values
    steps = sorted(found)
    nothing = np.empty((0, needed.size), np.float32)
    return steps, np.stack([found[step] for step in steps]) if steps else nothing

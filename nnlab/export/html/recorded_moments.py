"""The weights of a recorded run at its checkpoints, as a browser plays them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from nnlab.export.html.recorded_picture import PAIR, is_logit
from nnlab.files import open_plain
from nnlab.runs.record.weight_files import FOLDER, LIVE
from nnlab.runs.recorded.record import Record
from nnlab.runs.run import Run

PAIR_WEIGHT, PAIR_BIAS = (0.0, 1.0), (0.0, 0.0)

Floats = NDArray[np.float32]
Shapes = Sequence[tuple[str, Sequence[int]]]


@dataclass(frozen=True)
class Needed:
    """The tensors that a browser evaluates a network with, in the order in which they travel."""

    tensors: tuple[tuple[str, tuple[int, ...]], ...]
    """What the browser calls them, and their shapes."""
    names: tuple[str, ...]
    """What the files call them; those behind them are constants."""
    constants: tuple[float, ...] = ()

    @property
    def size(self) -> int:
        """Numbers of one moment."""
        return sum(int(np.prod(shape)) for _name, shape in self.tensors)

    def flat(self, arrays: dict[str, NDArray[np.generic]]) -> Floats | None:
        """One after another: float32 [size]; None where one is missing or of another shape."""
        found: list[NDArray[np.generic]] = []
        for name, (_called, shape) in zip(self.names, self.tensors, strict=False):
            if name not in arrays or tuple(arrays[name].shape) != tuple(shape):
                return None
            found.append(arrays[name].reshape(-1))
        with np.errstate(over="ignore"):  # a float64 beyond the largest float32
            return np.concatenate([*found, np.array(self.constants)]).astype(np.float32)


def needed_of_record(record: Record, shapes: Shapes) -> Needed:
    """Of a chain of layers, whose tensors are called as in `nn.Sequential`, and their shapes."""
    called = record.weights_of or {}
    known = [(name, tuple(shape)) for name, shape in shapes if name in called]
    names = tuple(called[name] for name, _shape in known)
    if not is_logit(record):
        return Needed(tuple(known), names)
    place, two = len(record.layers or ()), PAIR["out_features"]
    pair = ((f"{place}.weight", (two, 1)), (f"{place}.bias", (two,)))
    return Needed((*known, *pair), names, (*PAIR_WEIGHT, *PAIR_BIAS))


def recorded_moments(run: Run, needed: Needed, most: int) -> tuple[list[int], Floats]:
    """At most so many moments, evenly over those that were kept, the first and the newest among
    them: their steps, ascending, and float32 [t, size].

    A file that cannot be read, or is not of this network, is passed over.
    """
    paths = sorted(path for path in (run.path / FOLDER).glob("[0-9]*.safetensors"))
    places = sorted({round(i) for i in np.linspace(0, len(paths) - 1, min(most, len(paths)))})
    found: dict[int, Floats] = {}
    for path in [*(paths[i] for i in places), run.path / LIVE]:
        read = _read(path, needed.names)
        values = needed.flat(read[1]) if read is not None else None
        if read is not None and values is not None:
            found[read[0]] = values
    steps = sorted(found)
    return steps, np.stack([found[step] for step in steps]) if steps else _none(needed)


def _none(needed: Needed) -> Floats:
    return np.empty((0, needed.size), np.float32)


def _read(path: Path, names: Iterable[str]) -> tuple[int, dict[str, NDArray[np.generic]]] | None:
    try:
        open_plain(path).close()  # a pipe would be waited for
        with safe_open(path, framework="pt") as file:
            step = path.stem if path.name != LIVE else (file.metadata() or {}).get("step", "0")
            held = set(file.keys())
            return int(step), {
                name: file.get_tensor(name).float().numpy() for name in names if name in held
            }
    except (SafetensorError, ValueError, OSError):
        return None

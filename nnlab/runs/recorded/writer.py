"""The writer of a recorded run: its events, weights, graph and data."""

import io
import os
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import numpy as np
import safetensors.numpy
import safetensors.torch
import torch
from numpy.typing import NDArray
from torch import Tensor

from nnlab.files import sync_folder, write_all, write_bytes, write_text
from nnlab.runs.record import lock
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.thinning import thin
from nnlab.runs.record.weight_files import FOLDER, LIVE
from nnlab.runs.recorded.record import DATA, GRAPH, RECORD, Record, to_json
from nnlab.runs.run import Run
from nnlab.training.events import Event, to_line

NOT_OF_NUMPY = frozenset({torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2})
"""Types of numbers that numpy lacks, and safetensors has."""


class RecordedWriter:
    """Holds the run's lock and its log until it is closed.

    Every method raises OSError where there is no room, no right to write, or no directory any more.
    """

    def __init__(self, run: Run) -> None:
        """Raises NnlabError: another living process holds the run, or it cannot be written."""
        self.run = run
        self._held = ExitStack()
        self._held.enter_context(lock.hold(run.path))
        self._log: IO[bytes] = (run.path / EVENTS_FILE).open("ab", buffering=0)
        self._held.callback(self._log.close)
        self._is_cut = False
        """Whether a line was cut short: the next one closes it first."""
        self._kept: list[tuple[Path, float]] = []

    def append(self, event: Event) -> None:
        """Add a line to `events.jsonl`."""
        line = to_line(event).encode() + b"\n"
        line, self._is_cut = (b"\n" + line if self._is_cut else line), True
        write_all(self._log, line)
        self._is_cut = False

    def save_record(self, record: Record) -> None:
        """Put a record in the place of the one before."""
        write_text(self.run.path / RECORD, to_json(record))

    def save_graph(self, graph: bytes) -> None:
        """Keep `network.onnx`."""
        write_bytes(self.run.path / GRAPH, graph)

    def save_data(self, x: NDArray[np.generic], y: NDArray[np.generic] | None) -> None:
        """Keep `data.npz`."""
        buffer = io.BytesIO()
        if y is None:
            np.savez(buffer, x=x)
        else:
            np.savez(buffer, x=x, y=y)
        write_bytes(self.run.path / DATA, buffer.getbuffer())

    def save_live(self, weights: dict[str, Tensor], step: int) -> None:
        """Overwrite the newest weights, which lie on the CPU."""
        write_bytes(self.run.path / LIVE, serialised(weights, step))

    def save_checkpoint(self, weights: dict[str, Tensor], step: int, seconds: float) -> str:
        """Keep weights and gradients under the step, and thin out older ones. Returns the file."""
        folder = self.run.path / FOLDER
        folder.mkdir(exist_ok=True)
        path = folder / f"{step:010d}.safetensors"
        write_bytes(path, serialised(weights, step))
        left = [kept for kept in self._kept if kept[0].exists()]  # people may remove some
        self._kept = thin([*left, (path, seconds)])
        return path.name

    def sync(self) -> None:
        """Wait until the events, the newest weights and the checkpoints are on the disk itself."""
        os.fsync(self._log.fileno())
        for path in (self.run.path / LIVE, *(path for path, _ in self._kept[-1:])):
            if path.exists():
                handle = os.open(path, os.O_RDWR)  # a read-only one is not synced on Windows
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)
        for folder in (self.run.path, self.run.path / FOLDER):
            if folder.exists():
                sync_folder(folder)

    def close(self) -> None:
        """Let go of the log and the lock."""
        self._held.close()


def serialised(weights: dict[str, Tensor], step: int) -> bytes:
    """A safetensors file of tensors on the CPU, in their own types, with the step as metadata."""
    metadata = {"step": str(step)}
    if any(value.dtype in NOT_OF_NUMPY for value in weights.values()):
        # It refuses tensors that share their memory, as tied weights do.
        own = {
            name: value.clone(memory_format=torch.contiguous_format)
            for name, value in weights.items()
        }
        return safetensors.torch.save(own, metadata)
    arrays = {name: value.contiguous().numpy() for name, value in weights.items()}
    return safetensors.numpy.save(arrays, metadata)

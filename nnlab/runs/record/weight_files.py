"""Names of the files that hold a run's weights. Reading them needs PyTorch."""

from pathlib import Path

LIVE = "live.safetensors"
"""The newest weights, for viewers."""
FOLDER = "checkpoints"
"""Full states to go on from: the step in ten digits and `.pt`."""
BEST = "best.pt"
"""The best full state, in the same folder."""
DAMAGED = ".damaged"
"""Ends the name of a checkpoint that could not be read, and was set aside."""


def list_checkpoints(run: Path) -> list[Path]:
    """The full states from the oldest to the newest; the best is kept apart."""
    return sorted(path for path in (run / FOLDER).glob("[0-9]*.pt") if path.is_file())


def list_recorded(run: Path) -> list[Path]:
    """The weights that a recorded run kept, from the oldest to the newest step."""
    kept = (run / FOLDER).glob("[0-9]*.safetensors")
    return sorted(path for path in kept if path.is_file())

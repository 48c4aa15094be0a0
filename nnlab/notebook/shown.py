"""The widgets in the outputs of this notebook's cells whose runs go on."""

from nnlab.notebook.widget import StageWidget
from nnlab.runs.run import Run

SHOWN: list[StageWidget] = []
"""The oldest first."""


def is_shown(run: Run) -> bool:
    """Whether a cell's output becomes this run's recording when the cell has ended."""
    return any(widget.run.path == run.path for widget in SHOWN)

"""A session's state of the chapter on attention."""

from dataclasses import dataclass
from typing import ClassVar

from nnlab.config import Experiment
from nnlab.ui.session.lab_state import LabState


@dataclass
class AttentionState(LabState):
    """State of the chapter on attention."""

    KEY: ClassVar[str] = "lab_attention"

    tokens: tuple[int, ...] = ()
    """The sequence in view; one that is not of the draft's data gives way to another."""
    token: int = 0
    """The place whose attention is shown, from 0."""
    typed_problem: str | None = None
    """Why what was typed is no sequence."""

    def open(
        self, experiment: Experiment, run_id: str | None = None, recipe: str | None = None
    ) -> None:
        """See `LabState.open`."""
        super().open(experiment, run_id, recipe)
        self.token, self.typed_problem = 0, None

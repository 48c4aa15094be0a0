"""Changes that a run has recorded, made once more at the very steps at which they were made."""

from collections.abc import Sequence

from nnlab.training.controls import Control, Controls, Set
from nnlab.training.events import ControlApplied


class RepeatedChanges:
    """The changes made while a run trained; other and refused controls are left out."""

    def __init__(self, applied: Sequence[ControlApplied]) -> None:
        self._waiting = [one for one in applied if one.set is not None and one.error is None]

    def due(self, step: int) -> list[Control]:
        """Return the changes made at this step, each once, in order. Steps come in order, too."""
        due = [one for one in self._waiting if one.step == step]
        self._waiting = [one for one in self._waiting if one.step > step]
        return [Control(id=one.id, at=0, set=Set.model_validate(one.set)) for one in due]


class Repeating(Controls):
    """Changes once more, and beside them whatever is asked for now."""

    def __init__(self, applied: Sequence[ControlApplied], controls: Controls) -> None:
        self._changes, self._controls = RepeatedChanges(applied), controls

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """See `Controls.poll`."""
        return [*self._changes.due(step), *self._controls.poll(step, paused=paused)]

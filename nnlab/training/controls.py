"""What a person may ask of a run while it trains."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, model_validator

from nnlab.texts import _
from nnlab.training.events import Reason

Action = Literal["pause", "resume", "step", "epoch", "stop", "checkpoint"]


class Set(BaseModel):
    """A field of the experiment by its dotted path, and its new value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    value: Any


class Control(BaseModel):
    """A line of `control.jsonl`: either `do` or `set`.

    `step` and `epoch` run one batch, or to the end of the epoch, and pause there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    at: float
    """When it was asked for, in seconds since 1970."""
    do: Action | None = None
    set: Set | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Control":
        if (self.do is None) == (self.set is None):
            raise ValueError(_("a control says either 'do' or 'set'"))
        return self


class EndRun(Exception):  # noqa: N818 - a request, not a fault
    """Ends the run where it stands, for a reason that `fit_ended` repeats."""

    def __init__(self, reason: Reason, control: Control | None = None) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.control = control


class Controls(Protocol):
    """Where `fit` looks for controls, before each batch."""

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """The controls that came since the last call, oldest first.

        While running it returns at once, and must cost next to nothing. While paused it may wait
        a little for one to come.

        Raises:
            EndRun: the run is to end now, though no person asked for it.
        """
        ...


class NoControls:
    """Nobody asks for anything."""

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """Nothing. Raises RuntimeError while paused, since nothing could ever end that."""
        if paused:
            raise RuntimeError(_("paused without anybody to resume"))
        return ()

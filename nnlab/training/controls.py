"""Controls: requests of people to a run while it trains."""

import time
import uuid
from collections.abc import Sequence
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nnlab.texts import _
from nnlab.training.events import Reason

Action = Literal["pause", "resume", "step", "epoch", "stop", "checkpoint", "release"]
"""`release`: pause, and give the place back at once."""
Why = Literal["unwatched", "turn", "time"]
"""Why the server paused the run: without viewers; for a person without a run; after the longest
allowed time."""
FASTEST_PACE = 1000.0
"""Steps a second that may be asked for; beyond it a pace is no pace any more."""

LONGEST_WATCH = 600.0
"""Seconds for which the sharpness may be asked for at once: who still looks asks again."""


class Set(BaseModel):
    """A field of the experiment by its dotted path, and its new value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    value: Any


class Control(BaseModel):
    """A line of `control.jsonl`: one of `do`, `set`, `pace` and `sharpness`.

    `step` and `epoch` run one batch, or to the end of the epoch, and pause there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    at: float
    """When it was asked for, in seconds since 1970."""
    do: Action | None = None
    why: Why | None = None
    """Where the server asked for `do` by itself."""
    set: Set | None = None
    pace: float | None = Field(None, ge=0, le=FASTEST_PACE, allow_inf_nan=False)
    """Steps a second from now on, for who watches; 0: as fast as it goes. It changes no number."""
    sharpness: float | None = Field(None, ge=0, le=LONGEST_WATCH, allow_inf_nan=False)
    """Seconds from now for which the sharpness is measured; 0: no more. It changes no number."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Control":
        said = self.do, self.set, self.pace, self.sharpness
        if sum(one is not None for one in said) != 1:
            raise ValueError(_("a control says one of 'do', 'set', 'pace' and 'sharpness'"))
        return self


def ask_now(**says: object) -> Control:
    """Make a control with the present time: one of `do`, `set`, `pace` and `sharpness`.

    Raises:
        pydantic.ValidationError: a value that is none.
    """
    return Control.model_validate({"id": uuid.uuid4().hex[:12], "at": time.time(), **says})


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
    """Controls of a run that receives none."""

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """Nothing. Raises RuntimeError while paused, since nothing could ever end that."""
        if paused:
            raise RuntimeError(_("paused without anybody to resume"))
        return ()

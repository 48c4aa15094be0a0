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
"""Why the server paused the run: it has no viewers; a person without a run gets its place; the
longest allowed time is over."""
FASTEST_PACE = 1000.0
"""Highest pace that may be requested, in steps a second; 0 (no limit) is faster."""

LONGEST_WATCH = 600.0
"""Most seconds for which the sharpness may be requested at once; viewers renew the request."""


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
    """Time of the request, in seconds since 1970."""
    do: Action | None = None
    why: Why | None = None
    """Set where the server, not a person, requested `do`."""
    set: Set | None = None
    pace: float | None = Field(None, ge=0, le=FASTEST_PACE, allow_inf_nan=False)
    """Steps a second from now on, so that viewers can follow; 0: no limit. Changes no number."""
    sharpness: float | None = Field(None, ge=0, le=LONGEST_WATCH, allow_inf_nan=False)
    """Seconds from now during which the sharpness is measured; 0: stop. Changes no number."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Control":
        fields = self.do, self.set, self.pace, self.sharpness
        if sum(field is not None for field in fields) != 1:
            raise ValueError(_("a control says one of 'do', 'set', 'pace' and 'sharpness'"))
        return self


def ask_now(**says: object) -> Control:
    """Make a control with the present time: one of `do`, `set`, `pace` and `sharpness`.

    Raises:
        pydantic.ValidationError: a value is not allowed.
    """
    return Control.model_validate({"id": uuid.uuid4().hex[:12], "at": time.time(), **says})


class EndRun(Exception):  # noqa: N818 - a request, not a fault
    """Raised by `Controls.poll` to end the run now; `fit_ended` repeats the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class Controls(Protocol):
    """Source of controls, which `fit` polls before each step."""

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """Return the controls that arrived since the last call, oldest first.

        While the run trains it must return at once, at next to no cost. While the run is paused
        it may block briefly until one arrives.

        Raises:
            EndRun: the run is to end now, without a control that says so.
        """
        ...


class NoControls:
    """Controls of a run that receives none."""

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """Return no controls. Raises RuntimeError while paused: nothing could resume the run."""
        if paused:
            raise RuntimeError(_("paused without anybody to resume"))
        return ()

"""The events of a run. Each is one line of `events.jsonl`, a JSON object.

`docs/events.md` documents the file for readers in other languages.

Every event says the `step` (optimizer updates so far), the `epoch` (passes over the training
data, the one under way counted from 1 once its first batch is done; 0 before) and the `seconds`
of training so far (pauses left out, earlier sessions of a resumed run counted in).
"""

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from nnlab.config.axis_values import Value
from nnlab.config.sweep import MOST_NETS
from nnlab.texts import _

SCHEMA = 1
"""The version of the format of `events.jsonl`.

New optional fields and new types of events leave it as it is, since readers pass over them. It is
raised where an old reader would misread: a field that goes or means another thing, a new `reason`.
"""

Reason = Literal[
    "completed", "early_stopped", "stopped", "diverged", "failed", "released", "server_gone"
]


Count = Annotated[int, Field(ge=0, le=2**53)]
"""Number of steps or epochs, at most what a double, and so every reader of JSON, holds exactly."""


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="strings")

    step: Count
    epoch: Count
    seconds: float = Field(le=1e12, allow_inf_nan=False)


class FitStarted(_Event):
    """A session begins: the first line of a run, and one more each time that it is resumed."""

    type: Literal["fit_started"] = "fit_started"
    schema_: int = Field(SCHEMA, alias="schema", serialization_alias="schema")
    nnlab: str
    torch: str
    device: str
    """`cpu`, or the accelerator's name."""
    threads: int
    fused: bool
    processor: str
    parameters: int
    train_size: int
    val_size: int
    steps_per_epoch: int
    total_steps: int
    """The budget in steps (the smaller of epochs and steps)."""
    note: str | None = None
    """A note on the start, for people: the newest checkpoint could not be used."""
    nets: int | None = Field(None, ge=1, le=MOST_NETS)
    """Networks of a sweep, which train together. Other fields are of all of them (`parameters`), or
    of that with the most steps."""


class Progress(_Event):
    """At most ten a second: means over the steps since the last one."""

    type: Literal["progress"] = "progress"
    train_loss: float | None = None
    train_accuracy: float | None = None
    val_loss: float | None = None
    """Validation loss of the weights at this step. Only if the validation set is so small that it
    costs next to nothing; others are evaluated at the end of an epoch."""
    val_accuracy: float | None = None
    lr: float
    grad_norm: float | None = None
    paused: bool = False
    """Whether the run is paused after this step until a control resumes it."""


class EpochEnded(_Event):
    """The evaluation at the end of an epoch: training figures are means over the epoch's steps."""

    type: Literal["epoch_ended"] = "epoch_ended"
    train_loss: float
    train_accuracy: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None
    lr: float
    best: bool = False
    """The validation loss (the training loss where nothing validates) is the lowest so far."""


class Evaluated(_Event):
    """The figures of the weights as they stand, after a weight was set by hand in a run that waits.

    They hold until the next `progress` or `epoch_ended`, and take the place of earlier ones.
    """

    type: Literal["evaluated"] = "evaluated"
    train_loss: float
    """Over the whole training set."""
    train_accuracy: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None


class Sharpness(_Event):
    """The algebraically largest eigenvalue of the Hessian of the whole training set's loss.

    In evaluation mode, of the weights after `step`. Only while somebody asks for it, in at most a
    fifth of the time; it changes no number of the run.
    """

    type: Literal["sharpness"] = "sharpness"
    sharpness: float
    residual: float
    """An eigenvalue lies within so much of it."""
    preconditioned: bool = False
    """Whether the eigenvalue is of P^-1/2 H P^-1/2, with P of Adam's second moments, instead of the
    Hessian H."""
    lr: float
    """The learning rate of the next step."""
    limit: float | None = None
    """Above it the optimizer's steps overshoot; None: `no_limit` says why there is none."""
    no_limit: str | None = None
    """The reason why there is no limit, one of `nnlab.training.sharpness.limit.NoLimit`."""
    took: float
    """Seconds that the measurement took."""


class ControlApplied(_Event):
    """A line of `control.jsonl`, and the step from which it holds."""

    type: Literal["control_applied"] = "control_applied"
    id: str
    do: str | None = None
    why: str | None = None
    """Why the server asked for `do` by itself: `unwatched`, `turn` or `time`; None: a person
    did."""
    set: dict[str, Any] | None = None
    pace: float | None = None
    """Steps a second at most, until another is asked for or the session ends; 0: no limit."""
    sharpness: float | None = None
    """Seconds from then on for which the sharpness is measured; 0: no more."""
    error: str | None = None
    """Why it was not obeyed; nothing changed then."""


class CheckpointSaved(_Event):
    """A full state lies under `checkpoints/`."""

    type: Literal["checkpoint_saved"] = "checkpoint_saved"
    file: str
    best: bool = False


class Diverged(_Event):
    """`step` is the first whose loss was not a number or infinite.

    Or the last one, where no batch shows it but the loss over the whole training set does.
    """

    type: Literal["diverged"] = "diverged"
    quantity: str
    """The quantity that was not finite: `train_loss`, or a parameter's name."""
    value: float
    first_loss: float | None = None
    """The loss of step 1, where this session took it."""
    last_good_step: int | None = None
    """The step of the newest checkpoint, all of whose weights are finite."""


Figure = float | None
"""A figure of one network; None: it has none, as one that has diverged."""


class NetsProgress(_Event):
    """`progress` of a sweep: a list for each figure, with a number for each network in its order.

    Figures have six digits. The fewer of them come, the longer the sweep has trained.
    """

    type: Literal["nets_progress"] = "nets_progress"
    steps: tuple[Count, ...]
    """Steps of each network: fewer than `step` where it has ended."""
    train_loss: tuple[Figure, ...]
    """Means over the steps since the last one."""
    train_accuracy: tuple[Figure, ...] | None = None
    val_loss: tuple[Figure, ...] | None = None
    val_accuracy: tuple[Figure, ...] | None = None
    paused: bool = False


class NetEnded(_Event):
    """The end of one network of a sweep; the others continue. `step` is that network's."""

    type: Literal["net_ended"] = "net_ended"
    net: int = Field(ge=0, lt=MOST_NETS)
    reason: Reason
    """`completed`, `early_stopped`, `stopped` (at its `stop_at_loss`) or `diverged`."""
    value: float | None = None
    """The loss that was not finite."""


class NetsFigures(_Event):
    """The figures of all networks, with all digits, as they are at the end of a session.

    Before `fit_ended`; several lines where there are many networks.
    """

    type: Literal["nets_figures"] = "nets_figures"
    first: int = Field(ge=0, lt=MOST_NETS)
    """The network that the lists begin with."""
    reasons: tuple[str, ...]
    """Why each trains no further; `""` where it would."""
    steps: tuple[Count, ...]
    epochs: tuple[Count, ...]
    train_loss: tuple[Figure, ...]
    """Over the whole training set, of the final weights, as `fit_ended` has it of one network."""
    train_accuracy: tuple[Figure, ...] | None = None
    val_loss: tuple[Figure, ...] | None = None
    val_accuracy: tuple[Figure, ...] | None = None
    test_loss: tuple[Figure, ...] | None = None
    test_accuracy: tuple[Figure, ...] | None = None
    best_val_loss: tuple[Figure, ...] | None = None
    best_val_accuracy: tuple[Figure, ...] | None = None
    best_epoch: tuple[Count | None, ...] | None = None

    @model_validator(mode="after")
    def _lists_agree(self) -> Self:
        if not len(self.reasons) == len(self.steps) == len(self.epochs):
            raise ValueError(_("reasons, steps and epochs are of the same networks"))
        return self


TrialState = Literal[
    "running", "completed", "early_stopped", "stopped", "pruned", "diverged", "failed"
]


class Trial(_Event):
    """A change in the state of one network of a search.

    It is a run of its own. `step` is the number of trials that have ended, `epoch` is 0, and
    `seconds` are the search's own.
    """

    type: Literal["trial"] = "trial"
    number: int
    """Number of the trial from 0, in the order in which they were asked for."""
    run: str | None = None
    """The id of its run; None: it could not be made."""
    values: tuple[Value, ...]
    """Value on each axis of the search."""
    state: TrialState
    """`completed` if it met its `stop_at_loss`, too; `stopped` by a person; `pruned` by the search,
    since others were better at that epoch. `running` once it has begun, and after each epoch."""
    error: str | None = None
    """Why it `failed`."""
    trial_step: int = 0
    trial_epoch: int = 0
    trial_seconds: float = 0.0
    train_loss: float | None = None
    """The newest figures: those of its newest epoch while it trains, then of its end."""
    train_accuracy: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    best_val_loss: float | None = None
    best_val_accuracy: float | None = None
    best_epoch: int | None = None


class Metrics(_Event):
    """Figures of a recorded loop, by the names that its author gave them. At most ten a second."""

    type: Literal["metrics"] = "metrics"
    values: dict[str, float]
    """Means over the steps since the last one that said the same name. NaN and infinities are
    written as strings."""


class FitEnded(_Event):
    """The last line of a session, with the last and the best figures."""

    type: Literal["fit_ended"] = "fit_ended"
    reason: Reason
    """`stopped`: a person asked for it, at that moment or in advance (`reached`). `released` and
    `server_gone` can resume from their checkpoint; `failed` says `error`."""
    error: str | None = None
    train_loss: float | None = None
    """Over the whole training set, of the final weights."""
    train_accuracy: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None
    reached: float | None = None
    """The loss that met `training.stop_at_loss`; the reason is `stopped` then."""
    test_loss: float | None = None
    test_accuracy: float | None = None
    best_val_loss: float | None = None
    best_val_accuracy: float | None = None
    best_epoch: int | None = None


Event = Annotated[
    FitStarted
    | Progress
    | EpochEnded
    | Evaluated
    | Sharpness
    | ControlApplied
    | CheckpointSaved
    | Diverged
    | NetsProgress
    | NetEnded
    | NetsFigures
    | Trial
    | Metrics
    | FitEnded,
    Field(discriminator="type"),
]

EVENTS: tuple[type[_Event], ...] = get_args(get_args(Event)[0])
TYPES = frozenset(str(event.model_fields["type"].default) for event in EVENTS)
"""The types that this version knows."""

_adapter: TypeAdapter[Event] = TypeAdapter(Event)


def to_line(event: Event) -> str:
    """The event as one line of JSON, without what it does not say, and without a line's end."""
    return event.model_dump_json(by_alias=True, exclude_none=True)


def from_line(line: str | bytes) -> Event:
    """The event that a line says. Fields that this version does not know are ignored.

    Raises:
        pydantic.ValidationError: the line is cut short, or no event.
    """
    return _adapter.validate_json(line)

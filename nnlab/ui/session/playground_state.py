"""A session's state of the Playground."""

from dataclasses import dataclass, field
from typing import ClassVar

from nnlab.config import Experiment, Points
from nnlab.config.data import Task
from nnlab.insight.microscope import OneStep
from nnlab.texts import N_
from nnlab.ui.session.lab_state import LabState

COMPARE = N_("Compare")
"""The panel that shows a run beside another one."""


@dataclass(frozen=True)
class Upload:
    """An uploaded file, kept so that it can be parsed again with other options."""

    name: str
    content: bytes
    form: tuple[str | None, bool | None, bool | None]
    """Separator, decimal comma, header, as `nnlab.data.csv_files.Form` has them."""


@dataclass
class OwnData:
    """Data that a person brings, beside the draft that holds them."""

    kept: dict[tuple[Task, int], Points] = field(default_factory=dict)
    """The last set of points for each task and number of inputs."""
    undo: list[Points] = field(default_factory=list)
    """The set before each edit, the newest last."""
    edited: bool = False
    """The draft was changed from within the live part: the whole page has to follow."""
    notice: str = ""
    """A message on the result of an edit, shown once."""
    upload: Upload | None = None
    made: tuple[str, str] | None = None
    """The text and the hash of the table that the upload became."""


@dataclass(frozen=True)
class Prediction:
    """A prediction made before a step was taken."""

    run_id: str | None
    """None where the step was to begin the run."""
    step: OneStep
    parameter: str
    """Name of the observed weight, as `2.weight`."""
    index: tuple[int, ...]


@dataclass
class PlaygroundState(LabState):
    """State of the page Playground."""

    KEY: ClassVar[str] = "lab_playground"

    picked: tuple[int, ...] | None = None
    """The neuron (layer, unit) or weight (layer, unit, source) in view; layer 0 is the inputs."""
    own: OwnData = field(default_factory=OwnData)
    pointed: tuple[float, float] | None = None
    """The place on the plane that the pointer is at: x₁ and x₂."""
    predicted: Prediction | None = None
    weight_of: str | None = None
    """The field of a new value that was drawn last: of which run and which weight."""
    asked_panel: str | None = None
    """A panel that a button elsewhere asks for."""
    panel_choices: int = 0
    """How many panels were asked for so: each makes the choice another widget."""
    is_plain_asked: bool = False
    """A network of the plain form is asked for, in place of one that it has no words for."""
    compared: str | None = None
    """The run that the panel *Compare* shows beside that in view; None: its parent."""
    is_last_input: bool = False
    """Whether the person tried to switch the last input off: a message is shown once."""

    def open(
        self, experiment: Experiment, run_id: str | None = None, recipe: str | None = None
    ) -> None:
        """See `LabState.open`. What a person brought stays."""
        super().open(experiment, run_id, recipe)
        self.picked = self.compared = None

    def compare_with(self, run_id: str) -> None:
        """Open the panel that shows a run beside that in view."""
        self.compared, self.asked_panel = run_id, COMPARE

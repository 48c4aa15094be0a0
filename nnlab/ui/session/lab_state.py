"""The state of a laboratory page: its draft of an experiment, and the run in view.

What a widget says is its own value under its key (`nnlab.ui.session.widgets`). Streamlit forgets
those when another page is shown, so a page fills them from its draft when it is entered.
"""

from dataclasses import dataclass, field

from nnlab.config import Experiment, Sweep
from nnlab.config.replay_link import Expectation
from nnlab.ui.session.chart_options import Look


@dataclass
class Reproduction:
    """The expectation of a replayable link, while the page shows its experiment."""

    experiment: Experiment
    expected: Expectation
    draft: Experiment | None = None
    """The form's reading of the linked experiment; a changed draft no longer belongs to the
    link."""
    run_id: str | None = None


@dataclass(frozen=True)
class LeftRun:
    """The run that was in view until a change asked for another experiment."""

    run_id: str
    draft: Experiment
    """The form's draft before the change."""


@dataclass
class LabState:
    """The state of a laboratory page."""

    draft: Experiment
    run_id: str | None = None
    sweep: Sweep | None = None
    """On the page of sweeps: what varies in the draft."""
    notice: str | None = None
    """A word on what just happened: a link that could not be read, a run that was deleted."""
    look: Look = field(default_factory=Look)
    """How the charts are drawn; the address says it, too."""
    untold: tuple[str, dict[str, object]] | None = None
    """A run's id, and changes made while it was paused, by path: sent when it resumes."""
    recipe: str | None = None
    """The id of the recipe that the page was opened with, whatever was changed since."""
    panel: str | None = None
    """The panel that is open below the live area, by what its choice says."""
    replaying: bool = False
    """Whether the past step in view is still being replayed."""
    is_refilled: bool = False
    """Whether the live part changed the draft, so that the form has to be filled anew."""
    heard: Experiment | None = None
    """While the draft cannot be trained: the last one that could, which the run follows."""
    unanswered: set[str] = field(default_factory=set)
    """Ids of the changes that this session requested and the run has not applied yet."""
    seen: tuple[str, int] | None = None
    """A run's id, and how many of its live changes the draft has followed."""
    left: LeftRun | None = None
    """The run put out of view, until the new experiment trains or its notice is dismissed."""
    keeps_training: bool = False
    """A change that asks for another experiment begins its run at once, if one was training."""
    is_to_begin: bool = False
    """The draft's run begins as soon as it can be trained."""
    linked: tuple[Experiment, str] | None = None
    """A draft and its link."""
    from_sweep: tuple[Experiment, str | None] | None = None
    """A network of a sweep that was opened here, and the run of the sweep, if it has one."""
    bare: Experiment | None = None
    """The experiment for an address that names none: the one shown when the page was entered."""
    reproduction: Reproduction | None = None
    is_link_read: bool = False
    """The address was asked once for what a replayable link expects."""
    _past: tuple[str, int] | None = None

    @property
    def past(self) -> int | None:
        """The past step of the run that is shown; None: the newest, also for another run."""
        return self._past[1] if self._past is not None and self._past[0] == self.run_id else None

    @past.setter
    def past(self, step: int | None) -> None:
        self._past = None if step is None or self.run_id is None else (self.run_id, step)

    def open(
        self, experiment: Experiment, run_id: str | None = None, recipe: str | None = None
    ) -> None:
        """Show another experiment, and its run if it has one, as a page that was just opened."""
        self.draft, self.run_id, self.recipe = experiment, run_id, recipe
        self.notice = self.untold = self.panel = self.heard = self._past = self.from_sweep = None
        self.look, self.replaying = Look(), False
        self.forget_left()

    def forget_left(self) -> None:
        """Drop the notice on the run that a change put out of view, and a pending start."""
        self.left, self.is_to_begin = None, False
